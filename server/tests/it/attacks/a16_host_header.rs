//! A16: a forged Host gets no page, and no header changes where links, messages and redirects point (R72).
use crate::harness::{ADA, Browser, House, NUMBER, PASSWORD};
use ::fake_twilio::FakeTwilio;
use axum::body::Body;
use http::Method;

/// A house behind https, with ada in it, and a browser at its door.
async fn in_production() -> (House, FakeTwilio, Browser) {
    let (house, fake) = House::with_twilio(&[("server.public_url", "https://id.example.com")]).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.headers = vec![("host", "id.example.com".to_owned())];
    (house, fake, browser)
}

#[tokio::test]
async fn r72_another_host_is_answered_421_and_nothing_is_done() {
    let (house, fake, mut browser) = in_production().await;
    browser.get("/login").await;
    let fields = [("username", ADA), ("password", PASSWORD)];
    for host in [
        "evil.example",
        "id.example.com.evil.example",
        "id.example.com:444",
        "localhost",
        "127.0.0.1",
        "",
        "id.example.com@evil.example",
    ] {
        let mut forged = browser.clone();
        forged.headers = vec![("host", host.to_owned())];
        assert_eq!(forged.get("/login").await.status, 421, "{host:?}");
        assert_eq!(forged.post("/login", &fields).await.status, 421, "{host:?}");
    }
    let mut twice = browser.clone();
    twice.headers.push(("host", "evil.example".to_owned()));
    assert_eq!(twice.get("/login").await.status, 421, "two names");
    let absolute = browser.request(Method::GET, "https://evil.example/login").body(Body::empty()).unwrap();
    assert_eq!(browser.clone().send(absolute).await.status, 421, "a foreign absolute address");
    assert!(fake.inbox(None).is_empty());
    assert_eq!(house.passwords.compared(), 0);
    // Whoever probes a node knows its address alone.
    let mut probing = browser.clone();
    probing.headers = vec![("host", "evil.example".to_owned())];
    for (path, word) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let answer = probing.get(path).await;
        assert_eq!((answer.status.as_u16(), &*answer.body), (200, word), "{path}");
    }
}

#[tokio::test]
async fn a16_forwarded_names_change_no_page_no_redirect_and_no_message() {
    let (_house, fake, mut browser) = in_production().await;
    for name in ["x-forwarded-host", "x-forwarded-server", "x-host", "x-original-host", "x-forwarded-proto"] {
        browser.headers.push((name, "evil.example".to_owned()));
    }
    browser.headers.push(("forwarded", "host=evil.example;proto=http".to_owned()));
    // Ours, but not as it is configured.
    browser.headers[0].1 = "ID.Example.COM".to_owned();
    assert!(!browser.get("/login").await.body.contains("evil"));
    let knocked = browser.post("/login", &[("username", ADA), ("password", PASSWORD)]).await;
    assert_eq!(knocked.location(), Some("/login/otp"));
    let text = fake.inbox(None)[0].body.clone();
    assert!(
        text.lines().last().unwrap().starts_with("@id.example.com #") && !text.contains("evil"),
        "{text}"
    );
    let asked = fake.requests().remove(0);
    let callback = asked.field("StatusCallback").unwrap();
    let token = callback.strip_prefix("https://id.example.com/webhooks/twilio/status/").unwrap_or_default();
    assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{callback}");
    assert!(!browser.get("/login/otp").await.body.contains("evil"));
    assert!(knocked.cookies().iter().all(|line| !line.contains("evil") && line.contains("Secure")));
}
