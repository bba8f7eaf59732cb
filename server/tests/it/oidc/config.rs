//! The module of the configuration plan, and the lie detector: what discovery announces works, and nothing else does (R88, R89).
use super::party::{Party, SECRET, json};
use crate::harness::{ADA, House, NUMBER};
use domain::level::Level;
use domain::ports::Methods;
use http::{Method, StatusCode};
use serde_json::Value;
use server::oidc::discovery::ENDPOINTS;
use server::router::{machines, table};

async fn document(house: &House) -> Value {
    let answer = house.browser().get("/.well-known/openid-configuration").await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    json(&answer)
}

fn list(document: &Value, member: &str) -> Vec<String> {
    let list = document[member].as_array().unwrap_or_else(|| panic!("{member}"));
    list.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn oidcc_discovery_endpoint_verification() {
    let house = House::new().await;
    let document = document(&house).await;
    assert_eq!(document["issuer"], house.app.site.origin.as_str(), "byte by byte");
    let twin = house.browser().get("/.well-known/oauth-authorization-server").await;
    assert_eq!(json(&twin), document);
    for required in [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "end_session_endpoint",
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "scopes_supported",
        "claims_supported",
        "prompt_values_supported",
    ] {
        assert!(document.get(required).is_some(), "{required}");
    }
    // Left out, the first would mean that request objects are fetched, the second that the implicit flow is offered (D17).
    assert_eq!(document["request_uri_parameter_supported"], false);
    assert_eq!(list(&document, "grant_types_supported"), ["authorization_code", "refresh_token"]);
    assert!(document.get("registration_endpoint").is_none());
    let mut browser = house.browser();
    browser.headers =
        vec![("host", "127.0.0.1:3000".to_owned()), ("x-forwarded-host", "evil.example".to_owned())];
    let answer = browser.get("/.well-known/openid-configuration").await;
    assert_eq!(json(&answer), document, "whatever the request says of hosts (R72)");
}

#[tokio::test]
async fn r89_every_endpoint_is_there_and_no_other() {
    let house = House::new().await;
    let document = document(&house).await;
    for (member, path) in ENDPOINTS {
        assert_eq!(document[member], format!("http://localhost:3000{path}"));
        let served = table().iter().any(|route| route.path == path)
            || machines().iter().any(|route| route.path == path)
            || path == "/oidc/jwks";
        assert!(served, "{path}");
    }
    let announced = document
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| name.ends_with("_endpoint") || *name == "jwks_uri");
    assert_eq!(announced.count(), ENDPOINTS.len());
    for path in ["/oidc/register", "/register", "/oidc/device", "/oidc/par", "/oidc/token/revoke"] {
        assert_eq!(house.browser().get(path).await.status, StatusCode::NOT_FOUND, "{path} (R127)");
    }
}

#[tokio::test]
async fn r89_what_is_announced_works_and_the_rest_is_refused() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let document = document(&house).await;
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await;

    for scope in list(&document, "scopes_supported") {
        let back = party.sends(&mut browser, &[("scope", &format!("openid {scope}"))]).await.app();
        let told = json(&party.shows(&back["code"]).await);
        assert!(told["scope"].as_str().unwrap().split(' ').any(|word| word == scope), "{scope}");
    }
    let back = party.sends(&mut browser, &[("scope", "openid address groups")]).await.app();
    assert_eq!(json(&party.shows(&back["code"]).await)["scope"], "openid");

    for acr in list(&document, "acr_values_supported") {
        let back = party.sends(&mut browser, &[("acr_values", &acr), ("prompt", "none")]).await.app();
        assert!(back.contains_key("code"), "{acr}");
    }
    let back = party.sends(&mut browser, &[("acr_values", "passkey")]).await.app();
    assert_eq!(back["error"], "unmet_authentication_requirements");

    for (member, parameter, others) in [
        ("response_types_supported", "response_type", &["token", "id_token", "code token", "none"][..]),
        ("response_modes_supported", "response_mode", &["fragment", "form_post", "query.jwt"]),
    ] {
        for works in list(&document, member) {
            assert!(
                party.sends(&mut browser, &[(parameter, &works)]).await.app().contains_key("code"),
                "{works}"
            );
        }
        for other in others {
            assert!(
                party.sends(&mut browser, &[(parameter, other)]).await.app().contains_key("error"),
                "{other}"
            );
        }
    }
    let prompts = list(&document, "prompt_values_supported");
    assert_eq!(prompts, ["none", "login", "consent", "select_account"]);
    assert!(party.sends(&mut browser, &[("prompt", "none")]).await.app().contains_key("code"));
    for (prompt, title) in
        [("login", "Sign in"), ("consent", "Sign in to The app"), ("select_account", "Sign in")]
    {
        let page = party.sends(&mut browser.clone(), &[("prompt", prompt)]).await.page();
        assert_eq!(page.h1(), title, "{prompt}");
    }
    assert_eq!(party.sends(&mut browser, &[("prompt", "create")]).await.app()["error"], "invalid_request");
}

