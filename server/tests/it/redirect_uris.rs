//! What registration takes is what a browser reads: no address means another one to it, and what matches leads where the
//! registration leads (R93, A30). A browser's reading is that of the URL standard.
use domain::redirect_uri::RedirectUri;
use proptest::prelude::*;
use reqwest::Url;

/// Pieces that parsers disagree about, put together at random.
fn text() -> impl Strategy<Value = String> {
    let pieces = [
        "https://",
        "http://",
        "com.example.app:/",
        "com.example.app://",
        "HTTPS://",
        "//",
        "/",
        "\\",
        "?",
        "#",
        "@",
        ":",
        ";",
        "..",
        ".",
        "%2e",
        "%2f",
        "%40",
        "%00",
        "%",
        "*",
        "&",
        "=",
        "+",
        "app.example.com",
        "evil.example",
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "017.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "xn--a",
        "a",
        "A",
        "_",
        "-",
        "443",
        "80",
        "0",
        "65536",
        "8400",
        "cb",
        "code=1",
        "state",
        " ",
        "\t",
        "\n",
        "\0",
        "\u{e9}",
        "\u{3002}",
        "\u{ff0f}",
        "\u{200b}",
        "\u{202e}",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 1..9).prop_map(|pieces| pieces.concat())
}

/// Begins as an address does, so that more of them are taken.
fn likely() -> impl Strategy<Value = String> {
    let begin = prop::sample::select(vec![
        "https://app.example.com",
        "https://app.example.com/cb",
        "http://127.0.0.1",
        "http://127.0.0.1:8400/cb",
        "http://[::1]",
        "http://localhost:3000/",
        "com.example.app:/cb",
        "https://",
    ]);
    (begin, text()).prop_map(|(begin, text)| format!("{begin}{text}"))
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![1 => text(), 4 => likely(), 1 => "\\PC{0,40}"]
}

/// Scheme, host, port and whether something is there that must not be.
fn place(url: &Url) -> (String, Option<String>, Option<u16>) {
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{url}");
    (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default())
}

/// As the standard writes an address of ours: a slash where there is no path, no port where it is the scheme's own.
fn standard(text: &str) -> String {
    let Some((scheme, own_port, after)) = [("https://", ":443"), ("http://", ":80")]
        .into_iter()
        .find_map(|(scheme, port)| Some((scheme, port, text.strip_prefix(scheme)?)))
    else {
        return text.to_owned();
    };
    let (authority, rest) = after.split_at(after.find(['/', '?']).unwrap_or(after.len()));
    let slash = if rest.starts_with('/') { "" } else { "/" };
    format!("{scheme}{}{slash}{rest}", authority.strip_suffix(own_port).unwrap_or(authority))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn r93_what_is_registered_is_what_a_browser_reads(text in any_text()) {
        let Ok(uri) = RedirectUri::register(&text) else { return Ok(()) };
        let url = match Url::parse(uri.as_str()) {
            Ok(url) => url,
            // Whether a name behind `xn--` stands for anything, a browser knows; it goes nowhere then.
            Err(_) if text.contains("xn--") => return Ok(()),
            Err(error) => panic!("{error}"),
        };
        place(&url);
        prop_assert_eq!(url.to_string(), standard(&text), "a browser would go elsewhere");
        prop_assert!(url.query_pairs().all(|(name, _)| !["code", "state", "iss", "error"].contains(&&*name)));
        prop_assert!(uri.matches(&text));
    }

    #[test]
    fn r93_what_matches_leads_where_the_registration_leads(registered in likely(), asked in any_text(), tail in text()) {
        let Ok(uri) = RedirectUri::register(&registered) else { return Ok(()) };
        for asked in [asked, format!("{registered}{tail}"), format!("{tail}{registered}")] {
            if !uri.matches(&asked) || asked == registered {
                continue;
            }
            let (ours, theirs) = (Url::parse(&registered).unwrap(), Url::parse(&asked).unwrap());
            let ((scheme, host, _), (asked_scheme, asked_host, _)) = (place(&ours), place(&theirs));
            prop_assert_eq!(&scheme, "http", "only there may anything differ");
            prop_assert!(matches!(host.as_deref(), Some("127.0.0.1" | "[::1]")));
            prop_assert_eq!((asked_scheme, asked_host), (scheme, host));
            prop_assert_eq!((theirs.path(), theirs.query()), (ours.path(), ours.query()));
        }
    }
}

#[test]
fn the_strategies_reach_what_they_are_about() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let taken = (0..5_000)
        .filter(|_| RedirectUri::register(&likely().new_tree(&mut runner).unwrap().current()).is_ok())
        .count();
    assert!((200..4_800).contains(&taken), "{taken} of 5000 are registered");
}
