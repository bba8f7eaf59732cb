//! How Twilio names its things.

/// Two letters and 32 hexadecimal digits.
pub(crate) fn is_sid(kind: &str, text: &str) -> bool {
    text.strip_prefix(kind)
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}
