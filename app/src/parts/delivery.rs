//! How far a message got, in words.

use leptos::prelude::*;

use super::{Ways, rich, when};
use crate::text::{Words, took_span};
use crate::view::{Delivery, DeliveryPurpose, DeliveryState, Millis, Unreachable};
use crate::ways::Elsewhere;

/// Why a number was not reached, as a sentence.
pub fn cause(words: Words, reason: Unreachable, by_call: bool) -> &'static str {
    words.get(match reason {
        Unreachable::Unavailable => "reach-unavailable",
        Unreachable::Wait => "reach-wait",
        Unreachable::Retry if by_call => "reach-call-retry",
        Unreachable::Retry => "reach-retry",
        Unreachable::Off => "reach-off",
        Unreachable::Late => "reach-late",
        Unreachable::Check => "reach-check",
        Unreachable::NoTexts => "reach-no-texts",
        Unreachable::Dead => "reach-dead",
        Unreachable::Country if by_call => "reach-call-country",
        Unreachable::Country => "reach-country",
        Unreachable::Other => "reach-other",
        Unreachable::Stop => "reach-stop",
        Unreachable::NoCall => "reach-no-call",
        Unreachable::Busy => "reach-busy",
        Unreachable::NoAnswer => "reach-no-answer",
        Unreachable::NotHeard => "reach-not-heard",
    })
}

/// What to do about it: what belongs to the reason, then the ways that the page offers.
pub fn remedy(words: Words, reason: Unreachable, ways: Ways) -> String {
    // Whether the number is right can be seen only by who typed it.
    let check = (ways.offered.elsewhere == Elsewhere::Typed).then_some("reach-check-do");
    let advice = match reason {
        Unreachable::Unavailable => Some("reach-unavailable-do"),
        Unreachable::Wait => Some("reach-wait-do"),
        Unreachable::Off => Some("reach-off-do"),
        Unreachable::Check | Unreachable::NoCall => check,
        Unreachable::Stop => Some("reach-stop-do"),
        Unreachable::Busy => ways.offered.again.then_some("reach-busy-do"),
        Unreachable::NoAnswer => ways.offered.again.then_some("reach-no-answer-do"),
        Unreachable::NotHeard => ways.offered.again.then_some("reach-not-heard-do"),
        Unreachable::Retry
        | Unreachable::Late
        | Unreachable::NoTexts
        | Unreachable::Dead
        | Unreachable::Country
        | Unreachable::Other => None,
    };
    let advice = advice.map(|key| words.get(key).to_owned());
    advice.into_iter().chain(ways.after(words, reason)).collect::<Vec<_>>().join(" ")
}

/// Why a number was not reached, with what to do about it.
pub fn reach(words: Words, reason: Unreachable, ways: Ways) -> String {
    let (cause, remedy) = (cause(words, reason, ways.offered.by_call), remedy(words, reason, ways));
    if remedy.is_empty() { cause.to_owned() } else { format!("{cause} {remedy}") }
}

/// The cause alone, to follow a colon.
fn why(words: Words, reason: Unreachable, by_call: bool) -> &'static str {
    words.get(match reason {
        Unreachable::Unavailable => "reach-unavailable-why",
        Unreachable::Wait => "reach-wait-why",
        Unreachable::Retry if by_call => "reach-call-retry-why",
        Unreachable::Retry => "reach-retry-why",
        Unreachable::Off => "reach-off-why",
        Unreachable::Late => "reach-late-why",
        Unreachable::Check => "reach-check-why",
        Unreachable::NoTexts => "reach-no-texts-why",
        Unreachable::Dead => "reach-dead-why",
        Unreachable::Country if by_call => "reach-call-country-why",
        Unreachable::Country => "reach-country-why",
        Unreachable::Other => "reach-other-why",
        Unreachable::Stop => "reach-stop-why",
        Unreachable::NoCall => "reach-no-call-why",
        Unreachable::Busy => "reach-busy-why",
        Unreachable::NoAnswer => "reach-no-answer-why",
        Unreachable::NotHeard => "reach-not-heard-why",
    })
}

/// The keys of a line about a message, and of one about a call.
type Keys = [&'static str; 9];

const LAST: [Keys; 2] = [
    [
        "last-waiting",
        "last-sent-out",
        "last-sent-out",
        "last-handed-over",
        "last-delivered",
        "last-delivered-took",
        "last-refused",
        "last-not-delivered",
        "last-unknown",
    ],
    [
        "last-call-waiting",
        "last-call-sent-out",
        "last-call-ringing",
        "last-call-answered",
        "last-call-read-out",
        "last-call-read-out-took",
        "last-call-not-made",
        "last-call-not-heard",
        "last-call-unknown",
    ],
];

const STATE: [Keys; 2] = [
    [
        "state-waiting",
        "state-sent-out",
        "state-sent-out",
        "state-handed-over",
        "state-delivered",
        "state-delivered-took",
        "state-refused",
        "state-not-delivered",
        "state-unknown",
    ],
    [
        "state-call-waiting",
        "state-call-sent-out",
        "state-call-ringing",
        "state-call-answered",
        "state-call-read-out",
        "state-call-read-out-took",
        "state-call-not-made",
        "state-call-not-heard",
        "state-call-unknown",
    ],
];

/// "Last message delivered today at 09:14 UTC, in 4 s"
pub fn last_line(words: Words, now: Millis, last: Option<Delivery>) -> AnyView {
    match last {
        Some(delivery) => line(words, now, delivery, &LAST),
        None => words.get("last-none").into_any(),
    }
}

/// As [`last_line`], in a list of messages.
pub fn state_line(words: Words, now: Millis, delivery: Delivery) -> AnyView {
    line(words, now, delivery, &STATE)
}

fn line(words: Words, now: Millis, delivery: Delivery, keys: &[Keys; 2]) -> AnyView {
    let [texts, calls] = keys;
    let [waiting, sent_out, ringing, handed_over, delivered, delivered_took, refused, not_delivered, unknown] =
        *if delivery.by_call { calls } else { texts };
    let time = [("when", when(words, now, delivery.at))];
    let cause = |reason| [("why", why(words, reason, delivery.by_call).into())];
    match (delivery.state, delivery.took_ms) {
        (DeliveryState::Waiting, _) => rich(words, waiting, [], time),
        (DeliveryState::SentOut, _) => rich(words, sent_out, [], time),
        (DeliveryState::Ringing, _) => rich(words, ringing, [], time),
        (DeliveryState::HandedOver, _) => rich(words, handed_over, [], time),
        (DeliveryState::Delivered, Some(ms)) => {
            rich(words, delivered_took, [("span", took_span(words, ms).into())], time)
        }
        (DeliveryState::Delivered, None) => rich(words, delivered, [], time),
        (DeliveryState::Refused(reason), _) => rich(words, refused, cause(reason), time),
        (DeliveryState::NotDelivered(reason), _) => rich(words, not_delivered, cause(reason), time),
        (DeliveryState::Unknown, _) => rich(words, unknown, [], time),
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
