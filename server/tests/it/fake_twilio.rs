//! The fake Twilio itself: as strict as the real one, and readable for tests in a browser.
use ::fake_twilio::{FakeTwilio, Settings};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

const TO: &str = "+12015550123";

struct Caller {
    fake: FakeTwilio,
    client: Client,
}

impl Caller {
    async fn new() -> Self {
        let fake = FakeTwilio::start(Settings::default()).await.unwrap();
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Self { fake, client: Client::builder().no_proxy().tls_certs_only([]).build().unwrap() }
    }

    fn at(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.fake.base_url()))
    }

    /// With the account's own login.
    fn api(&self, method: Method, rest: &str) -> RequestBuilder {
        let account = Settings::default();
        self.at(method, &format!("/2010-04-01/Accounts/{}/{rest}", account.account_sid))
            .basic_auth(account.account_sid, Some(account.auth_token))
    }

    async fn send(&self, to: &str, body: &str) -> Response {
        let fields = [("To", to), ("From", "+15005550006"), ("Body", body)];
        self.api(Method::POST, "Messages.json").form(&fields).send().await.unwrap()
    }
}

async fn code(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["status"], status);
    assert_eq!(body["more_info"], format!("https://www.twilio.com/docs/errors/{}", body["code"]));
    (status, body["code"].clone())
}

#[tokio::test]
async fn a_message_is_answered_with_its_record() {
    let caller = Caller::new().await;
    let answer = caller.send(TO, "Hello").await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let record: Value = answer.json().await.unwrap();
    assert_eq!(record["num_segments"], "1");
    assert_eq!(record["status"], "queued");
    assert_eq!(record["direction"], "outbound-api");
    for member in ["price", "price_unit", "error_code", "error_message", "date_sent", "messaging_service_sid"]
    {
        assert!(record[member].is_null(), "{member}");
    }
    let date = record["date_created"].as_str().unwrap();
    assert!(
        time::OffsetDateTime::parse(date, &time::format_description::well_known::Rfc2822).is_ok(),
        "{date}"
    );
}

#[tokio::test]
async fn what_the_real_one_refuses_is_refused() {
    let caller = Caller::new().await;
    let good = [("To", TO), ("From", "+15005550006"), ("Body", "Hello")];
    let account = Settings::default().account_sid;
    let other = "ACffffffffffffffffffffffffffffffff";
    let refused = async |request: RequestBuilder| code(request.send().await.unwrap()).await;

    let path = format!("/2010-04-01/Accounts/{account}/Messages.json");
    assert_eq!(refused(caller.at(Method::POST, &path).form(&good)).await, (401, json!(20003)));
    let wrong = caller.at(Method::POST, &path).basic_auth(&account, Some("wrong")).form(&good);
    assert_eq!(refused(wrong).await, (401, json!(20003)));
    let foreign = caller
        .at(Method::POST, &format!("/2010-04-01/Accounts/{other}/Messages.json"))
        .basic_auth(&account, Some(Settings::default().auth_token))
        .form(&good);
    assert_eq!(refused(foreign).await, (404, json!(20404)));
    assert_eq!(refused(caller.api(Method::PUT, "Messages.json").form(&good)).await, (405, json!(20004)));
    assert_eq!(refused(caller.api(Method::POST, "Messages").form(&good)).await, (404, json!(20404)));
    assert_eq!(refused(caller.api(Method::POST, "Messages.json").json(&good)).await, (415, json!(20415)));
    let plain = caller.api(Method::POST, "Messages.json").body("To=%2B12015550123");
    assert_eq!(refused(plain).await, (415, json!(20415)));
    let queried = caller.api(Method::POST, "Messages.json?To=1").form(&good);
    assert_eq!(refused(queried).await, (415, json!(20415)));
    assert_eq!(code(caller.send("12015550123", "Hello").await).await, (400, json!(21211)));
    assert!(caller.fake.inbox(None).is_empty());
    assert_eq!(caller.fake.requests().len(), 9);
}

