//! The field for a phone number: grouped while it is typed, and told back as a number of its country.

use leptos::html;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::browser;

/// A calling code with the country, or countries, that share it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallingCode(
    /// Without the plus.
    pub u16,
    /// As it stands in the sentence.
    pub String,
);

/// One input for the whole number. Without script it is the same input; the server reads the number either way.
#[island]
pub fn PhoneField(
    /// What was typed before.
    value: String,
    /// Ids of the elements that explain the field, for `aria-describedby`.
    described_by: String,
    /// The last number was refused.
    invalid: bool,
    /// Takes focus when the page opens.
    focus: bool,
    /// Calling codes that codes can be sent to.
    codes: Vec<CallingCode>,
    /// Sentence with `{country}`.
    read_as: String,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let start = country(&value, &codes).unwrap_or_default();
    let (read, set_read) = signal(start);
    let on_input = move |_| {
        #[cfg(feature = "hydrate")]
        if let Some(input) = input.get_untracked() {
            let typed = input.value();
            let grouped = group(&typed, &codes);
            if grouped != typed {
                browser::rewrite(&input, &grouped);
            }
            let now = country(&grouped, &codes).unwrap_or_default();
            if read.with_untracked(|before| *before != now) {
                set_read.set(now);
            }
        }
    };
    #[cfg(not(feature = "hydrate"))]
    let _ = set_read;
    view! {
        <span class="phone-field">
            <input
                node_ref=input
                id="phone"
                name="phone"
                type="tel"
                autocomplete="tel"
                maxlength="64"
                required
                dir="ltr"
                value=value
                aria-describedby=described_by
                aria-invalid=invalid.then_some("true")
                autofocus=focus
                on:input=on_input
            />
            <span class="read-as" role="status">
                {move || {
                    let country = read.get();
                    if country.is_empty() { country } else { read_as.replace("{country}", &country) }
                }}
            </span>
        </span>
    }
}

/// The digits of an international number; None where it does not start with `+`.
fn international(typed: &str) -> Option<String> {
    let typed = typed.trim();
    if !typed.starts_with(['+', '\u{ff0b}']) {
        return None;
    }
    Some(typed.chars().filter_map(browser::ascii_digit).collect())
}

fn calling_code<'a>(digits: &str, codes: &'a [CallingCode]) -> Option<&'a CallingCode> {
    // No calling code starts another one, so at most one fits.
    codes.iter().find(|code| digits.starts_with(&code.0.to_string()))
}

/// Where the number belongs, once enough of it stands there to say so.
fn country(typed: &str, codes: &[CallingCode]) -> Option<String> {
    let digits = international(typed)?;
    let code = calling_code(&digits, codes)?;
    (digits.len() >= code.0.to_string().len() + 4).then(|| code.1.clone())
}

/// `+447700900123` as `+44 770 090 0123`: code first, then threes, never a single digit at the end.
/// Left as typed without `+`, with an unknown code, or with anything but digits and the usual marks.
#[cfg_attr(not(feature = "hydrate"), cfg_attr(not(test), expect(dead_code, reason = "the browser's part")))]
fn group(typed: &str, codes: &[CallingCode]) -> String {
    let usual = |c: char| browser::ascii_digit(c).is_some() || " \u{a0}+-.()".contains(c);
    let Some(digits) = international(typed).filter(|_| typed.chars().all(usual)) else {
        return typed.to_owned();
    };
    let Some(code) = calling_code(&digits, codes) else { return typed.to_owned() };
    let code = code.0.to_string();
    let mut rest = digits.strip_prefix(code.as_str()).unwrap_or_default();
    let mut grouped = format!("+{code}");
    while !rest.is_empty() {
        let (head, tail) = rest.split_at_checked(if rest.len() == 4 { 4 } else { 3 }).unwrap_or((rest, ""));
        grouped.push(' ');
        grouped.push_str(head);
        rest = tail;
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes() -> Vec<CallingCode> {
        vec![CallingCode(1, "the United States".to_owned()), CallingCode(44, "the United Kingdom".to_owned())]
    }

    #[test]
    fn a_number_is_grouped_while_it_is_typed() {
        for (typed, shown) in [
            ("+4", "+4"),
            ("+44", "+44"),
            ("+447", "+44 7"),
            ("+44 7700-900123", "+44 770 090 0123"),
            ("+12025550134", "+1 202 555 0134"),
            ("07700 900123", "07700 900123"),
            ("+44 7700 x", "+44 7700 x"),
            ("+999123", "+999123"),
        ] {
            assert_eq!(group(typed, &codes()), shown, "{typed}");
        }
    }

    #[test]
    fn the_country_is_told_once_it_is_known() {
        assert_eq!(country("+44 7", &codes()), None);
        assert_eq!(country("+44 7700", &codes()), Some("the United Kingdom".to_owned()));
        assert_eq!(country("7700 900123", &codes()), None);
    }
}
