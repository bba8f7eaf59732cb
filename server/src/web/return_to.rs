//! Where to go after a step in between: own paths only (R75).

/// An own path that is safe in a `Location`: begins with one slash, holds no second one at the start, no backslash, no
/// control or non-ASCII character. `None` for anything else.
#[must_use]
pub fn own_path(path: &str) -> Option<&str> {
    let mut bytes = path.bytes();
    let fits = bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && path.len() <= 512
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    fits.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn r75_only_own_paths_are_followed() {
        for good in ["/", "/security", "/security/phones/new", "/oidc/authorize?resume=1"] {
            assert_eq!(own_path(good), Some(good));
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "evil",
            "/a\r\nSet-Cookie: x=1",
            "/a\tb",
            "/ä",
            "javascript:alert(1)",
            " /a",
            "/a b",
            "/\u{202e}",
        ] {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
        assert_eq!(own_path(&format!("/{}", "a".repeat(600))), None);
    }
}
