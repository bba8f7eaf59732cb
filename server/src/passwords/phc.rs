//! The stored form: PHC strings of Argon2id, read strictly.
use crate::passwords::argon::{COST, Cost, OUTPUT, VERSION};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// The longest string that is looked at; the longest sensible one has some 300 characters.
const LONGEST: usize = 512;

/// The most work of an imported hash: about a second of a core. A few sign-ins to such an account at once must not hold up all others.
const MOST_WORK: u64 = 786_432;

/// Why a stored or imported hash is not taken. Never tells what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PhcError {
    /// Another kind of hash.
    #[error(
        "not an Argon2id hash; export hashes that begin with `$argon2id$v=19$`, or give the account a new password"
    )]
    NotArgon2id,
    /// Its parts do not read.
    #[error(
        "not a whole PHC string; it reads `$argon2id$v=19$m=…,t=…,p=…$salt$hash` with base64 without padding"
    )]
    Malformed,
    /// More work or memory than a sign-in should cost, or too little salt or hash to be safe.
    #[error(
        "its parameters are out of range: at most m=262144, t=16, p=8, m times t at most 786432, and m at least 8 for each p; salt 8 to 64 bytes, hash 16 to 64"
    )]
    OutOfRange,
    /// It was made with the pepper of another key file.
    #[error(
        "made with another key file; put back the key file it was made with, or give the account a new password"
    )]
    OtherKey,
}

/// A hash with everything that is needed to compute it again.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) cost: Cost,
    /// 16 or 19.
    pub(super) version: u32,
    /// The key file whose pepper is on it; `None`: a plain import.
    pub(super) key_id: Option<[u8; 8]>,
    pub(super) salt: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

impl Stored {
    /// Peppered and at today's cost: nothing to renew (R46).
    pub(super) fn is_current(&self) -> bool {
        self.key_id.is_some()
            && self.cost == COST
            && self.version == VERSION
            && self.salt.len() >= super::SALT
            && self.hash.len() == OUTPUT
    }

    /// Whether a hash of that cost is taken over. One that is kept already is read whatever it costs.
    pub(super) fn is_affordable(&self) -> bool {
        self.cost.work() <= MOST_WORK
    }

    fn fits(&self) -> bool {
        let Cost { memory_kib, passes, lanes } = self.cost;
        (1..=8).contains(&lanes)
            && (8 * lanes..=262_144).contains(&memory_kib)
            && (1..=16).contains(&passes)
            && (8..=64).contains(&self.salt.len())
            && (16..=64).contains(&self.hash.len())
    }
}

impl FromStr for Stored {
    type Err = PhcError;

    fn from_str(text: &str) -> Result<Self, PhcError> {
        if text.len() > LONGEST {
            return Err(PhcError::Malformed);
        }
        let rest = text.strip_prefix("$argon2id$").ok_or(PhcError::NotArgon2id)?;
        let mut parts = rest.split('$');
        let [Some(version), Some(params), Some(salt), Some(hash), None] = [(); 5].map(|()| parts.next())
        else {
            return Err(PhcError::Malformed);
        };
        let version = match version {
            "v=19" => 19,
            "v=16" => 16,
            _ => return Err(PhcError::Malformed),
        };
        let [mut memory_kib, mut passes, mut lanes] = [None; 3];
        let mut key_id = None;
        for param in params.split(',') {
            let (name, value) = param.split_once('=').ok_or(PhcError::Malformed)?;
            match name {
                "m" => once(&mut memory_kib, number(value)?)?,
                "t" => once(&mut passes, number(value)?)?,
                "p" => once(&mut lanes, number(value)?)?,
                "keyid" => once(&mut key_id, decode(value)?.try_into().map_err(|_| PhcError::OtherKey)?)?,
                _ => return Err(PhcError::Malformed),
            }
        }
        let (Some(memory_kib), Some(passes), Some(lanes)) = (memory_kib, passes, lanes) else {
            return Err(PhcError::Malformed);
        };
        let cost = Cost { memory_kib, passes, lanes };
        let stored = Self { cost, version, key_id, salt: decode(salt)?, hash: decode(hash)? };
        if stored.fits() { Ok(stored) } else { Err(PhcError::OutOfRange) }
    }
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cost { memory_kib, passes, lanes } = self.cost;
        write!(f, "$argon2id$v={}$m={memory_kib},t={passes},p={lanes}", self.version)?;
        if let Some(id) = self.key_id {
            write!(f, ",keyid={}", STANDARD_NO_PAD.encode(id))?;
        }
        write!(f, "${}${}", STANDARD_NO_PAD.encode(&self.salt), STANDARD_NO_PAD.encode(&self.hash))
    }
}

