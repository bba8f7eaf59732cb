//! The keys of an installation, all derived from one key file by HKDF-SHA-256.
//!
//! Each purpose has a label and so a key of its own: what one key signs or seals means nothing to another. The file holds
//! 32 random bytes; a copied database without it tells no number, no code and no password.
//! A new purpose: a label here, a method that uses it, a line in `each_label_gives_another_key`.
mod file;
mod seal;

pub use file::KeyFileError;
pub use seal::OpenError;

use crate::keys::seal::Sealer;
use aws_lc_rs::hkdf;
use domain::code::CodeKey;
use domain::entropy::{Entropy, hex};
use domain::password::NameKey;
use domain::phone::{E164, NumberHash};
use domain::time::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use std::path::Path;
use zeroize::Zeroizing;

/// 32 secret bytes, wiped when dropped.
pub(crate) type Secret = Zeroizing<[u8; 32]>;

/// Separates this use of the file from every other use somebody may make of it.
const SALT: &[u8] = b"latchkey key file, version 1";

/// Names a key file without telling it: stored beside what was made with its keys, so that a start with another file is
/// noticed before it does harm.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; 8]);

impl KeyId {
    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The derived keys. No `Debug`, no `Clone`: shared by reference, wiped when dropped (R84).
pub struct Keys {
    id: KeyId,
    code: Secret,
    csrf: Secret,
    names: Secret,
    limits: Secret,
    browsers: Secret,
    numbers: Secret,
    pepper: Secret,
    sealer: Sealer,
}

impl Keys {
    /// Reads the key file.
    ///
    /// # Errors
    /// When it is missing, readable by others, or not what such a file holds; each error names the remedy (R135).
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        file::read(path).map(|master| Self::derive(&master))
    }

    /// Reads the key file, or makes it with mode 0600 where there is none. Two processes that start together end up with the
    /// same file.
    ///
    /// # Errors
    /// As [`Keys::load`], and when the file cannot be made.
    pub fn load_or_make(path: &Path, entropy: &dyn Entropy) -> Result<Self, KeyFileError> {
        file::read_or_make(path, entropy).map(|master| Self::derive(&master))
    }

