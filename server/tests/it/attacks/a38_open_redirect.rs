//! A38: whatever a link or header says, one is led to our own pages alone (R72, R75).
use crate::harness::{ADA, Browser, House, PASSWORD};

const ELSEWHERE: [&str; 6] = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
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
        browser.headers.push((name, elsewhere.to_owned()));
    }
    browser
}

#[tokio::test]
async fn a38_no_parameter_and_no_header_leads_away() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let mut followed = 0;
    for elsewhere in ELSEWHERE {
        let target: String = form_urlencoded::byte_serialize(elsewhere.as_bytes()).collect();
        let mut browser = misled(&house, elsewhere);
        let query = format!("next={target}&return_to={target}&redirect_uri={target}&url={target}");
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
        let fields =
            [("username", ADA), ("password", PASSWORD), ("next", elsewhere), ("return_to", elsewhere)];
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
    assert!(followed >= 20, "{followed}");
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