fn once<T>(slot: &mut Option<T>, value: T) -> Result<(), PhcError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(PhcError::Malformed),
    }
}

/// Decimal without sign and leading zeros, as PHC strings write it.
fn number(text: &str) -> Result<u32, PhcError> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if !plain || text.is_empty() || text.len() > 10 {
        return Err(PhcError::Malformed);
    }
    text.parse().map_err(|_| PhcError::OutOfRange)
}

fn decode(text: &str) -> Result<Vec<u8>, PhcError> {
    STANDARD_NO_PAD.decode(text).map_err(|_| PhcError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SALT16: &str = "MDEyMzQ1Njc4OWFiY2RlZg";
    const HASH32: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";

    fn with(params: &str) -> String {
        format!("$argon2id$v=19${params}${SALT16}${HASH32}")
    }

    #[test]
    fn a_plain_string_and_a_peppered_one_read_and_write_back_the_same() {
        for params in
            ["m=19456,t=2,p=1", "m=65536,t=3,p=4", "m=262144,t=3,p=1", "m=19456,t=2,p=1,keyid=AQIDBAUGBwg"]
        {
            let stored: Stored = with(params).parse().ok().unwrap();
            assert_eq!(stored.to_string(), with(params));
            assert_eq!(stored.is_current(), params.contains("keyid"));
        }
    }

    #[test]
    fn only_todays_cost_needs_no_renewal() {
        for params in ["m=19455,t=2,p=1", "m=19456,t=1,p=1", "m=65536,t=3,p=4"] {
            let stored: Stored = with(&format!("{params},keyid=AQIDBAUGBwg")).parse().ok().unwrap();
            assert!(!stored.is_current(), "{params}");
        }
    }

    #[test]
    fn absurd_parameters_are_refused_before_any_work() {
        for params in [
            "m=262145,t=2,p=1",
            "m=19456,t=17,p=1",
            "m=19456,t=2,p=9",
            "m=19456,t=0,p=1",
            "m=19456,t=2,p=0",
            "m=7,t=1,p=1",
            "m=63,t=1,p=8",
            "m=4294967295,t=1,p=1",
            "m=4294967296,t=1,p=1",
        ] {
            assert_eq!(with(params).parse::<Stored>().err(), Some(PhcError::OutOfRange), "{params}");
        }
        let short_salt = format!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdDEyMw${HASH32}");
        let short_hash = format!("$argon2id$v=19$m=19456,t=2,p=1${SALT16}$c2hvcnQ");
        for bad in [short_salt, short_hash] {
            assert_eq!(bad.parse::<Stored>().err(), Some(PhcError::OutOfRange), "{bad}");
        }
    }

    #[test]
    fn what_is_not_a_whole_argon2id_string_is_refused() {
        for other in
            ["", "plain", "$2b$12$abcdefghijklmnopqrstuv", "$argon2i$v=19$m=1,t=1,p=1$a$b", "argon2id$v=19"]
        {
            assert_eq!(other.parse::<Stored>().err(), Some(PhcError::NotArgon2id), "{other}");
        }
        for params in [
            "m=19456,t=2",
            "m=19456,m=19456,t=2,p=1",
            "m=019456,t=2,p=1",
            "m=+1,t=2,p=1",
            "m=,t=2,p=1",
            "m=1,t=2,p=1,data=AAAA",
            "t=2,p=1",
            "",
            "m",
            "m=19456,t=2,p=1,",
        ] {
            assert_eq!(with(params).parse::<Stored>().err(), Some(PhcError::Malformed), "{params}");
        }
        let whole = with("m=19456,t=2,p=1");
        for bad in [
            format!("{whole}$"),
            format!("{whole}="),
            whole.replace("v=19", "v=18"),
            format!("{whole}{}", "A".repeat(600)),
        ] {
            assert_eq!(bad.parse::<Stored>().err(), Some(PhcError::Malformed), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_fail_other_than_by_refusing(text in "(\\$argon2id)?[$,=a-zA-Z0-9+/ü]{0,80}") {
            if let Ok(stored) = text.parse::<Stored>() {
                prop_assert_eq!(stored.to_string(), text);
            }
        }
    }
}