    /// Derives all keys from the bytes of a key file.
    #[must_use]
    pub fn derive(master: &[u8; 32]) -> Self {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, SALT).extract(master);
        let seal = expand(&root, "seal");
        let mut id = [0; 8];
        id.copy_from_slice(expand(&root, "id").split_at(8).0);
        Self {
            id: KeyId(id),
            code: expand(&root, "code"),
            csrf: expand(&root, "csrf"),
            names: expand(&root, "names"),
            limits: expand(&root, "limits"),
            browsers: expand(&root, "browsers"),
            numbers: expand(&root, "numbers"),
            pepper: expand(&root, "pepper"),
            sealer: Sealer::new(&seal),
        }
    }

    /// Which key file these come from. Safe to store and to show.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The key of code digests (R9).
    #[must_use]
    pub fn code(&self) -> CodeKey {
        CodeKey::new(*self.code)
    }

    /// Finds what was counted for a name without telling what was typed (R48).
    #[must_use]
    pub fn name_hash(&self, name: &NameKey) -> String {
        let mut mac = mac(&self.names);
        mac.update(name.as_str().as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    /// What hits of a limit are kept under: says nothing of the address or number it was made of. Half of the tag is enough to tell
    /// keys apart.
    #[must_use]
    pub fn limit_key(&self, key: &str) -> String {
        let mut mac = mac(&self.limits);
        mac.update(key.as_bytes());
        hex(mac.finalize().into_bytes().get(..16).unwrap_or_default())
    }

    /// The tag that makes a browser known for a name (R49). Id and moment are of fixed length: parts cannot run into one another.
    #[must_use]
    pub fn known_browser(&self, id: &str, since: Timestamp, name: &NameKey) -> [u8; 32] {
        let mut mac = mac(&self.browsers);
        mac.update(id.as_bytes());
        mac.update(&since.as_millis().to_be_bytes());
        mac.update(name.as_str().as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The tag that makes a CSRF token of a browser's random value and its session (R69). Parts cannot run into one another.
    #[must_use]
    pub fn csrf(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = mac(&self.csrf);
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The keyed hash a number is found and counted by (R36).
    #[must_use]
    pub fn number_hash(&self, number: &E164) -> NumberHash {
        let mut mac = mac(&self.numbers);
        mac.update(number.reveal().as_bytes());
        NumberHash::stored(hex(&mac.finalize().into_bytes()))
    }

    /// What a password's Argon2 output is keyed with before it is stored (R46).
    pub(crate) fn pepper(&self) -> Secret {
        self.pepper.clone()
    }

    /// Seals text for one column of one row; it opens nowhere else.
    #[must_use]
    pub fn seal(&self, entropy: &dyn Entropy, row: &str, column: &str, plain: &[u8]) -> Vec<u8> {
        self.sealer.seal(entropy, row, column, plain)
    }

    /// Opens what [`Keys::seal`] made for the same row and column.
    ///
    /// # Errors
    /// When it was made for another place or with another key file, or was changed.
    pub fn open(&self, row: &str, column: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        self.sealer.open(row, column, sealed)
    }
}

/// HMAC-SHA-256 under one of the keys.
pub(crate) fn mac(key: &Secret) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("any key length")
}

fn expand(root: &hkdf::Prk, label: &str) -> Secret {
    let info = [label.as_bytes()];
    let mut out = Zeroizing::new([0; 32]);
    #[expect(
        clippy::expect_used,
        reason = "32 bytes are one block of HKDF-SHA-256; only more than 255 blocks fail"
    )]
    root.expand(&info, hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(out.as_mut_slice()))
        .expect("32 bytes of HKDF-SHA-256");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn keys(byte: u8) -> Keys {
        Keys::derive(&std::array::from_fn(|i| byte ^ u8::try_from(i).unwrap()))
    }

    #[test]
    fn each_label_gives_another_key() {
        let keys = keys(7);
        let all: HashSet<[u8; 32]> =
            [&keys.code, &keys.csrf, &keys.names, &keys.limits, &keys.browsers, &keys.numbers, &keys.pepper]
                .map(|key| **key)
                .into();
        assert_eq!(all.len(), 7);
        assert!(!all.iter().any(|key| key.starts_with(keys.id.as_bytes())));
    }

    #[test]
    fn the_derivation_is_plain_hkdf_and_stays_the_same() {
        // RFC 5869 by hand: PRK = HMAC(salt, file), OKM = HMAC(PRK, label, 0x01).
        let file: Secret = Zeroizing::new(std::array::from_fn(|i| 7 ^ u8::try_from(i).unwrap()));
        let mut extract = Hmac::<Sha256>::new_from_slice(SALT).unwrap();
        extract.update(file.as_slice());
        let prk: Secret = Zeroizing::new(extract.finalize().into_bytes().into());
        let mut one = mac(&prk);
        one.update(b"numbers\x01");
        assert_eq!(*keys(7).numbers, <[u8; 32]>::from(one.finalize().into_bytes()));
    }

    #[test]
    fn another_file_means_another_id_and_other_hashes() {
        let number = E164::parse("+12015550123").unwrap();
        assert_ne!(keys(1).id(), keys(2).id());
        assert_ne!(keys(1).number_hash(&number), keys(2).number_hash(&number));
        assert_eq!(keys(1).number_hash(&number), keys(1).number_hash(&number));
        assert_eq!(keys(1).id().to_string().len(), 16);
    }

    #[test]
    fn parts_of_a_csrf_token_do_not_run_into_one_another() {
        let keys = keys(3);
        assert_ne!(keys.csrf(&[b"ab", b"c"]), keys.csrf(&[b"a", b"bc"]));
        assert_eq!(keys.csrf(&[b"ab", b"c"]), keys.csrf(&[b"ab", b"c"]));
    }
}
