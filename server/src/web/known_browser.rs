//! Browsers in which a name's password was right before: strangers' wrong passwords do not hold them up (R49).
//!
//! The cookie is a random name of the browser and a tag for each of the last few names that were right in it. It gives no
//! right and skips nothing; it only says whose wrong passwords are counted together.
use super::cookies;
use super::site::Site;
use crate::keys::Keys;
use domain::entropy::{Entropy, hex, hex128};
use domain::password::NameKey;
use domain::password_tries::KnownBrowser;
use http::HeaderValue;
use std::sync::{Mutex, PoisonError};
use subtle::ConstantTimeEq as _;

/// Names remembered by one browser: a family's.
const MOST_NAMES: usize = 5;

/// Half a year.
const KEPT_SECONDS: u32 = 180 * 86_400;

/// What the browser of one request remembers.
pub struct Memory {
    id: Option<String>,
    tags: Vec<String>,
    renewed: Mutex<Option<String>>,
}

impl Memory {
    /// From the cookie; what is not of our making is nothing.
    #[must_use]
    pub fn of(cookie: Option<String>) -> Self {
        let mut parts = cookie.iter().flat_map(|value| value.split('.')).map(str::to_owned);
        let id = parts.next().filter(|id| is_hex(id));
        let tags = parts.filter(|tag| is_hex(tag)).take(MOST_NAMES).collect();
        Self { id, tags, renewed: Mutex::new(None) }
    }

    /// This browser, if the name's password was right in it before.
    #[must_use]
    pub fn of_name(&self, name: &NameKey, keys: &Keys) -> Option<KnownBrowser> {
        let id = self.id.as_ref()?;
        let tag = tag(keys, id, name);
        let known = self.tags.iter().any(|known| known.as_bytes().ct_eq(tag.as_bytes()).into());
        known.then(|| KnownBrowser::named(id.clone()))
    }

    /// The name's password was right just now.
    pub fn remember(&self, name: &NameKey, keys: &Keys, entropy: &dyn Entropy) {
        let id = self.id.clone().unwrap_or_else(|| hex128(entropy));
        let own = tag(keys, &id, name);
        let others = self.tags.iter().filter(|tag| **tag != own).take(MOST_NAMES - 1);
        let value = [&id, &own].into_iter().chain(others).map(String::as_str).collect::<Vec<_>>().join(".");
        *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    /// Signing out makes the browser forget all cookies of ours: this one is told once more.
    pub fn keep(&self) {
        let Some(id) = &self.id else { return };
        let value = std::iter::once(id).chain(&self.tags).map(String::as_str).collect::<Vec<_>>().join(".");
        *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    /// What the browser is to keep from now on, where that changed.
    #[must_use]
    pub fn to_set(&self, site: &Site) -> Option<HeaderValue> {
        let renewed = self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        cookies::set(site, cookies::KNOWN, renewed.as_ref()?, Some(KEPT_SECONDS))
    }
}

fn tag(keys: &Keys, id: &str, name: &NameKey) -> String {
    let mac = keys.known_browser(id, name);
    hex(mac.get(..16).unwrap_or(&mac))
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

    fn kept(memory: &Memory) -> String {
        memory.renewed.lock().unwrap().clone().unwrap()
    }

    #[test]
    fn r49_a_browser_is_known_for_the_names_that_were_right_in_it() {
        let (keys, entropy) = (Keys::derive(&[7; 32]), SeededEntropy::new(1));
        let mut cookie = None;
        for who in ["ada", "grace", "ada", "edsger", "barbara", "niklaus", "donald"] {
            let memory = Memory::of(cookie);
            memory.remember(&name(who), &keys, &entropy);
            cookie = Some(kept(&memory));
        }
        let memory = Memory::of(cookie.clone());
        for (who, known) in [("donald", true), ("ada", true), ("grace", false), ("alan", false)] {
            assert_eq!(memory.of_name(&name(who), &keys).is_some(), known, "{who}");
        }
        assert!(memory.of_name(&name("ada"), &Keys::derive(&[8; 32])).is_none(), "of another installation");
        assert!(cookie.unwrap().len() < 250);
    }

    #[test]
    fn a28_a_cookie_that_was_changed_or_put_together_is_no_known_browser() {
        let (keys, entropy) = (Keys::derive(&[7; 32]), SeededEntropy::new(1));
        let of = |who| {
            let memory = Memory::of(None);
            memory.remember(&name(who), &keys, &entropy);
            kept(&memory)
        };
        let (ada, grace) = (of("ada"), of("grace"));
        let (id, tag) = ada.split_once('.').unwrap();
        let (other, _) = grace.split_once('.').unwrap();
        for forged in
            [id.to_owned(), format!("{other}.{tag}"), format!("{id}."), format!(".{tag}"), String::new()]
        {
            assert!(Memory::of(Some(forged.clone())).of_name(&name("ada"), &keys).is_none(), "{forged}");
        }
        assert!(Memory::of(Some(ada)).of_name(&name("ada"), &keys).is_some());
    }
}
