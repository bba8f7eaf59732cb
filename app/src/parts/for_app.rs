//! On the way to an app: which one waits, and the way back to it without signing in.

use leptos::prelude::*;

use super::{Icon, Post, hidden, icon, post, rich};
use crate::text::Words;
use crate::view::{ForApp, Frame};

/// A sentence that names the app; `key` has `{ $app }` in it, once or twice.
pub fn app_lead(words: Words, key: &'static str, app: &ForApp) -> AnyView {
    let name = view! { <strong>{app.name.clone()}</strong> }.into_any();
    view! { <p class="lead">{rich(words, key, [], [("app", name)])}</p> }.into_any()
}

/// A row that gives the app's request up and goes back to it. The cross is the page's own cancel's.
pub fn back_to_app(words: Words, frame: &Frame, app: &ForApp) -> AnyView {
    let text = words.with("back-to-app", [("app", app.name.clone().into())]);
    let inside = view! {
        {hidden("resume", app.resume.clone())}
        <button class="way">{icon(Icon::Back)} <span>{text}</span></button>
    };
    let form = Post { to: "/oidc/decline".to_owned(), csrf: frame.csrf.clone(), class: "" };
    post(form, inside.into_any())
}
