//! Times and spans in words. The visitor's zone is unknown to the server, so UTC is used and said; an island rewrites them
//! where there is script.

use time::OffsetDateTime;

use super::Words;
use crate::view::Millis;

const DAY: i64 = 86_400_000;

fn utc(at: Millis) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// `2026-11-24T09:14:07Z`, for `<time datetime>`.
pub fn iso(at: Millis) -> String {
    let t = utc(at);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        t.year(),
        u8::from(t.month()),
        t.day(),
        t.hour(),
        t.minute(),
        t.second()
    )
}

/// `2026-11-24 09:14 UTC`, the same in every language and in the GSM alphabet.
pub(super) fn numeric(at: Millis) -> String {
    let t = utc(at);
    format!("{:04}-{:02}-{:02} {:02}:{:02} UTC", t.year(), u8::from(t.month()), t.day(), t.hour(), t.minute())
}

/// `09:14:07`
pub fn clock(at: Millis) -> String {
    let t = utc(at);
    format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())
}

/// `24 November 2026`
pub fn date(words: Words, at: Millis) -> String {
    let t = utc(at);
    let month = words.with("month", [("month", u8::from(t.month()).into())]);
    words.with(
        "when-date",
        [("day", t.day().into()), ("month", month.into()), ("year", t.year().to_string().into())],
    )
}

/// `24 November 2026, 09:14:07 UTC`
pub fn exact(words: Words, at: Millis) -> String {
    words.with("when-exact", [("date", date(words, at).into()), ("time", clock(at).into())])
}

/// Whether [`relative`] names a day or a date rather than a span.
pub fn names_a_day(now: Millis, at: Millis) -> bool {
    !(-60_000..3_600_000).contains(&now.saturating_sub(at))
}

/// `just now`, `3 minutes ago`, `today at 09:14 UTC`, `yesterday at …`, `24 November 2026`.
pub fn relative(words: Words, now: Millis, at: Millis) -> String {
    let ago = now.saturating_sub(at);
    if !names_a_day(now, at) {
        return match ago / 60_000 {
            ..1 => words.get("when-now").to_owned(),
            minutes => words.with("when-minutes", [("n", minutes.into())]),
        };
    }
    let t = utc(at);
    let time = format!("{:02}:{:02}", t.hour(), t.minute());
    match now.div_euclid(DAY) - at.div_euclid(DAY) {
        0 => words.with("when-today", [("time", time.into())]),
        1 => words.with("when-yesterday", [("time", time.into())]),
        _ => date(words, at),
    }
}

/// A wait: `24 s`, `4 min 41 s`, `5 min`, `2 h`, `1 h 20 min`.
pub fn seconds_span(words: Words, seconds: u32) -> String {
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (h, m, s) {
        (0, 0, _) => words.with("span-seconds", [("n", s.into())]),
        (0, _, 0) => words.with("span-minutes", [("n", m.into())]),
        (0, ..) => words.with("span-minutes-seconds", [("m", m.into()), ("s", s.into())]),
        (_, 0, _) => words.with("span-hours", [("n", h.into())]),
        _ => words.with("span-hours-minutes", [("h", h.into()), ("m", m.into())]),
    }
}

/// How long something took: tenths below ten seconds, as `0.9 s`; whole seconds and up from there.
pub fn took_span(words: Words, ms: u32) -> String {
    if ms >= 10_000 {
        return seconds_span(words, ms / 1000);
    }
    let tenths = ms / 100;
    let point = words.get("decimal-point");
    words.with("span-seconds", [("n", format!("{}{point}{}", tenths / 10, tenths % 10).into())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Lang;

    const NOON: Millis = 1_795_521_600_000; // 2026-11-24 12:00 UTC

    #[test]
    fn times_are_told_from_now() {
        let words = Words(Lang::En);
        for (ago_ms, said) in [
            (-5_000, "just now"),
            (59_999, "just now"),
            (60_000, "a minute ago"),
            (3_599_999, "59 minutes ago"),
            (3_600_000, "today at 11:00 UTC"),
            (DAY, "yesterday at 12:00 UTC"),
            (2 * DAY, "22 November 2026"),
        ] {
            assert_eq!(relative(words, NOON, NOON - ago_ms), said);
        }
        assert_eq!(iso(NOON), "2026-11-24T12:00:00Z");
    }

    #[test]
    fn spans_name_their_units() {
        let words = Words(Lang::En);
        for (seconds, said) in [
            (0, "0_s"),
            (59, "59_s"),
            (60, "1_min"),
            (281, "4_min_41_s"),
            (300, "5_min"),
            (3600, "1_h"),
            (4800, "1_h_20_min"),
        ] {
            // A figure and its unit stay on one line.
            let said = said.replace('_', "\u{a0}");
            assert_eq!(seconds_span(words, seconds), said);
        }
        assert_eq!(took_span(words, 950), "0.9\u{a0}s");
        assert_eq!(took_span(words, 18_400), "18\u{a0}s");
    }
}
