//! A point in time: relative words, the exact time on hover and for machines. In UTC, until the page's island puts it into
//! the visitor's zone (`data-as` says how).

use leptos::prelude::*;

use crate::text::{Words, exact, iso, names_a_day, relative};
use crate::view::Millis;

/// `<time>` with "today at 09:14 UTC".
pub fn when(words: Words, now: Millis, at: Millis) -> AnyView {
    let shape = if names_a_day(now, at) { "day" } else { "ago" };
    view! {
        <time datetime=iso(at) title=exact(words, at) data-as=shape>
            {relative(words, now, at)}
        </time>
    }
    .into_any()
}
