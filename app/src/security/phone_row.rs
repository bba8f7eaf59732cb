//! One number in the overview: how it stands, its last message, what can be done with it.

use leptos::prelude::*;

use crate::parts::{Post, label_or, last_line, number, phone_chips, post, rich};
use crate::text::Words;
use crate::view::{Frame, PhoneRow, PhoneState};

/// Leads to the code that is waited for, or sends a new one: so it posts.
pub(super) fn finish_confirming(frame: &Frame, id: &str, button: AnyView) -> AnyView {
    let to = format!("/security/phones/{id}/confirm");
    post(Post { to, csrf: frame.csrf.clone(), class: "" }, button)
}

pub(super) fn row(words: Words, frame: &Frame, row: &PhoneRow) -> AnyView {
    let named = label_or(words, &row.label, row.number);
    let label = (!row.label.is_empty()).then(|| view! { <p class="row-label">{row.label.clone()}</p> });
    let replaces = row.replaces.map(|old| {
        let text = rich(words, "phone-replaces", [], [("number", number(words, old))]);
        view! { <p class="meta">{text}</p> }
    });
    let first = match row.state {
        PhoneState::Unconfirmed => {
            let button = view! { <button class="plain">{words.get("phone-finish")}</button> };
            finish_confirming(frame, &row.id, button.into_any())
        }
        PhoneState::Locked | PhoneState::Unused => ().into_any(),
        PhoneState::Confirmed | PhoneState::NeedsAttention => {
            let spoken = words.with("phone-test-spoken", [("phone", named.clone().into())]);
            let button = view! { <button class="plain" aria-label=spoken>{words.get("phone-test")}</button> };
            let to = format!("/security/phones/{}/test", row.id);
            post(Post { to, csrf: frame.csrf.clone(), class: "" }, button.into_any())
        }
    };
    let manage = words.with("phone-manage-spoken", [("phone", named.into())]);
    view! {
        <li class="row">
            <div class="row-what">
                <p class="row-number">
                    <strong>{number(words, row.number)}</strong>
                    {phone_chips(words, row.preferred, row.fixed_line, row.state)}
                </p>
                {label}
                {replaces}
                <p class="meta">{last_line(words, frame.now, row.last)}</p>
            </div>
            <div class="row-actions">
                {first}
                <a class="plain" href=format!("/security/phones/{}", row.id) aria-label=manage>
                    {words.get("phone-manage")}
                </a>
            </div>
        </li>
    }
    .into_any()
}
