//! The few things islands ask of the browser; on the server they stand still.

use leptos::prelude::*;

/// Whole seconds left of `total`, counted on the browser's monotonic clock from when the page was asked for
/// (`since_load`: never later than the server thinks) or from now (never earlier).
pub fn seconds_left(total: u32, since_load: bool) -> ReadSignal<u32> {
    let (left, set_left) = signal(total);
    #[cfg(feature = "hydrate")]
    Effect::new(move || tick(total, since_load, left, set_left));
    #[cfg(not(feature = "hydrate"))]
    let _ = (set_left, since_load);
    left
}

#[cfg(feature = "hydrate")]
fn tick(total: u32, since_load: bool, left: ReadSignal<u32>, set_left: WriteSignal<u32>) {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::time::Duration;

    let Some(clock) = web_sys::window().and_then(|w| w.performance()) else { return };
    let start = if since_load { 0.0 } else { clock.now() };
    let handle: Rc<Cell<Option<IntervalHandle>>> = Rc::default();
    let own = Rc::clone(&handle);
    let step = move || {
        let now = f64::from(total) - (clock.now() - start) / 1000.0;
        // Rounded up: "1 s left" until it is over.
        let now = now.ceil().clamp(0.0, f64::from(total)) as u32;
        if left.get_untracked() != now {
            set_left.set(now);
        }
        if now == 0
            && let Some(handle) = own.take()
        {
            handle.clear();
        }
    };
    handle.set(set_interval_with_handle(step, Duration::from_millis(250)).ok());
}

/// A template with `{m}` and `{s}` filled in; `short` (only `{s}`) below one minute.
pub fn minutes_seconds(short: &str, long: &str, seconds: u32) -> String {
    let template = if seconds < 60 { short } else { long };
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

/// Writes `text` into the field; the caret comes to stand after as many digits as before.
#[cfg(feature = "hydrate")]
pub fn rewrite(input: &web_sys::HtmlInputElement, text: &str) {
    let caret = input.selection_start().ok().flatten().unwrap_or(u32::MAX) as usize;
    let before: String =
        char::decode_utf16(input.value().encode_utf16().take(caret)).map(|c| c.unwrap_or(' ')).collect();
    let digits = before.chars().filter_map(ascii_digit).count();
    input.set_value(text);
    let mut seen = 0;
    let mut place = 0;
    for c in text.chars() {
        if seen == digits && c != '+' {
            break;
        }
        seen += usize::from(c.is_ascii_digit());
        place += 1;
    }
    _ = input.set_selection_range(place, place);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_keyboard_are_read() {
        let read: String = "１２٣۴5 x".chars().filter_map(ascii_digit).collect();
        assert_eq!(read, "12345");
    }

    #[test]
    fn time_left_is_said_in_minutes_and_seconds() {
        assert_eq!(minutes_seconds("{s} s", "{m} min {s} s", 281), "4 min 41 s");
        assert_eq!(minutes_seconds("{s} s", "{m} min {s} s", 59), "59 s");
    }
}
