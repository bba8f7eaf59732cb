//! A button that may have to wait: with islands it comes alive by itself, without it says when and how to look again.

use leptos::prelude::*;

use crate::islands::SendAgain;
use crate::text::{Words, seconds_span};

/// A button with its own waiting text.
#[derive(Debug, Clone, Copy)]
pub struct Again {
    /// Key of the button's words.
    pub label: &'static str,
    /// Key of the text while waiting, with `$span`.
    pub waiting: &'static str,
    /// Class of the button.
    pub class: &'static str,
    /// Seconds to wait; 0: the button at once.
    pub seconds: u32,
}

/// For a live page: the button appears when the time has come. `check` is the page to look at again without script; empty where another
/// button beside it says so already.
pub fn send_again(words: Words, again: Again, check: String) -> AnyView {
    let look = (again.seconds > 0 && !check.is_empty()).then(|| {
        view! { <noscript><p class="check-again"><a href=check>{words.get("resend-check")}</a></p></noscript> }
    });
    // The island fills in the figures, in the words of this language.
    let short = words.with("span-seconds", [("n", "{s}".into())]);
    let long = words.with("span-minutes-seconds", [("m", "{m}".into()), ("s", "{s}".into())]);
    view! {
        <SendAgain
            seconds=again.seconds
            label=words.get(again.label).to_owned()
            short=words.with(again.waiting, [("span", short.into())])
            long=words.with(again.waiting, [("span", long.into())])
            class=again.class.to_owned()
        />
        {look}
    }
    .into_any()
}

/// For a plain page: the button, or a quiet box in its place with a link to look again, unless `check` is empty.
pub fn send_or_wait(words: Words, again: Again, check: String) -> AnyView {
    if again.seconds == 0 {
        return view! { <button class=again.class><span>{words.get(again.label)}</span></button> }.into_any();
    }
    let text = words.with(again.waiting, [("span", seconds_span(words, again.seconds).into())]);
    let look = (!check.is_empty()).then(|| {
        view! { <p class="check-again"><a href=check>{words.get("resend-check")}</a></p> }
    });
    view! {
        <span class="waiting"><span>{text}</span></span>
        {look}
    }
    .into_any()
}