#[tokio::test]
async fn r89_grants_and_ways_of_showing_a_secret_are_those_announced() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let document = document(&house).await;
    let party = Party::new(&house).await;
    for grant in
        ["implicit", "password", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"]
    {
        let answer = party.calls("/oidc/token", &[("grant_type", grant)]).await;
        assert_eq!(json(&answer)["error"], "unsupported_grant_type", "{grant}");
    }
    assert_eq!(json(&party.calls("/oidc/token", &[]).await)["error"], "invalid_request");
    for (fields, why) in [
        (&[][..], "grant_type is missing"),
        (&[("grant_type", "authorization_code")], "code is missing"),
        (&[("grant_type", "refresh_token")], "refresh_token is missing"),
        (&[("grant_type", "password")], "grant_type must be authorization_code or refresh_token"),
    ] {
        let told = json(&party.calls("/oidc/token", fields).await);
        assert_eq!(told["error_description"], why, "{fields:?}");
    }
    // Nobody learns from a description whether a client is known, or how near he is.
    let of = async |id: &str, secret: &str| {
        let fields = [
            ("client_id", id),
            ("client_secret", secret),
            ("grant_type", "authorization_code"),
            ("code", "x"),
        ];
        let answer = party.posts("/oidc/token", &fields, &[]).await;
        (answer.status, json(&answer))
    };
    let (unknown, wrong) = (of("nobody", SECRET).await, of("app", "wrong").await);
    assert_eq!(unknown, wrong);
    assert!(unknown.1["error_description"].as_str().unwrap().contains("no such client, not its secret"));
    let (_, grant) = of("app", SECRET).await;
    assert_eq!(grant["error"], "invalid_grant");
    assert!(
        grant["error_description"]
            .as_str()
            .unwrap()
            .starts_with("the code or refresh token is unknown, used")
    );
    let ways = list(&document, "token_endpoint_auth_methods_supported");
    assert_eq!(
        ways,
        ["client_secret_basic", "client_secret_post", "none"],
        "each used by a module of the basic plan"
    );
    let assertion =
        [("client_id", "app"), ("client_assertion", "x"), ("client_assertion_type", "y"), ("token", "x")];
    let answer = party.posts("/oidc/introspect", &assertion, &[]).await;
    assert_ne!(answer.status, StatusCode::OK);
    let public = Party::with(&house, "public", |wanted| wanted.public = true).await;
    let introspected = public.calls("/oidc/introspect", &[("token", "x")]).await;
    assert_eq!(json(&introspected)["error"], "invalid_client", "`none` is not announced for introspection");
    assert_eq!(public.calls("/oidc/revoke", &[("token", "x")]).await.status, StatusCode::OK);
    let post = [("client_id", "app"), ("client_secret", SECRET), ("token", "x")];
    assert_eq!(json(&party.posts("/oidc/introspect", &post, &[]).await)["active"], false);
}

#[tokio::test]
async fn r89_claims_are_those_announced() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    house.meddle("UPDATE accounts SET email = 'ada@example.com'").await;
    let announced = list(&document(&house).await, "claims_supported");
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await;
    let asked: Vec<String> = announced.iter().map(|claim| format!("\"{claim}\":null")).collect();
    let claims = format!("{{\"id_token\":{{{}}}}}", asked.join(","));
    let back = party.sends(&mut browser, &[("claims", &claims)]).await.app();
    let told = party.redeems(&back).await.claims;
    let mut told: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    let mut announced: Vec<&str> = announced.iter().map(String::as_str).collect();
    told.sort_unstable();
    announced.sort_unstable();
    assert_eq!(told, announced);
}

#[tokio::test]
async fn r112_discovery_follows_the_operator_at_once() {
    let house = House::new().await;
    assert_eq!(list(&document(&house).await, "acr_values_supported"), ["simple_password_auth", "twilio_sms"]);
    Methods::disable(&house.store, Level::Password, &house.operator()).await.unwrap();
    assert_eq!(list(&document(&house).await, "acr_values_supported"), ["twilio_sms"]);
    Methods::enable(&house.store, Level::Password, &house.operator()).await.unwrap();
    assert_eq!(list(&document(&house).await, "acr_values_supported").len(), 2);
}

#[tokio::test]
async fn what_programs_call_takes_no_other_method() {
    let house = House::new().await;
    for route in machines() {
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::TRACE]
        {
            if machines().iter().any(|other| other.path == route.path && other.method == method) {
                continue;
            }
            // Scripts may ask what they may send; nothing else comes of it (see `browser_apps`).
            let status = if method == Method::OPTIONS && route.browser_apps { 200 } else { 405 };
            let mut browser = house.browser();
            let request =
                browser.request(method.clone(), route.path).body(axum::body::Body::empty()).unwrap();
            assert_eq!(browser.send(request).await.status, status, "{method} {}", route.path);
        }
    }
}
