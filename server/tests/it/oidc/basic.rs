//! The modules of the basic certification plan, each under its own name.
use super::party::{AFTER_LOGOUT, Back, Party, REDIRECT, Rest, SECRET, Tokens, json, rest, userinfo};
use crate::harness::{ADA, Answer, Browser, House, NUMBER};
use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::{Value, json as value};

/// Ada, signed in with all she has, and an app that was answered.
async fn signed_in(house: &House) -> (Party<'_>, Browser) {
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(house).await;
    let browser = house.signed_in(ADA).await;
    (party, browser)
}

async fn tokens(party: &Party<'_>, browser: &mut Browser, more: &[(&str, &str)]) -> Tokens {
    let back = party.sends(browser, more).await.app();
    party.redeems(&back).await
}

fn seconds(house: &House) -> i64 {
    domain::time::Clock::now(&house.clock).as_millis() / 1000
}

async fn told(scope: &str) -> Value {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    house.meddle("UPDATE accounts SET email = 'ada@example.com'").await;
    let tokens = tokens(&party, &mut browser, &[("scope", scope)]).await;
    json(&party.userinfo(&tokens.access).await)
}

fn members(told: &Value) -> Vec<&str> {
    told.as_object().unwrap().keys().map(String::as_str).collect()
}

fn error(back: &Back) -> &str {
    assert_eq!(back.get("iss").map(String::as_str), Some("http://localhost:3000"), "R97");
    assert!(!back.contains_key("code"));
    &back["error"]
}

#[tokio::test]
async fn oidcc_server() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.browser();
    let login = party.sends(&mut browser, &[]).await.page();
    assert_eq!(login.h1(), "Sign in");
    assert!(login.text().contains("The app"), "it says for whom");
    let back = house.finish(&mut browser, login, ADA).await.app();
    assert_eq!((&*back["state"], &*back["iss"]), ("the state", "http://localhost:3000"));
    assert_eq!(back.len(), 3, "{back:?}");
    let answer = party.shows(&back["code"]).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let told = json(&answer);
    assert_eq!(members(&told), ["access_token", "expires_in", "id_token", "scope", "token_type"]);
    assert_eq!(
        (&told["token_type"], &told["expires_in"], &told["scope"]),
        (&value!("Bearer"), &value!(600), &value!("openid"))
    );
    let claims = house.tokens(&answer).await.claims;
    let now = seconds(&house);
    assert_eq!(claims["iss"], "http://localhost:3000");
    assert_eq!((&claims["aud"], &claims["nonce"]), (&value!("app"), &value!("the nonce")));
    assert_eq!((&claims["iat"], &claims["exp"]), (&value!(now), &value!(now + 300)));
    assert_eq!((&claims["acr"], &claims["amr"]), (&value!("twilio_sms"), &value!(["pwd", "sms", "mfa"])));
    assert_eq!(claims["auth_time"], value!(now));
    assert!(claims["sub"].as_str().is_some_and(|sub| sub.len() == 32 && sub != ADA));
}

#[tokio::test]
async fn oidcc_response_type_missing() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let back = party.sends(&mut browser, &[("response_type", "")]).await.app();
    assert_eq!((error(&back), &*back["state"]), ("invalid_request", "the state"));
}

#[tokio::test]
async fn oidcc_idtoken_signature() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let tokens = tokens(&party, &mut browser, &[]).await;
    let header = tokens.id_token.split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&unpadded(header)).unwrap();
    assert_eq!(header["alg"], "RS256");
    let set = browser.get("/oidc/jwks").await;
    let set: Value = serde_json::from_str(&set.body).unwrap();
    let kids: Vec<&Value> = set["keys"].as_array().unwrap().iter().map(|key| &key["kid"]).collect();
    assert!(kids.contains(&&header["kid"]), "{kids:?}");
}

fn unpadded(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// Unsigned ID tokens exist for clients that ask for them; here nobody can, and none is believed.
#[tokio::test]
async fn oidcc_idtoken_unsigned() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let tokens = tokens(&party, &mut browser, &[]).await;
    let mut parts = tokens.id_token.split('.');
    let (_, claims) = (parts.next(), parts.next().unwrap());
    let unsigned = format!("eyJhbGciOiJub25lIn0.{claims}.");
    let back = party.sends(&mut browser, &[("prompt", "none"), ("id_token_hint", &unsigned)]).await.app();
    assert_eq!(error(&back), "invalid_request");
}

