//! Browsers in which a name's password was right before: strangers' wrong passwords do not hold them up (R49).
//!
//! The cookie is a random name of the browser and, for each of the last few names that were right in it, when that was and a tag.
//! It gives no right and skips nothing; it only says whose wrong passwords are counted together.
use super::cookies;
use super::site::Site;
use crate::keys::Keys;
use domain::entropy::{Entropy, hex, hex128};
use domain::password::NameKey;
use domain::password_tries::{KNOWN_FOR, KnownBrowser};
use domain::time::Timestamp;
use http::HeaderValue;
use std::sync::{Mutex, PoisonError};
use subtle::ConstantTimeEq as _;

/// Names remembered by one browser: a family's.
const MOST_NAMES: usize = 5;

/// What the browser of one request remembers.
pub struct Memory {
    id: Option<String>,
    /// A moment and a tag for each name.
    names: Vec<(Timestamp, String)>,
    renewed: Mutex<Option<String>>,
}

impl Memory {
    /// From the cookie; what is not of our making is nothing.
    #[must_use]
    pub fn of(cookie: Option<String>) -> Self {
        let mut parts = cookie.iter().flat_map(|value| value.split('.'));
        let id = parts.next().filter(|id| is_hex(id)).map(str::to_owned);
        let names = parts.filter_map(entry).take(MOST_NAMES).collect();
        Self { id, names, renewed: Mutex::new(None) }
    }

    /// This browser, if the name's password was right in it before.
    #[must_use]
    pub fn of_name(&self, name: &NameKey, keys: &Keys, now: Timestamp) -> Option<KnownBrowser> {
        let id = self.id.as_ref()?;
        let mut held = self.names.iter().filter(|(since, _)| now.since(*since) < KNOWN_FOR);
        let (since, _) = held.find(|(since, known)| same(known, &tag(keys, id, *since, name)))?;
        Some(KnownBrowser { id: id.clone(), since: *since })
    }

    /// The name's password was right just now.
    pub fn remember(&self, name: &NameKey, keys: &Keys, entropy: &dyn Entropy, now: Timestamp) {
        let id = self.id.clone().unwrap_or_else(|| hex128(entropy));
        let others = self.names.iter().filter(|(since, known)| !same(known, &tag(keys, &id, *since, name)));
        let own = (now, tag(keys, &id, now, name));
        let mut value = id.clone();
        for (since, tag) in std::iter::once(&own).chain(others).take(MOST_NAMES) {
            value.push_str(&format!(".{:x}-{tag}", since.as_millis()));
        }
        *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    /// What the browser is to keep from now on, where that changed.
    #[must_use]
    pub fn to_set(&self, site: &Site) -> Option<HeaderValue> {
        let renewed = self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = u32::try_from(KNOWN_FOR.as_secs()).unwrap_or(u32::MAX);
        cookies::set(site, cookies::KNOWN, renewed.as_ref()?, Some(seconds))
    }
}

fn entry(text: &str) -> Option<(Timestamp, String)> {
    let (since, tag) = text.split_once('-')?;
    let since = i64::from_str_radix(since, 16).ok().filter(|since| *since >= 0)?;
    is_hex(tag).then(|| (Timestamp::from_millis(since), tag.to_owned()))
}

fn tag(keys: &Keys, id: &str, since: Timestamp, name: &NameKey) -> String {
    let mac = keys.known_browser(id, since, name);
    hex(mac.get(..16).unwrap_or(&mac))
}

fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

fn is_hex(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::testing::SeededEntropy;

    fn name(text: &str) -> NameKey {
        NameKey::of(text).unwrap()
    }

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn kept(memory: &Memory) -> String {
        memory.renewed.lock().unwrap().clone().unwrap()
    }

    #[test]
    fn r49_a_browser_is_known_for_the_names_that_were_right_in_it() {
        let (keys, entropy) = (Keys::derive(&[7; 32]), SeededEntropy::new(1));
        let mut cookie = None;
        for who in ["ada", "grace", "ada", "edsger", "barbara", "niklaus", "donald"] {
            let memory = Memory::of(cookie);
            memory.remember(&name(who), &keys, &entropy, NOW);
            cookie = Some(kept(&memory));
        }
        let memory = Memory::of(cookie.clone());
        for (who, known) in [("donald", true), ("ada", true), ("grace", false), ("alan", false)] {
            assert_eq!(memory.of_name(&name(who), &keys, NOW).is_some(), known, "{who}");
        }
        assert!(
            memory.of_name(&name("ada"), &Keys::derive(&[8; 32]), NOW).is_none(),
            "of another installation"
        );
        assert!(cookie.clone().unwrap().len() < 300);
    }

    #[test]
    fn a28_a_cookie_that_was_changed_or_put_together_is_no_known_browser() {
        let (keys, entropy) = (Keys::derive(&[7; 32]), SeededEntropy::new(1));
        let of = |who| {
            let memory = Memory::of(None);
            memory.remember(&name(who), &keys, &entropy, NOW);
            kept(&memory)
        };
        let (ada, grace) = (of("ada"), of("grace"));
        let (id, tag) = ada.split_once('.').unwrap();
        let (since, seal) = tag.split_once('-').unwrap();
        let later = i64::from_str_radix(since, 16).unwrap() + 1;
        let (other, _) = grace.split_once('.').unwrap();
        for forged in [
            id.to_owned(),
            format!("{id}.{later:x}-{seal}"),
            format!("{other}.{tag}"),
            format!("{id}."),
            format!(".{tag}"),
            String::new(),
        ] {
            assert!(Memory::of(Some(forged.clone())).of_name(&name("ada"), &keys, NOW).is_none(), "{forged}");
        }
        let half_a_year = NOW.plus(KNOWN_FOR);
        assert!(Memory::of(Some(ada.clone())).of_name(&name("ada"), &keys, half_a_year).is_none(), "too old");
        assert!(Memory::of(Some(ada)).of_name(&name("ada"), &keys, NOW).is_some());
    }
}
