//! The well-known addresses: where a hole is told, where a password is changed, and no others (R76).
use crate::harness::{ADA, Answer, House};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const SECURITY: &str = "/.well-known/security.txt";

/// The values of a field, as RFC 9116 has its lines.
fn values<'a>(answer: &'a Answer, field: &str) -> Vec<&'a str> {
    let lines = answer.body.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(name, _)| name.eq_ignore_ascii_case(field)).map(|(_, value)| value).collect()
}

#[tokio::test]
async fn r76_security_txt_says_whom_to_tell_in_the_words_of_its_standard() {
    for contact in ["https://help.example.com/holes", "mailto:security@example.com"] {
        let more = [("server.public_url", "https://id.example.com"), ("brand.support_url", contact)];
        let (house, _fake) = House::with_twilio(&more).await;
        let mut browser = house.browser();
        browser.headers = vec![("host", "id.example.com".to_owned())];
        let answer = browser.get(SECURITY).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert!(answer.body.is_ascii() && answer.body.ends_with('\n'), "{}", answer.body);
        for line in answer.body.lines() {
            let known = ["Contact", "Expires", "Preferred-Languages", "Canonical"];
            assert!(line.split_once(": ").is_some_and(|(name, _)| known.contains(&name)), "{line}");
        }
        assert_eq!(values(&answer, "contact"), [contact]);
        assert_eq!(values(&answer, "canonical"), [format!("https://id.example.com{SECURITY}")]);
        assert_eq!(values(&answer, "preferred-languages"), ["en, es"], "those that it is written in");
        let [expires] = values(&answer, "expires")[..] else { panic!("not once: {}", answer.body) };
        let expires = OffsetDateTime::parse(expires, &Rfc3339).unwrap().unix_timestamp();
        let now = domain::time::Clock::now(&house.clock).as_millis() / 1000;
        assert!((90 * 86_400..365 * 86_400).contains(&(expires - now)), "less than a year ahead");
    }
}

#[tokio::test]
async fn r76_the_well_known_addresses_that_there_are_and_no_others() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    for mut browser in [house.browser(), house.signed_in(ADA).await] {
        assert_eq!(browser.get("/.well-known/change-password").await.location(), Some("/security"));
        assert_eq!(browser.get("/.well-known/openid-configuration").await.status, 200);
        assert_eq!(browser.get("/.well-known/oauth-authorization-server").await.status, 200);
        // Where nobody is named as whom to tell, there is the front door.
        let answer = browser.get(SECURITY).await;
        assert_eq!(
            (answer.status.as_u16(), &values(&answer, "contact")[..]),
            (200, &["http://localhost:3000/"][..])
        );
        for other in [
            "",
            "acme-challenge/token",
            "apple-app-site-association",
            "assetlinks.json",
            "change-password/",
            "dnt-policy.txt",
            "gpc.json",
            "host-meta",
            "host-meta.json",
            "jwks.json",
            "mta-sts.txt",
            "nodeinfo",
            "oauth-protected-resource",
            "openid-configuration/",
            "openid-credential-issuer",
            "openid-federation",
            "passkey-endpoints",
            "resource-that-should-not-exist-whose-status-code-should-not-be-200",
            "security.txt.sig",
            "uma2-configuration",
            "webauthn",
            "webfinger?resource=acct:ada@localhost",
        ] {
            let answer = browser.get(&format!("/.well-known/{other}")).await;
            assert_eq!(answer.status, 404, "{other}");
        }
    }
}