#[tokio::test]
async fn oidcc_userinfo_get() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let tokens = tokens(&party, &mut browser, &[]).await;
    let answer = party.userinfo(&tokens.access).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
    assert_eq!(json(&answer), value!({ "sub": tokens.claims["sub"] }));
    let without = browser.get("/oidc/userinfo").await;
    assert_eq!((without.status, without.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer"));
    let in_the_address = browser.get(&format!("/oidc/userinfo?access_token={}", tokens.access)).await;
    assert_eq!(in_the_address.status, StatusCode::UNAUTHORIZED);
    let wrong = userinfo(&house, "wrong").await;
    assert!(wrong.header("www-authenticate").contains("invalid_token"));
    house.clock.pass_seconds(600);
    assert_eq!(party.userinfo(&tokens.access).await.status, StatusCode::UNAUTHORIZED, "ten minutes are over");
}

#[tokio::test]
async fn oidcc_userinfo_post_header() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let tokens = tokens(&party, &mut browser, &[]).await;
    let header = [("authorization", format!("Bearer {}", tokens.access))];
    let answer = party.posts("/oidc/userinfo", &[], &header).await;
    assert_eq!(json(&answer)["sub"], tokens.claims["sub"]);
    let both = party.posts("/oidc/userinfo", &[("access_token", &tokens.access)], &header).await;
    assert_eq!(both.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn oidcc_userinfo_post_body() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let tokens = tokens(&party, &mut browser, &[]).await;
    let answer = party.posts("/oidc/userinfo", &[("access_token", &tokens.access)], &[]).await;
    assert_eq!(json(&answer)["sub"], tokens.claims["sub"]);
}

#[tokio::test]
async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let tokens = tokens(&party, &mut browser, &[("nonce", "")]).await;
    assert!(tokens.claims.get("nonce").is_none());
}

#[tokio::test]
async fn oidcc_scope_profile() {
    let told = told("openid profile").await;
    assert_eq!(members(&told), ["name", "preferred_username", "sub"]);
    assert_eq!((&told["name"], &told["preferred_username"]), (&value!(ADA), &value!(ADA)));
}

#[tokio::test]
async fn oidcc_scope_email() {
    let told = told("openid email").await;
    assert_eq!(members(&told), ["email", "email_verified", "sub"]);
    assert_eq!((&told["email"], &told["email_verified"]), (&value!("ada@example.com"), &value!(false)));
}

/// There are no postal addresses here: the scope is ignored.
#[tokio::test]
async fn oidcc_scope_address() {
    assert_eq!(members(&told("openid address").await), ["sub"]);
}

#[tokio::test]
async fn oidcc_scope_phone() {
    let told = told("openid phone").await;
    assert_eq!(members(&told), ["phone_number", "phone_number_verified", "sub"]);
    assert_eq!((&told["phone_number"], &told["phone_number_verified"]), (&value!(NUMBER), &value!(true)));
}

#[tokio::test]
async fn oidcc_scope_all() {
    let told = told("openid profile email address phone user_name").await;
    let all = [
        "email",
        "email_verified",
        "name",
        "phone_number",
        "phone_number_verified",
        "preferred_username",
        "sub",
        "user_name",
    ];
    assert_eq!(members(&told), all);
}

#[tokio::test]
async fn oidcc_alternate_happy_flow() {
    let house = House::new().await;
    let (_, mut browser) = signed_in(&house).await;
    let second = Party::with(&house, "second", |_| {}).await;
    let odd = "+%&=#é\u{1f511} \"<>";
    let more = [("state", odd), ("nonce", odd), ("response_mode", "query")];
    let back = second.sends(&mut browser, &more).await.app();
    assert_eq!(back["state"], odd);
    assert_eq!(second.redeems(&back).await.claims["nonce"], odd);
}

async fn goes_through(more: &[(&str, &str)]) -> Tokens {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    tokens(&party, &mut browser, more).await
}

#[tokio::test]
async fn oidcc_display_page() {
    goes_through(&[("display", "page")]).await;
}

#[tokio::test]
async fn oidcc_display_popup() {
    goes_through(&[("display", "popup")]).await;
}

#[tokio::test]
async fn oidcc_prompt_login() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let first = tokens(&party, &mut browser, &[]).await;
    house.clock.pass_seconds(1);
    let login = party.sends(&mut browser, &[("prompt", "login")]).await.page();
    let sent = house.sent();
    let back = house.finish(&mut browser, login, ADA).await.app();
    assert_eq!(house.sent(), sent + 1, "all factors again (R118)");
    let second = party.redeems(&back).await;
    assert_eq!(second.claims["sub"], first.claims["sub"]);
    assert!(second.claims["auth_time"].as_i64() > first.claims["auth_time"].as_i64());
}

#[tokio::test]
async fn oidcc_prompt_none_not_logged_in() {
    let house = House::new().await;
    let party = Party::new(&house).await;
    let back = party.sends(&mut house.browser(), &[("prompt", "none")]).await.app();
    assert_eq!((error(&back), &*back["state"]), ("login_required", "the state"));
}

