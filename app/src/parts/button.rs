//! A button that may have to wait: with islands it comes alive by itself, without it says when and how to look again.

use leptos::prelude::*;

use crate::islands::SendAgain;
use crate::text::{Value, Words, seconds_span};

/// The stand-ins that an island fills in.
fn stand_ins() -> [(&'static str, Value); 2] {
    [("m", "{m}".into()), ("s", "{s}".into())]
}

/// "Send a new code", now or in a while, for a live page. `check` is the page to look at again without script.
pub fn send_again(words: Words, seconds: u32, class: &'static str, check: String) -> AnyView {
    let again = (seconds > 0).then(|| {
        view! { <noscript><p class="check-again"><a href=check>{words.get("resend-check")}</a></p></noscript> }
    });
    view! {
        <SendAgain
            seconds
            label=words.get("resend").to_owned()
            short=words.with("resend-in-seconds", stand_ins())
            long=words.with("resend-in-minutes", stand_ins())
            class=class.to_owned()
        />
        {again}
    }
    .into_any()
}

/// A quiet box in a button's place: `key` with `$span`, and where to look again.
pub fn waiting_box(words: Words, key: &'static str, seconds: u32, check: String) -> AnyView {
    let text = words.with(key, [("span", seconds_span(words, seconds).into())]);
    view! {
        <span class="waiting"><span>{text}</span></span>
        <p class="check-again"><a href=check>{words.get("resend-check")}</a></p>
    }
    .into_any()
}
