//! People on the way to an app: signing in, the missing code, the missing phone, agreeing, leaving (R114, R117, R121, R123).
use super::party::{Back, Party, Rest, handed_over, json, rest};
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER, PASSWORD};
use domain::level::Level;
use domain::ports::Methods;
use http::StatusCode;
use serde_json::json as value;

const SIMPLE: (&str, &str) = ("acr_values", "simple_password_auth");
const SMS: (&str, &str) = ("acr_values", "twilio_sms");

/// In a browser that knows nobody.
async fn arrives(house: &House, party: &Party<'_>, browser: &mut Browser, more: &[(&str, &str)]) -> Back {
    let page = party.sends(browser, more).await.page();
    house.finish(browser, page, ADA).await.app()
}

#[tokio::test]
async fn the_address_of_the_reference_shows_the_sign_in() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.browser();
    let query = party.query(&[("scope", "openid profile email user_name")]);
    let first = browser.get(&format!("/jans-auth/authorize.htm?{query}")).await;
    let page = rest(&mut browser, first).await.page();
    assert_eq!(page.h1(), "Sign in");
    let back = house.finish(&mut browser, page, ADA).await.app();
    let tokens = party.redeems(&back).await;
    assert_eq!(json(&party.userinfo(&tokens.access).await)["user_name"], ADA);
}

#[tokio::test]
async fn d10_the_chain_after_a_form_of_ours_ends_in_a_page() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.browser();
    let page = party.sends(&mut browser, &[]).await.page();
    let resume = page.hidden("resume").unwrap().to_owned();
    let fields = [("username", ADA), ("password", PASSWORD), ("resume", &*resume)];
    assert_eq!(browser.post("/login", &fields).await.location(), Some("/login/otp"));
    browser.get("/login/otp").await;
    let done = browser.post("/login/otp", &[("code", &house.newest_code())]).await;
    let to = format!("/oidc/authorize?resume={resume}");
    assert_eq!(done.location(), Some(&*to));
    let last = browser.get(&to).await;
    assert_eq!(last.status, StatusCode::OK);
    assert!(handed_over(&last).unwrap().starts_with("https://app.example/cb?code="));
    assert!(last.header("content-security-policy").contains("form-action 'self'"));
}

#[tokio::test]
async fn r121_a_session_of_the_password_alone_is_asked_for_just_the_code() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let (low, high) = (Party::new(&house).await, Party::with(&house, "high", |_| {}).await);
    let mut browser = house.browser();
    let first = low
        .redeems(&arrives(&house, &low, &mut browser, &[SIMPLE, ("scope", "openid offline_access")]).await)
        .await;
    assert_eq!(
        (&first.claims["acr"], &first.claims["amr"]),
        (&value!("simple_password_auth"), &value!(["pwd"]))
    );
    assert_eq!(house.sent(), 0, "no code was asked for");
    let cookie = browser.cookies["sid"].clone();
    house.clock.pass_seconds(100);
    let page = high.sends(&mut browser, &[SMS]).await.page();
    assert_eq!((&*page.h1(), house.sent()), ("Enter your code", 1));
    for _ in 0..20 {
        high.sends(&mut browser, &[SMS]).await.page();
    }
    house.clock.pass_seconds(60);
    high.sends(&mut browser, &[SMS]).await.page();
    assert_eq!(house.sent(), 1, "coming again sends nothing (R8)");
    let done = browser.post("/login/otp", &[("code", &house.newest_code())]).await;
    let back = rest(&mut browser, done).await.app();
    let second = high.redeems(&back).await;
    assert_eq!(
        (&second.claims["acr"], &second.claims["amr"]),
        (&value!("twilio_sms"), &value!(["pwd", "sms", "mfa"]))
    );
    assert_eq!(
        second.claims["auth_time"], first.claims["auth_time"],
        "the password's, as the oldest factor (R117)"
    );
    assert_ne!(browser.cookies["sid"], cookie, "a new session id (R56)");
    assert_eq!(low.userinfo(&first.access).await.status, StatusCode::OK, "the first app goes on");
    let renewed = house.tokens(&low.renews(first.refresh.as_ref().unwrap()).await).await;
    assert_eq!(renewed.claims["acr"], "simple_password_auth", "what it was told of its own sign-in");
}

#[tokio::test]
async fn the_portal_asks_for_the_code_that_an_app_did_not_want() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.browser();
    arrives(&house, &party, &mut browser, &[SIMPLE]).await;
    for page in ["/security", "/security/apps", "/security/phones/new", "/confirm-identity"] {
        assert_eq!(browser.get(page).await.location(), Some("/login"), "{page}");
    }
    house.sign_in(&mut browser, ADA).await;
    assert_eq!(browser.get("/security").await.status, StatusCode::OK);
    assert_eq!(house.sent(), 1);
}