#[tokio::test]
async fn oidcc_prompt_none_logged_in() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let first = tokens(&party, &mut browser, &[]).await;
    house.clock.pass_seconds(7);
    let answer = browser.get(&party.asks(&[("prompt", "none")])).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "no page is shown");
    let second = party.redeems(&rest(&mut browser, answer).await.app()).await;
    for same in ["sub", "auth_time", "acr"] {
        assert_eq!(first.claims[same], second.claims[same], "{same}");
    }
}

#[tokio::test]
async fn oidcc_max_age_1() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let first = tokens(&party, &mut browser, &[]).await;
    house.clock.pass_seconds(2);
    let login = party.sends(&mut browser, &[("max_age", "1")]).await.page();
    house.clock.pass_seconds(5);
    let back = house.finish(&mut browser, login, ADA).await.app();
    let second = party.redeems(&back).await;
    assert!(second.claims["auth_time"].as_i64() > first.claims["auth_time"].as_i64());
}

#[tokio::test]
async fn oidcc_max_age_10000() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let first = tokens(&party, &mut browser, &[]).await;
    house.clock.pass_seconds(60);
    let second = tokens(&party, &mut browser, &[("max_age", "10000")]).await;
    assert_eq!(first.claims["auth_time"], second.claims["auth_time"], "no new sign-in");
    assert_eq!(second.claims["auth_time"], value!(seconds(&house) - 60));
}

#[tokio::test]
async fn oidcc_ensure_request_with_unknown_parameter_succeeds() {
    goes_through(&[("extra", "foobar")]).await;
}

#[tokio::test]
async fn oidcc_id_token_hint() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let first = tokens(&party, &mut browser, &[]).await;
    house.clock.pass_seconds(1000);
    let more = [("prompt", "none"), ("id_token_hint", &*first.id_token)];
    let second = tokens(&party, &mut browser, &more).await;
    assert_eq!(first.claims["sub"], second.claims["sub"], "its end does not matter");
}

#[tokio::test]
async fn oidcc_login_hint() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let hint = "a\"><script>alert(1)</script>";
    let page = party.sends(&mut house.browser(), &[("login_hint", hint)]).await.page();
    assert!(!page.body.contains("<script"));
    let mut browser = house.browser();
    let page = party.sends(&mut browser, &[("login_hint", ADA)]).await.page();
    assert_eq!(page.value("username"), Some(ADA));
    house.finish(&mut browser, page, ADA).await.app();
}

#[tokio::test]
async fn oidcc_ui_locales() {
    goes_through(&[("ui_locales", "se")]).await;
}

#[tokio::test]
async fn oidcc_claims_locales() {
    goes_through(&[("claims_locales", "se")]).await;
}

#[tokio::test]
async fn oidcc_ensure_request_with_acr_values_succeeds() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let document = browser.get("/.well-known/openid-configuration").await;
    let listed = json(&document)["acr_values_supported"].clone();
    let listed: Vec<&str> = listed.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let tokens = tokens(&party, &mut browser, &[("acr_values", &listed.join(" "))]).await;
    assert!(listed.contains(&tokens.claims["acr"].as_str().unwrap()));
}

#[tokio::test]
async fn oidcc_codereuse() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let back = party.sends(&mut browser, &[]).await.app();
    let tokens = party.redeems(&back).await;
    let again = party.shows(&back["code"]).await;
    assert_eq!((again.status, &json(&again)["error"]), (StatusCode::BAD_REQUEST, &value!("invalid_grant")));
    assert_eq!(party.userinfo(&tokens.access).await.status, StatusCode::UNAUTHORIZED, "R103");
}

#[tokio::test]
async fn oidcc_codereuse_30seconds() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let back = party.sends(&mut browser, &[]).await.app();
    let tokens = party.redeems(&back).await;
    house.clock.pass_seconds(30);
    assert_eq!(json(&party.shows(&back["code"]).await)["error"], "invalid_grant");
    assert_eq!(party.userinfo(&tokens.access).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn oidcc_ensure_registered_redirect_uri() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    for uri in ["https://app.example/cb/", "https://app.example/other", AFTER_LOGOUT, ""] {
        let answer = browser.get(&party.asks(&[("redirect_uri", uri)])).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{uri}");
        assert!(answer.alert().unwrap().contains("not set up right"));
    }
}

