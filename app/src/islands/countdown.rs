//! Time running: how long a code still lives, and when a new one may be asked for.

use leptos::either::Either;
use leptos::prelude::*;

use super::browser::{minutes_seconds, seconds_left};

/// How long the code still lives. Said aloud at one minute, 30 and 10 seconds and at the end, not every second.
#[island]
pub fn TimeLeft(
    /// Seconds left when the page was made.
    seconds: u32,
    /// Text below one minute, with `{s}`.
    short: String,
    /// Text from one minute up, with `{m}` and `{s}`.
    long: String,
    /// Text when it is over.
    over: String,
) -> impl IntoView {
    let left = seconds_left(seconds, true);
    let text = Memo::new(move |_| match left.get() {
        0 => over.clone(),
        now => minutes_seconds(&short, &long, now),
    });
    let said = Memo::new(move |last: Option<&String>| match left.get() {
        now if now != seconds && matches!(now, 0 | 10 | 30 | 60) => text.get_untracked(),
        _ => last.cloned().unwrap_or_default(),
    });
    view! {
        <span class="time-left">
            <span>{move || text.get()}</span>
            <span class="sr" role="status">{move || said.get()}</span>
        </span>
    }
}

/// A button that may be pressed in a while: until then a quiet box says when. It stands in a form of its own.
#[island]
pub fn SendAgain(
    /// Seconds to wait when the page was made; 0: the button at once.
    seconds: u32,
    /// Words of the button.
    label: String,
    /// Text while waiting below one minute, with `{s}`.
    short: String,
    /// Text while waiting from one minute up, with `{m}` and `{s}`.
    long: String,
    /// Class of the button.
    class: String,
) -> impl IntoView {
    let left = seconds_left(seconds, false);
    let waiting = Memo::new(move |_| left.get() > 0);
    let ready = label.clone();
    view! {
        <span class="send-again">
            {move || {
                if waiting.get() {
                    let (short, long) = (short.clone(), long.clone());
                    Either::Left(
                        view! {
                            <span class="waiting">
                                <span>{move || minutes_seconds(&short, &long, left.get())}</span>
                            </span>
                        },
                    )
                } else {
                    Either::Right(
                        view! {
                            <button class=class.clone()>
                                <span>{label.clone()}</span>
                            </button>
                        },
                    )
                }
            }}
            <span class="sr" role="status">
                {move || if seconds > 0 && !waiting.get() { ready.clone() } else { String::new() }}
            </span>
        </span>
    }
}
