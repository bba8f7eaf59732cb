//! The security log of people on the way to apps, and of what apps do with what they were given (R128, P9).
use super::security_log::Log;
use crate::harness::{ADA, Browser, House, NUMBER, PASSWORD};
use crate::oidc::party::{Back, Party, Rest, SECRET, rest};
use domain::client::ClientId;
use domain::id::AccountId;
use domain::ports::Clients;

/// The level, the app, and who acts. Signing keys have a life of their own.
const LINES: &str = "SELECT kind || COALESCE(' ' || purpose, '') || CASE WHEN detail IS NULL OR kind = 'delivery_settled' THEN '' \
    ELSE ' ' || detail END || CASE WHEN actor = 'person' THEN '' ELSE ' by ' || actor END \
    FROM events WHERE kind <> 'key_made' ORDER BY id";

const OFFLINE: (&str, &str) = ("scope", "openid offline_access");
const SIMPLE: (&str, &str) = ("acr_values", "simple_password_auth");
const SMS: (&str, &str) = ("acr_values", "twilio_sms");
const SENT: [&str; 2] = ["code_issued sign_in", "delivery_settled sign_in"];

struct Scene {
    house: House,
    ada: AccountId,
}

async fn scene(numbers: &[&str]) -> Scene {
    let house = House::new().await;
    let ada = house.account(ADA, numbers).await;
    Scene { house, ada }
}

/// The password on the sign-in page that an app led to.
async fn knocks(browser: &mut Browser, resume: &str) -> crate::harness::Answer {
    browser.post("/login", &[("username", ADA), ("password", PASSWORD), ("resume", resume)]).await
}

/// With a session that is signed in already.
async fn comes_back(party: &Party<'_>, browser: &mut Browser) -> Back {
    party.sends(browser, &[OFFLINE]).await.app()
}

