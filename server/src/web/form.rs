//! A posted form: names and values as typed. Values are wiped when dropped: a password or a code may be among them.
use zeroize::Zeroizing;

/// Longest body that is read, in bytes (R47).
pub const MAX_BODY: usize = 16 * 1024;

/// Most fields of a form; ours have a handful.
const MAX_FIELDS: usize = 32;

/// The fields of a form. No `Debug`.
#[derive(Default)]
pub struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`. `None` when a field stands there twice: which one is
    /// meant cannot be known. Nor when there are more than any page of ours has.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let mut fields: Vec<(String, Zeroizing<String>)> = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            if fields.len() == MAX_FIELDS || fields.iter().any(|(known, _)| *known == name) {
                return None;
            }
            fields.push((name.into_owned(), Zeroizing::new(value.into_owned())));
        }
        Some(Self(fields))
    }

    /// The value of a field; empty when it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether a field was sent, be it empty.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// What was typed, cut to what a page may show again: at most 256 characters, no control characters.
    #[must_use]
    pub fn kept(&self, name: &str) -> String {
        self.text(name).chars().filter(|c| !c.is_control()).take(256).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_stands_twice_makes_no_form() {
        assert!(Form::parse(b"a=1&a=2").is_none());
        assert!(Form::parse(b"a=1&%61=2").is_none());
        let many: String = (0..33).map(|n| format!("f{n}=&")).collect();
        assert!(Form::parse(many.as_bytes()).is_none());
        let form = Form::parse(b"a=1+2%263&b=").unwrap();
        assert_eq!((form.text("a"), form.text("b"), form.text("c")), ("1 2&3", "", ""));
    }
}