#[tokio::test]
async fn oidcc_ensure_post_request_succeeds() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let post = |browser: &Browser, body: String| {
        let request = browser.request(Method::POST, "/oidc/authorize");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.header("sec-fetch-site", "cross-site").header("origin", "https://app.example");
        request.body(Body::from(body)).unwrap()
    };
    // A form of another site comes without cookies; the redirect that follows has them again.
    let mut foreign = browser.clone();
    foreign.cookies.clear();
    let request = post(&foreign, party.query(&[]));
    let answer = foreign.send(request).await;
    let to = answer.location().unwrap().to_owned();
    assert!(to.starts_with("/oidc/authorize?resume="), "{to}");
    let first = browser.get(&to).await;
    let back = rest(&mut browser, first).await.app();
    party.redeems(&back).await;
    let again = browser.get(&to).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "it was answered");
    let request = post(&foreign, party.query(&[("scope", "none")]));
    let refused = foreign.send(request).await;
    assert_eq!(error(&rest(&mut foreign, refused).await.app()), "invalid_scope");
}

#[tokio::test]
async fn oidcc_server_client_secret_post() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let change = |wanted: &mut domain::client::WantedClient| {
        wanted.waive_pkce = true;
        wanted.auth_method = Some("client_secret_post".to_owned());
    };
    let party = Party::with(&house, "poster", change).await;
    let mut browser = house.signed_in(ADA).await;
    let back = party.sends(&mut browser, &[]).await.app();
    let by_header = party.shows(&back["code"]).await;
    assert_eq!(json(&by_header)["error"], "invalid_client", "the registered way only");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &*back["code"]),
        ("redirect_uri", REDIRECT),
        ("client_id", "poster"),
        ("client_secret", SECRET),
    ];
    let answer = party.posts("/oidc/token", &fields, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let back = party.sends(&mut browser, &[("request_uri", "https://app.example/request.jwt")]).await.app();
    assert_eq!(error(&back), "request_uri_not_supported");
}

const UNSIGNED: &str = "eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6ImV2aWwifQ.";

#[tokio::test]
async fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let back = party.sends(&mut browser, &[("request", UNSIGNED)]).await.app();
    assert_eq!((error(&back), &*back["state"]), ("request_not_supported", "the state"));
}

#[tokio::test]
async fn oidcc_claims_essential() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let claims = r#"{"userinfo":{"name":{"essential":true}},"id_token":{"phone_number":null}}"#;
    let tokens = tokens(&party, &mut browser, &[("claims", claims)]).await;
    assert_eq!(tokens.claims["phone_number"], NUMBER);
    let told = json(&party.userinfo(&tokens.access).await);
    assert_eq!(members(&told), ["name", "sub"]);
}

#[tokio::test]
async fn oidcc_ensure_request_object_with_redirect_uri() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let answer: Answer = browser.get(&party.asks(&[("request", UNSIGNED), ("redirect_uri", "")])).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "an address inside it is not looked at");
}

#[tokio::test]
async fn oidcc_refresh_token() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    assert!(tokens(&party, &mut browser, &[]).await.refresh.is_none(), "only for offline_access");
    let more = [("scope", "openid offline_access"), ("prompt", "consent")];
    let page = party.sends(&mut browser, &more).await.page();
    let resume = page.hidden("resume").unwrap().to_owned();
    let agreed = browser.post("/oidc/consent", &[("resume", &resume), ("answer", "yes")]).await;
    let back = rest(&mut browser, agreed).await.app();
    let first = party.redeems(&back).await;
    house.clock.pass_seconds(90);
    let answer = party.renews(first.refresh.as_ref().unwrap()).await;
    let second = house.tokens(&answer).await;
    for same in ["iss", "sub", "aud", "auth_time", "acr", "nonce", "sid"] {
        assert_eq!(first.claims[same], second.claims[same], "{same}");
    }
    assert_eq!(second.claims["iat"], value!(seconds(&house)));
    assert_ne!(first.refresh, second.refresh, "R107");
    assert_eq!(party.userinfo(&second.access).await.status, StatusCode::OK);
    let other = Party::with(&house, "other", |wanted| wanted.waive_pkce = true).await;
    let foreign = other.renews(second.refresh.as_ref().unwrap()).await;
    assert_eq!(json(&foreign)["error"], "invalid_grant");
    let replayed = party.renews(first.refresh.as_ref().unwrap()).await;
    assert_eq!(json(&replayed)["error"], "invalid_grant");
    let dead = party.renews(second.refresh.as_ref().unwrap()).await;
    assert_eq!(json(&dead)["error"], "invalid_grant", "the family is dead");
}

#[tokio::test]
async fn oidcc_ensure_request_with_valid_pkce_succeeds() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::with(&house, "public", |wanted| wanted.public = true).await;
    let mut browser = house.browser();
    let login = party.sends(&mut browser, &[]).await.page();
    let rest = house.finish(&mut browser, login, ADA).await;
    assert!(matches!(rest, Rest::App(_)));
    party.redeems(&rest.app()).await;
    let bare =
        party.sends(&mut browser, &[("code_challenge", ""), ("code_challenge_method", "")]).await.app();
    assert_eq!(error(&bare), "invalid_request");
}
