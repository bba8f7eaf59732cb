//! E-mail addresses: told to apps as the operator gave them, never proven and never a factor (R18).

/// Longest address, in characters (RFC 5321 §4.5.3.1.3).
const LONGEST: usize = 254;

/// An address without the space around it; `None` for what cannot be one. Whether it exists, nobody knows.
#[must_use]
pub fn tidy_email(typed: &str) -> Option<String> {
    let address = typed.trim();
    let (name, host) = address.rsplit_once('@')?;
    let odd = |c: char| c.is_whitespace() || c.is_control();
    let fits = !name.is_empty() && !host.is_empty() && !host.contains('@') && !address.contains(odd);
    (fits && address.chars().count() <= LONGEST).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_an_address_is_none() {
        for (typed, kept) in [
            ("ada@example.com", Some("ada@example.com")),
            (" ada+news@mail.example.co.uk ", Some("ada+news@mail.example.co.uk")),
            ("\"a@b\"@example.com", Some("\"a@b\"@example.com")),
            ("ada@bücher.example", Some("ada@bücher.example")),
            ("", None),
            ("ada", None),
            ("@example.com", None),
            ("ada@", None),
            ("ada@exam ple.com", None),
            ("ada@example.com\nBcc: eve@example.com", None),
        ] {
            assert_eq!(tidy_email(typed).as_deref(), kept, "{typed:?}");
        }
        assert_eq!(tidy_email(&format!("{}@example.com", "a".repeat(250))), None);
    }
}
