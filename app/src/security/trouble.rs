//! What is the matter with a number, and what mends it: in the same words on the overview and on the number's own page.

use leptos::prelude::*;

use super::phone_row::finish_confirming;
use crate::parts::{Tone, label_or, note, number, rich, titled};
use crate::text::Words;
use crate::view::{Delivery, DeliveryState, Frame, MaskedNumber, PhoneState, Unreachable};
use crate::ways::{Offered, Way};

/// The number in question.
pub(super) struct Of<'a> {
    /// Its id.
    pub id: &'a str,
    /// Itself.
    pub number: MaskedNumber,
    /// Its name; may be empty.
    pub label: &'a str,
    /// How it stands.
    pub state: PhoneState,
    /// The last message to it.
    pub last: Option<Delivery>,
}

/// What is the matter, in words.
pub(super) struct Trouble {
    title: String,
    text: Vec<AnyView>,
    /// What mends it: a test, another number in its place, or its own code once more.
    pub remedy: Way,
}

/// The trouble of a number that is locked, did not get its last message, or was not used for long; none of any other.
pub(super) fn trouble(words: Words, frame: &Frame, of: &Of<'_>) -> Option<Trouble> {
    let named = || [("phone", label_or(words, of.label, of.number).into())];
    let to = [("number", number(words, of.number))];
    match of.state {
        PhoneState::Locked => Some(Trouble {
            title: words.with("locked-title", named()),
            text: rich(words, "locked-text", [("brand", frame.brand.clone().into())], to),
            remedy: Way::Replace,
        }),
        PhoneState::NeedsAttention => {
            let reason = of.last.and_then(|last| failure(last.state));
            let remedy = remedy(reason);
            let text = match (reason, remedy) {
                (Some(Unreachable::Stop), _) => "attention-text-stop",
                (_, Way::Replace) => "attention-text-never",
                _ => "attention-text",
            };
            Some(Trouble {
                title: words.with("attention-title", named()),
                text: rich(words, text, [], to),
                remedy,
            })
        }
        PhoneState::Unused => Some(Trouble {
            title: words.with("unused-title", named()),
            text: rich(words, "unused-text", [], to),
            remedy: Way::TypedNumber,
        }),
        PhoneState::Confirmed | PhoneState::Unconfirmed => None,
    }
}

const fn failure(state: DeliveryState) -> Option<Unreachable> {
    match state {
        DeliveryState::Refused(reason) | DeliveryState::NotDelivered(reason) => Some(reason),
        _ => None,
    }
}

/// A test shows nothing new about a number that cannot get any message.
fn remedy(reason: Option<Unreachable>) -> Way {
    let offered = Offered::tested(false, reason, false);
    let plan = reason.map_or_else(|| offered.anew(), |reason| offered.after(reason));
    plan.first().unwrap_or(Way::Again)
}

impl Trouble {
    /// The note, with what is done about it beside its words.
    pub(super) fn note(self, action: AnyView) -> AnyView {
        step(self.title, self.text, action)
    }
}

/// The likeliest next thing, with its button.
pub(super) fn step(title: String, text: Vec<AnyView>, action: AnyView) -> AnyView {
    let body = view! {
        <div class="note-row">
            <div>{titled(title, text)}</div>
            {action}
        </div>
    };
    note(Tone::Warn, None, body.into_any())
}

/// Sends the code with which it is confirmed anew.
pub(super) fn confirm_again_button(words: Words, frame: &Frame, id: &str) -> AnyView {
    let button = view! { <button class="btn main low"><span>{words.get("unused-action")}</span></button> };
    finish_confirming(frame, id, button.into_any())
}

/// Leads to where a new number takes its place.
pub(super) fn replace_button(words: Words, id: &str) -> AnyView {
    let to = format!("/security/phones/{id}/replace");
    view! { <a class="btn main low" href=to><span>{words.get("locked-action")}</span></a> }.into_any()
}
