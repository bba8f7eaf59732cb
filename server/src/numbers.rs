//! Telephone numbers as people type them, read by the numbering plans of the world (R24–R26).
//!
//! The library is `rlibphonenumber` 2.2, a port of Google's, with small regexes. Measured against `phonenumber` 0.3.10 on a 2-core
//! machine, release build: first number 6 ms against 67 ms; memory once loaded 5 MB against 6 MB, after numbers of ten countries
//! 5.5 MB against 17 MB, after those of all countries 10 MB; and 29 of the 1144 example numbers that Google's metadata gives
//! (Italian fixed lines, Congolese and Ivorian mobiles, Russian toll-free …) are not recognised by `phonenumber` 0.3.10, all
//! are by this one. It loads when the first number is read, so a server at rest does not hold it.
//!
//! Whatever a person types is reduced to a plus sign and digits before the library sees it. The library writes numbers to the
//! `log` crate at trace level; `telemetry` does not listen to that crate (R129).
mod regions;

pub use regions::{Region, UnknownRegion};

use crate::keys::Keys;
use domain::phone::{E164, KnownNumber, NumberProblem};
use domain::ports::Numbers;
use rlibphonenumber::{PhoneNumberFormat, PhoneNumberType, PhoneNumberUtil};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

/// Longest text that is looked at: the longest number with every separator anybody uses is shorter.
const LONGEST: usize = 64;

/// Most digits of a number, with a way to dial abroad in front.
const MOST_DIGITS: usize = 20;

/// Reads numbers by the rules of this installation.
pub struct PhoneNumbers {
    allowed: BTreeSet<Region>,
    default: Region,
    allow_voip: bool,
    calls: bool,
    keys: Arc<Keys>,
    plans: OnceLock<Option<PhoneNumberUtil>>,
}

impl PhoneNumbers {
    /// Takes numbers of the `allowed` countries (R26), those of Internet telephony only with `allow_voip` (R25, D19); `default`
    /// is the country of numbers typed without one. Countries are ISO 3166 codes. Loads nothing yet.
    ///
    /// # Errors
    /// Names the code that is no country's.
    pub fn new(
        keys: Arc<Keys>,
        allowed: &[String],
        allow_voip: bool,
        default: &str,
    ) -> Result<Self, UnknownRegion> {
        Ok(Self {
            allowed: allowed.iter().map(|code| Region::parse(code)).collect::<Result<_, _>>()?,
            default: Region::parse(default)?,
            allow_voip,
            calls: false,
            keys,
            plans: OnceLock::new(),
        })
    }

    /// Takes fixed lines as well, where somebody can call them (R25).
    #[must_use]
    pub fn with_calls(self, calls: bool) -> Self {
        Self { calls, ..self }
    }

    /// The countries that numbers may belong to, by the letters of their codes, with their calling codes.
    #[must_use]
    pub fn countries(&self) -> Vec<([u8; 2], u16)> {
        self.allowed.iter().map(|region| (region.letters(), region.calling_code())).collect()
    }

    /// The number, and whether it is a fixed line.
    fn judge(&self, typed: &str) -> Result<(E164, bool), NumberProblem> {
        let tidy = tidy(typed)?;
        let plans = self.plans.get_or_init(|| match PhoneNumberUtil::new() {
            Ok(plans) => Some(plans),
            Err(error) => {
                tracing::error!(%error, "the numbering plans do not load; no number can be added");
                None
            }
        });
        let plans = plans.as_ref().ok_or(NumberProblem::NotValid)?;
        let home = rlibphonenumber::Region::from_code(self.default.code()).ok();
        let number = plans.parse(&tidy, home).map_err(|_| NumberProblem::NotValid)?;
        if !plans.is_valid_number(&number) {
            return Err(NumberProblem::NotValid);
        }
        // Numbers of no country (satellites, international networks, shared codes) have no `Region`: never served (R26).
        let region = plans.get_region_for_number(&number);
        let region = region.and_then(|region| Region::parse(&region.as_region_str()).ok());
        if !region.is_some_and(|region| self.allowed.contains(&region)) {
            return Err(NumberProblem::Country);
        }
        let kind = plans.get_number_type(&number);
        if !self.takes(kind) {
            return Err(NumberProblem::Kind);
        }
        let number = E164::parse(&plans.format(&number, PhoneNumberFormat::E164));
        Ok((number.ok_or(NumberProblem::NotValid)?, kind == PhoneNumberType::FixedLine))
    }

    /// Whether codes reach this kind of number (R25). Fixed lines can be called only.
    fn takes(&self, kind: PhoneNumberType) -> bool {
        match kind {
            PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile => true,
            PhoneNumberType::VoIP => self.allow_voip,
            PhoneNumberType::FixedLine => self.calls,
            PhoneNumberType::TollFree
            | PhoneNumberType::PremiumRate
            | PhoneNumberType::SharedCost
            | PhoneNumberType::PersonalNumber
            | PhoneNumberType::Pager
            | PhoneNumberType::UAN
            | PhoneNumberType::VoiceMail
            | PhoneNumberType::Unknown => false,
        }
    }
}

impl Numbers for PhoneNumbers {
    fn read(&self, typed: &str) -> Result<KnownNumber, NumberProblem> {
        // No text is known that makes the library panic; one that does is no number.
        let (number, fixed_line) =
            catch_unwind(AssertUnwindSafe(|| self.judge(typed))).unwrap_or(Err(NumberProblem::NotANumber))?;
        let hash = self.keys.number_hash(&number);
        Ok(KnownNumber { number, hash, fixed_line })
    }
}

/// What was typed, as a plus sign (if it begins with one, or with the usual `00`) and ASCII digits.
fn tidy(typed: &str) -> Result<String, NumberProblem> {
    if typed.chars().nth(LONGEST).is_some() {
        return Err(NumberProblem::NotANumber);
    }
    let typed = typed.trim();
    let typed = typed.strip_prefix("tel:").unwrap_or(typed);
    let mut tidy = String::with_capacity(MOST_DIGITS + 1);
    for c in typed.chars() {
        match c {
            '+' | '\u{ff0b}' if tidy.is_empty() => tidy.push('+'),
            _ if is_separator(c) => {}
            _ => tidy.push(digit(c).ok_or(NumberProblem::NotANumber)?),
        }
    }
    if let Some(abroad) = tidy.strip_prefix("00") {
        tidy = format!("+{abroad}");
    }
    match tidy.trim_start_matches('+').len() {
        0 if tidy.is_empty() => Err(NumberProblem::Missing),
        1..=MOST_DIGITS => Ok(tidy),
        _ => Err(NumberProblem::NotANumber),
    }
}

/// What people and address books put between digits, invisible direction marks included.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '.' | '(' | ')' | '/' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}'
        )
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// ASCII, full-width and Arabic-Indic digits.
fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        _ => return None,
    };
    char::from_digit(u32::from(c) - u32::from(zero), 10)
}

#[cfg(test)]
mod tests;
