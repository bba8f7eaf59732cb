//! A point in time: relative words, the exact time on hover and for machines.

use leptos::prelude::*;

use crate::text::{Words, exact, iso, relative};
use crate::view::Millis;

/// `<time>` with "today at 09:14 UTC".
pub fn when(words: Words, now: Millis, at: Millis) -> AnyView {
    view! {
        <time datetime=iso(at) title=exact(words, at)>
            {relative(words, now, at)}
        </time>
    }
    .into_any()
}
