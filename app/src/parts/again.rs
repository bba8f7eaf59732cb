//! Asking for a new code: by text, by call, each a form of its own.

use leptos::prelude::*;

use super::{Again, Post, hidden, post, send_again, send_or_wait};
use crate::text::Words;
use crate::view::{CodeWait, DeliveryState, Unreachable};

/// By which way a new code is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By text message.
    Text,
    /// By call.
    Call,
}

impl By {
    /// The value of the field `channel`.
    pub const fn channel(self) -> &'static str {
        match self {
            Self::Text => "sms",
            Self::Call => "voice",
        }
    }
}

impl CodeWait {
    /// The ways a new code can come, the one to try next first.
    pub(crate) fn ways_left(&self) -> Vec<By> {
        let texts_fail = matches!(
            self.delivery,
            DeliveryState::Refused(Unreachable::NoTexts) | DeliveryState::NotDelivered(Unreachable::NoTexts)
        );
        // Its note says to ask for another one.
        let unheard = self.by_call && matches!(self.delivery, DeliveryState::NotDelivered(_));
        let texts_fail = texts_fail || unheard;
        match (self.call_in.is_some(), self.fixed_line) {
            (true, true) => vec![By::Call],
            (true, false) if texts_fail => vec![By::Call, By::Text],
            (true, false) => vec![By::Text, By::Call],
            (false, _) => vec![By::Text],
        }
    }
}

/// What the forms of a page are told.
pub struct Forms<'a> {
    /// Where they are posted.
    pub to: &'a str,
    /// The frame's token.
    pub csrf: &'a str,
    /// The page to look at again while waiting; told beside the first way alone.
    pub page: &'a str,
    /// The phone, where the form names it.
    pub phone: Option<&'a str>,
    /// Whether islands may be used.
    pub live: bool,
}

/// One form for a new code by this way. `seconds`: until it may be asked for.
pub fn again_form(
    words: Words,
    wait: &CodeWait,
    by: By,
    seconds: u32,
    class: &'static str,
    forms: &Forms<'_>,
) -> AnyView {
    let (label, waiting) = match (by, wait.by_call) {
        (By::Text, false) => ("resend", "resend-in"),
        (By::Text, true) => ("call-text-instead", "call-text-in"),
        (By::Call, false) => ("call-me", "call-me-in"),
        (By::Call, true) => ("call-me-again", "call-me-in"),
    };
    let again = Again { label, waiting, class, seconds };
    let page = if wait.ways_left().first() == Some(&by) { forms.page } else { "" };
    let button = match forms.live {
        true => send_again(words, again, page.to_owned()),
        false => send_or_wait(words, again, page.to_owned()),
    };
    let phone = forms.phone.map(|phone| hidden("phone", phone.to_owned()));
    let inside = view! { {hidden("channel", by.channel())} {phone} {button} };
    post(Post { to: forms.to.to_owned(), csrf: forms.csrf.to_owned(), class: "resend" }, inside.into_any())
}
