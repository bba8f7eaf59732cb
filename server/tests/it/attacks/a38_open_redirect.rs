//! A38: whatever a link or header says, one is led to our own pages alone (R72, R75).
use crate::harness::{ADA, Browser, House, PASSWORD};
use server::web::return_to::own_path;
use std::collections::HashSet;

const ELSEWHERE: [&str; 70] = [
    // Another scheme or host, plainly and as browsers mend it.
    "https://evil.example/",
    "http://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "http:evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example:80",
    "//evil.example/..",
    "//evil%00.example",
    "//3627734734",
    "//0x7f.1",
    "//[::1]/evil",
    "/\\evil.example",
    "/\\/evil.example",
    "/\\\\evil.example",
    "//\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "\\evil.example",
    "/security\\..\\..\\evil.example",
    "ftp://evil.example",
    "ws://evil.example",
    "intent://evil.example#Intent;end",
    "blob:https://evil.example/1",
    // Our own name, where it is not the host.
    "//localhost:3000@evil.example",
    "https://localhost:3000@evil.example",
    "https://localhost:3000.evil.example",
    "https://evil.example#localhost:3000",
    "https://evil.example?localhost:3000",
    "https://evil.example\\@localhost:3000",
    "@evil.example",
    ":80@evil.example",
    ".evil.example",
    // What is run or read in place of a page.
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\tscript:alert(1)",
    "javascript://evil.example/%0aalert(1)",
    "data:text/html,evil",
    "vbscript:evil",
    "file:///etc/passwd",
    "about:blank",
    "mailto:evil@evil.example",
    // What browsers drop or take for something else.
    " //evil.example",
    "\t//evil.example",
    "\n//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/ /evil.example",
    "/\r\nLocation: https://evil.example",
    "/security\r\nSet-Cookie: sid=evil",
    "/security\0evil",
    "/security\u{7f}evil",
    "/\u{2028}/evil.example",
    "/\u{202e}evil",
    "/\u{ff0f}evil.example",
    "\u{ff0f}\u{ff0f}evil.example",
    "https\u{ff1a}//evil.example",
    "//evil\u{3002}example",
    "//\u{24d4}vil.example",
    // Relative, or written so that it is no path.
    "evil.example",
    "..//evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "%2f%2fevil.example",
    "%0d%0aX: y",
];

fn is_own(location: &str) -> bool {
    location.starts_with('/')
        && !location.starts_with("//")
        && !location.contains('\\')
        && !location.contains("evil")
}

/// A browser that claims everywhere that it came from, or goes, elsewhere.
fn misled(house: &House, elsewhere: &str) -> Browser {
    let mut browser = house.browser();
    for name in ["referer", "x-forwarded-host", "x-original-url", "x-rewrite-url", "forwarded"] {
        // Not all of them can be in a header.
        if http::HeaderValue::from_str(elsewhere).is_ok() {
            browser.headers.push((name, elsewhere.to_owned()));
        }
    }
    browser
}

#[test]
fn r75_nowhere_else_is_taken_for_a_path_of_ours() {
    let distinct: HashSet<&str> = ELSEWHERE.into();
    assert_eq!(distinct.len(), ELSEWHERE.len());
    for elsewhere in ELSEWHERE {
        assert_eq!(own_path(elsewhere), None, "{elsewhere:?}");
    }
    let longest = format!("/{}", "a".repeat(511));
    for own in ["/", "/security", "/oidc/authorize?resume=1", "/%2fevil", &longest] {
        assert_eq!(own_path(own), Some(own));
    }
    assert_eq!(own_path(&format!("{longest}a")), None);
}

#[tokio::test]
async fn a38_no_parameter_and_no_header_leads_away() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let mut followed = 0;
    for elsewhere in ELSEWHERE {
        let target: String = form_urlencoded::byte_serialize(elsewhere.as_bytes()).collect();
        let mut browser = misled(&house, elsewhere);
        let query =
            format!("next={target}&return_to={target}&redirect_uri={target}&url={target}&resume={target}");
        for path in
            ["/", "/login", "/login/otp", "/security", "/security/phones/new", "/.well-known/change-password"]
        {
            let answer = browser.get(&format!("{path}?{query}")).await;
            assert!(!answer.body.contains("evil"), "{path} {elsewhere}");
            if let Some(location) = answer.location() {
                assert!(is_own(location), "{path} {elsewhere}: {location}");
                followed += 1;
            }
        }
        let page = format!("/login?{query}");
        let mut fields = vec![("username", ADA), ("password", PASSWORD)];
        fields.extend(["next", "return_to", "resume"].map(|name| (name, elsewhere)));
        assert_eq!(browser.submit(&page, &page, &fields).await.location(), Some("/security"), "{elsewhere}");
        house.clock.pass_seconds(301);
        let asked = browser.get(&format!("/security/phones/new?{query}")).await;
        assert_eq!(asked.location(), Some("/confirm-identity"));
        let fields = [("password", PASSWORD), ("back", elsewhere), ("next", elsewhere)];
        let back = browser.submit("/confirm-identity", "/confirm-identity", &fields).await;
        assert_eq!(back.location(), Some("/security/phones/new"), "{elsewhere}");
        assert_eq!(
            browser.submit("/security", "/logout", &[("next", elsewhere)]).await.location(),
            Some("/login")
        );
    }
    assert!(followed >= 4 * ELSEWHERE.len(), "{followed}");
}

#[tokio::test]
async fn a38_a_path_that_looks_like_a_host_is_not_followed() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let mut browser = house.signed_in(ADA).await;
    for path in [
        "//evil.example/security",
        "/%2fevil.example",
        "/..//evil.example",
        "/security//evil.example",
        "/security/",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.location().is_none() && !answer.body.contains("evil"), "{path}");
    }
}