#[tokio::test]
async fn a_message_can_be_asked_for_until_it_has_arrived() {
    let caller = Caller::new().await;
    let sent: Value = caller.send(TO, "Hello").await.json().await.unwrap();
    let sid = sent["sid"].as_str().unwrap();
    let mut seen = Vec::new();
    for _ in 0..5 {
        let answer = caller.api(Method::GET, &format!("Messages/{sid}.json")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        seen.push(answer.json::<Value>().await.unwrap()["status"].clone());
    }
    assert_eq!(seen, ["queued", "sending", "sent", "delivered", "delivered"]);

    let change = json!({ "sid": sid, "status": "undelivered", "error_code": 30003 });
    let answer = caller.at(Method::POST, "/__status").json(&change).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let answer = caller.api(Method::GET, &format!("Messages/{sid}.json")).send().await.unwrap();
    let record: Value = answer.json().await.unwrap();
    assert_eq!((&record["status"], &record["error_code"]), (&json!("undelivered"), &json!(30003)));
    let unknown =
        caller.api(Method::GET, &format!("Messages/SM{}.json", "f".repeat(32))).send().await.unwrap();
    assert_eq!(code(unknown).await, (404, json!(20404)));
}

#[tokio::test]
async fn the_inbox_is_read_like_the_built_in_one() {
    let caller = Caller::new().await;
    for (to, body) in [(TO, "one"), ("+12015550199", "two"), (TO, "three")] {
        assert_eq!(caller.send(to, body).await.status(), StatusCode::CREATED);
    }
    let read = async |path: &str| {
        caller.at(Method::GET, path).send().await.unwrap().json::<Vec<Value>>().await.unwrap()
    };
    let bodies =
        |list: &[Value]| list.iter().map(|m| m["body"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let one = read("/__inbox.json?to=%2B12015550123").await;
    assert_eq!(bodies(&one), ["three", "one"]);
    assert_eq!(bodies(&read("/__inbox.json").await), ["three", "two", "one"]);
    let members: Vec<_> = one[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["body", "channel", "sent_at", "to"]);
    assert_eq!(one[0]["channel"], "sms");
    let at = one[0]["sent_at"].as_str().unwrap();
    let parsed = time::OffsetDateTime::parse(at, &time::format_description::well_known::Rfc3339).unwrap();
    assert!(parsed.offset().is_utc(), "{at}");
}

#[tokio::test]
async fn scripts_come_over_http_and_a_reset_forgets_everything() {
    let caller = Caller::new().await;
    let script = async |script: Value| {
        caller.at(Method::POST, "/__script").json(&script).send().await.unwrap().status()
    };
    let refusal = json!({ "to": TO, "times": 2, "act": { "kind": "error", "code": 21610 } });
    assert_eq!(script(refusal).await, StatusCode::NO_CONTENT);
    assert_eq!(script(json!({ "act": { "kind": "nonsense" } })).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(caller.send("+12015550199", "Hello").await.status(), StatusCode::CREATED);
    assert_eq!(code(caller.send(TO, "Hello").await).await, (400, json!(21610)));
    let requests: Vec<Value> =
        caller.at(Method::GET, "/__requests.json").send().await.unwrap().json().await.unwrap();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1]["fields"][0], json!(["To", TO]));

    let answer = caller.at(Method::POST, "/__reset").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(caller.send(TO, "Hello").await.status(), StatusCode::CREATED);
    assert_eq!((caller.fake.requests().len(), caller.fake.inbox(None).len()), (1, 1));
}

#[tokio::test]
async fn a_trial_account_writes_before_the_text_and_keeps_the_last_line() {
    let fake = FakeTwilio::start(Settings { trial: true, ..Settings::default() }).await.unwrap();
    let caller = Caller { fake, ..Caller::new().await };
    caller.send(TO, "code 747723\n\n@localhost #747723").await;
    let body = caller.fake.inbox(None)[0].body.clone();
    assert!(body.starts_with("Sent from your Twilio trial account - code"), "{body}");
    assert_eq!(body.lines().last(), Some("@localhost #747723"));
}
