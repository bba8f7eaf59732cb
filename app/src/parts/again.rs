//! Asking for a new code, by text or by call: one form, and a button for each way.

use leptos::prelude::*;

use super::{Again, Elsewhere, Icon, Ways, again_button, check_again, hidden, pause, pausing};
use crate::text::Words;
use crate::view::{CodeWait, DeliveryState, Frame, Unreachable};

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

    /// A handset, or the phone that shows the text.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Text => Icon::Phone,
            Self::Call => Icon::Handset,
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Text => "again-text",
            Self::Call => "again-call",
        }
    }

    /// The words of its button.
    const fn label(self, wait: &CodeWait) -> &'static str {
        let refused = matches!(wait.delivery, DeliveryState::Refused(_));
        match (self, wait.by_call) {
            (Self::Text, true) => "call-text-instead",
            (Self::Text, false) => "resend",
            (Self::Call, false) => "call-me",
            (Self::Call, true) if refused => "call-me-retry",
            (Self::Call, true) => "call-me-again",
        }
    }
}

impl CodeWait {
    /// The ways a new code can come, the one to try next first; none where none may be asked for.
    pub(crate) fn ways_left(&self) -> Vec<By> {
        if self.resend_in.is_none() {
            return Vec::new();
        }
        let texts_fail = matches!(
            self.delivery,
            DeliveryState::Refused(Unreachable::NoTexts | Unreachable::Country)
                | DeliveryState::NotDelivered(Unreachable::NoTexts | Unreachable::Country)
        );
        // Its note says to ask for another one.
        let unheard = self.by_call && matches!(self.delivery, DeliveryState::NotDelivered(_));
        let texts_fail = texts_fail || unheard;
        // Another call would end the same way.
        let calls_fail = self.by_call && matches!(self.delivery, DeliveryState::Refused(why) if why.lasts());
        match (self.call_in.is_some(), self.fixed_line) {
            (true, true) => vec![By::Call],
            (true, false) if calls_fail => vec![By::Text],
            (true, false) if texts_fail => vec![By::Call, By::Text],
            (true, false) => vec![By::Text, By::Call],
            (false, _) => vec![By::Text],
        }
    }

    /// What the page of this code offers where it did not come.
    pub(crate) fn ways(&self, frame: &Frame, others: bool, elsewhere: Elsewhere) -> Ways {
        let left = self.ways_left();
        Ways {
            by_call: self.by_call,
            again: (!left.is_empty()).then_some("way-again"),
            call: left.contains(&By::Call),
            text: left.contains(&By::Text),
            others,
            elsewhere,
            ..Ways::of(frame)
        }
    }
}

/// What the form and its buttons are told.
pub struct Forms<'a> {
    /// Where it is posted.
    pub to: &'a str,
    /// The frame's token.
    pub csrf: &'a str,
    /// The page to look at again.
    pub page: &'a str,
    /// The phone, where the form names it.
    pub phone: Option<&'a str>,
    /// Seconds until a new code may be asked for.
    pub seconds: u32,
    /// Whether islands may be used.
    pub live: bool,
}

/// The form that the buttons belong to. There is nothing to see of it.
pub fn again_form(forms: &Forms<'_>) -> AnyView {
    let phone = forms.phone.map(|phone| hidden("phone", phone.to_owned()));
    let class = pausing(forms.seconds).filter(|_| forms.live);
    view! {
        <form id="again" class=class method="post" action=forms.to.to_owned() novalidate>
            <input type="hidden" name="csrf" value=forms.csrf.to_owned() />
            {phone}
        </form>
    }
    .into_any()
}

/// Buttons for `ways`, the first of this class. What is waited for is told once on a page: beside the first of `all` ways.
pub fn ways_buttons(
    words: Words,
    wait: &CodeWait,
    ways: &[By],
    class: &'static str,
    forms: &Forms<'_>,
) -> AnyView {
    let all = wait.ways_left();
    let with_first = !all.is_empty() && all.first() == ways.first();
    let said = || all.iter().map(|by| words.get(by.label(wait))).collect::<Vec<_>>().join(". ");
    let pause = with_first.then(|| pause(words, "resend-in", said(), forms.seconds, forms.live)).flatten();
    // Without islands nothing would make them appear.
    let shown = if forms.live || forms.seconds == 0 { ways } else { &[] };
    let buttons: Vec<_> = shown
        .iter()
        .enumerate()
        .map(|(at, by)| {
            let class = if at == 0 { class } else { "btn" };
            let icon = (*by == By::Call).then_some(Icon::Handset);
            let again =
                Again { label: by.label(wait), id: by.id(), channel: Some(by.channel()), icon, class };
            again_button(words, again)
        })
        .collect();
    view! { {pause} {buttons} }.into_any()
}

/// Looking again, while there is something to wait for.
pub fn check_wait(words: Words, wait: &CodeWait, forms: &Forms<'_>) -> Option<AnyView> {
    check_again(words, forms.page, forms.live, wait.moving || forms.seconds > 0)
}

/// What parts of an open page are put in anew by: another heading, other ways or another order of them.
pub fn stage(title: &str, ways: &[By]) -> String {
    let ways = ways.iter().map(|by| by.channel());
    std::iter::once(title).chain(ways).collect::<Vec<_>>().join(" ")
}
