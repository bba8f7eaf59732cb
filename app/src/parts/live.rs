//! The line by which a page hears that there is news of its messages.

use leptos::prelude::*;

use crate::islands::LiveLine;

/// Nothing where no more is to be heard: the page is still then.
pub fn live_line(from: Option<&str>) -> AnyView {
    from.map(|from| view! { <LiveLine from=from.to_owned() /> }).into_any()
}
