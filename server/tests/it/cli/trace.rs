//! `latchkey trace`: an operator finds a message by what a person reads out to him.
use super::{json, keys, run};
use crate::fake_vonage::{API_KEY, API_SECRET, FROM, FakeVonage};
use crate::harness::process::Installation;
use crate::harness::{PASSWORD, code_in};
use ::fake_twilio::{Act, FakeTwilio, Script, Settings, StatusChange};
use serde_json::Value;

const NUMBER: &str = "+12015550123";

#[tokio::test]
async fn a_message_is_followed_from_the_request_to_the_code_that_was_typed() {
    let fake = FakeTwilio::start(Settings::default()).await.unwrap();
    let (account, base) = (Settings::default(), fake.base_url());
    let here = Installation::new(&[
        ("sms.providers", "[\"twilio\"]"),
        ("sms.twilio.account_sid", &account.account_sid),
        ("sms.twilio.auth_token", &account.auth_token),
        ("sms.twilio.from_number", &account.senders[0]),
        ("sms.twilio.base_url", &base),
        ("sms.twilio.callbacks", "always"),
    ]);
    run(&here, &["user", "add", "ada", "--password-stdin", "--phone", NUMBER], PASSWORD);
    let portal = here.serve().await;
    let mut browser = portal.browser();
    browser.knock("ada", PASSWORD).await;
    let callback = fake.callback(NUMBER, "undelivered", Some(30003)).unwrap();
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&callback.fields).finish();
    // It signs the public address of these settings, whatever port the test listens at.
    let posted = browser
        .request(http::Method::POST, callback.path())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-twilio-signature", &callback.signature)
        .body(axum::body::Body::from(body))
        .unwrap();
    assert_eq!(browser.send(posted).await.status, 204);
    let text = fake.inbox(Some(NUMBER)).remove(0).body;
    let code = code_in(&text).unwrap();
    let wrong = crate::harness::other_code(&code);
    browser.submit("/login/otp", "/login/otp", &[("code", &wrong)]).await;
    browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await;

    let reference = text.split("ref ").nth(1).unwrap().split_whitespace().next().unwrap();
    let traced = json(&here, &["trace", &reference.to_lowercase(), "--json"]);
    let message = &traced["messages"][0];
    assert_eq!(
        keys(message),
        [
            "channel",
            "created_at",
            "events",
            "expires_at",
            "kind",
            "passed_on",
            "price_currency",
            "price_micros",
            "problem",
            "provider",
            "provider_code",
            "provider_id",
            "read_out_at",
            "reference",
            "segments",
            "state",
            "steps",
            "to",
            "username"
        ]
    );
    assert_eq!((message["username"].as_str(), message["to"].as_str()), (Some("ada"), Some("+1 …23")));
    assert_eq!((message["state"].as_str(), message["provider"].as_str()), (Some("taken"), Some("twilio")));
    assert_eq!(
        (&message["steps"][0]["step"], &message["steps"][0]["code"]),
        (&"undelivered".into(), &30003.into())
    );
    let kinds: Vec<&str> =
        message["events"].as_array().unwrap().iter().filter_map(|event| event["kind"].as_str()).collect();
    for kind in ["code_issued", "delivery_settled", "delivery_ended", "code_wrong", "code_right"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    let request =
        message["events"].as_array().unwrap().iter().find(|event| event["kind"] == "code_issued").unwrap();
    let by_request = json(&here, &["trace", request["request"].as_str().unwrap(), "--json"]);
    assert_eq!(by_request["messages"][0]["reference"], message["reference"]);
    assert_eq!(by_request["events"][0]["request"], request["request"]);

    let (exit, told, _) = run(&here, &["trace", reference], "");
    assert_eq!(exit, 0);
    for words in [
        "sign_in to +1 …23 of ada",
        "twilio tells: undelivered: off, code 30003 (the phone network gave up; the phone seems to be off; the handset is unreachable)",
        "code_right",
        "taken by twilio (SM",
        "(the provider has it)",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    for secret in [code.as_str(), NUMBER, &NUMBER[1..], callback.path()] {
        assert!(!told.contains(secret) && !traced.to_string().contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn segments_and_price_are_asked_for_shown_and_more_than_one_segment_is_told() {
    // Words before the text make it too long for one.
    let fake = FakeTwilio::start(Settings { trial: true, ..Settings::default() }).await.unwrap();
    let (account, base) = (Settings::default(), fake.base_url());
    let admin = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let here = Installation::new(&[
        ("sms.providers", "[\"twilio\"]"),
        ("sms.twilio.account_sid", &account.account_sid),
        ("sms.twilio.auth_token", &account.auth_token),
        ("sms.twilio.messaging_service_sid", &account.services[0]),
        ("sms.twilio.base_url", &base),
        ("brand.name", "A quite long name of an office"),
        ("server.admin_listen", &admin),
    ]);
    run(&here, &["user", "add", "ada", "--password-stdin", "--phone", NUMBER], PASSWORD);
    let portal = here.serve().await;
    portal.browser().knock("ada", PASSWORD).await;
    let sid = fake.newest_sid(NUMBER).unwrap();
    assert!(fake.set_status(&StatusChange { sid, status: "delivered".to_owned(), error_code: None }));
    let text = fake.inbox(Some(NUMBER)).remove(0).body;
    let reference = text.split("ref ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let traced = || json(&here, &["trace", &reference, "--json"])["messages"][0].clone();
    // The service had not counted yet when it took the message.
    assert_eq!((&traced()["segments"], &traced()["price_micros"]), (&Value::Null, &Value::Null));
    for _ in 0..100 {
        if !traced()["price_micros"].is_null() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let message = traced();
    assert_eq!((&message["segments"], &message["price_micros"]), (&2.into(), &15_000.into()));
    assert_eq!(message["price_currency"], "USD");
    let (_, told, _) = run(&here, &["trace", &reference], "");
    assert!(told.contains("segments: 2, price: 0.015 USD"), "{told}");
    assert!(portal.log().contains("more than one segment"), "{}", portal.log());
    let figures = portal.client.get(format!("http://{admin}/metrics")).send().await.unwrap();
    let figures = figures.text().await.unwrap();
    let line = "latchkey_message_segments_total{provider=\"twilio\",country=\"1\"} 2";
    assert!(figures.lines().any(|known| known == line), "{figures}");
}

#[test]
fn what_nobody_knows_of_is_said_to_be_so() {
    let here = Installation::new(&[]);
    run(&here, &["migrate"], "");
    let (exit, _, told) = run(&here, &["trace", "ZZZZ"], "");
    assert_eq!(exit, 1);
    assert!(told.contains("nothing is known of ZZZZ"), "{told}");
    for wrong in [&["trace"][..], &["trace", " "], &["trace", "ref "], &["trace", "K7Q2", "K7Q3"]] {
        assert_eq!(run(&here, wrong, "").0, 2, "{wrong:?}");
    }
    let (exit, help, _) = run(&here, &["trace", "--help"], "");
    assert!(exit == 0 && help.contains("Exit codes: 0 something is known of it, 1 nothing is"), "{help}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_passed_from_one_provider_to_the_next_shows_both_and_the_log_meets_it() {
    let twilio = FakeTwilio::start(Settings::default()).await.unwrap();
    let vonage = FakeVonage::start().await;
    let (account, base, other) = (Settings::default(), twilio.base_url(), vonage.base_url());
    let here = Installation::new(&[
        ("sms.providers", "[\"twilio\", \"vonage\"]"),
        ("sms.twilio.account_sid", &account.account_sid),
        ("sms.twilio.auth_token", &account.auth_token),
        ("sms.twilio.from_number", &account.senders[0]),
        ("sms.twilio.base_url", &base),
        ("sms.vonage.api_key", API_KEY),
        ("sms.vonage.api_secret", API_SECRET),
        ("sms.vonage.from", FROM),
        ("sms.vonage.base_url", &other),
        ("log.level", "warn"),
    ]);
    run(&here, &["user", "add", "ada", "--password-stdin", "--phone", NUMBER], PASSWORD);
    let portal = here.serve().await;
    twilio.script(Script::next(Act::Error { code: 20005, status: None }));
    portal.browser().knock("ada", PASSWORD).await;
    let text = vonage.inbox().remove(0).text;
    let reference = text.split("ref ").nth(1).unwrap().split_whitespace().next().unwrap();
    let traced = json(&here, &["trace", reference, "--json"]);
    let message = &traced["messages"][0];
    assert_eq!((&message["state"], &message["provider"]), (&"taken".into(), &"vonage".into()));
    let before = &message["passed_on"][0];
    assert_eq!(message["passed_on"].as_array().unwrap().len(), 1);
    assert_eq!((&before["provider"], &before["problem"]), (&"twilio".into(), &"unavailable".into()));
    assert_eq!((&before["code"], &before["asked"]), (&20005.into(), &true.into()));
    let (_, told, _) = run(&here, &["trace", reference], "");
    let line = "twilio did not send it: unavailable, code 20005 (settings or account of the provider need mending; the Twilio account is not active";
    assert!(told.contains(line) && told.contains("taken by vonage"), "{told}");
    let events = message["events"].as_array().unwrap();
    let issued = events.iter().find(|event| event["kind"] == "code_issued").unwrap();
    let (request, log) = (issued["request"].as_str().unwrap(), portal.log());
    let line = log.lines().find(|line| line.contains("Twilio SMS. Refused")).unwrap();
    assert!(line.contains(request), "{line}");
    assert!(run(&here, &["trace", request], "").1.contains(reference), "and the id leads to the message");
}

#[tokio::test]
async fn a_call_is_followed_to_the_key_press() {
    let here = Installation::new(&[("otp.resend_after_seconds", "[0]")]);
    run(&here, &["user", "add", "ada", "--password-stdin", "--phone", NUMBER], PASSWORD);
    let portal = here.serve().await;
    let mut browser = portal.browser();
    browser.knock("ada", PASSWORD).await;
    browser.submit("/login/otp", "/login/otp/resend", &[("channel", "voice")]).await;
    let page = browser.get("/login/otp").await.text();
    let reference = page.split("Call ref ").nth(1).unwrap().get(..4).unwrap().to_owned();
    let traced = json(&here, &["trace", &reference, "--json"]);
    let call = &traced["messages"][0];
    assert_eq!((&call["channel"], &call["steps"][0]["step"]), (&"voice".into(), &"read_out".into()));
    assert!(call["read_out_at"].is_string(), "{call}");
    let (exit, told, _) = run(&here, &["trace", &reference], "");
    assert_eq!(exit, 0);
    for words in
        ["call, sign_in to +1 …23 of ada", "tells: read_out", "code_issued (voice)", "code read out 2"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    let code = code_in(&portal.texts().await[0]).unwrap();
    assert!(!told.contains(&code) && !traced.to_string().contains(&code));
}

#[tokio::test]
async fn a_message_shows_the_lines_that_are_its_own_and_no_other_messages() {
    let here = Installation::new(&[("otp.resend_after_seconds", "[0]")]);
    run(&here, &["user", "add", "ada", "--password-stdin", "--phone", NUMBER], PASSWORD);
    let portal = here.serve().await;
    let (mut one, mut other) = (portal.browser(), portal.browser());
    one.knock("ada", PASSWORD).await;
    other.knock("ada", PASSWORD).await;
    let texts = portal.texts().await;
    let reference = |text: &str| text.split("ref ").nth(1).unwrap().get(..4).unwrap().to_owned();
    let of_other = |page: String| page.split("ref ").nth(1).unwrap().get(..4).unwrap().to_owned();
    let newer = of_other(other.get("/login/otp").await.text());
    let code = code_in(texts.iter().find(|text| reference(text) == newer).unwrap()).unwrap();
    let older = reference(texts.iter().find(|text| reference(text) != newer).unwrap());
    let wrong = crate::harness::other_code(&code);
    other.submit("/login/otp", "/login/otp", &[("code", &wrong)]).await;
    other.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
    let kinds = |reference: &str| {
        let traced = json(&here, &["trace", reference, "--json"]);
        let events = traced["messages"][0]["events"].as_array().unwrap().clone();
        events.iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mine = kinds(&newer);
    for kind in ["code_issued", "delivery_settled", "code_wrong", "code_right"] {
        assert_eq!(mine.iter().filter(|known| *known == kind).count(), 1, "{kind}: {mine:?}");
    }
    let theirs = kinds(&older);
    assert_eq!(theirs.iter().filter(|kind| *kind == "code_issued").count(), 1, "{theirs:?}");
    assert_eq!(theirs.iter().filter(|kind| *kind == "delivery_settled").count(), 1, "{theirs:?}");
    assert!(!theirs.iter().any(|kind| kind.starts_with("code_") && kind != "code_issued"), "{theirs:?}");
    let (_, told, _) = run(&here, &["trace", &newer], "");
    for words in
        ["code_issued (a code was made and its message written)", "(taken) (how handing it over ended)"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    // The flows are tidied away long before their messages.
    let file = rusqlite::Connection::open(here.folder.path().join("data/latchkey.db")).unwrap();
    file.execute_batch("DELETE FROM flows").unwrap();
    assert_eq!(kinds(&newer), mine);
    assert_eq!(kinds(&older), theirs);
}

#[tokio::test]
async fn who_sees_only_a_part_is_told_so() {
    let here = Installation::new(&[]);
    run(&here, &["user", "add", "ada", "--password-stdin"], PASSWORD);
    let database = rusqlite::Connection::open(here.folder.path().join("data/latchkey.db")).unwrap();
    let note = |count: usize| {
        for _ in 0..count {
            let line = "INSERT INTO events (at, kind, actor, request, address, agent) VALUES (1, 'code_wrong', 'person', 'abc', '', '')";
            database.execute(line, []).unwrap();
        }
    };
    note(199);
    let traced = || {
        let json = json(&here, &["trace", "abc", "--json"]);
        let text = String::from_utf8(here.run(&["trace", "abc"], "").stdout).unwrap();
        (json["events"].as_array().unwrap().len(), json["cut"] == true, text.contains("There may be more"))
    };
    assert_eq!(traced(), (199, false, false));
    note(2);
    assert_eq!(traced(), (200, true, true));
}
