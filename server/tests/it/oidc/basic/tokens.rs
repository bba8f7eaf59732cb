//! Tokens: what an app gets for its code, and what it is told with them.
use super::{error, seconds, signed_in, tokens};
use crate::harness::{ADA, House, NUMBER};
use crate::oidc::party::{Party, REDIRECT, SECRET, json, rest, userinfo};
use http::StatusCode;
use serde_json::{Value, json as value};

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

fn unpadded(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
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
