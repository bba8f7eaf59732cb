//! What a provider charges for a message, as it tells later: for the operator who pays, never for a decision.

/// An amount of money in millionths, exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Millionths of the currency's unit; never negative.
    pub micros: i64,
    /// ISO 4217, three capital letters.
    pub currency: String,
}

/// What is known of a message's cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// Segments that the provider counted, at least one.
    pub segments: Option<u32>,
    /// What they cost.
    pub price: Option<Price>,
}

impl Price {
    /// Reads an amount as providers write it: decimal, with or without a minus before what is charged (`-0.00750`). More than six
    /// decimals are rounded up. `None`: it is no amount, or no currency.
    #[must_use]
    pub fn read(amount: &str, currency: &str) -> Option<Self> {
        let currency = currency.trim().to_ascii_uppercase();
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        let amount = amount.trim();
        let amount = amount.strip_prefix('-').unwrap_or(amount);
        let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 9 || fraction.len() > 18 || !digits(whole) || !digits(fraction) {
            return None;
        }
        let (kept, rest) = fraction.split_at(fraction.len().min(6));
        let micros = format!("{whole}{kept:0<6}").parse::<i64>().ok()?;
        let up = i64::from(rest.bytes().any(|digit| digit != b'0'));
        Some(Self { micros: micros.checked_add(up)?, currency })
    }

    /// As people write it: `0.0075 USD`.
    #[must_use]
    pub fn shown(&self) -> String {
        let (whole, fraction) = (self.micros / 1_000_000, self.micros % 1_000_000);
        let fraction = format!("{fraction:06}");
        let fraction = fraction.trim_end_matches('0');
        format!("{whole}.{fraction:0<2} {}", self.currency)
    }
}

impl Bill {
    /// Nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_none() && self.price.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_and_written_as_people_do() {
        for (amount, currency, micros, shown) in [
            ("-0.00750", "USD", 7_500, "0.0075 USD"),
            ("0.0333", "eur", 33_300, "0.0333 EUR"),
            ("-1", "USD", 1_000_000, "1.00 USD"),
            ("12.5", "USD", 12_500_000, "12.50 USD"),
            ("0.0000001", "USD", 1, "0.000001 USD"),
            ("0", "USD", 0, "0.00 USD"),
        ] {
            let price = Price::read(amount, currency).unwrap();
            assert_eq!((price.micros, price.shown().as_str()), (micros, shown), "{amount}");
        }
    }

    #[test]
    fn what_is_no_amount_of_money_is_none() {
        for (amount, currency) in [
            ("", "USD"),
            ("-", "USD"),
            ("--1", "USD"),
            ("1e3", "USD"),
            ("1,5", "USD"),
            (".5", "USD"),
            ("1.5.0", "USD"),
            ("99999999999999999999", "USD"),
            ("1", ""),
            ("1", "US"),
            ("1", "U\u{1b}D"),
        ] {
            assert_eq!(Price::read(amount, currency), None, "{amount} {currency}");
        }
    }
}
