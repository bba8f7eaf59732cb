//! `/dev/phone`: the inbox of the built-in message provider, for a first look.

use leptos::prelude::*;

use crate::frames::{Shown, portal};
use crate::parts::{Icon, Tone, icon, note, rich, titled, when};
use crate::text::Words;
use crate::view::{DevPhonePage, Frame};

pub(crate) fn show(words: Words, frame: &Frame, page: &DevPhonePage) -> Shown {
    let messages: Vec<_> = page
        .messages
        .iter()
        .map(|message| {
            let to = view! { <bdi dir="ltr">{message.to.clone()}</bdi> }.into_any();
            let title = match message.by_call {
                true => rich(words, "dev-call-to", [], [("number", to)]),
                false => rich(words, "dev-to", [], [("number", to)]),
            };
            view! {
                <li>
                    <p class="meta">
                        <strong>{title}</strong>
                        " "
                        {when(words, frame.now, message.sent_at)}
                    </p>
                    <p class="bubble">{message.body.clone()}</p>
                </li>
            }
        })
        .collect();
    let list = if messages.is_empty() {
        view! {
            <div class="panel empty">
                {icon(Icon::Message)}
                <h2>{words.get("dev-empty")}</h2>
                <p class="meta">{words.get("dev-empty-more")}</p>
            </div>
        }
        .into_any()
    } else {
        view! { <ol class="inbox">{messages}</ol> }.into_any()
    };
    let content = view! {
        <h1>{words.get("dev-title")}</h1>
        {note(Tone::Quiet, None, titled(words.get("dev-note-title"), words.get("dev-note-text")))}
        <p class="actions">
            <a class="btn" href="/dev/phone"><span>{words.get("dev-reload")}</span></a>
            <a class="plain" href="/security">{words.get("dev-portal")}</a>
        </p>
        {list}
    };
    portal(words, frame, words.get("dev-title"), content.into_any())
}
