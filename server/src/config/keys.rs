//! The keys there are, and what kind of value each takes: the shape of the settings, before their meaning.
use super::ConfigError;
use domain::policy::bounds;
use toml::{Table, Value};

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// A whole number, not negative.
    Whole,
    /// `true` or `false`.
    Flag,
    /// A list of texts.
    Texts,
    /// A list of whole numbers.
    Wholes,
    /// A list of links: text and address.
    Links,
}

use Kind::{Flag, Links, Text, Texts, Whole, Wholes};

/// Every key there is, by its dotted path.
pub(super) const KEYS: &[(&str, Kind)] = &[
    ("server.listen", Text),
    ("server.public_url", Text),
    ("server.trusted_proxies", Texts),
    ("server.admin_listen", Text),
    ("database.url", Text),
    ("database.url_file", Text),
    ("secrets.key_file", Text),
    ("otp.digits", Whole),
    ("otp.ttl_seconds", Whole),
    ("otp.tries", Whole),
    ("otp.failures_before_lock", Whole),
    ("otp.resend_after_seconds", Wholes),
    ("otp.sends_per_number_per_hour", Whole),
    ("otp.sends_per_number_per_day", Whole),
    ("otp.sends_per_account_per_day", Whole),
    ("phones.max_per_account", Whole),
    ("phones.allowed_countries", Texts),
    ("phones.allow_voip", Flag),
    ("phones.default_country", Text),
    ("limits.sign_ins_per_address_per_minute", Whole),
    ("limits.sends_per_address_per_hour", Whole),
    ("limits.sends_per_minute", Whole),
    ("limits.sends_per_day", Whole),
    ("limits.unproven_numbers_per_block_per_hour", Whole),
    ("limits.unproven_numbers_per_country_per_hour", Whole),
    ("session.idle_seconds", Whole),
    ("session.absolute_seconds", Whole),
    ("session.fresh_seconds", Whole),
    ("signing.key_bits", Whole),
    ("sms.providers", Texts),
    ("sms.twilio.account_sid", Text),
    ("sms.twilio.auth_token", Text),
    ("sms.twilio.auth_token_file", Text),
    ("sms.twilio.api_key_sid", Text),
    ("sms.twilio.api_key_secret", Text),
    ("sms.twilio.api_key_secret_file", Text),
    ("sms.twilio.from_number", Text),
    ("sms.twilio.messaging_service_sid", Text),
    ("sms.twilio.edge", Text),
    ("sms.twilio.region", Text),
    ("sms.twilio.base_url", Text),
    ("sms.twilio.callbacks", Text),
    ("sms.vonage.api_key", Text),
    ("sms.vonage.api_secret", Text),
    ("sms.vonage.api_secret_file", Text),
    ("sms.vonage.signature_secret", Text),
    ("sms.vonage.signature_secret_file", Text),
    ("sms.vonage.from", Text),
    ("sms.vonage.base_url", Text),
    ("sms.vonage.callbacks", Text),
    ("brand.name", Text),
    ("brand.support_url", Text),
    ("brand.logo_file", Text),
    ("brand.accent", Text),
    ("brand.accent_dark", Text),
    ("brand.footer_links", Links),
    ("log.format", Text),
    ("log.level", Text),
];

/// Second names of keys, as Twilio's own settings are often called.
pub(super) const ALIASES: &[(&str, &str)] = &[
    ("sms.twilio.twilio_sid", "sms.twilio.account_sid"),
    ("sms.twilio.twilio_token", "sms.twilio.auth_token"),
    ("sms.twilio.twilio_token_file", "sms.twilio.auth_token_file"),
];

/// The first name of a key.
pub(super) fn first_name(path: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == path).map_or(path, |(_, first)| first)
}

/// What a key takes, if there is such a key.
pub(super) fn kind(path: &str) -> Option<Kind> {
    KEYS.iter().find(|(known, _)| *known == first_name(path)).map(|(_, kind)| *kind)
}

