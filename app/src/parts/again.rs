//! Asking for a new code, by text or by call: one form, and a button for each way.

use leptos::prelude::*;

use super::{Again, Icon, again_button, check_again, hidden, pause, pausing};
use crate::text::Words;
use crate::view::{CodeWait, DeliveryState, Problem};
use crate::ways::{Offered, Plan, Way};

/// By which way a new code is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By text message.
    Text,
    /// By call.
    Call,
}

impl By {
    /// The button of a way, where it is one of this form.
    const fn of(way: Way, wait: &CodeWait) -> Option<Self> {
        match (way, wait.by_call) {
            (Way::Call, _) | (Way::Again, true) => Some(Self::Call),
            (Way::Text, _) | (Way::Again, false) => Some(Self::Text),
            (Way::OwnNumber | Way::TypedNumber | Way::Replace, _) => None,
        }
    }

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

/// Where the ways of a code page stand: in the order of their plan.
pub struct Places {
    /// What has moved up, before the field.
    pub up: Option<Way>,
    /// Its button, where it is one of the form.
    pub up_by: Vec<By>,
    /// The form's other buttons.
    pub rest: Vec<By>,
    /// All of the form's buttons.
    all: Vec<By>,
}

impl Places {
    /// For the page of this code, with what it has and what is told on top of it.
    pub fn new(wait: &CodeWait, offered: Offered, problem: Option<Problem>) -> Self {
        let plan = plan(wait, offered, problem);
        let up = plan.first().filter(|_| wait.asks_anew());
        let by = |way| By::of(way, wait);
        let all: Vec<By> = plan.ways().into_iter().filter_map(by).collect();
        let up_by: Vec<By> = up.and_then(by).into_iter().collect();
        let rest = all.iter().copied().filter(|by| !up_by.contains(by)).collect();
        Self { up, up_by, rest, all }
    }

    /// Whether no code can be asked for.
    pub fn none(&self) -> bool {
        self.all.is_empty()
    }

    /// The class of what has moved up: filled where no code can be typed.
    pub const fn class(wait: &CodeWait) -> &'static str {
        if wait.is_alive() { "btn low" } else { "btn main" }
    }
}

fn plan(wait: &CodeWait, offered: Offered, problem: Option<Problem>) -> Plan {
    match (problem, wait.failure()) {
        (Some(Problem::Locked), _) => offered.without_it(),
        (Some(Problem::CannotReach(reason)), _) => offered.after(reason),
        // What is told of a code that is over says to ask for a new one, unless that would not come either.
        (Some(_), Some(reason)) if !reason.lasts() => offered.anew(),
        (_, Some(reason)) => offered.after(reason),
        (_, None) => offered.anew(),
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

/// Buttons for `ways`, the first of this class. What is waited for is told once on a page: beside the first of all ways.
pub fn ways_buttons(
    words: Words,
    wait: &CodeWait,
    places: &Places,
    ways: &[By],
    class: &'static str,
    forms: &Forms<'_>,
) -> AnyView {
    let all = &places.all;
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
pub fn stage(title: &str, up: Option<Way>, ways: &[By]) -> String {
    let up = match up {
        Some(Way::OwnNumber | Way::TypedNumber | Way::Replace) => Some("number"),
        Some(Way::Again | Way::Call | Way::Text) | None => None,
    };
    let ways = ways.iter().map(|by| by.channel());
    std::iter::once(title).chain(up).chain(ways).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
