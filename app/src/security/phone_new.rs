//! `/security/phones/new`: add a number.

use leptos::prelude::*;

use crate::frames::{Shown, back_link, portal};
use crate::parts::{
    Context, Post, Tone, app_lead, back_to_app, countries_help, country_hint, field, field_error, note,
    number, phone_input, post, rich, summary, text_input, titled,
};
use crate::text::Words;
use crate::view::{Field, Frame, PhoneNewPage, Problem};
use crate::ways::Elsewhere;

pub(crate) fn show(words: Words, frame: &Frame, page: &PhoneNewPage) -> Shown {
    let context = typed_here("means-not-added", frame);
    let error = |at: Field| {
        page.problem
            .filter(|problem| problem.field() == Some(at))
            .map(|problem| field_error(words, problem, context))
    };
    let (phone_error, label_error) = (error(Field::Phone), error(Field::Label));
    let phone = phone_input(
        words,
        page.phone.clone(),
        &page.countries,
        described("phone-hint", "phone-error", phone_error.is_some()),
        phone_error.is_some(),
        page.problem.is_none(),
    );
    let label = text_input(
        "label",
        "text",
        page.label.clone(),
        "off",
        Some(described("label-hint", "label-error", label_error.is_some())),
        label_error.is_some(),
        false,
    );
    let label_words = view! {
        {words.get("new-label")} " " <span class="optional">{words.get("new-label-optional")}</span>
    };
    let full = page.full.is_some() || matches!(page.problem, Some(Problem::TooManyNumbers { .. }));
    let told = page.full.map(|max| {
        let what = words.with("problem-too-many-numbers", [("max", max.into())]);
        note(Tone::Warn, None, titled(what, words.get("problem-too-many-numbers-do")))
    });
    let waiting = page.waiting.filter(|_| !full).map(|waiting| {
        let what = rich(words, "new-waiting", [], [("number", number(words, waiting))]);
        let text = view! {
            <p>{words.get("new-waiting-text")}</p>
            <p><a href="/security/phones/confirm">{words.get("new-waiting-link")}</a></p>
        };
        note(Tone::Quiet, None, titled(what, text))
    });
    let fields = view! {
        <div>
            {field(
                Field::Phone,
                words.get("new-phone").into_any(),
                Some(country_hint(words, page.default_country).into_any()),
                phone_error,
                phone,
            )}
            {countries_help(words, &page.countries)}
        </div>
        {field(Field::Label, label_words.into_any(), Some(words.get("new-label-hint").into_any()), label_error, label)}
        {about_messages(words)}
        <p class="actions">
            <button class="btn main"><span>{words.get("new-submit")}</span></button>
            {page.for_app.is_none().then(|| view! { <a class="plain" href="/security">{words.get("cancel")}</a> })}
        </p>
    };
    // No number is asked for that could not be taken.
    let content = if full {
        view! {
            <p class="actions">
                <a class="btn main" href="/security"><span>{words.get("new-full-link")}</span></a>
            </p>
        }
        .into_any()
    } else {
        let to = "/security/phones/new".to_owned();
        post(Post { to, csrf: frame.csrf.clone(), class: "stack" }, fields.into_any())
    };
    let content = view! {
        {back_link("/security".to_owned(), words.get("security").to_owned())}
        <h1>{words.get("new-title")}</h1>
        {(!full).then(|| view! { <p class="lead">{words.get("new-lead")}</p> })}
        {page.for_app.as_ref().map(|app| app_lead(words, "for-app-phone", app))}
        <div class="narrow">
            {told}
            {waiting}
            {summary(words, page.problem, context)}
            {content}
            {page
                .for_app
                .as_ref()
                .map(|app| view! { <section class="ways"><ul><li>{back_to_app(words, frame, app)}</li></ul></section> })}
        </div>
    };
    portal(words, frame, words.get("new-title"), content.into_any())
}

/// Of a page on which a number is typed: it can be sent once more, or another one typed.
pub(super) fn typed_here<'a>(means: &'static str, frame: &Frame) -> Context<'a> {
    let mut context = Context::plain(means, frame);
    context.ways.offered.again = true;
    context.ways.offered.elsewhere = Elsewhere::Typed;
    context
}

/// Ids for `aria-describedby`.
pub(super) fn described(hint: &str, error: &str, wrong: bool) -> String {
    if wrong { format!("{error} {hint}") } else { hint.to_owned() }
}

/// What a code by text message does not protect against, and what it costs (R37).
pub(super) fn about_messages(words: Words) -> AnyView {
    let text = view! {
        <p>{words.get("sms-note-1")}</p>
        <p><strong>{words.get("sms-note-2")}</strong></p>
        <p>{words.get("sms-note-3")}</p>
    };
    note(Tone::Quiet, None, titled(words.get("sms-note-title"), text))
}
