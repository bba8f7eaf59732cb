//! An app says in which language its people are spoken to on the way to it (`ui_locales`), and nowhere else.
use super::party::{Party, handed_over, json, rest};
use crate::harness::{ADA, Answer, House, NUMBER, PASSWORD};
use http::StatusCode;

fn speaks(page: &Answer, tag: &str, what: &str) {
    assert_eq!(page.header("content-language"), tag, "{what}: {}", page.text());
    assert!(page.body.contains(&format!("<html lang=\"{tag}\"")), "{what}");
}

#[tokio::test]
async fn the_sign_in_for_an_app_is_in_the_language_it_asks_for() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.browser().speaking("en-GB,en;q=0.9");
    let page = party.sends(&mut browser, &[("ui_locales", "fr-CA es-MX en")]).await.page();
    speaks(&page, "es", "the sign-in page");
    assert_eq!(page.h1(), "Iniciar sesión");
    let resume = page.hidden("resume").unwrap().to_owned();
    let fields = [("username", ADA), ("password", "a wrong password"), ("resume", &*resume)];
    let wrong = browser.post("/login", &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    speaks(&wrong, "es", "the same page after a mistake");
    let fields = [("username", ADA), ("password", PASSWORD), ("resume", &*resume)];
    assert_eq!(browser.post("/login", &fields).await.location(), Some("/login/otp"));
    let page = browser.get("/login/otp").await;
    speaks(&page, "es", "the code page");
    assert!(house.texts(NUMBER)[0].contains("es tu clave para entrar"), "{:?}", house.texts(NUMBER));
    house.clock.pass_seconds(31);
    browser.post("/login/otp/resend", &[("channel", "sms")]).await;
    assert!(house.texts(NUMBER)[0].contains("es tu clave para entrar"), "{:?}", house.texts(NUMBER));
    assert_eq!(house.sent(), 2);
    browser.get("/login/otp").await;
    let wrong = browser.post("/login/otp", &[("code", &house.wrong_code())]).await;
    speaks(&wrong, "es", "the code page after a mistake");
    let done = browser.post("/login/otp", &[("code", &house.newest_code())]).await;
    let last = browser.get(done.location().unwrap()).await;
    assert!(handed_over(&last).unwrap().contains("code="));
    speaks(&last, "es", "the page that goes on to the app");

    speaks(&browser.get("/security").await, "en", "the portal");
    speaks(&house.browser().get(&format!("/login?resume={resume}")).await, "en", "once it is answered");
}

#[tokio::test]
async fn locales_we_do_not_have_leave_the_browser_its_language() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    for (locales, accepts, tag) in [
        ("fr de", "es-MX,es", "es"),
        ("fr de", "en-GB", "en"),
        ("\u{e9}s %00 <script> es_MX", "en", "en"),
        ("", "es", "es"),
        ("en", "es", "en"),
    ] {
        let mut browser = house.browser().speaking(accepts);
        let page = party.sends(&mut browser, &[("ui_locales", locales)]).await.page();
        speaks(&page, tag, locales);
    }
}

#[tokio::test]
async fn another_browser_and_the_portal_meanwhile_keep_theirs() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await.speaking("en");
    let page = party.sends(&mut browser, &[("ui_locales", "es"), ("acr_values", "twilio_sms")]).await.page();
    speaks(&page, "es", "the page that adds the missing phone");
    speaks(&browser.get("/security").await, "en", "the portal while the app waits");
    browser.submit("/security/phones/new", "/security/phones/new", &[("phone", NUMBER), ("label", "")]).await;
    speaks(&browser.get("/security/phones/confirm").await, "es", "the page that proves it");
    assert!(house.texts(NUMBER)[0].contains("añade este teléfono"), "{:?}", house.texts(NUMBER));

    let mut other = house.browser().speaking("en");
    let asked = party.sends(&mut other, &[("ui_locales", "es")]).await.page();
    let resume = asked.hidden("resume").unwrap().to_owned();
    let page = house.browser().speaking("en").get(&format!("/login?resume={resume}")).await;
    speaks(&page, "en", "another's request");
}

#[tokio::test]
async fn a_request_that_came_as_a_form_and_the_page_about_the_app_speak_it_too() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await.speaking("en");
    let query = party.query(&[("ui_locales", "es"), ("prompt", "consent")]);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
    let kept = party.posts("/oidc/authorize", &pairs, &[]).await;
    let page = rest(&mut browser, kept).await.page();
    assert!(page.body.contains("action=\"/oidc/consent\""), "{}", page.text());
    speaks(&page, "es", "the page about the app");
}

#[tokio::test]
async fn r89_each_announced_language_is_spoken() {
    let house = House::new().await;
    let party = Party::new(&house).await;
    let document = json(&house.browser().get("/.well-known/openid-configuration").await);
    let announced = document["ui_locales_supported"].as_array().unwrap();
    assert_eq!(announced.len(), 2);
    for locale in announced {
        let locale = locale.as_str().unwrap();
        let page = party.sends(&mut house.browser(), &[("ui_locales", locale)]).await.page();
        speaks(&page, locale, locale);
    }
}