/// The key that says the same in another way: the secret itself beside the file that holds it.
pub(super) fn counterpart(path: &str) -> Option<&'static str> {
    let stem = path.strip_suffix("_file");
    KEYS.iter().map(|(known, _)| *known).find(|known| match stem {
        Some(stem) => *known == stem,
        None => known.strip_suffix("_file") == Some(path),
    })
}

/// Takes a file apart into key and value; second names become first ones.
///
/// # Errors
/// An unknown key, a value of the wrong kind, a key that is set twice.
pub(super) fn flatten(table: Table) -> Result<Vec<(String, Value)>, ConfigError> {
    let mut flat: Vec<(String, Value)> = Vec::new();
    let mut left: Vec<(String, Value)> = table.into_iter().collect();
    while let Some((path, value)) = left.pop() {
        match (kind(&path), value) {
            (None, Value::Table(inner)) if is_section(&path) => {
                left.extend(inner.into_iter().map(|(key, value)| (format!("{path}.{key}"), value)));
            }
            (None, _) if is_section(&path) => {
                return Err(ConfigError(format!(
                    "{path}: is a section; write [{path}] and its keys below it"
                )));
            }
            (None, _) => return Err(unknown(&path)),
            (Some(kind), value) => {
                fits(&path, kind, &value)?;
                let name = first_name(&path);
                let twice =
                    flat.iter().find(|(known, _)| known == name || Some(known.as_str()) == counterpart(name));
                if let Some((other, _)) = twice {
                    return Err(ConfigError(format!(
                        "{name}: is set twice, also by another name or by {other}; keep one"
                    )));
                }
                flat.push((name.to_owned(), value));
            }
        }
    }
    Ok(flat)
}

/// Puts keys and values together again.
pub(super) fn nest(flat: Vec<(String, Value)>) -> Table {
    let mut whole = Table::new();
    for (path, value) in flat {
        let mut steps: Vec<&str> = path.split('.').collect();
        let Some(last) = steps.pop() else { continue };
        let section = steps.into_iter().try_fold(&mut whole, |table, step| {
            table.entry(step).or_insert_with(|| Value::Table(Table::new())).as_table_mut()
        });
        if let Some(section) = section {
            section.insert(last.to_owned(), value);
        }
    }
    whole
}

/// Whether a value is of the kind its key takes. The value itself is never repeated: it may be a secret.
pub(super) fn fits(path: &str, kind: Kind, value: &Value) -> Result<(), ConfigError> {
    let whole = |value: &Value| value.as_integer().is_some_and(|n| u32::try_from(n).is_ok());
    let all = |test: &dyn Fn(&Value) -> bool| value.as_array().is_some_and(|list| list.iter().all(test));
    let (fits, wanted) = match kind {
        Text => (value.is_str(), "text in quotes"),
        Whole => (whole(value), "a whole number from 0 to 4294967295"),
        Flag => (value.is_bool(), "true or false, without quotes"),
        Texts => (all(&Value::is_str), "a list of texts, such as [\"one\", \"two\"]"),
        Wholes => (all(&whole), "a list of whole numbers, such as [30, 60]"),
        Links => (
            all(&is_link),
            "a list of links, such as [{ text = \"Privacy\", url = \"https://example.com/privacy\" }]",
        ),
    };
    if fits {
        return Ok(());
    }
    if kind == Whole {
        // What is no figure at all is told which figures there are, too.
        let wanted = bounds(path).unwrap_or(wanted);
        return Err(ConfigError(format!("{path}: must be {wanted}, without quotes")));
    }
    Err(ConfigError(format!("{path}: must be {wanted}")))
}

fn is_link(value: &Value) -> bool {
    let parts = |table: &Table| {
        table.len() == 2 && ["text", "url"].iter().all(|key| table.get(*key).is_some_and(Value::is_str))
    };
    value.as_table().is_some_and(parts)
}

