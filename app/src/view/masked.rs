//! A phone number as it may be shown: country code and last two digits (R36).

use std::fmt;

/// Country calling code and the last two digits; more of a number does not fit in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaskedNumber {
    calling_code: u16,
    last_two: u8,
}

impl MaskedNumber {
    /// `calling_code` without the plus (1 to 999), `last_two` as a number (0 to 99); digits beyond those are dropped.
    #[must_use]
    pub const fn new(calling_code: u16, last_two: u8) -> Self {
        Self { calling_code: calling_code % 1000, last_two: last_two % 100 }
    }

    /// The last two digits, for "ending in 07".
    #[must_use]
    pub fn ending(self) -> String {
        format!("{:02}", self.last_two)
    }
}

/// `+44 ••• ••• 07`: as many dots for every number, so that its length is not told. Spaces do not break.
impl fmt::Display for MaskedNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}\u{a0}•••\u{a0}•••\u{a0}{:02}", self.calling_code, self.last_two)
    }
}

#[cfg(test)]
mod tests {
    use super::MaskedNumber;

    #[test]
    fn r36_only_country_and_two_digits_are_shown() {
        assert_eq!(MaskedNumber::new(44, 7).to_string().replace('\u{a0}', " "), "+44 ••• ••• 07");
        assert_eq!(MaskedNumber::new(44, 207).ending(), "07");
    }
}
