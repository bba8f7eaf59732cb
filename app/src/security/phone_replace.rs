//! `/security/phones/{id}/replace`: a new number takes the place of an old one.

use leptos::prelude::*;

use super::phone_new::{described, typed_here};
use crate::frames::{Shown, back_link, portal};
use crate::parts::{
    Post, Tone, countries_help, country_hint, field, field_error, label_or, note, number, phone_input, post,
    rich, summary,
};
use crate::text::Words;
use crate::view::{Field, Frame, PhoneReplacePage};

pub(crate) fn show(words: Words, frame: &Frame, page: &PhoneReplacePage) -> Shown {
    let context = typed_here("means-not-replaced", frame);
    let error = page
        .problem
        .filter(|problem| problem.field() == Some(Field::Phone))
        .map(|problem| field_error(words, problem, context));
    let above = format!("/security/phones/{}", page.id);
    let input = phone_input(
        words,
        page.phone.clone(),
        &page.countries,
        described("phone-hint", "phone-error", error.is_some()),
        error.is_some(),
        page.problem.is_none(),
    );
    let fields = view! {
        <div>
            {field(
                Field::Phone,
                words.get("replace-phone").into_any(),
                Some(country_hint(words, page.default_country).into_any()),
                error,
                input,
            )}
            {countries_help(words, &page.countries)}
        </div>
        {note(Tone::Quiet, None, view! { <p class="note-text">{words.get("replace-keeps")}</p> }.into_any())}
        <p class="actions">
            <button class="btn main"><span>{words.get("new-submit")}</span></button>
            <a class="plain" href=above.clone()>{words.get("cancel")}</a>
        </p>
    };
    let form = Post {
        to: format!("/security/phones/{}/replace", page.id),
        csrf: frame.csrf.clone(),
        class: "stack",
    };
    let content = view! {
        {back_link(above, label_or(words, &page.label, page.number))}
        <h1>{rich(words, "replace-title", [], [("number", number(words, page.number))])}</h1>
        <p class="lead">{words.get("replace-lead")}</p>
        <div class="narrow">
            {summary(words, page.problem, context)}
            {post(form, fields.into_any())}
        </div>
    };
    let title = words.with("replace-title", [("number", page.number.to_string().into())]);
    portal(words, frame, title, content.into_any())
}
