//! Sealing of what must be read again: AES-256-GCM, bound to the row and column it is stored in.
//!
//! A blob is `version (1) | nonce (12) | ciphertext | tag (16)`. Nonces are random: one key file may seal 2³² values before a
//! repeated nonce becomes as likely as 2⁻³², far beyond what an installation sends.
use crate::keys::Secret;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use domain::entropy::Entropy;
use thiserror::Error;
use zeroize::Zeroizing;

/// The first byte of a blob: which way it was sealed.
const VERSION: u8 = 1;

/// Why a sealed value does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// It was sealed by a later version of Latchkey.
    #[error("sealed in a form this version does not know; run the version that wrote it, or a later one")]
    Version,
    /// It was made with another key file or for another row, or was changed.
    #[error("does not open with this key file: is it the one the database was made with?")]
    Sealed,
}

/// Seals and opens with one key.
pub(super) struct Sealer(LessSafeKey);

impl Sealer {
    pub(super) fn new(key: &Secret) -> Self {
        #[expect(clippy::expect_used, reason = "AES-256 takes 32 bytes, and these are 32")]
        let key = UnboundKey::new(&AES_256_GCM, key.as_slice()).expect("32 bytes");
        Self(LessSafeKey::new(key))
    }

    pub(super) fn seal(&self, entropy: &dyn Entropy, row: &str, column: &str, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0u8; NONCE_LEN];
        entropy.fill(&mut nonce);
        let mut text = Zeroizing::new(plain.to_vec());
        #[expect(clippy::expect_used, reason = "AES-GCM fails beyond 64 GiB only, which no column holds")]
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                place(row, column),
                text.as_mut_slice(),
            )
            .expect("shorter than 64 GiB");
        [&[VERSION], nonce.as_slice(), text.as_slice(), tag.as_ref()].concat()
    }

    pub(super) fn open(
        &self,
        row: &str,
        column: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (version, rest) = sealed.split_first().ok_or(OpenError::Sealed)?;
        if *version != VERSION {
            return Err(OpenError::Version);
        }
        let (nonce, text) = rest.split_at_checked(NONCE_LEN).ok_or(OpenError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| OpenError::Sealed)?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self
            .0
            .open_in_place(nonce, place(row, column), text.as_mut_slice())
            .map_err(|_| OpenError::Sealed)?
            .len();
        text.truncate(length);
        Ok(text)
    }
}

/// What a blob is bound to. The length in front keeps `("ab", "c")` and `("a", "bc")` apart.
fn place(row: &str, column: &str) -> Aad<Vec<u8>> {
    let length = u64::try_from(row.len()).unwrap_or(u64::MAX).to_be_bytes();
    Aad::from([length.as_slice(), row.as_bytes(), column.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(&Zeroizing::new([byte; 32]))
    }

    #[test]
    fn a_sealed_value_opens_in_its_place_and_nowhere_else() {
        let sealed = sealer(1).seal(&OsEntropy, "row-1", "number", b"+12015550123");
        assert_eq!(sealer(1).open("row-1", "number", &sealed).unwrap().as_slice(), b"+12015550123");
        for (key, row, column) in
            [(1, "row-2", "number"), (1, "row-1", "text"), (1, "row-1n", "umber"), (2, "row-1", "number")]
        {
            assert_eq!(
                sealer(key).open(row, column, &sealed).err(),
                Some(OpenError::Sealed),
                "{key} {row} {column}"
            );
        }
    }

    #[test]
    fn sealing_twice_shows_no_likeness_and_no_plain_text() {
        let [one, two] = [(); 2].map(|()| sealer(1).seal(&OsEntropy, "r", "c", b"same text"));
        assert_ne!(one, two);
        assert!(!one.windows(4).any(|part| part == b"text"));
        assert_eq!(one.len(), 1 + 12 + 9 + 16);
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_noticed() {
        let sealed = sealer(1).seal(&OsEntropy, "r", "c", b"text");
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert!(sealer(1).open("r", "c", &bent).is_err(), "byte {at}");
            assert!(sealer(1).open("r", "c", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_later_form_is_told_apart_from_a_wrong_key() {
        let mut sealed = sealer(1).seal(&OsEntropy, "r", "c", b"text");
        sealed[0] = 2;
        assert_eq!(sealer(1).open("r", "c", &sealed).err(), Some(OpenError::Version));
    }
}
