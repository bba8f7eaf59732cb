//! The few things islands ask of the browser. They run from directives, so never on the server.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::{IntervalHandle, set_interval_with_handle};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, EventTarget, HtmlInputElement};

/// From when seconds are counted, on the browser's monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The page was asked for: ends never later than the server thinks.
    Asked,
    /// Now: ends never earlier.
    Now,
}

/// Calls `each` with the whole seconds left of `total` whenever they change, last with 0.
pub fn count_down(total: u32, since: Since, each: impl Fn(u32) + 'static) {
    let Some(clock) = web_sys::window().and_then(|window| window.performance()) else { return };
    let start = if since == Since::Asked { 0.0 } else { clock.now() };
    let handle: Rc<Cell<Option<IntervalHandle>>> = Rc::default();
    let (own, last) = (Rc::clone(&handle), Cell::new(total));
    let step = move || {
        let gone = ((clock.now() - start) / 1000.0) as u32;
        let left = total.saturating_sub(gone);
        if last.replace(left) != left {
            each(left);
        }
        if left == 0
            && let Some(handle) = own.take()
        {
            handle.clear();
        }
    };
    handle.set(set_interval_with_handle(step, Duration::from_millis(250)).ok());
}

/// Calls `each` at every such event.
pub fn on(target: &EventTarget, event: &str, each: impl Fn() + 'static) {
    let each: Box<dyn Fn()> = Box::new(each);
    let each = Closure::wrap(each).into_js_value();
    _ = target.add_event_listener_with_callback(event, each.unchecked_ref());
}

/// Calls `each` after every change of the field.
pub fn on_input(input: &HtmlInputElement, each: impl FnMut() + 'static) {
    let each: Box<dyn FnMut()> = Box::new(each);
    let each = Closure::wrap(each).into_js_value();
    _ = input.add_event_listener_with_callback("input", each.unchecked_ref());
}

/// Puts `text` into the first or last element inside `of`.
pub fn write(of: Option<Element>, text: &str) {
    if let Some(element) = of {
        element.set_text_content(Some(text));
    }
}

/// Writes `text` into the field; the caret comes to stand after as many digits as before.
pub fn rewrite(input: &HtmlInputElement, text: &str) {
    let caret = input.selection_start().ok().flatten().map_or(usize::MAX, |at| at as usize);
    // Offsets are UTF-16 units; digits of every script we read are one unit each.
    let digits = input.value().chars().take(caret).filter_map(ascii_digit).count();
    input.set_value(text);
    let mut seen = 0;
    let after = text.chars().take_while(|c| {
        let before = seen < digits || *c == '+';
        seen += usize::from(c.is_ascii_digit());
        before
    });
    let place = after.count() as u32;
    _ = input.set_selection_range(place, place);
}

/// A template with `{m}` and `{s}` filled in: `short` (only `{s}`) below one minute, `even` (only `{m}`) for whole minutes.
pub fn minutes_seconds(short: &str, long: &str, even: &str, seconds: u32) -> String {
    let template = match (seconds / 60, seconds % 60) {
        (0, _) => short,
        (_, 0) => even,
        _ => long,
    };
    template.replace("{m}", &(seconds / 60).to_string()).replace("{s}", &(seconds % 60).to_string())
}

/// Digits of any script as ASCII; None for everything else (R17).
pub fn ascii_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(c as u32 - 0xff10, 10),
        '\u{660}'..='\u{669}' => char::from_digit(c as u32 - 0x660, 10),
        '\u{6f0}'..='\u{6f9}' => char::from_digit(c as u32 - 0x6f0, 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_keyboard_are_read() {
        let read: String = "１２３۴5 x".chars().filter_map(ascii_digit).collect();
        assert_eq!(read, "12345");
    }

    #[test]
    fn time_left_is_said_in_minutes_and_seconds() {
        for (seconds, said) in [(0, "0 s"), (59, "59 s"), (60, "1 min"), (281, "4 min 41 s"), (300, "5 min")]
        {
            assert_eq!(minutes_seconds("{s} s", "{m} min {s} s", "{m} min", seconds), said);
        }
    }
}
