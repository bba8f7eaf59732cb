//! A21: the server made to ask where it should not: by `sms.twilio.base_url`, by a provider's redirect, by a proxy in the environment
//! (R82). Nobody but Twilio and this machine is ever asked, and no login is taken anywhere else.
use crate::harness::process::Installation;
use crate::harness::{ADA, House, NUMBER, PASSWORD};
use ::fake_twilio::{Act, FakeTwilio, Script, Settings};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

/// Somebody who counts who comes.
async fn trap() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let visits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&visits);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (address, visits)
}

fn twilio<'a>(account: &'a Settings, base: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("sms.providers", "[\"twilio\"]"),
        ("sms.twilio.account_sid", &account.account_sid),
        ("sms.twilio.auth_token", &account.auth_token),
        ("sms.twilio.from_number", &account.senders[0]),
        ("sms.twilio.base_url", base),
    ]
}

#[test]
fn a21_an_address_that_is_neither_twilio_nor_this_machine_stops_the_start() {
    let account = Settings::default();
    for bad in [
        "http://169.254.169.254/latest/meta-data",
        "http://169.254.169.254",
        "http://2852039166",
        "http://0xa9fea9fe",
        "http://0251.0376.0251.0376",
        "http://[::ffff:169.254.169.254]",
        "http://[fd00:ec2::254]",
        "http://metadata.google.internal",
        "http://10.0.0.1",
        "http://0",
        "http://[::]",
        "http://127.0.0.1@169.254.169.254",
        "http://169.254.169.254#@127.0.0.1",
        "http://169.254.169.254\\@127.0.0.1",
        "http://localhost.evil.example",
        "http://127.0.0.1.nip.io",
        "https://api.twilio.com@evil.example",
        "https://api.twilio.com.evil.example",
        "https://evil.example/api.twilio.com",
        "https://api.twilio.com%2eevil.example",
        "https://api.twilio.com\u{ff0f}.evil.example",
        "https://api.evil.example#.twilio.com",
        "https://api.x.y.z.twilio.com.evil.example",
        "gopher://127.0.0.1:6379",
        "file:///etc/passwd",
        "unix:/run/docker.sock",
        "//127.0.0.1",
        "http://127.0.0.1:4010/../../admin",
        "http://127.0.0.1:4010/?x=1",
    ] {
        let here = Installation::new(&twilio(&account, bad));
        let output = here.run(&["config", "check"], "");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{bad}: {told}");
        assert!(told.contains("sms.twilio.base_url"), "{bad}: {told}");
        assert!(!told.contains(&account.auth_token), "{bad}");
    }
    for edge in
        [("sms.twilio.edge", "evil.example#"), ("sms.twilio.region", "x/../y"), ("sms.twilio.edge", "a@b")]
    {
        let mut settings = twilio(&account, "https://api.twilio.com");
        settings.pop();
        settings.extend([("sms.twilio.edge", "dublin"), ("sms.twilio.region", "ie1")]);
        settings.retain(|(key, _)| *key != edge.0);
        settings.push(edge);
        assert_eq!(
            Installation::new(&settings).run(&["config", "check"], "").status.code(),
            Some(2),
            "{edge:?}"
        );
    }
}

#[tokio::test]
async fn a21_a_redirect_of_the_provider_leads_nowhere() {
    let (elsewhere, visits) = trap().await;
    let (house, fake) = House::with_twilio(&[]).await;
    house.account(ADA, &[NUMBER]).await;
    for location in [
        Some(format!("{elsewhere}/latest/meta-data")),
        Some(format!("//{}/x", elsewhere.trim_start_matches("http://"))),
        Some("http://169.254.169.254/latest/meta-data".to_owned()),
        Some("file:///etc/passwd".to_owned()),
        None,
    ] {
        fake.script(Script::next(Act::Redirect { location: location.clone() }));
        house.clock.pass_seconds(3600);
        let mut browser = house.browser();
        let knocked = browser.knock(ADA, PASSWORD).await;
        assert_eq!(knocked.location(), Some("/login/otp"), "{location:?}: {}", knocked.text());
        let page = browser.get("/login/otp").await;
        assert!(!page.body.contains("169.254") && !page.body.contains("meta-data"), "{location:?}");
        assert_eq!(browser.get("/security").await.location(), Some("/login/otp"), "and nobody is in");
    }
    assert_eq!(visits.load(Ordering::SeqCst), 0, "nobody came");
    assert_eq!(fake.redirects_followed(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a21_a_proxy_in_the_environment_is_not_asked() {
    let (elsewhere, visits) = trap().await;
    let fake = FakeTwilio::start(Settings::default()).await.unwrap();
    let (account, base) = (Settings::default(), fake.base_url());
    let proxies = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let here = Installation::new(&twilio(&account, &base))
        .with_environment(&proxies.map(|name| (name, elsewhere.as_str())))
        .with_environment(&[("NO_PROXY", ""), ("no_proxy", "")]);
    let output = tokio::task::spawn_blocking(move || here.run(&["sms", "test", NUMBER], "")).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((fake.inbox(None).len(), visits.load(Ordering::SeqCst)), (1, 0));
}
