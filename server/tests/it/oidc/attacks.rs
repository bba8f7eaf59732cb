//! Attacks that are old stories among providers: each must come to nothing.
use super::party::{Party, REDIRECT, Rest, SECRET, VERIFIER, json, rest};
use crate::harness::{ADA, House, NUMBER, at_once};
use axum::body::Body;
use http::{Method, StatusCode};

async fn signed_in(house: &House) -> crate::harness::Browser {
    house.account(ADA, &[NUMBER]).await;
    house.signed_in(ADA).await
}

#[tokio::test]
async fn a02_of_50_parallel_redemptions_at_most_one_gives_tokens_and_they_are_dead() {
    let house = House::new().await;
    let mut browser = signed_in(&house).await;
    let party = Party::new(&house).await;
    let back = party.sends(&mut browser, &[]).await.app();
    // The first key is made by the first signature: not in this race.
    let warm = party.sends(&mut browser, &[]).await.app();
    party.redeems(&warm).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &*back["code"]),
        ("redirect_uri", REDIRECT),
        ("client_id", "app"),
        ("client_secret", SECRET),
    ];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let requests = (0..50).map(|_| {
        let program = house.browser();
        let request = program.request(Method::POST, "/oidc/token");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(Body::from(body.clone())).unwrap();
        (program, request)
    });
    let answers = at_once(requests.collect()).await;
    let given: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == StatusCode::OK).collect();
    assert!(given.len() <= 1, "{}", given.len());
    assert!(answers.iter().all(|(_, answer)| matches!(answer.status.as_u16(), 200 | 400)));
    for (_, answer) in given {
        let access = json(answer)["access_token"].as_str().unwrap().to_owned();
        assert_eq!(party.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a30_no_trick_with_the_address_leads_anywhere() {
    let house = House::new().await;
    let mut browser = signed_in(&house).await;
    let party = Party::new(&house).await;
    for uri in [
        "https://app.example/cb/../evil",
        "https://app.example/cb/..;/evil",
        "https://app.example/cb%2f..%2fevil",
        "https://app.example@evil.example/cb",
        "https://evil.example/https://app.example/cb",
        "https://app.example.evil.example/cb",
        "https://app.example:443/cb",
        "https://app.example/cb?x=1",
        "https://app.example/cb#x",
        "https://app.example/CB",
        "HTTPS://app.example/cb",
        "http://app.example/cb",
        "//app.example/cb",
        "/cb",
        " https://app.example/cb",
        "https://app.example/cb\u{0}",
        "https://app.example/cb\r\nLocation: https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://app.example\\@evil.example/cb",
    ] {
        for more in [vec![("redirect_uri", uri)], vec![("redirect_uri", uri), ("prompt", "none")]] {
            let answer = browser.get(&party.asks(&more)).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{uri:?}");
            assert!(answer.header("location").is_empty() && !answer.body.contains("evil"), "{uri:?}");
        }
    }
    let doubled = format!("{}&redirect_uri={REDIRECT}", party.asks(&[]));
    assert_eq!(browser.get(&doubled).await.status, StatusCode::BAD_REQUEST);
    for id in ["", "nobody", "App", "app%00", "../app"] {
        let answer = browser.get(&party.asks(&[("client_id", id)])).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{id:?}");
    }
}

#[tokio::test]
async fn a31_pkce_is_not_stripped_added_emptied_or_swapped() {
    let house = House::new().await;
    let mut browser = signed_in(&house).await;
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
        ("password", crate::harness::PASSWORD),
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

#[tokio::test]
async fn a32_a_code_is_worth_nothing_elsewhere_later_or_after_signing_out() {
    let house = House::new().await;
    let mut browser = signed_in(&house).await;
    let (party, other) =
        (Party::new(&house).await, Party::with(&house, "other", |wanted| wanted.waive_pkce = true).await);
    let refused = |answer: crate::harness::Answer| assert_eq!(json(&answer)["error"], "invalid_grant");
    let back = party.sends(&mut browser, &[]).await.app();
    refused(other.shows(&back["code"]).await);
    let tokens = party.redeems(&back).await;
    assert_eq!(party.userinfo(&tokens.access).await.status, StatusCode::OK, "another app's try ends nothing");

    let back = party.sends(&mut browser, &[]).await.app();
    let base = [("grant_type", "authorization_code"), ("code", &*back["code"])];
    refused(party.calls("/oidc/token", &[base[0], base[1], ("redirect_uri", "https://app.example/")]).await);
    refused(party.shows(&back["code"]).await);

    let back = party.sends(&mut browser, &[]).await.app();
    refused(party.calls("/oidc/token", &[base[0], ("code", &*back["code"])]).await);

    let back = party.sends(&mut browser, &[]).await.app();
    house.clock.pass_seconds(61);
    refused(party.shows(&back["code"]).await);

    let back = party.sends(&mut browser, &[]).await.app();
    browser.get("/security").await;
    browser.post("/logout", &[]).await;
    refused(party.shows(&back["code"]).await);
}

#[tokio::test]
async fn a33_every_answer_names_its_issuer() {
    let house = House::new().await;
    let mut browser = signed_in(&house).await;
    let party = Party::new(&house).await;
    for more in [
        ("prompt", "none"),
        ("prompt", "bad"),
        ("scope", "none"),
        ("response_type", "token"),
        ("request", "x"),
    ] {
        let back = party.sends(&mut browser, &[more]).await.app();
        assert_eq!((&*back["iss"], &*back["state"]), ("http://localhost:3000", "the state"), "{more:?}");
    }
}

#[tokio::test]
async fn a34_asking_again_without_the_level_or_for_no_page_gives_no_more_than_was_reached() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::with(&house, "strict", |wanted| wanted.min_acr = Some("twilio_sms".to_owned())).await;
    let low = Party::new(&house).await;
    let mut browser = house.browser();
    let page = low.sends(&mut browser, &[("acr_values", "simple_password_auth")]).await.page();
    house.finish(&mut browser, page, ADA).await.app();
    for more in [
        vec![],
        vec![("acr_values", "simple_password_auth")],
        vec![("claims", r#"{"id_token":{"acr":{"value":"simple_password_auth"}}}"#)],
        vec![("max_age", "100000")],
    ] {
        assert!(matches!(party.sends(&mut browser, &more).await, Rest::Page(_)), "{more:?}");
        let mut none = more.clone();
        none.push(("prompt", "none"));
        assert_eq!(party.sends(&mut browser, &none).await.app()["error"], "interaction_required", "{more:?}");
    }
    let essential = r#"{"id_token":{"acr":{"essential":true,"value":"simple_password_auth"}}}"#;
    let back = party.sends(&mut browser, &[("claims", essential)]).await.app();
    assert_eq!(back["error"], "unmet_authentication_requirements");
}

#[tokio::test]
async fn a09_r119_another_persons_hint_gives_neither_a_token_nor_a_word_about_them() {
    let house = House::new().await;
    let mut ada = signed_in(&house).await;
    house.account("eve", &[]).await;
    let mut eve = house.signed_in("eve").await;
    let party = Party::new(&house).await;
    let back = party.sends(&mut ada, &[]).await.app();
    let hers = party.redeems(&back).await.id_token;
    let none = party.sends(&mut eve, &[("id_token_hint", &hers), ("prompt", "none")]).await.app();
    assert_eq!(none["error"], "login_required");
    let page = party.sends(&mut eve, &[("id_token_hint", &hers)]).await.page();
    assert_eq!(page.h1(), "Sign in");
    assert!(!page.body.contains(ADA));
    let back = house.finish(&mut eve, page, "eve").await.app();
    assert_eq!(back["error"], "login_required", "signed in as somebody else again");
    let known = party.sends(&mut house.browser(), &[("login_hint", ADA)]).await.page();
    let unknown = party.sends(&mut house.browser(), &[("login_hint", "nobody")]).await.page();
    assert_eq!(known.bare().replace(ADA, "nobody"), unknown.bare());
}

#[tokio::test]
async fn a35_a_token_signed_otherwise_is_no_hint() {
    let house = House::new().await;
    let mut browser = signed_in(&house).await;
    let (party, other) = (Party::new(&house).await, Party::with(&house, "other", |_| {}).await);
    let back = party.sends(&mut browser, &[]).await.app();
    let own = party.redeems(&back).await.id_token;
    let mut parts = own.split('.');
    let (header, claims, signature) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let none = "eyJhbGciOiJub25lIn0";
    let symmetric = "eyJhbGciOiJIUzI1NiJ9";
    for forged in [
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{symmetric}.{claims}.{signature}"),
        format!("{header}.{claims}."),
        format!("{header}.{}.{signature}", claims.chars().rev().collect::<String>()),
        format!("{header}.{claims}.{signature}.{signature}"),
    ] {
        let back = party.sends(&mut browser, &[("id_token_hint", &forged)]).await.app();
        assert_eq!(back["error"], "invalid_request", "{forged}");
    }
    let back = other.sends(&mut browser, &[("id_token_hint", &own)]).await.app();
    assert_eq!(back["error"], "invalid_request", "another app's token");
}

#[tokio::test]
async fn a36_no_address_ends_a_session_or_a_half_sign_in_that_it_cannot_name() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut half = house.half_signed_in(ADA).await;
    for asked in ["", "?id_token_hint=a.b.c", "?post_logout_redirect_uri=https%3A%2F%2Fevil.example"] {
        assert_eq!(half.get(&format!("/oidc/logout{asked}")).await.location(), Some("/login/otp"), "{asked}");
    }
    let done = half.submit("/login/otp", "/login/otp", &[("code", &house.newest_code())]).await;
    assert_eq!(done.location(), Some("/security"), "the code still counts");
    assert_eq!(half.get("/oidc/logout").await.h1(), "Sign out?");
    assert_eq!(half.get("/security").await.status, 200, "it was asked, not done");
}

#[tokio::test]
async fn a44_nothing_in_state_breaks_out_of_the_header_or_the_page() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    for state in
        ["a\r\nSet-Cookie: x=1", "\"><script>alert(1)</script>", "a' onload='x", "\u{202e}abc", "%0d%0a"]
    {
        let mut browser = house.browser();
        let page = party.sends(&mut browser, &[("state", state)]).await.page();
        let back = house.finish(&mut browser, page, ADA).await.app();
        assert_eq!(back["state"], state);
        let direct = browser.get(&party.asks(&[("state", state)])).await;
        assert_eq!(direct.status, StatusCode::SEE_OTHER);
        assert!(direct.cookies().iter().all(|cookie| !cookie.starts_with("x=")));
        assert_eq!(rest(&mut browser, direct).await.app()["state"], state);
    }
}

#[tokio::test]
async fn r71_a_head_request_does_nothing() {
    let house = House::new().await;
    let mut browser = signed_in(&house).await;
    let party = Party::new(&house).await;
    for path in [party.asks(&[]), "/oidc/logout".to_owned()] {
        let request = browser.request(Method::HEAD, &path).body(Body::empty()).unwrap();
        assert_eq!(browser.send(request).await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM oidc_grants", &[]).await, 0);
}

#[tokio::test]
async fn r32_r60_a_change_of_factors_and_switching_off_reach_apps_at_once() {
    let house = House::new().await;
    let mut browser = signed_in(&house).await;
    let party = Party::new(&house).await;
    let mut elsewhere = house.signed_in(ADA).await;
    let more = [("scope", "openid offline_access")];
    let back = party.sends(&mut elsewhere, &more).await.app();
    let tokens = party.redeems(&back).await;
    let waiting = party.sends(&mut elsewhere, &more).await.app();
    browser.get("/security/phones/new").await;
    browser.post("/security/phones/new", &[("phone", crate::harness::OTHER), ("label", "")]).await;
    browser.get("/security/phones/confirm").await;
    let done = browser.post("/security/phones/confirm", &[("code", &house.newest_code())]).await;
    assert_eq!(done.location(), Some("/security"));
    assert_eq!(party.userinfo(&tokens.access).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(json(&party.renews(tokens.refresh.as_ref().unwrap()).await)["error"], "invalid_grant");
    assert_eq!(json(&party.shows(&waiting["code"]).await)["error"], "invalid_grant");

    let back = party.sends(&mut browser, &more).await.app();
    let tokens = party.redeems(&back).await;
    let ada = house.store.find_user(&domain::password::NameKey::of(ADA).unwrap()).await.unwrap().unwrap().id;
    assert!(house.store.disable_user(&ada, &house.operator()).await.unwrap());
    assert_eq!(party.userinfo(&tokens.access).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(json(&party.renews(tokens.refresh.as_ref().unwrap()).await)["error"], "invalid_grant");
}

#[tokio::test]
async fn nobody_fills_the_database_with_requests_or_spends_its_time_on_parameters() {
    let house = House::new().await;
    let party = Party::new(&house).await;
    let mut held = None;
    for n in 0..301 {
        let mut browser = house.browser();
        let answer = browser.get(&party.asks(&[])).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            held = Some((n, answer.retry_after()));
        }
    }
    assert_eq!(held, Some((300, Some(60))));
    assert_eq!(house.count("SELECT COUNT(*) FROM oidc_requests", &[]).await, 300);
    let other = house.browser().from([192, 0, 2, 99]).get(&party.asks(&[])).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "another address is not held up");
    let many = format!("{}{}", party.asks(&[]), "&a".repeat(5000));
    assert_eq!(house.browser().get(&many).await.status, StatusCode::BAD_REQUEST);
    let long = party.asks(&[("extra", &"x".repeat(17 * 1024))]);
    assert_eq!(house.browser().get(&long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_sign_in_of_another_person_in_this_browser_ends_what_the_first_ones_apps_had() {
    let house = House::new().await;
    let mut browser = signed_in(&house).await;
    house.account("eve", &[crate::harness::OTHER]).await;
    let party = Party::new(&house).await;
    let more = [("scope", "openid offline_access")];
    let back = party.sends(&mut browser, &more).await.app();
    let hers = party.redeems(&back).await;
    house.clock.pass_seconds(60);
    house.sign_in(&mut browser, ADA).await;
    assert_eq!(party.userinfo(&hers.access).await.status, StatusCode::OK, "her own new sign-in ends nothing");
    house.sign_in(&mut browser, "eve").await;
    assert_eq!(party.userinfo(&hers.access).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(json(&party.renews(hers.refresh.as_ref().unwrap()).await)["error"], "invalid_grant");
}