#[tokio::test]
async fn r128_the_way_to_an_app_from_the_first_page_to_the_last_token() {
    let Scene { house, .. } = scene(&[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut log = Log::begun(&house, LINES).await;
    let mut browser = house.browser();
    let page = party.sends(&mut browser, &[OFFLINE]).await.page();
    log.is(&house, "asked", &[]).await;
    knocks(&mut browser, page.hidden("resume").unwrap()).await;
    log.is(&house, "right password", &SENT).await;
    browser.get("/login/otp").await;
    let done = browser.post("/login/otp", &[("code", &house.newest_code())]).await;
    log.is(&house, "right code", &["code_right sign_in", "signed_in twilio_sms"]).await;
    let back = rest(&mut browser, done).await.app();
    log.is(&house, "back at the app", &["code_granted app"]).await;
    let tokens = party.redeems(&back).await;
    log.is(&house, "redeemed", &["tokens_given app by app"]).await;
    party.userinfo(&tokens.access).await;
    party.introspects(&tokens.access).await;
    log.is(&house, "looked at", &[]).await;
    let first = tokens.refresh.unwrap();
    let second = house.tokens(&party.renews(&first).await).await.refresh.unwrap();
    log.is(&house, "renewed", &["tokens_renewed app by app"]).await;
    party.renews(&first).await;
    log.is(&house, "an old refresh token again", &["token_reused app by app"]).await;
    party.renews(&first).await;
    party.renews(&second).await;
    log.is(&house, "nothing is left to end", &[]).await;
}

#[tokio::test]
async fn r128_what_is_shown_wrongly_is_written_down_once() {
    let Scene { house, .. } = scene(&[NUMBER]).await;
    let (party, mut browser) = (Party::new(&house).await, house.signed_in(ADA).await);
    let mut log = Log::begun(&house, LINES).await;
    let back = comes_back(&party, &mut browser).await;
    party.redeems(&back).await;
    log.is(&house, "a code", &["code_granted app", "tokens_given app by app"]).await;
    party.shows(&back["code"]).await;
    log.is(&house, "the code again", &["token_reused app by app"]).await;
    party.shows(&back["code"]).await;
    log.is(&house, "and again", &[]).await;

    let back = comes_back(&party, &mut browser).await;
    let elsewhere = [
        ("grant_type", "authorization_code"),
        ("code", &*back["code"]),
        ("redirect_uri", "https://app.example/another"),
    ];
    party.calls("/oidc/token", &elsewhere).await;
    log.is(&house, "another address", &["code_granted app", "grant_refused app by app"]).await;
    party.shows(&back["code"]).await;
    log.is(&house, "that code, rightly", &[]).await;
    party.shows("0".repeat(64).as_str()).await;
    log.is(&house, "a code of nobody", &[]).await;

    let secret = |id, secret| [("client_id", id), ("client_secret", secret), ("grant_type", "refresh_token")];
    party.posts("/oidc/token", &secret("app", "wrong"), &[]).await;
    log.is(&house, "a wrong secret", &["client_refused app by app"]).await;
    party.posts("/oidc/revoke", &secret("nobody", SECRET), &[]).await;
    log.is(&house, "no such app", &["client_refused unknown by app"]).await;
}

#[tokio::test]
async fn r128_what_ends_the_access_of_an_app_is_written_down() {
    let Scene { house, ada } = scene(&[NUMBER]).await;
    let (party, mut browser) = (Party::new(&house).await, house.signed_in(ADA).await);
    let mut log = Log::begun(&house, LINES).await;
    let begun = ["code_granted app", "tokens_given app by app"];

    let back = comes_back(&party, &mut browser).await;
    let tokens = party.redeems(&back).await;
    log.is(&house, "tokens", &begun).await;
    party.calls("/oidc/revoke", &[("token", &tokens.access)]).await;
    log.is(&house, "the access token given back", &["tokens_revoked app by app"]).await;
    party.calls("/oidc/revoke", &[("token", &tokens.access)]).await;
    party.calls("/oidc/revoke", &[("token", "unknown")]).await;
    log.is(&house, "no news", &[]).await;
    let refresh = tokens.refresh.unwrap();
    party.calls("/oidc/revoke", &[("token", &refresh)]).await;
    log.is(&house, "the refresh token given back", &["tokens_revoked app by app"]).await;
    party.calls("/oidc/revoke", &[("token", &refresh)]).await;
    log.is(&house, "no news either", &[]).await;

    let back = comes_back(&party, &mut browser).await;
    let refresh = party.redeems(&back).await.refresh.unwrap();
    log.is(&house, "tokens", &begun).await;
    browser.submit("/security/apps", "/security/apps/app/end", &[]).await;
    log.is(&house, "ended in the portal", &["app_left app"]).await;
    party.renews(&refresh).await;
    log.is(&house, "over", &[]).await;

    let back = comes_back(&party, &mut browser).await;
    let tokens = party.redeems(&back).await;
    log.is(&house, "tokens", &begun).await;
    browser.get(&format!("/oidc/logout?id_token_hint={}", tokens.id_token)).await;
    log.is(&house, "signed out by the app", &["signed_out"]).await;
    party.renews(tokens.refresh.as_ref().unwrap()).await;
    log.is(&house, "over", &[]).await;

    house.clock.pass_seconds(61);
    let mut browser = house.signed_in(ADA).await;
    log.since(&house).await;
    let back = comes_back(&party, &mut browser).await;
    let refresh = party.redeems(&back).await.refresh.unwrap();
    log.is(&house, "tokens", &begun).await;
    assert!(house.store.disable_user(&ada, &house.operator()).await.unwrap());
    log.is(&house, "switched off", &["account_disabled by operator"]).await;
    party.renews(&refresh).await;
    log.is(&house, "over", &[]).await;
    let app = ClientId::parse("app").unwrap();
    assert!(Clients::remove(&house.store, &app, &house.operator()).await.unwrap());
    log.is(&house, "removed", &["client_removed app by operator"]).await;
}

#[tokio::test]
async fn r128_a_level_that_is_reached_later_is_written_down() {
    let Scene { house, .. } = scene(&[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut log = Log::begun(&house, LINES).await;
    let mut browser = house.browser();
    let page = party.sends(&mut browser, &[SIMPLE]).await.page();
    let done = knocks(&mut browser, page.hidden("resume").unwrap()).await;
    rest(&mut browser, done).await.app();
    log.is(&house, "the password alone", &["signed_in simple_password_auth", "code_granted app"]).await;
    party.sends(&mut browser, &[SMS]).await.page();
    log.is(&house, "the code is asked for", &SENT).await;
    let done = browser.post("/login/otp", &[("code", &house.newest_code())]).await;
    rest(&mut browser, done).await.app();
    let raised = ["code_right sign_in", "signed_in twilio_sms", "code_granted app"];
    log.is(&house, "the code on top", &raised).await;
}

#[tokio::test]
async fn r128_a_phone_added_on_the_way_raises_the_level() {
    let Scene { house, .. } = scene(&[]).await;
    let party = Party::new(&house).await;
    let mut log = Log::begun(&house, LINES).await;
    let mut browser = house.browser();
    let page = party.sends(&mut browser, &[SMS]).await.page();
    let done = knocks(&mut browser, page.hidden("resume").unwrap()).await;
    rest(&mut browser, done).await.page();
    log.is(&house, "right password", &["signed_in simple_password_auth"]).await;
    browser.post("/security/phones/new", &[("phone", NUMBER), ("label", "")]).await;
    let added = ["phone_added", "code_issued new_phone", "delivery_settled new_phone"];
    log.is(&house, "a phone", &added).await;
    browser.get("/security/phones/confirm").await;
    let done = browser.post("/security/phones/confirm", &[("code", &house.newest_code())]).await;
    let proven = ["code_right new_phone", "phone_verified", "level_raised twilio_sms"];
    log.is(&house, "it is proven", &proven).await;
    assert!(matches!(rest(&mut browser, done).await, Rest::App(_)));
    log.is(&house, "back at the app", &["code_granted app"]).await;
}

#[tokio::test]
async fn r128_the_word_of_a_person_about_an_app_is_written_down() {
    let Scene { house, .. } = scene(&[NUMBER]).await;
    let (party, mut browser) = (Party::new(&house).await, house.signed_in(ADA).await);
    let mut log = Log::begun(&house, LINES).await;
    for (answer, events) in
        [("yes", &["consent_given app", "code_granted app"][..]), ("no", &["consent_refused app"])]
    {
        let page = party.sends(&mut browser, &[("prompt", "consent")]).await.page();
        let fields = [("answer", answer), ("resume", page.hidden("resume").unwrap())];
        let done = browser.post("/oidc/consent", &fields).await;
        rest(&mut browser, done).await.app();
        log.is(&house, answer, events).await;
        browser.post("/oidc/consent", &fields).await;
        log.is(&house, "the same form again", &[]).await;
    }
}

#[tokio::test]
async fn r128_each_event_of_an_app_names_whose_tokens_and_the_session_they_came_out_of() {
    let Scene { house, .. } = scene(&[NUMBER]).await;
    let (party, mut browser) = (Party::new(&house).await, house.signed_in(ADA).await);
    let back = comes_back(&party, &mut browser).await;
    let tokens = party.redeems(&back).await;
    let first = tokens.refresh.unwrap();
    let second = house.tokens(&party.renews(&first).await).await;
    party.calls("/oidc/revoke", &[("token", &second.access)]).await;
    party.renews(&first).await;
    let back = comes_back(&party, &mut browser).await;
    let elsewhere = [("grant_type", "authorization_code"), ("code", &*back["code"])];
    party.calls("/oidc/token", &elsewhere).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE actor = 'app'", &[]).await, 5);
    let lacking = "SELECT COUNT(*) FROM events WHERE actor = 'app' AND (at IS NULL OR request = '' OR account_id IS NULL \
        OR detail <> 'app' OR address <> '192.0.2.7' OR COALESCE(node, '') = '' OR session IS NULL \
        OR session <> (SELECT session FROM events WHERE kind = 'code_granted' ORDER BY id LIMIT 1))";
    assert_eq!(house.count(lacking, &[]).await, 0);
}
