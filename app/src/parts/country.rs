//! The number field with its help: which countries, and what a number without `+` is taken for.

use leptos::prelude::*;

use super::{Icon, icon};
use crate::islands::PhoneField;
use crate::text::Words;
use crate::view::Country;

fn name(words: Words, country: Country) -> &'static str {
    // A country that no language names is no country to send to: the setting is checked against the same list.
    words.find(&format!("country-{}", country.code())).unwrap_or_default()
}

/// Countries with their names, sorted by name.
fn named(words: Words, countries: &[Country]) -> Vec<(&'static str, u16)> {
    let mut all: Vec<_> =
        countries.iter().map(|country| (name(words, *country), country.calling_code)).collect();
    all.sort_unstable();
    all
}

/// "Start with + and the country code. Without it we take +1, United States."
pub fn country_hint(words: Words, default: Country) -> String {
    words.with(
        "new-phone-hint",
        [("country", name(words, default).into()), ("code", default.calling_code.to_string().into())],
    )
}

/// The input, alive where script is on.
pub fn phone_input(
    words: Words,
    value: String,
    countries: &[Country],
    described_by: String,
    invalid: bool,
    focus: bool,
) -> AnyView {
    let mut shared: Vec<(u16, String)> = Vec::new();
    for (name, code) in named(words, countries) {
        match shared.iter_mut().find(|(known, _)| *known == code) {
            Some((_, names)) => {
                names.push_str(" / ");
                names.push_str(name);
            }
            None => shared.push((code, name.to_owned())),
        }
    }
    let codes: Vec<_> = shared.into_iter().map(|(code, names)| format!("{code} {names}")).collect();
    let codes = codes.join("\n");
    let read_as = words.with("new-read-as", [("country", "{country}".into())]);
    view! { <PhoneField value described_by invalid focus codes read_as /> }.into_any()
}

/// The list of countries, folded.
pub fn countries_help(words: Words, countries: &[Country]) -> AnyView {
    let rows: Vec<_> = named(words, countries)
        .into_iter()
        .map(|(name, code)| {
            view! { <li><span>{name}</span> <span dir="ltr">{format!("+{code}")}</span></li> }
        })
        .collect();
    view! {
        <details class="countries">
            <summary>{icon(Icon::Down)} <span>{words.get("new-countries")}</span></summary>
            <p>{words.get("new-countries-text")}</p>
            <ul>{rows}</ul>
        </details>
    }
    .into_any()
}
