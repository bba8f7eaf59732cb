//! What a text message must be: one GSM-7 segment that ends with the origin-bound line (R19, R79).
use thiserror::Error;

/// Septets of one segment.
pub const SEGMENT: usize = 160;

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED: &str = "^{}\\[~]|€";

/// Septets a text takes in the GSM 7-bit alphabet; `None` when a character is not in it.
#[must_use]
pub fn septets(text: &str) -> Option<usize> {
    text.chars().try_fold(0, |sum, c| {
        if BASIC.contains(c) {
            Some(sum + 1)
        } else if EXTENDED.contains(c) {
            Some(sum + 2)
        } else {
            None
        }
    })
}

/// Why a text is not sent.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TextProblem {
    /// A character outside the GSM 7-bit alphabet.
    #[error(
        "a text message would hold a character outside the GSM 7-bit alphabet; use letters of it alone (A to Z, é, ñ, ö and some more)"
    )]
    Alphabet,
    /// More than one segment.
    #[error(
        "a text message takes {0} septets and must take at most 160; shorten brand.name or the host of server.public_url"
    )]
    TooLong(usize),
    /// Its last line does not bind the code to our host.
    #[error("the last line of a text message does not bind the code to the host of server.public_url")]
    Origin,
}

/// Checks a message with a code.
///
/// # Errors
/// When it is not one segment, or its last line is not `@host #code`.
pub fn check(body: &str, host: &str, code: &str) -> Result<(), TextProblem> {
    check_segment(body)?;
    match origin(body) {
        Some((bound, carried)) if bound == host && carried == code => Ok(()),
        _ => Err(TextProblem::Origin),
    }
}

/// Checks a message without a code.
///
/// # Errors
/// When it is not one segment.
pub fn check_segment(body: &str) -> Result<(), TextProblem> {
    let size = septets(body).ok_or(TextProblem::Alphabet)?;
    if size > SEGMENT { Err(TextProblem::TooLong(size)) } else { Ok(()) }
}

/// Reads the origin-bound one-time code from the last line, as a browser does (WICG): host and code.
#[must_use]
pub fn origin(body: &str) -> Option<(&str, &str)> {
    let line = body.rsplit('\n').next()?;
    let (host, rest) = line.strip_prefix('@')?.split_once(' ')?;
    let code = rest.strip_prefix('#')?;
    let code = code.split(' ').next()?;
    let fits = !host.is_empty() && !code.is_empty();
    fits.then_some((host, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r79_the_last_line_is_read_as_browsers_read_it() {
        for good in [
            "Your code is 747723.\n\n@example.com #747723",
            "Your code is 747723.\n\n@example.com #747723 @ecommerce.example",
            "@example.com #747723 trailing words",
        ] {
            assert_eq!(origin(good), Some(("example.com", "747723")), "{good}");
        }
        for bad in [
            "something @example.com #747723",
            "#747723 @ecommerce.example @example.com",
            "@example.com code #747723",
            "@example.com  #747723",
            "@example.com #747723\nmore",
            "",
        ] {
            assert_eq!(origin(bad), None, "{bad}");
        }
    }

    #[test]
    fn r19_a_segment_is_counted_in_septets() {
        assert_eq!(septets("abc"), Some(3));
        assert_eq!(septets("€[]"), Some(6));
        assert_eq!(septets("código"), None, "ó is not in the alphabet");
        assert_eq!(check_segment(&"a".repeat(160)), Ok(()));
        assert_eq!(check_segment(&"a".repeat(161)), Err(TextProblem::TooLong(161)));
    }

    #[test]
    fn a42_a_text_that_binds_the_code_elsewhere_is_refused() {
        assert_eq!(check("Hi\n\n@evil.example #1", "example.com", "1"), Err(TextProblem::Origin));
        assert_eq!(check("Hi\n\n@example.com #1", "example.com", "1"), Ok(()));
    }
}
