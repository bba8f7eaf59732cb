//! Browser and system in two words, for "last sign-in" and the security log. The header itself is not kept.

/// `Firefox on Windows`, or as much of it as can be told; empty when nothing can. Takes only words from its own lists.
#[must_use]
pub fn family(header: &str) -> String {
    let browser = first(
        header,
        &[
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("SamsungBrowser", "Samsung Internet"),
            ("FxiOS", "Firefox"),
            ("Firefox", "Firefox"),
            ("CriOS", "Chrome"),
            ("Chrome", "Chrome"),
            ("Safari", "Safari"),
            ("curl", "curl"),
        ],
    );
    let system = first(
        header,
        &[
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("CrOS", "ChromeOS"),
            ("Mac OS X", "Mac"),
            ("Linux", "Linux"),
        ],
    );
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

fn first(header: &str, list: &[(&str, &'static str)]) -> Option<&'static str> {
    list.iter().find(|(mark, _)| header.contains(mark)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::family;

    #[test]
    fn a_browser_is_told_by_family_only() {
        for (header, told) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome on Linux",
            ),
            ("<script>alert(1)</script>", ""),
            ("", ""),
        ] {
            assert_eq!(family(header), told);
        }
    }
}