#[tokio::test]
async fn who_lacks_a_phone_adds_one_on_the_way_and_goes_on_to_the_app() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let party = Party::new(&house).await;
    let mut browser = house.browser();
    let page = party.sends(&mut browser, &[SMS]).await.page();
    let page = house.finish(&mut browser, page, ADA).await.page();
    assert!(page.body.contains("action=\"/security/phones/new\""), "{}", page.text());
    let begun = browser.post("/security/phones/new", &[("phone", NUMBER), ("label", "")]).await;
    assert_eq!(begun.location(), Some("/security/phones/confirm"));
    browser.get("/security/phones/confirm").await;
    house.clock.pass_seconds(20);
    let done = browser.post("/security/phones/confirm", &[("code", &house.newest_code())]).await;
    let back = rest(&mut browser, done).await.app();
    let claims = party.redeems(&back).await.claims;
    assert_eq!((&claims["acr"], &claims["amr"]), (&value!("twilio_sms"), &value!(["pwd", "sms", "mfa"])));
    assert_eq!(claims["auth_time"].as_i64().unwrap() + 20, claims["iat"].as_i64().unwrap(), "the password's");
    assert_eq!(house.sent(), 1, "no second code");
}

#[tokio::test]
async fn a_phone_added_on_the_way_survives_the_fresh_proof() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await;
    house.clock.pass_seconds(400);
    let page = party.sends(&mut browser, &[SMS]).await.page();
    assert!(page.body.contains("action=\"/confirm-identity\""), "{}", page.text());
    let proven = browser.post("/confirm-identity", &[("password", PASSWORD)]).await;
    assert_eq!(proven.location(), Some("/security/phones/new"));
    browser.get("/security/phones/new").await;
    browser.post("/security/phones/new", &[("phone", NUMBER), ("label", "")]).await;
    browser.get("/security/phones/confirm").await;
    let done = browser.post("/security/phones/confirm", &[("code", &house.newest_code())]).await;
    assert!(matches!(rest(&mut browser, done).await, Rest::App(_)));
}

#[tokio::test]
async fn a_phone_added_in_the_portal_raises_nothing() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await;
    browser.submit("/security/phones/new", "/security/phones/new", &[("phone", NUMBER), ("label", "")]).await;
    browser.get("/security/phones/confirm").await;
    let done = browser.post("/security/phones/confirm", &[("code", &house.newest_code())]).await;
    assert_eq!(done.location(), Some("/security"));
    let back = party.sends(&mut browser, &[SIMPLE]).await.app();
    assert_eq!(party.redeems(&back).await.claims["acr"], "simple_password_auth");
    let page = party.sends(&mut browser, &[SMS]).await.page();
    assert_eq!(page.h1(), "Enter your code");
    let done = browser.post("/login/otp", &[("code", &house.newest_code())]).await;
    let back = rest(&mut browser, done).await.app();
    assert_eq!(party.redeems(&back).await.claims["acr"], "twilio_sms");
}

#[tokio::test]
async fn r13_the_code_of_a_test_raises_no_session_and_no_token_and_is_no_fresh_proof() {
    let house = House::new().await;
    let ada = house.account(ADA, &[]).await;
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await;
    browser.submit("/security/phones/new", "/security/phones/new", &[("phone", NUMBER), ("label", "")]).await;
    browser.get("/security/phones/confirm").await;
    let done = browser.post("/security/phones/confirm", &[("code", &house.newest_code())]).await;
    assert_eq!(done.location(), Some("/security"));
    let more = [SIMPLE, ("scope", "openid offline_access")];
    let before = party.redeems(&party.sends(&mut browser, &more).await.app()).await;
    let level = "SELECT level FROM sessions WHERE account_id = $1 AND ended_at IS NULL";
    assert_eq!(house.count(level, &[ada.as_str()]).await, 0);

    house.clock.pass_seconds(301);
    let phone = format!("/security/phones/{}", house.phones(&ada).await.remove(0).id);
    let test = browser.submit(&phone, &format!("{phone}/test"), &[]).await;
    let test = test.location().unwrap().to_owned();
    let right = browser.submit(&test, &test, &[("code", &house.newest_code())]).await;
    let tested = "SELECT COUNT(*) FROM events WHERE kind = 'code_right' AND purpose = 'test'";
    assert_eq!(house.count(tested, &[]).await, 1, "{}", right.text());

    assert_eq!(house.count(level, &[ada.as_str()]).await, 0, "still by the password alone");
    assert_eq!(browser.get("/security/phones/new").await.location(), Some("/confirm-identity"));
    let renewed = house.tokens(&party.renews(before.refresh.as_ref().unwrap()).await).await;
    let told = party.redeems(&party.sends(&mut browser, &[SIMPLE]).await.app()).await;
    for claims in [before.claims, renewed.claims, told.claims] {
        assert_eq!((&claims["acr"], &claims["amr"]), (&value!("simple_password_auth"), &value!(["pwd"])));
    }
    assert_eq!(party.introspects(&told.access).await["acr"], "simple_password_auth");
    assert_eq!(party.sends(&mut browser, &[SMS]).await.page().h1(), "Enter your code", "what is missing");
}

