//! Notes: soft boxes with an icon, a title and a sentence.

use leptos::prelude::*;

use super::{Icon, icon};

/// What a note is about; colour and icon go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Confirmed.
    Ok,
    /// Needs attention.
    Warn,
    /// Good to know.
    Quiet,
}

/// A note that says how far a message is: it moves while the page is open, under the id that it is found again by.
pub fn moving_note(id: &'static str, tone: Tone, body: AnyView) -> AnyView {
    let (class, drawing) = look(tone);
    view! {
        <div id=id class=format!("{class} moves") role="status">
            {icon(drawing)}
            <div class="note-body">{body}</div>
        </div>
    }
    .into_any()
}

/// A note. `role`: "status" for news, None for what simply stands there.
pub fn note(tone: Tone, role: Option<&'static str>, body: AnyView) -> AnyView {
    let (class, drawing) = look(tone);
    view! {
        <div class=class role=role>
            {icon(drawing)}
            <div class="note-body">{body}</div>
        </div>
    }
    .into_any()
}

/// Title and sentence of a note.
pub fn titled(title: impl IntoView + 'static, text: impl IntoView + 'static) -> AnyView {
    view! {
        <p class="note-title">{title}</p>
        <div class="note-text">{text}</div>
    }
    .into_any()
}

const fn look(tone: Tone) -> (&'static str, Icon) {
    match tone {
        Tone::Ok => ("note ok", Icon::CheckCircle),
        Tone::Warn => ("note warn", Icon::Warning),
        Tone::Quiet => ("note", Icon::Info),
    }
}
