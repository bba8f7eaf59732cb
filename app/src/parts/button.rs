//! Buttons that may have to wait: a quiet box says until when, and with islands they come by themselves.
//!
//! They belong to the form with the id `again`, wherever on the page they stand. While that form has the class `pausing` the style
//! sheet keeps them back; so parts of an open page can be put in anew without losing the clock that runs.

use leptos::prelude::*;

use super::{Icon, icon};
use crate::islands::Pause;
use crate::text::{Words, seconds_span};

/// A button of the form `again`.
#[derive(Debug, Clone, Copy)]
pub struct Again {
    /// Key of the button's words.
    pub label: &'static str,
    /// Its id, by which the focus finds it again.
    pub id: &'static str,
    /// The value of `channel`, where the form asks for one.
    pub channel: Option<&'static str>,
    /// What it is about, where a word is not enough.
    pub icon: Option<Icon>,
    /// Its class.
    pub class: &'static str,
}

/// The button.
pub fn again_button(words: Words, again: Again) -> AnyView {
    view! {
        <button
            form="again"
            id=again.id
            name=again.channel.map(|_| "channel")
            value=again.channel
            class=format!("{} later", again.class)
        >
            {again.icon.map(icon)}
            <span>{words.get(again.label)}</span>
        </button>
    }
    .into_any()
}

/// The class of the form `again`: whether its buttons have to wait.
pub const fn pausing(seconds: u32) -> Option<&'static str> {
    if seconds > 0 { Some("pausing") } else { None }
}

/// The box that stands where the buttons will be; nothing where there is nothing to wait for. `waiting` is the key of its words, with
/// `$span`; `said` is read out when it is over.
pub fn pause(words: Words, waiting: &'static str, said: String, seconds: u32, live: bool) -> Option<AnyView> {
    if seconds == 0 {
        return None;
    }
    if !live {
        let text = words.with(waiting, [("span", seconds_span(words, seconds).into())]);
        return Some(view! { <div class="waiting"><span>{text}</span></div> }.into_any());
    }
    // The island fills in the figures, in the words of this language.
    let shape = |span: String| words.with(waiting, [("span", span.into())]);
    let minutes = ("m", "{m}".into());
    let short = words.with("span-seconds", [("n", "{s}".into())]);
    let long = words.with("span-minutes-seconds", [minutes, ("s", "{s}".into())]);
    let even = words.with("span-minutes", [("n", "{m}".into())]);
    let island =
        view! { <Pause seconds=seconds said=said short=shape(short) long=shape(long) even=shape(even) /> };
    Some(view! { <div id="pause" class="keeps">{island}</div> }.into_any())
}

/// The way to look at the page anew while something may still change on it: for pages that do not move by themselves.
pub fn check_again(words: Words, page: &str, live: bool, more: bool) -> Option<AnyView> {
    let link = || {
        view! { <p class="check-again"><a href=page.to_owned()>{words.get("resend-check")}</a></p> }
            .into_any()
    };
    match (more, live) {
        (false, _) => None,
        (true, true) => Some(view! { <noscript>{link()}</noscript> }.into_any()),
        (true, false) => Some(link()),
    }
}
