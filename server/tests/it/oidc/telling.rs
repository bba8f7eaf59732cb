//! What an app is told, what a person is told of that, and what a page loads in passing.
use super::party::{Party, ada, json};
use crate::harness::{ADA, House, NUMBER, PASSWORD};
use axum::body::Body;
use domain::time::Clock as _;
use http::{Method, StatusCode};

#[tokio::test]
async fn r36_the_password_alone_tells_nobody_a_number() {
    let house = House::new().await;
    let mut own = ada(&house).await;
    let before = house.sent();
    let party = Party::new(&house).await;
    let mut browser = house.browser();
    let claims = "{\"id_token\":{\"phone_number\":null},\"userinfo\":{\"phone_number\":null}}";
    let asked = [("scope", "openid phone"), ("acr_values", "simple_password_auth"), ("claims", claims)];
    let page = party.sends(&mut browser, &asked).await.page();
    let resume = page.hidden("resume").unwrap().to_owned();
    let fields = [("username", ADA), ("password", PASSWORD), ("resume", &*resume)];
    let done = browser.post("/login", &fields).await;
    let back = super::party::rest(&mut browser, done).await.app();
    let tokens = party.redeems(&back).await;
    let told = json(&party.userinfo(&tokens.access).await);
    assert!(told.get("sub").is_some() && told.get("phone_number").is_none(), "{told}");
    assert!(told.get("phone_number_verified").is_none() && !tokens.claims.to_string().contains("phone"));
    assert_eq!(house.sent(), before);

    let asked = [("scope", "openid phone"), ("acr_values", "twilio_sms")];
    let back = party.sends(&mut own, &asked).await.app();
    let tokens = party.redeems(&back).await;
    assert_eq!(json(&party.userinfo(&tokens.access).await)["phone_number"], NUMBER);
}

#[tokio::test]
async fn r123_the_page_about_an_app_lists_what_is_asked_for_by_name() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let claims = "{\"id_token\":{\"email\":null},\"userinfo\":{\"phone_number\":null}}";
    let asked = [("prompt", "consent"), ("scope", "openid"), ("claims", claims)];
    let page = party.sends(&mut browser, &asked).await.page().text();
    assert!(page.contains("phone number") && page.contains("e-mail"), "{page}");
    assert!(!page.contains("up to a day"), "{page}");
}

#[tokio::test]
async fn who_asks_for_less_gets_less() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let claims = "{\"userinfo\":{\"phone_number\":null}}";
    let asked =
        [("scope", "openid profile offline_access"), ("claims", claims), ("acr_values", "twilio_sms")];
    let back = party.sends(&mut browser, &asked).await.app();
    let tokens = party.redeems(&back).await;
    assert_eq!(json(&party.userinfo(&tokens.access).await)["phone_number"], NUMBER);
    let refresh = tokens.refresh.unwrap();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", &*refresh), ("scope", "openid")];
    let narrowed = json(&party.calls("/oidc/token", &fields).await);
    let told = json(&party.userinfo(narrowed["access_token"].as_str().unwrap()).await);
    assert_eq!(told.as_object().unwrap().len(), 1, "the subject alone: {told}");
}

#[tokio::test]
async fn a39_what_a_page_loads_in_passing_keeps_no_request() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let kept = async || house.count("SELECT COUNT(*) FROM oidc_requests", &[]).await;
    for dest in ["image", "script", "style", "iframe", "object", "empty", "video", "nonsense"] {
        let mut browser = house.browser();
        let request = browser.request(Method::GET, &party.asks(&[])).header("sec-fetch-dest", dest);
        let answer = browser.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{dest}");
        let posted = browser
            .request(Method::POST, "/oidc/authorize")
            .header("sec-fetch-dest", dest)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(party.query(&[])));
        assert_eq!(browser.send(posted.unwrap()).await.status, StatusCode::BAD_REQUEST, "{dest}");
    }
    assert_eq!(kept().await, 0);
    // A frame may ask whether somebody is signed in: that is answered at once.
    let mut browser = house.browser();
    let asks = party.asks(&[("prompt", "none")]);
    let request = browser.request(Method::GET, &asks).header("sec-fetch-dest", "iframe");
    let answer = browser.send(request.body(Body::empty()).unwrap()).await;
    assert!(answer.location().unwrap().contains("error=login_required"));
    let request = browser.request(Method::GET, &party.asks(&[])).header("sec-fetch-dest", "document");
    assert_eq!(browser.send(request.body(Body::empty()).unwrap()).await.status, StatusCode::SEE_OTHER);
    assert_eq!(kept().await, 1);
}

#[tokio::test]
async fn a39_a_kept_request_is_small_and_goes_with_its_hour() {
    let house = House::new().await;
    let party = Party::new(&house).await;
    let long = format!("twilio_sms {}", format!("{} ", "%01".repeat(900)).repeat(4));
    let body = format!("{}&acr_values={long}", party.query(&[]));
    let mut browser = house.browser();
    let request = browser
        .request(Method::POST, "/oidc/authorize")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body));
    assert_eq!(browser.send(request.unwrap()).await.status, StatusCode::SEE_OTHER);
    let asked = house.texts_in_database("SELECT CAST(asked AS TEXT) FROM oidc_requests").await;
    assert!(asked[0].len() < 4_000, "{} characters", asked[0].len());
    house.clock.pass_seconds(3601);
    house.app.upkeep.tidy(house.clock.now()).await.unwrap();
    assert_eq!(house.count("SELECT COUNT(*) FROM oidc_requests", &[]).await, 0);
}

#[tokio::test]
async fn r109_a_name_that_is_given_again_is_somebody_else_to_apps() {
    let house = House::new().await;
    let (party, other) =
        (Party::new(&house).await, Party::with(&house, "other", |wanted| wanted.waive_pkce = true).await);
    let mut subs = Vec::new();
    for _ in 0..3 {
        let account = house.account(ADA, &[NUMBER]).await;
        let mut told = Vec::new();
        for party in [&party, &party, &other] {
            let mut browser = house.signed_in(ADA).await;
            let back = party.sends(&mut browser, &[("scope", "openid user_name")]).await.app();
            let tokens = party.redeems(&back).await;
            let userinfo = json(&party.userinfo(&tokens.access).await);
            assert_eq!((&userinfo["sub"], &userinfo["user_name"]), (&tokens.claims["sub"], &ADA.into()));
            told.push((tokens.claims["sub"].as_str().unwrap().to_owned(), tokens.access));
            house.clock.pass_seconds(3600);
        }
        let sub = told[0].0.clone();
        assert!(told.iter().all(|(other, _)| *other == sub), "one name for her, whenever and wherever");
        assert!(sub.len() <= 255 && sub.is_ascii() && !sub.contains(ADA), "{sub}");
        assert!(house.store.remove_user(&account, &house.operator()).await.unwrap());
        subs.push(sub);
    }
    let different: std::collections::HashSet<&String> = subs.iter().collect();
    assert_eq!(different.len(), 3, "{subs:?}");
}
