//! `/.well-known/…`: what programs look for under addresses that are the same everywhere (R76).
use crate::harness::{House, PASSWORD};
use domain::time::Clock as _;

#[tokio::test]
async fn r76_whom_to_tell_about_a_hole_is_said_with_or_without_a_help_address() {
    for (support, contact) in [
        ("", "http://localhost:3000/"),
        ("https://help.example.com/security", "https://help.example.com/security"),
        ("mailto:help@example.com", "mailto:help@example.com"),
    ] {
        let house = House::with(&[("brand.support_url", support)]).await;
        let answer = house.browser().get("/.well-known/security.txt").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
        let text = &answer.body;
        let field = |name: &str| {
            let mut values = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            let value = values.next().unwrap_or_else(|| panic!("{name} is missing: {text}")).to_owned();
            assert_eq!(values.next(), None, "{name} stands twice");
            value
        };
        assert_eq!(field("Contact"), contact);
        assert_eq!(field("Canonical"), "http://localhost:3000/.well-known/security.txt");
        let format = &time::format_description::well_known::Rfc3339;
        let expires = time::OffsetDateTime::parse(&field("Expires"), format).unwrap();
        let days = (expires.unix_timestamp() - house.clock.now().as_millis() / 1000) / 86_400;
        assert!((30..365).contains(&days), "less than a year, as the RFC has it: {days}");
    }
}

#[tokio::test]
async fn r76_password_managers_are_led_to_the_portal_and_nothing_else_is_well_known() {
    let house = House::new().await;
    house.account("ada", &[]).await;
    let mut browser = house.browser();
    assert_eq!(browser.knock("ada", PASSWORD).await.location(), Some("/security"));
    assert_eq!(browser.get("/.well-known/change-password").await.location(), Some("/security"));
    for other in
        ["webfinger", "nothing", "security.txt/", "assetlinks.json", "webauthn", "openid-configuration/"]
    {
        assert_eq!(browser.get(&format!("/.well-known/{other}")).await.status, 404, "{other}");
    }
}
