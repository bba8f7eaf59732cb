//! Time running: how long a code still lives, and when a new one may be asked for.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

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
    /// Text of whole minutes, with `{m}`.
    even: String,
    /// Text when it is over.
    over: String,
    /// The page that says what to do then.
    page: String,
) -> impl IntoView {
    let start = minutes_seconds(&short, &long, &even, seconds);
    let run = move |element: Element| {
        let (short, long, even, over) = (short.clone(), long.clone(), even.clone(), over.clone());
        let page = page.clone();
        count_down(seconds, Since::Asked, move |left| {
            let text = if left == 0 { over.clone() } else { minutes_seconds(&short, &long, &even, left) };
            write(element.first_element_child(), &text);
            if matches!(left, 0 | 10 | 30 | 60) {
                write(element.last_element_child(), &text);
            }
            if left == 0 {
                go_on(page.clone());
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

/// By then the code has run out at the server too, which counts from a moment later.
const SOON: Duration = Duration::from_secs(2);

/// Goes to the page that says what to do next, unless something was typed here: that is answered by the form.
fn go_on(page: String) {
    let go = move || {
        let Some(window) = web_sys::window() else { return };
        let field = window.document().and_then(|document| document.get_element_by_id(CODE));
        let typed = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
        if typed.is_none_or(|field| field.value().is_empty()) {
            _ = window.location().replace(&page);
        }
    };
    set_timeout(go, SOON);
}

/// The field for the code.
const CODE: &str = "code";

/// The form whose buttons wait.
const FORM: &str = "again";

/// The quiet box that says when the buttons of the form `again` may be pressed; then it goes, and they are there.
#[island]
pub fn Pause(
    /// Seconds to wait when the page was made.
    seconds: u32,
    /// Read out when the buttons are there: their words.
    said: String,
    /// Text while waiting below one minute, with `{s}`.
    short: String,
    /// Text while waiting from one minute up, with `{m}` and `{s}`.
    long: String,
    /// Text of whole minutes, with `{m}`.
    even: String,
) -> impl IntoView {
    let start = minutes_seconds(&short, &long, &even, seconds);
    let run = move |element: Element| {
        let (short, long, even, said) = (short.clone(), long.clone(), even.clone(), said.clone());
        count_down(seconds, Since::Now, move |left| {
            let Some(box_) = element.first_element_child() else { return };
            write(box_.first_element_child(), &minutes_seconds(&short, &long, &even, left));
            if left == 0 {
                _ = box_.set_attribute("hidden", "");
                let form = element.owner_document().and_then(|document| document.get_element_by_id(FORM));
                _ = form.map(|form| form.remove_attribute("class"));
                write(element.last_element_child(), &said);
            }
        });
    };
    view! {
        <span class="pause" use:run>
            <span class="waiting">
                <span>{start}</span>
            </span>
            <span class="sr" role="status"></span>
        </span>
    }
}