#[tokio::test]
async fn r114_cancelling_and_coming_back_do_not_lose_what_was_asked() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::with(&house, "strict", |wanted| wanted.min_acr = Some("twilio_sms".to_owned())).await;
    let mut browser = house.browser();
    let page = party.sends(&mut browser, &[SIMPLE]).await.page();
    let resume = page.hidden("resume").unwrap().to_owned();
    let fields = [("username", ADA), ("password", PASSWORD), ("resume", &*resume)];
    browser.post("/login", &fields).await;
    browser.get("/login/otp").await;
    let cancelled = browser.post("/login/cancel", &[]).await;
    assert_eq!(cancelled.location(), Some(&*format!("/login?resume={resume}")));
    let page = rest(&mut browser, cancelled).await.page();
    let back = house.finish(&mut browser, page, ADA).await.app();
    assert_eq!(party.redeems(&back).await.claims["acr"], "twilio_sms", "the client's own minimum");
}

#[tokio::test]
async fn cancelling_the_missing_code_keeps_the_session() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.browser();
    arrives(&house, &party, &mut browser, &[SIMPLE]).await;
    party.sends(&mut browser, &[SMS]).await.page();
    let cancelled = browser.post("/login/cancel", &[]).await;
    assert!(cancelled.location().unwrap().starts_with("/login?resume="));
    assert!(party.sends(&mut browser, &[SIMPLE]).await.app().contains_key("code"));
}

#[tokio::test]
async fn the_operators_default_is_what_an_app_gets_that_asks_for_nothing() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    Methods::set_default(&house.store, Level::Password, &house.operator()).await.unwrap().unwrap();
    let mut browser = house.browser();
    let back = arrives(&house, &party, &mut browser, &[]).await;
    assert_eq!(party.redeems(&back).await.claims["acr"], "simple_password_auth");
    Methods::set_default(&house.store, Level::TwilioSms, &house.operator()).await.unwrap().unwrap();
    assert_eq!(party.sends(&mut browser, &[]).await.page().h1(), "Enter your code");
}

#[tokio::test]
async fn r115_what_cannot_be_met_gives_no_token() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await;
    let unknown = r#"{"id_token":{"acr":{"essential":true,"value":"passkey"}}}"#;
    for more in [("claims", unknown), ("acr_values", "passkey")] {
        let back = party.sends(&mut browser, &[more]).await.app();
        assert_eq!(back["error"], "unmet_authentication_requirements");
    }
    Methods::disable(&house.store, Level::TwilioSms, &house.operator()).await.unwrap();
    let off = r#"{"id_token":{"acr":{"essential":true,"values":["twilio_sms"]}}}"#;
    let back = party.sends(&mut browser, &[("claims", off)]).await.app();
    assert_eq!(back["error"], "unmet_authentication_requirements");
}

#[tokio::test]
async fn r123_the_page_about_the_app_is_answered_once() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await;
    let more = [("prompt", "consent"), ("scope", "openid profile phone offline_access")];
    let page: Answer = party.sends(&mut browser, &more).await.page();
    for said in ["The app", "Your username", "Your phone number", "up to a day"] {
        assert!(page.text().contains(said), "{said}");
    }
    assert!(!page.text().contains("e-mail"));
    let resume = page.hidden("resume").unwrap().to_owned();
    let mut other = house.signed_in(ADA).await;
    other.get("/security").await;
    let foreign = other.post("/oidc/consent", &[("resume", &resume), ("answer", "yes")]).await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST, "in another browser");
    let unclear = browser.post("/oidc/consent", &[("resume", &resume), ("answer", "maybe")]).await;
    assert_eq!(unclear.status, StatusCode::BAD_REQUEST, "neither yes nor no");
    let agreed = browser.post("/oidc/consent", &[("resume", &resume), ("answer", "yes")]).await;
    assert_eq!(agreed.status, StatusCode::OK, "a page, not a redirect (D10)");
    assert!(rest(&mut browser, agreed).await.app().contains_key("code"));
    let again = browser.post("/oidc/consent", &[("resume", &resume), ("answer", "yes")]).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    let page = party.sends(&mut browser, &more).await.page();
    let resume = page.hidden("resume").unwrap().to_owned();
    let refused = browser.post("/oidc/consent", &[("resume", &resume), ("answer", "no")]).await;
    assert_eq!(rest(&mut browser, refused).await.app()["error"], "access_denied");
}

