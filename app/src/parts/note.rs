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

/// A note. `role`: "status" for news, None for what simply stands there.
pub fn note(tone: Tone, role: Option<&'static str>, body: AnyView) -> AnyView {
    let (class, drawing) = match tone {
        Tone::Ok => ("note ok", Icon::CheckCircle),
        Tone::Warn => ("note warn", Icon::Warning),
        Tone::Quiet => ("note", Icon::Info),
    };
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
