//! Error pages: what happened, what it means, what to do, and the request's id for whoever helps.

use leptos::prelude::*;

use crate::frames::{Shown, sign_in};
use crate::text::{Words, seconds_span};
use crate::view::{ErrorKind, ErrorPage, Frame};

pub(crate) fn show(words: Words, frame: &Frame, page: &ErrorPage) -> Shown {
    let said = |title: &'static str, text: &'static str| (words.get(title), words.get(text).to_owned());
    let (title, text) = match page.kind {
        ErrorKind::BadRequest => said("error-bad-request", "error-bad-request-text"),
        ErrorKind::UnknownApp => said("error-unknown-app", "error-unknown-app-text"),
        ErrorKind::RequestOver => said("error-request-over", "error-request-over-text"),
        ErrorKind::SignOut => said("error-sign-out", "error-sign-out-text"),
        ErrorKind::Forged => said("error-forged", "error-forged-text"),
        ErrorKind::NotFound => said("error-not-found", "error-not-found-text"),
        ErrorKind::MethodNotAllowed => said("error-method", "error-method-text"),
        ErrorKind::TooSlow => said("error-too-slow", "error-too-slow-text"),
        ErrorKind::TooLarge => said("error-too-large", "error-too-large-text"),
        ErrorKind::TooMany { seconds } => {
            let span = seconds_span(words, seconds);
            (words.get("error-too-many"), words.with("error-too-many-text", [("span", span.into())]))
        }
        ErrorKind::Fault => said("error-fault", "error-fault-text"),
        ErrorKind::Unavailable => said("error-unavailable", "error-unavailable-text"),
    };
    let content = view! {
        <div role="alert">
            <h1>{title}</h1>
            <p class="lead">{text}</p>
        </div>
        {onward(words, page.kind)}
        <p class="meta request">{words.get("error-request")} " " <code>{page.request_id.clone()}</code></p>
    };
    sign_in(words, frame, title, content.into_any())
}

/// The way on: to where one came from. An app's own page is one step back, and nothing here is of use to it; what this place is for
/// stands there quietly.
fn onward(words: Words, kind: ErrorKind) -> AnyView {
    match kind {
        ErrorKind::UnknownApp | ErrorKind::RequestOver | ErrorKind::SignOut => {
            view! { <p class="after-form"><a href="/security">{words.get("error-app-home")}</a></p> }.into_any()
        }
        _ => view! {
            <p class="actions"><a class="btn main" href="/security"><span>{words.get("error-home")}</span></a></p>
        }
        .into_any(),
    }
}
