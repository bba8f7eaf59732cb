//! Time running: how long a code still lives, and when a new one may be asked for.

use leptos::prelude::*;
use web_sys::Element;

use super::browser::{Since, count_down, minutes_seconds, write};

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
    let start = minutes_seconds(&short, &long, seconds);
    let run = move |element: Element| {
        let (short, long, over) = (short.clone(), long.clone(), over.clone());
        count_down(seconds, Since::Asked, move |left| {
            let text = if left == 0 { over.clone() } else { minutes_seconds(&short, &long, left) };
            write(element.first_element_child(), &text);
            if matches!(left, 0 | 10 | 30 | 60) {
                write(element.last_element_child(), &text);
            }
        });
    };
    view! {
        <span class="time-left" use:run>
            <span>{start}</span>
            <span class="sr" role="status"></span>
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
    let start = minutes_seconds(&short, &long, seconds);
    let at_once = seconds == 0;
    let ready = label.clone();
    let run = move |element: Element| {
        let (short, long, ready) = (short.clone(), long.clone(), ready.clone());
        if at_once {
            return;
        }
        count_down(seconds, Since::Now, move |left| {
            let (Some(box_), Some(said)) = (element.first_element_child(), element.last_element_child())
            else {
                return;
            };
            write(box_.first_element_child(), &minutes_seconds(&short, &long, left));
            if left == 0 {
                _ = box_.set_attribute("hidden", "");
                if let Some(button) = box_.next_element_sibling() {
                    _ = button.remove_attribute("hidden");
                }
                write(Some(said), &ready);
            }
        });
    };
    view! {
        <span class="send-again" use:run>
            <span class="waiting" hidden=at_once>
                <span>{start}</span>
            </span>
            <button class=class hidden=!at_once>
                <span>{label}</span>
            </button>
            <span class="sr" role="status"></span>
        </span>
    }
}