#[tokio::test]
async fn apps_are_listed_in_the_portal_and_left_there() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await;
    assert!(browser.get("/security/apps").await.text().contains("No apps yet"));
    let back = party.sends(&mut browser, &[("scope", "openid offline_access")]).await.app();
    let tokens = party.redeems(&back).await;
    let page = browser.get("/security/apps").await;
    assert!(page.text().contains("The app"), "{}", page.text());
    let ended = browser.post("/security/apps/app/end", &[]).await;
    assert_eq!(ended.location(), Some("/security/apps"));
    assert!(browser.get("/security/apps").await.text().contains("Access ended"));
    assert_eq!(party.userinfo(&tokens.access).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(json(&party.renews(tokens.refresh.as_ref().unwrap()).await)["error"], "invalid_grant");
    assert_eq!(browser.post("/security/apps/app/end", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn r110_a_removed_number_is_told_no_more() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await;
    let back = party.sends(&mut browser, &[("scope", "openid phone")]).await.app();
    let tokens = party.redeems(&back).await;
    assert_eq!(json(&party.userinfo(&tokens.access).await)["phone_number"], NUMBER);
    for told in [Some(OTHER), None] {
        let phones = house.phones(&ada).await;
        let phone = phones.iter().find(|phone| phone.preferred).unwrap();
        let page = format!("/security/phones/{}/remove", phone.id);
        assert_eq!(browser.submit(&page, &page, &[]).await.location(), Some("/security"));
        let now = json(&party.userinfo(&tokens.access).await);
        assert_eq!(now.get("phone_number").and_then(|number| number.as_str()), told);
        assert_eq!(now.get("phone_number_verified").is_some(), told.is_some());
    }
    assert_eq!(party.introspects(&tokens.access).await["acr"], "simple_password_auth", "R33");
}

#[tokio::test]
async fn r111_introspection_and_revocation() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let (party, other) = (Party::new(&house).await, Party::with(&house, "other", |_| {}).await);
    let mut browser = house.signed_in(ADA).await;
    let back = party.sends(&mut browser, &[("scope", "openid offline_access")]).await.app();
    let tokens = party.redeems(&back).await;
    let refresh = tokens.refresh.clone().unwrap();
    let told = party.introspects(&tokens.access).await;
    for (member, expected) in [
        ("active", value!(true)),
        ("acr", value!("twilio_sms")),
        ("auth_time", tokens.claims["auth_time"].clone()),
        ("sub", tokens.claims["sub"].clone()),
        ("client_id", value!("app")),
        ("token_type", value!("Bearer")),
        ("exp", value!(tokens.claims["iat"].as_i64().unwrap() + 600)),
    ] {
        assert_eq!(told[member], expected, "{member}");
    }
    assert_eq!(party.introspects(&refresh).await["active"], true);
    for token in [&*tokens.access, &refresh, "unknown"] {
        assert_eq!(other.introspects(token).await, value!({ "active": false }), "others' tokens are unknown");
        assert_eq!(other.calls("/oidc/revoke", &[("token", token)]).await.status, StatusCode::OK);
    }
    assert_eq!(party.introspects(&tokens.access).await["active"], true, "and stay");
    assert_eq!(party.calls("/oidc/revoke", &[("token", &refresh)]).await.status, StatusCode::OK);
    assert_eq!(party.introspects(&refresh).await["active"], false);
    assert_eq!(party.introspects(&tokens.access).await["active"], false, "the whole family");
    assert_eq!(party.calls("/oidc/revoke", &[]).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_request_that_was_answered_or_is_another_browsers_is_over() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.browser();
    let page = party.sends(&mut browser, &[]).await.page();
    let resume = format!("/oidc/authorize?resume={}", page.hidden("resume").unwrap());
    let mut other = house.signed_in(ADA).await;
    assert_eq!(other.get(&resume).await.status, StatusCode::BAD_REQUEST);
    house.finish(&mut browser, page, ADA).await.app();
    let again = browser.get(&resume).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert!(again.alert().unwrap().contains("over"));
}

#[tokio::test]
async fn who_was_half_signed_in_before_an_app_asked_anew_types_all_once() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.half_signed_in(ADA).await;
    house.clock.pass_seconds(40);
    let page = party.sends(&mut browser, &[("prompt", "login")]).await.page();
    let resume = page.hidden("resume").unwrap().to_owned();
    let fields = [("username", ADA), ("password", PASSWORD), ("resume", &*resume)];
    assert_eq!(browser.post("/login", &fields).await.location(), Some("/login/otp"));
    browser.get("/login/otp").await;
    let done = browser.post("/login/otp", &[("code", &house.newest_code())]).await;
    let back = rest(&mut browser, done).await.app();
    assert!(party.redeems(&back).await.claims["sub"].is_string());
}
