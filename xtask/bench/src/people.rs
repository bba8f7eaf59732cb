//! The accounts that are measured with: all have one password, each has a phone of its own.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, anyhow};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// The password of everybody.
pub const PASSWORD: &str = "violet anchor meadow 17";
/// How many sign in at once.
pub const CROWD: usize = 32;
/// How many there are to sign in, each a few times: with the limits as they come a number gets five messages an hour.
pub const PEOPLE: usize = 8_000;
/// How many wait for wrong passwords, so that no account meets a limit of its own.
pub const QUIET: usize = 160;

/// An account.
#[derive(Clone, Debug)]
pub struct Person {
    /// User name.
    pub name: String,
    /// Phone, E.164.
    pub phone: String,
}

/// Everybody.
pub struct People {
    /// Those who sign in.
    crowd: Vec<Person>,
    /// Whose turn it is.
    next: AtomicUsize,
    /// Those with wrong passwords.
    pub quiet: Vec<Person>,
}

impl People {
    /// Names and numbers of so many who sign in; nothing is written anywhere, and no message ever leaves the machine.
    pub fn new(count: usize) -> Self {
        let mut number = 2_000_000;
        let mut person = |name: String| {
            number += 1;
            Person { name, phone: format!("+1201{number}") }
        };
        Self {
            crowd: (0..count).map(|n| person(format!("crowd-{n:07}"))).collect(),
            next: AtomicUsize::new(0),
            quiet: (0..QUIET).map(|n| person(format!("reader-{n:04}"))).collect(),
        }
    }

    /// Somebody who has not signed in longer than anybody else.
    pub fn next(&self) -> Result<&Person> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let at = turn.checked_rem(self.crowd.len()).context("nobody is there")?;
        self.crowd.get(at).context("nobody is there")
    }

    fn all(&self) -> impl Iterator<Item = &Person> {
        self.crowd.iter().chain(&self.quiet)
    }

    /// The file that `latchkey user import` reads.
    ///
    /// # Errors
    /// The password cannot be hashed.
    pub fn import_file(&self) -> Result<String> {
        let hash = phc()?;
        let mut lines = String::new();
        for Person { name, phone } in self.all() {
            writeln!(
                lines,
                r#"{{"username":"{name}","password_hash":"{hash}","phones":[{{"number":"{phone}","verified":true}}]}}"#
            )?;
        }
        Ok(lines)
    }
}

/// Argon2id of [`PASSWORD`] at the cost of new hashes, so that no sign-in renews it.
///
/// # Errors
/// There is no memory for it.
pub fn phc() -> Result<String> {
    let salt = b"sixteen bytes of";
    let mut output = [0; 32];
    hash(PASSWORD.as_bytes(), salt, &mut output)?;
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    Ok(format!("$argon2id$v=19$m=19456,t=2,p=1${salt}${output}"))
}

/// One hash by the plain implementation, with new memory.
///
/// # Errors
/// There is no memory for it.
pub fn hash(password: &[u8], salt: &[u8], output: &mut [u8]) -> Result<()> {
    let params = Params::new(19_456, 2, 1, Some(output.len())).map_err(|error| anyhow!("argon2: {error}"))?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password, salt, output)
        .map_err(|error| anyhow!("argon2: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn everybody_has_a_name_and_a_number_of_their_own() {
        let people = People::new(PEOPLE);
        let count = PEOPLE + QUIET;
        assert_eq!(people.all().map(|p| &p.name).collect::<HashSet<_>>().len(), count);
        assert_eq!(people.all().map(|p| &p.phone).collect::<HashSet<_>>().len(), count);
        assert!(people.all().all(|p| p.phone.len() == 12));
    }

    #[test]
    fn everybody_has_a_turn_before_anybody_has_two() {
        let people = People::new(3);
        let names: Vec<&str> = (0..4).map(|_| people.next().unwrap().name.as_str()).collect();
        assert_eq!(names, ["crowd-0000000", "crowd-0000001", "crowd-0000002", "crowd-0000000"]);
    }

    #[test]
    fn the_import_file_is_one_object_a_line() {
        let file = People::new(10).import_file().unwrap();
        for line in file.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(value["password_hash"].as_str().unwrap().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        }
    }
}
