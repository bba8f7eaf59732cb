//! Chips: the state of a number in an icon and a word.

use leptos::prelude::*;

use super::{Icon, icon};
use crate::text::Words;
use crate::view::PhoneState;

fn chip(class: &'static str, drawing: Icon, word: &'static str) -> AnyView {
    view! { <span class=class>{icon(drawing)} <span>{word}</span></span> }.into_any()
}

/// "Preferred"
pub fn preferred_chip(words: Words) -> AnyView {
    chip("chip accent", Icon::Star, words.get("chip-preferred"))
}

/// "Needs attention"
pub fn attention_chip(words: Words) -> AnyView {
    chip("chip warn", Icon::Warning, words.get("chip-attention"))
}

/// "By call"
pub fn by_call_chip(words: Words) -> AnyView {
    chip("chip", Icon::Handset, words.get("call-choice"))
}

/// All chips of a number.
pub fn phone_chips(words: Words, preferred: bool, fixed_line: bool, state: PhoneState) -> Vec<AnyView> {
    let mut chips = Vec::with_capacity(3);
    if fixed_line {
        chips.push(by_call_chip(words));
    }
    // A locked number gets no codes, preferred or not.
    if preferred && !matches!(state, PhoneState::Locked | PhoneState::Unused) {
        chips.push(preferred_chip(words));
    }
    match state {
        PhoneState::Confirmed => {}
        PhoneState::Unconfirmed => chips.push(chip("chip", Icon::Clock, words.get("chip-unconfirmed"))),
        PhoneState::NeedsAttention => chips.push(attention_chip(words)),
        PhoneState::Locked => chips.push(chip("chip warn", Icon::Lock, words.get("chip-locked"))),
        PhoneState::Unused => chips.push(chip("chip", Icon::Clock, words.get("chip-unused"))),
    }
    chips
}
