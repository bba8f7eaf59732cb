//! The corpora of redirect URIs: what registration takes and refuses, and what never matches a registration (R93, A30).
use super::*;
use std::collections::HashSet;

const HTTPS: &str = "https://app.example.com/oidc/cb?tenant=7";
const BARE: &str = "https://app.example.com";
const LOOPBACK: &str = "http://127.0.0.1:8400/cb";
const LOOPBACK_6: &str = "http://[::1]/cb";
const LOCALHOST: &str = "http://localhost:3000/cb";
const OWN: &str = "com.example.app:/cb";

fn registered(text: &str) -> RedirectUri {
    RedirectUri::register(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

/// Registered, and what was made of it. None of it may match.
const MUTANTS: &[(&str, &[&str])] = &[
    (
        HTTPS,
        &[
            "",
            " https://app.example.com/oidc/cb?tenant=7",
            "https://app.example.com/oidc/cb?tenant=7 ",
            "https://app.example.com/oidc/cb?tenant=7\n",
            "https://app.example.com/oidc/cb?tenant=7\0",
            "https://app.example.com/oidc/cb?tenant=7%00",
            "https://app.example.com/oidc/cb?tenant=7\r\nLocation: https://evil.example/",
            "HTTPS://app.example.com/oidc/cb?tenant=7",
            "https://APP.example.com/oidc/cb?tenant=7",
            "https://app.example.com/OIDC/cb?tenant=7",
            "http://app.example.com/oidc/cb?tenant=7",
            "https:/app.example.com/oidc/cb?tenant=7",
            "https:app.example.com/oidc/cb?tenant=7",
            "https:///app.example.com/oidc/cb?tenant=7",
            "https:\\\\app.example.com\\oidc\\cb?tenant=7",
            "//app.example.com/oidc/cb?tenant=7",
            "/oidc/cb?tenant=7",
            "https://app.example.com:443/oidc/cb?tenant=7",
            "https://app.example.com:8443/oidc/cb?tenant=7",
            "https://app.example.com:/oidc/cb?tenant=7",
            "https://app.example.com./oidc/cb?tenant=7",
            "https://app.example.com.evil.example/oidc/cb?tenant=7",
            "https://app.example.comevil.example/oidc/cb?tenant=7",
            "https://evil.app.example.com/oidc/cb?tenant=7",
            "https://example.com/oidc/cb?tenant=7",
            "https://evil.example/https://app.example.com/oidc/cb?tenant=7",
            "https://evil.example?https://app.example.com/oidc/cb?tenant=7",
            "https://evil.example#https://app.example.com/oidc/cb?tenant=7",
            "https://app.example.com@evil.example/oidc/cb?tenant=7",
            "https://user@app.example.com/oidc/cb?tenant=7",
            "https://user:password@app.example.com/oidc/cb?tenant=7",
            "https://app.example.com:x@evil.example/oidc/cb?tenant=7",
            "https://evil.example\\@app.example.com/oidc/cb?tenant=7",
            "https://app.example.com\\@evil.example/oidc/cb?tenant=7",
            "https://app.example.com%2f@evil.example/oidc/cb?tenant=7",
            "https://app.example.com%40evil.example/oidc/cb?tenant=7",
            "https://app%2eexample.com/oidc/cb?tenant=7",
            "https://app.ex\u{430}mple.com/oidc/cb?tenant=7",
            "https://app\u{3002}example.com/oidc/cb?tenant=7",
            "https://xn--app-.example.com/oidc/cb?tenant=7",
            "https://app.example.com/oidc/cb",
            "https://app.example.com/oidc/cb?",
            "https://app.example.com/oidc/cb/?tenant=7",
            "https://app.example.com/oidc//cb?tenant=7",
            "https://app.example.com//oidc/cb?tenant=7",
            "https://app.example.com/oidc/./cb?tenant=7",
            "https://app.example.com/oidc/x/../cb?tenant=7",
            "https://app.example.com/oidc/cb/../../evil?tenant=7",
            "https://app.example.com/oidc/cb/..;/evil?tenant=7",
            "https://app.example.com/oidc/cb;/evil?tenant=7",
            "https://app.example.com/oidc/cb/%2e%2e/evil?tenant=7",
            "https://app.example.com/oidc/cb%2f..%2fevil?tenant=7",
            "https://app.example.com/oidc%2fcb?tenant=7",
            "https://app.example.com/%6fidc/cb?tenant=7",
            "https://app.example.com/oidc/cb?tenant=7&x=1",
            "https://app.example.com/oidc/cb?tenant=7&tenant=8",
            "https://app.example.com/oidc/cb?tenant=8",
            "https://app.example.com/oidc/cb?tenant=%37",
            "https://app.example.com/oidc/cb?Tenant=7",
            "https://app.example.com/oidc/cb?tenant=7#",
            "https://app.example.com/oidc/cb?tenant=7#/evil",
            "https://app.example.com/oidc/cb?tenant=7%23",
            "https://app.example.com/oidc/c",
            "https://app.example.com/oidc/cb?tenant=77",
            "https://app.example.com/oidc/\u{200b}cb?tenant=7",
            "https://app.example.com/oidc/cb?tenant=7,https://evil.example",
            "javascript:alert(1)//https://app.example.com/oidc/cb?tenant=7",
            "data:text/html,https://app.example.com/oidc/cb?tenant=7",
        ],
    ),
    (
        BARE,
        &[
            "https://app.example.com/",
            "https://app.example.com?",
            "https://app.example.com/*",
            "https://app.example.com:443",
            "https://app.example.com.",
            "https://app.example.co",
            "https://app.example.com.evil.example",
        ],
    ),
    (
        LOOPBACK,
        &[
            "https://127.0.0.1:8400/cb",
            "http://127.0.0.1:8400/cb/",
            "http://127.0.0.1:8400/cb?x=1",
            "http://127.0.0.1:8400/cb#x",
            "http://127.0.0.1:8400/",
            "http://127.0.0.1:8400",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:08400/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:99999999999/cb",
            "http://127.0.0.1:+84/cb",
            "http://127.0.0.1:-1/cb",
            "http://127.0.0.1: 80/cb",
            "http://127.0.0.1:8\u{664}/cb",
            "http://127.0.0.1:80:81/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1@evil.example/cb",
            "http://127.0.0.1:80.evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1evil.example/cb",
            "http://127.0.0.1:80\\@evil.example/cb",
            "http://user@127.0.0.1:8400/cb",
            "http://127.0.0.2:8400/cb",
            "http://127.0.0.10/cb",
            "http://127.1:8400/cb",
            "http://2130706433:8400/cb",
            "http://0x7f.0.0.1:8400/cb",
            "http://0177.0.0.1:8400/cb",
            "http://0.0.0.0:8400/cb",
            "http://localhost:8400/cb",
            "http://[::1]:8400/cb",
            "http://[::ffff:127.0.0.1]:8400/cb",
            "HTTP://127.0.0.1:8400/cb",
        ],
    ),
    (
        LOOPBACK_6,
        &[
            "http://[::1]",
            "http://[::1]/cb/",
            "http://[::1]:/cb",
            "http://[::1].evil.example/cb",
            "http://[::1]@evil.example/cb",
            "http://[::1]:80@evil.example/cb",
            "http://[::1%25lo]/cb",
            "http://[0:0:0:0:0:0:0:1]/cb",
            "http://[::0001]/cb",
            "http://[::2]/cb",
            "http://[::1/cb",
            "http://::1/cb",
            "http://127.0.0.1/cb",
            "http://localhost/cb",
        ],
    ),
    (
        LOCALHOST,
        &[
            "http://localhost:3001/cb",
            "http://localhost/cb",
            "http://localhost.:3000/cb",
            "http://LOCALHOST:3000/cb",
            "http://127.0.0.1:3000/cb",
            "http://localhost.evil.example:3000/cb",
        ],
    ),
    (
        OWN,
        &[
            "com.example.app:/cb/",
            "com.example.app:/cb?x=1",
            "com.example.app://cb",
            "com.example.app:cb",
            "COM.example.app:/cb",
            "com.example.app2:/cb",
            "com.example:/cb",
            "com.example.app:/evil",
        ],
    ),
];

#[test]
fn r93_no_mutant_of_a_registered_address_matches() {
    let mut seen = HashSet::new();
    for (address, mutants) in MUTANTS {
        let uri = registered(address);
        assert!(uri.matches(address), "{address}");
        for mutant in *mutants {
            assert!(seen.insert((address, mutant)), "{mutant:?} is there twice");
            assert!(!uri.matches(mutant), "{address} must not match {mutant:?}");
        }
    }
    assert!(seen.len() >= 120, "{}", seen.len());
}

#[test]
fn r93_each_address_matches_no_other_registration() {
    for (address, _) in MUTANTS {
        for (other, _) in MUTANTS.iter().filter(|(other, _)| other != address) {
            assert!(!registered(address).matches(other), "{address} {other}");
        }
    }
}

#[test]
fn r93_every_single_changed_byte_is_another_address() {
    for (address, _) in MUTANTS {
        let uri = registered(address);
        let port = address.find(":8400").map(|at| at + 1..at + 5);
        for at in 0..address.len() {
            for with in [None, Some("x"), Some("/"), Some("@"), Some("."), Some("%"), Some("#"), Some("9")] {
                let end = if with.is_none() { at + 1 } else { at };
                let mut changed = (*address).to_owned();
                changed.replace_range(at..end, with.unwrap_or_default());
                // Another port of 127.0.0.1 is meant to match; the next test is about that.
                let only_port = with.is_none_or(|with| with == "9")
                    && port.as_ref().is_some_and(|port| (port.start..=port.end).contains(&at));
                assert!(changed == *address || only_port || !uri.matches(&changed), "{address} {changed:?}");
            }
        }
    }
}

#[test]
fn r93_a_port_may_vary_on_loopback_addresses_alone() {
    for (address, asked) in [
        (LOOPBACK, "http://127.0.0.1:8400/cb"),
        (LOOPBACK, "http://127.0.0.1:1/cb"),
        (LOOPBACK, "http://127.0.0.1:65535/cb"),
        (LOOPBACK, "http://127.0.0.1/cb"),
        (LOOPBACK_6, "http://[::1]:49152/cb"),
        ("http://[::1]:1", "http://[::1]:2"),
        ("http://127.0.0.1?a=1", "http://127.0.0.1:9?a=1"),
    ] {
        assert!(registered(address).matches(asked), "{address} {asked}");
    }
}

const TAKEN: &[&str] = &[
    HTTPS,
    BARE,
    LOOPBACK,
    LOOPBACK_6,
    LOCALHOST,
    OWN,
    "https://app.example.com/",
    "https://app.example.com:8443/cb",
    "https://app.example.com?x=1",
    "https://app.example.com/a%20b/~user/(cb),;=:@!$&'+",
    "https://app.example.com/cb?next=/a/../b&error_page=1&codes=2&c%6Fdes=3",
    "https://app.example.com/.well-known/cb/...",
    "https://xn--bcher-kva.example/cb",
    "https://under_score.example.com/cb",
    "https://a",
    "https://192.0.2.7/cb",
    "https://[2001:db8::7]:8443/cb",
    "https://127.0.0.1/cb",
    "http://localhost",
    "com.googleusercontent.apps.123-abc:/oauth2redirect",
    "com.example.app://auth.callback/done?x=1",
    "com.example.app:///cb",
    "org.example+x.app1:/",
];

#[test]
fn r93_what_registration_takes_matches_itself() {
    for text in TAKEN {
        let uri = registered(text);
        assert_eq!(uri.as_str(), *text, "kept as given");
        assert!(uri.matches(text));
    }
    let longest = format!("https://a/{}", "x".repeat(URI_MAX - 10));
    assert!(RedirectUri::register(&longest).is_ok());
    assert_eq!(RedirectUri::register(&format!("{longest}x")), Err(UriProblem::Length));
}

const REFUSED: &[(UriProblem, &[&str])] = &[
    (UriProblem::Length, &[""]),
    (
        UriProblem::Character,
        &[
            " https://a/",
            "https://a/ ",
            "https://a/x y",
            "https://a/\t",
            "https://a/\r\nx",
            "https://a/\0",
            "https://a/\u{7f}",
            "https://a/\u{85}",
            "https://b\u{fc}cher.example/",
            "https://a\\b/",
            "https:\\\\a",
            "https://a/<x>",
            "https://a/\"",
            "https://a/{x}",
            "https://a/|",
            "https://a/^",
            "https://a/`",
        ],
    ),
    (
        UriProblem::Percent,
        &["https://a/%", "https://a/%2", "https://a/%zz", "https://a/%%20", "https://a/?x=%g0"],
    ),
    (
        UriProblem::Wildcard,
        &["https://*.example.com/cb", "https://a/*", "https://a/cb?x=*", "*", "http://127.0.0.1:*/cb"],
    ),
    (UriProblem::Fragment, &["https://a/#", "https://a/cb#x", "https://a#", "com.example.app:/cb#x"]),
    (
        UriProblem::Scheme,
        &[
            "a",
            "/cb",
            "//a/cb",
            "a.example.com/cb",
            "HTTPS://a/",
            "Https://a/",
            "https:/a",
            "https:a",
            "http:a",
            "ftp://a/",
            "ws://a/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "javascript://a/%0aalert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://a/x",
            "about:blank",
            "urn:ietf:wg:oauth:2.0:oob",
            "myapp:/cb",
            "myapp://cb",
            "com.example.app:cb",
            "com.example.app:",
            "com.example.app",
            "COM.example.app:/cb",
            ".com:/cb",
            "com.:/cb",
            "com..app:/cb",
            "1.example:/cb",
            ":/cb",
        ],
    ),
    (
        UriProblem::PlainHttp,
        &[
            "http://a/",
            "http://app.example.com/cb",
            "http://127.0.0.2/cb",
            "http://192.168.0.1/cb",
            "http://[::2]/cb",
            "http://localhost.example/cb",
            "http://127.0.0.1.example/cb",
        ],
    ),
    (
        UriProblem::UserInfo,
        &[
            "https://user@a/",
            "https://user:password@a/",
            "https://@a/",
            "https://app.example.com@evil.example/",
            "http://127.0.0.1@evil.example/",
            "com.example.app://user@cb",
        ],
    ),
    (
        UriProblem::Host,
        &[
            "https://",
            "https:///",
            "https:///a",
            "https://?x",
            "https://:443/",
            "https://A.example/",
            "https://a..example/",
            "https://.a/",
            "https://a./",
            "https://-a/",
            "https://a-/",
            "https://a%2fb/",
            "https://a,b/",
            "https://a;b/",
            "https://1/",
            "https://127.1/",
            "https://256.0.0.1/",
            "https://0x7f.0x0.0x0.0x1/",
            "https://0x7f000001/",
            "https://01.02.03.04/",
            "https://[::1/",
            "https://::1/",
            "https://[::g]/",
            "https://[0:0:0:0:0:0:0:1]/",
            "https://[FE80::1]/",
            "https://[fe80::1%25eth0]/",
            "https://[::1]x/",
            "https://[::ffff:127.0.0.1]/",
            "com.example.app://a:80/cb",
        ],
    ),
    (
        UriProblem::Port,
        &[
            "https://a:/",
            "https://a:0/",
            "https://a:0443/",
            "https://a:65536/",
            "https://a:x/",
            "https://a:1:2/",
            "https://[::1]:/",
        ],
    ),
    (
        UriProblem::DotSegment,
        &[
            "https://a/../b",
            "https://a/./b",
            "https://a/b/..",
            "https://a/b/.",
            "https://a/%2e%2e/b",
            "https://a/.%2E/b",
            "https://a/%2e/b",
            "https://a/..;/b",
            "https://a/..;x=1/b",
            "com.example.app:/../b",
        ],
    ),
    (
        UriProblem::AnswerName,
        &[
            "https://a/?code=1",
            "https://a/?code",
            "https://a/?x=1&state=2",
            "https://a/?iss=",
            "https://a/?error=x",
            "https://a/?error_description=x",
            "https://a/?error_uri=x",
            "https://a/?session_state=x",
            "https://a/?id_token=x",
            "https://a/?access_token=x",
            "https://a/?response=x",
            "https://a/?CODE=1",
            "https://a/?c%6fde=1",
            "https://a/?%73tate=1",
            "https://a/?x;code=1",
            "https://a/cb?x?&iss=1",
            "com.example.app:/cb?code=1",
            "http://127.0.0.1/cb?state=1",
        ],
    ),
];

#[test]
fn r93_what_registration_refuses_is_refused_for_its_reason() {
    for (problem, texts) in REFUSED {
        for text in *texts {
            assert_eq!(RedirectUri::register(text), Err(*problem), "{text:?}");
        }
        let words = problem.to_string();
        assert!(
            words.starts_with("must ") || words.starts_with("holds ") || words.starts_with("http:// is"),
            "{words}"
        );
    }
    let problems: HashSet<_> = REFUSED.iter().map(|(problem, _)| problem).collect();
    assert_eq!(problems.len(), 12, "every reason is shown");
}
