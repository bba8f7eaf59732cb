//! A31: PKCE taken out, put in or swapped on the way, and hidden fields changed in the page (R99, R104).
use crate::harness::{ADA, House, NUMBER, PASSWORD};
use crate::oidc::party::{Party, REDIRECT, VERIFIER, ada, json, rest};
use http::StatusCode;

#[tokio::test]
async fn a31_pkce_is_not_stripped_added_emptied_or_swapped() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let strict = Party::with(&house, "strict", |_| {}).await;
    let loose = Party::new(&house).await;
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let with = [("code_challenge", challenge), ("code_challenge_method", "S256")];
    let base = [("grant_type", "authorization_code"), ("redirect_uri", REDIRECT)];
    let other = VERIFIER.replace('d', "e");
    let plain = [("code_challenge", VERIFIER), ("code_challenge_method", "plain")];
    assert_eq!(strict.sends(&mut browser, &plain).await.app()["error"], "invalid_request");
    for (party, asked, verifier) in [
        (&strict, &with[..], None),
        (&strict, &with[..], Some("")),
        (&strict, &with[..], Some(challenge)),
        (&strict, &with[..], Some(&*other)),
        (&loose, &with[..], None),
        (&loose, &with[..], Some(&*other)),
        (&loose, &[][..], Some(VERIFIER)),
    ] {
        let back = party.sends(&mut browser, asked).await.app();
        let mut fields = base.to_vec();
        fields.push(("code", &back["code"]));
        fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        let answer = party.calls("/oidc/token", &fields).await;
        assert_eq!(json(&answer)["error"], "invalid_grant", "{verifier:?}");
        fields.retain(|(name, _)| *name != "code_verifier");
        fields.push(("code_verifier", VERIFIER));
        let right = party.calls("/oidc/token", &fields).await;
        assert_eq!(json(&right)["error"], "invalid_grant", "one guess alone");
    }
    let back = loose.sends(&mut browser, &with).await.app();
    let fields = [base[0], base[1], ("code", &*back["code"]), ("code_verifier", VERIFIER)];
    assert_eq!(loose.calls("/oidc/token", &fields).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a31_r99_nothing_that_a_page_sends_changes_the_request() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::with(&house, "strict", |wanted| wanted.min_acr = Some("twilio_sms".to_owned())).await;
    let mut browser = house.browser();
    let page = party.sends(&mut browser, &[]).await.page();
    let resume = page.hidden("resume").unwrap().to_owned();
    let fields = [
        ("username", ADA),
        ("password", PASSWORD),
        ("resume", &*resume),
        ("acr_values", "simple_password_auth"),
        ("redirect_uri", "https://evil.example"),
        ("client_id", "other"),
        ("code_challenge", "x"),
        ("scope", "openid phone"),
    ];
    assert_eq!(browser.post("/login", &fields).await.location(), Some("/login/otp"));
    browser.get("/login/otp").await;
    let done =
        browser.post("/login/otp", &[("code", &house.newest_code()), ("resume", &"0".repeat(32))]).await;
    let tokens = party.redeems(&rest(&mut browser, done).await.app()).await;
    assert_eq!((&tokens.claims["acr"], &tokens.claims["aud"]), (&"twilio_sms".into(), &"strict".into()));
    assert_eq!(party.introspects(&tokens.access).await["scope"], "openid");
}
