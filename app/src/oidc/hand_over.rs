//! The last page before an app: it goes on by itself, and has a link for who does not want to wait.

use leptos::prelude::*;

use crate::frames::{Shown, sign_in};
use crate::text::Words;
use crate::view::{Frame, HandOverPage};

pub(crate) fn show(words: Words, frame: &Frame, page: &HandOverPage) -> Shown {
    let title = words.get("hand-over-title");
    let text = words.get(if page.signed_in { "hand-over-text" } else { "hand-over-back" });
    let content = view! {
        <h1>{title}</h1>
        <p class="lead" role="status">{text}</p>
        <p class="actions"><a class="btn main" href=page.to.clone()><span>{words.get("hand-over-go")}</span></a></p>
    };
    Shown { refresh: Some(page.to.clone()), ..sign_in(words, frame, title, content.into_any()) }
}
