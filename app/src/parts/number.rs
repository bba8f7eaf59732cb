//! A masked number, isolated left to right, said aloud as "ending in 34".

use leptos::prelude::*;

use crate::text::Words;
use crate::view::MaskedNumber;

/// `+1 ••• ••• 34`
pub fn number(words: Words, number: MaskedNumber) -> AnyView {
    let spoken = words.with("number-spoken", [("ending", number.ending().into())]);
    view! {
        <bdi class="number" dir="ltr">
            <span aria-hidden="true">{number.to_string()}</span>
            <span class="sr">{spoken}</span>
        </bdi>
    }
    .into_any()
}

/// The owner's name for a number, or "Phone ending in 34" where there is none.
pub fn label_or(words: Words, label: &str, number: MaskedNumber) -> String {
    if label.is_empty() {
        words.with("phone-unnamed", [("ending", number.ending().into())])
    } else {
        label.to_owned()
    }
}