/// The refusal of a key nobody knows, with the one that was probably meant.
pub(super) fn unknown(path: &str) -> ConfigError {
    let names = KEYS.iter().map(|(known, _)| *known).chain(ALIASES.iter().map(|(alias, _)| *alias));
    let near = names.map(|known| (distance(known, path), known)).min().filter(|(steps, _)| *steps <= 3);
    // The right key in the wrong section is a common slip too.
    let last = path.rsplit('.').next().unwrap_or(path);
    let moved = || KEYS.iter().map(|(known, _)| *known).find(|known| known.rsplit('.').next() == Some(last));
    let shown: String = path.chars().take(80).map(|c| if c.is_control() { '?' } else { c }).collect();
    ConfigError(match near.map(|(_, known)| known).or_else(moved) {
        Some(known) => format!("{shown}: there is no such key; did you mean {known}?"),
        None => format!("{shown}: there is no such key; latchkey.example.toml lists those there are"),
    })
}

/// The key that somebody meant who wrote its path without its section, or with one underscore between the two.
pub(super) fn meant_without_levels(name: &str) -> Option<&'static str> {
    let names = || KEYS.iter().map(|(known, _)| *known).chain(ALIASES.iter().map(|(alias, _)| *alias));
    let flat = |known: &str| known.replace('.', "_");
    let near = names().map(|known| (distance(&flat(known), name), known)).min();
    let near = near.filter(|(steps, _)| *steps <= 3).map(|(_, known)| known);
    let end = format!("_{name}");
    near.or_else(|| names().filter(|known| flat(known).ends_with(&end)).min_by_key(|known| known.len()))
}

pub(super) fn is_section(path: &str) -> bool {
    KEYS.iter().any(|(known, _)| known.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

/// Letters to insert, leave out or exchange to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (above, b) in row.iter_mut().skip(1).zip(other.chars()) {
            let best = (corner + usize::from(a != b)).min(*above + 1).min(left + 1);
            corner = *above;
            *above = best;
            left = best;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::raw::RawConfig;
    use serde::Deserialize as _;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_knows_exactly_the_keys_that_are_read() {
        let mut sections: BTreeSet<&str> =
            KEYS.iter().filter_map(|(path, _)| path.rsplit_once('.')).map(|(s, _)| s).collect();
        sections.insert("");
        for section in sections {
            // The reader's own complaint about a strange key lists the fields it has.
            let path = format!("{section}.strange").trim_start_matches('.').to_owned();
            let told = RawConfig::deserialize(nest(vec![(path, Value::Boolean(true))])).err().unwrap();
            let read: BTreeSet<String> =
                told.message().split('`').skip(3).step_by(2).map(str::to_owned).collect();
            let prefix = if section.is_empty() { String::new() } else { format!("{section}.") };
            let listed: BTreeSet<String> = KEYS
                .iter()
                .filter_map(|(path, _)| path.strip_prefix(&prefix))
                .map(|rest| rest.split('.').next().unwrap().to_owned())
                .collect();
            assert_eq!(read, listed, "[{section}]");
        }
    }

    #[test]
    fn every_kind_that_fits_can_be_read() {
        for (path, kind) in KEYS {
            let value = match kind {
                Text => Value::String("x".into()),
                Whole => Value::Integer(i64::from(u32::MAX)),
                Flag => Value::Boolean(true),
                Texts => Value::Array(vec![Value::String("x".into())]),
                Wholes => Value::Array(vec![Value::Integer(7)]),
                Links => {
                    let parts = ["text", "url"].map(|key| (key.to_owned(), Value::String("x".into())));
                    Value::Array(vec![Value::Table(parts.into_iter().collect())])
                }
            };
            fits(path, *kind, &value).unwrap();
            let read = RawConfig::deserialize(nest(vec![((*path).to_owned(), value)]));
            assert!(read.is_ok(), "{path}: {:?}", read.err());
        }
    }

    #[test]
    fn the_distance_of_words() {
        assert_eq!((distance("kitten", "sitting"), distance("", "abc"), distance("abc", "abc")), (3, 3, 0));
    }
}
