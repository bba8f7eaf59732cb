//! A5: who has shown the password alone, where a code is asked for, gets nothing for an app either (R57, R114).
use crate::harness::{ADA, House, NUMBER};
use crate::oidc::party::Party;
use http::StatusCode;

#[tokio::test]
async fn a05_a_half_sign_in_gives_no_app_a_code() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut half = house.half_signed_in(ADA).await;
    for more in [vec![], vec![("acr_values", "simple_password_auth")], vec![("max_age", "100000")]] {
        let page = party.sends(&mut half, &more).await.page();
        assert_eq!(page.h1(), "Sign in", "{more:?}");
        let mut none = more.clone();
        none.push(("prompt", "none"));
        assert_eq!(party.sends(&mut half, &none).await.app()["error"], "login_required", "{more:?}");
    }
    let page = party.sends(&mut half, &[("prompt", "consent")]).await.page();
    let resume = page.hidden("resume").unwrap().to_owned();
    for path in [format!("/oidc/consent?resume={resume}"), "/oidc/consent".to_owned()] {
        let away = half.get(&path).await;
        assert_eq!((away.location(), &*away.body), (Some("/login"), ""), "{path}");
    }
    let word = half.post("/oidc/consent", &[("resume", &resume), ("answer", "yes")]).await;
    assert_eq!(word.location(), Some("/login"));
    assert_eq!(house.count("SELECT COUNT(*) FROM oidc_grants", &[]).await, 0);
}

#[tokio::test]
async fn a05_the_level_that_an_app_takes_is_not_lost_by_leaving_its_pages() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let strict = Party::with(&house, "strict", |wanted| wanted.min_acr = Some("twilio_sms".to_owned())).await;
    let low = Party::new(&house).await;
    let mut browser = house.browser();
    let page = strict.sends(&mut browser, &[]).await.page();
    let waits = format!("/oidc/authorize?resume={}", page.hidden("resume").unwrap());
    // Another app, which wants the password alone, signs the same browser in meanwhile.
    let page = low.sends(&mut browser, &[("acr_values", "simple_password_auth")]).await.page();
    house.finish(&mut browser, page, ADA).await.app();
    for path in [&*waits, "/security", "/login", &*waits] {
        let answer = browser.get(path).await;
        assert!(!answer.header("location").starts_with("https://"), "{path}");
        assert!(!answer.body.contains("http-equiv"), "{path}");
    }
    assert_eq!(browser.get("/login/otp").await.status, StatusCode::OK, "the code is what is missing");
    assert_eq!(house.count("SELECT COUNT(*) FROM oidc_grants WHERE client_id = 'strict'", &[]).await, 0);
}
