//! The field for a phone number: grouped while it is typed, and told back as a number of its country.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::browser;

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
    /// Calling codes that codes can be sent to, a line each: code, space, country or countries.
    codes: String,
    /// Sentence with `{country}`.
    read_as: String,
) -> impl IntoView {
    // A number that was refused is not told back as if it were one.
    let start = if invalid { String::new() } else { told(&value, &codes, &read_as) };
    let run = move |element: Element| {
        let (codes, read_as) = (codes.clone(), read_as.clone());
        let Some(input) = element.first_element_child().and_then(|e| e.dyn_into::<HtmlInputElement>().ok())
        else {
            return;
        };
        let field = input.clone();
        browser::on_input(&input, move || {
            let typed = field.value();
            let grouped = group(&typed, &codes);
            if grouped != typed {
                browser::rewrite(&field, &grouped);
            }
            let now = told(&grouped, &codes, &read_as);
            let line = element.last_element_child();
            if line.as_ref().and_then(|line| line.text_content()).as_deref() != Some(now.as_str()) {
                browser::write(line, &now);
            }
        });
    };
    view! {
        <span class="phone-field" use:run>
            <input
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
            />
            <span class="read-as" role="status">
                {start}
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

/// The calling code that the digits begin with, and whose it is. No calling code starts another one: at most one fits.
fn calling_code<'a>(digits: &str, codes: &'a str) -> Option<(&'a str, &'a str)> {
    codes.lines().filter_map(|line| line.split_once(' ')).find(|(code, _)| digits.starts_with(code))
}

/// The sentence about the country, once enough of the number stands there to say so; else empty.
fn told(typed: &str, codes: &str, read_as: &str) -> String {
    let digits = international(typed).unwrap_or_default();
    match calling_code(&digits, codes) {
        Some((code, country)) if digits.len() >= code.len() + 4 => read_as.replace("{country}", country),
        _ => String::new(),
    }
}

/// `+447700900123` as `+44 770 090 0123`: code first, then threes, never a single digit at the end.
/// Left as typed without `+`, with an unknown code, or with anything but digits and the usual marks.
fn group(typed: &str, codes: &str) -> String {
    let usual = |c: char| browser::ascii_digit(c).is_some() || " \u{a0}+-.()".contains(c);
    let Some(digits) = international(typed).filter(|_| typed.chars().all(usual)) else {
        return typed.to_owned();
    };
    let Some((code, _)) = calling_code(&digits, codes) else { return typed.to_owned() };
    let mut rest = digits.strip_prefix(code).unwrap_or_default();
    let mut grouped = String::from("+");
    grouped.push_str(code);
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

    const CODES: &str = "1 Canada / United States\n44 United Kingdom";

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
            assert_eq!(group(typed, CODES), shown, "{typed}");
        }
    }

    #[test]
    fn the_country_is_told_once_it_is_known() {
        for (typed, said) in [
            ("+44 7", ""),
            ("+44 7700", "Read as: United Kingdom"),
            ("+1 2025", "Read as: Canada / United States"),
            ("7700 900123", ""),
        ] {
            assert_eq!(told(typed, CODES, "Read as: {country}"), said, "{typed}");
        }
    }
}
