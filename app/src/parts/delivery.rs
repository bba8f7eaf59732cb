//! How far a message got, in words.

use leptos::prelude::*;

use super::{rich, when};
use crate::text::{Words, took_span};
use crate::view::{Delivery, DeliveryPurpose, DeliveryState, Millis, Unreachable};

/// Why a number was not reached, with what to do about it.
pub fn reach(words: Words, reason: Unreachable) -> &'static str {
    words.get(match reason {
        Unreachable::Unavailable => "reach-unavailable",
        Unreachable::Wait => "reach-wait",
        Unreachable::Retry => "reach-retry",
        Unreachable::Off => "reach-off",
        Unreachable::Late => "reach-late",
        Unreachable::Check => "reach-check",
        Unreachable::NoTexts => "reach-no-texts",
        Unreachable::Dead => "reach-dead",
        Unreachable::Country => "reach-country",
        Unreachable::Other => "reach-other",
        Unreachable::Stop => "reach-stop",
    })
}

/// The cause alone, to follow a colon.
fn why(words: Words, reason: Unreachable) -> &'static str {
    words.get(match reason {
        Unreachable::Unavailable => "reach-unavailable-why",
        Unreachable::Wait => "reach-wait-why",
        Unreachable::Retry => "reach-retry-why",
        Unreachable::Off => "reach-off-why",
        Unreachable::Late => "reach-late-why",
        Unreachable::Check => "reach-check-why",
        Unreachable::NoTexts => "reach-no-texts-why",
        Unreachable::Dead => "reach-dead-why",
        Unreachable::Country => "reach-country-why",
        Unreachable::Other => "reach-other-why",
        Unreachable::Stop => "reach-stop-why",
    })
}

/// "Last message delivered today at 09:14 UTC, in 4 s"
pub fn last_line(words: Words, now: Millis, last: Option<Delivery>) -> AnyView {
    let Some(delivery) = last else { return words.get("last-none").into_any() };
    let time = [("when", when(words, now, delivery.at))];
    match (delivery.state, delivery.took_ms) {
        (DeliveryState::Waiting, _) => rich(words, "last-waiting", [], time),
        (DeliveryState::SentOut, _) => rich(words, "last-sent-out", [], time),
        (DeliveryState::HandedOver, _) => rich(words, "last-handed-over", [], time),
        (DeliveryState::Delivered, Some(ms)) => {
            rich(words, "last-delivered-took", [("span", took_span(words, ms).into())], time)
        }
        (DeliveryState::Delivered, None) => rich(words, "last-delivered", [], time),
        (DeliveryState::Refused(reason), _) => {
            rich(words, "last-refused", [("why", why(words, reason).into())], time)
        }
        (DeliveryState::NotDelivered(reason), _) => {
            rich(words, "last-not-delivered", [("why", why(words, reason).into())], time)
        }
        (DeliveryState::Unknown, _) => rich(words, "last-unknown", [], time),
    }
    .into_any()
}

/// As [`last_line`], in a list of messages.
pub fn state_line(words: Words, now: Millis, delivery: Delivery) -> AnyView {
    let time = [("when", when(words, now, delivery.at))];
    match (delivery.state, delivery.took_ms) {
        (DeliveryState::Waiting, _) => rich(words, "state-waiting", [], time),
        (DeliveryState::SentOut, _) => rich(words, "state-sent-out", [], time),
        (DeliveryState::HandedOver, _) => rich(words, "state-handed-over", [], time),
        (DeliveryState::Delivered, Some(ms)) => {
            rich(words, "state-delivered-took", [("span", took_span(words, ms).into())], time)
        }
        (DeliveryState::Delivered, None) => rich(words, "state-delivered", [], time),
        (DeliveryState::Refused(reason), _) => {
            rich(words, "state-refused", [("why", why(words, reason).into())], time)
        }
        (DeliveryState::NotDelivered(reason), _) => {
            rich(words, "state-not-delivered", [("why", why(words, reason).into())], time)
        }
        (DeliveryState::Unknown, _) => rich(words, "state-unknown", [], time),
    }
    .into_any()
}

/// What a past message was for.
pub fn purpose(words: Words, purpose: DeliveryPurpose) -> &'static str {
    words.get(match purpose {
        DeliveryPurpose::SignIn => "delivery-purpose-sign-in",
        DeliveryPurpose::Confirm => "delivery-purpose-confirm",
        DeliveryPurpose::FreshProof => "delivery-purpose-fresh",
        DeliveryPurpose::Test => "delivery-purpose-test",
        DeliveryPurpose::Notice => "delivery-purpose-notice",
    })
}
