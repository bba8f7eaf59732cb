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

/// A note that says how far a message is, with what to do about it below. Both move while the page is open, each under the id that it
/// is found again by; the words alone are read out, and at once where the message did not come.
pub fn told_note(tone: Tone, body: AnyView, next: AnyView) -> AnyView {
    let (class, drawing) = look(tone);
    let class = class.strip_prefix("note").unwrap_or_default();
    let role = if tone == Tone::Warn { "alert" } else { "status" };
    view! {
        <div class="note told">
            <div id="sent" class=format!("told-what moves{class}") role=role>
                {icon(drawing)}
                <div class="note-body">{body}</div>
            </div>
            {next}
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
