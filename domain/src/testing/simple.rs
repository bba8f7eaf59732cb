//! Plain stand-ins for hashing, the number library and the words of messages.
use crate::lang::Lang;
use crate::notice::NoticeKind;
use crate::password::Password;
use crate::phone::{E164, KnownNumber, Mask, NumberHash, NumberProblem};
use crate::ports::{Fault, Numbers, PasswordCheck, Passwords, Words};
use crate::purpose::Purpose;
use crate::time::Timestamp;
use crate::voice::Spoken;
use async_trait::async_trait;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Compares passwords as they are and counts how often it is asked. Clones share the count.
#[derive(Clone, Debug, Default)]
pub struct PlainPasswords {
    checks: Arc<AtomicU32>,
    busy: Arc<AtomicBool>,
    faulty: Arc<AtomicBool>,
}

impl PlainPasswords {
    /// How many comparisons were paid for, those against nothing included (R50).
    #[must_use]
    pub fn checks(&self) -> u32 {
        self.checks.load(Ordering::SeqCst)
    }

    /// From now on: too much hashing at once, or not.
    pub fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::SeqCst);
    }

    /// From now on: hashing fails, or not.
    pub fn set_faulty(&self, faulty: bool) {
        self.faulty.store(faulty, Ordering::SeqCst);
    }
}

#[async_trait]
impl Passwords for PlainPasswords {
    async fn check(&self, stored: Option<String>, typed: Password) -> Result<PasswordCheck, Fault> {
        if self.faulty.load(Ordering::SeqCst) {
            return Err(Fault::new("hashing", "out of memory"));
        }
        if self.busy.load(Ordering::SeqCst) {
            return Ok(PasswordCheck::Busy);
        }
        self.checks.fetch_add(1, Ordering::SeqCst);
        Ok(match stored {
            // A hash of an older kind is renewed at sign-in (R46).
            Some(stored) if stored.strip_prefix("old:") == Some(typed.reveal()) => {
                PasswordCheck::Right { renewed: Some(typed.reveal().to_owned()) }
            }
            Some(stored) if stored == typed.reveal() => PasswordCheck::Right { renewed: None },
            _ => PasswordCheck::Wrong,
        })
    }

    async fn hash(&self, chosen: Password) -> Result<String, Fault> {
        Ok(chosen.reveal().to_owned())
    }
}

/// Takes E.164 with spaces and hyphens in it. `+1900…` is premium, `+881…` a country not served, `+4930…` a fixed line.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainNumbers;

impl Numbers for PlainNumbers {
    fn read(&self, typed: &str) -> Result<KnownNumber, NumberProblem> {
        let bare: String = typed.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        if bare.is_empty() {
            return Err(NumberProblem::Missing);
        }
        let number = E164::parse(&bare).ok_or(NumberProblem::NotANumber)?;
        if bare.starts_with("+1900") {
            return Err(NumberProblem::Kind);
        }
        if bare.starts_with("+881") {
            return Err(NumberProblem::Country);
        }
        Ok(known(number))
    }
}

/// A number with its hash.
#[must_use]
pub fn known(number: E164) -> KnownNumber {
    let hash = NumberHash::stored(format!("hash-of-{}", number.reveal()));
    let fixed_line = number.reveal().starts_with("+4930");
    KnownNumber { number, hash, fixed_line }
}

/// Short texts in the shape of real ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainWords;

/// The host that codes are bound to in tests.
pub const HOST: &str = "id.example.com";

impl Words for PlainWords {
    fn code(&self, _: Lang, purpose: &Purpose, minutes: u64, reference: &str, code: &str) -> String {
        let what = purpose.name().replace('_', " ");
        format!(
            "Example {what}: {code}. Valid {minutes} min. Ref {reference}. Never share it.\n\n@{HOST} #{code}"
        )
    }

    fn greeting(&self, _: Lang, purpose: &Purpose) -> String {
        format!("This is Example about {}. Press any key.", purpose.name().replace('_', " "))
    }

    fn spoken(&self, lang: Lang, code: &str) -> Spoken {
        Spoken::new(lang, "Your code is", code, "Once more", "Goodbye")
    }

    fn notice(&self, _: Lang, kind: NoticeKind, mask: Option<&Mask>, _: Timestamp) -> String {
        let about = mask.map(|m| format!(" +{} ..{}", m.calling_code, m.last_digits)).unwrap_or_default();
        format!("Example: {}{about}. Not you? Tell us.", kind.name().replace('_', " "))
    }

    fn host(&self) -> &str {
        HOST
    }
}
