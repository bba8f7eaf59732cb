//! A17: a session id that somebody planted or kept never becomes a signed-in session (R56), and none is read from a cookie that others can set
//! (R55).
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER, PASSWORD};
use crate::oidc::party::{Party, rest};
use axum::body::Body;
use http::Method;

fn sid(browser: &Browser) -> Option<String> {
    browser.cookies.get("sid").cloned()
}

#[tokio::test]
async fn a17_a_planted_id_is_not_taken_over() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    for planted in ["AAAAAAAAAAAAAAAAAAAAAA", "", "0", "../../x", "AAAAAAAAAAAAAAAAAAAAAA; Path=/"] {
        let mut browser = house.browser();
        browser.cookies.insert("sid".to_owned(), planted.to_owned());
        assert_eq!(browser.knock(ADA, PASSWORD).await.location(), Some("/security"), "{planted}");
        assert_ne!(sid(&browser).as_deref(), Some(planted));
        let mut attacker = house.browser();
        attacker.cookies.insert("sid".to_owned(), planted.to_owned());
        assert_eq!(attacker.get("/security").await.location(), Some("/login"), "{planted}");
    }
}

#[tokio::test]
async fn r56_every_step_up_gives_a_new_id_and_the_old_one_is_dead() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    let half = browser.clone();
    let code = house.newest_code();
    browser.post("/login/otp", &[("code", &code)]).await;
    assert_ne!(sid(&browser), sid(&half), "code");
    let mut old = half.clone();
    assert_eq!(old.get("/security").await.location(), Some("/login"), "the half sign-in is over");
    assert_eq!(old.get("/login/otp").await.location(), Some("/login"));

    let before = browser.clone();
    browser.submit("/confirm-identity", "/confirm-identity/send", &[]).await;
    let code = house.newest_code();
    let proven = browser.submit("/confirm-identity", "/confirm-identity", &[("code", &code)]).await;
    assert_eq!(proven.location(), Some("/security"), "{}", proven.text());
    assert_ne!(sid(&browser), sid(&before), "fresh proof");
    assert_eq!(before.clone().get("/security").await.location(), Some("/login"));

    let before = browser.clone();
    browser.submit("/security/phones/new", "/security/phones/new", &[("phone", OTHER)]).await;
    let code = house.newest_code();
    browser.submit("/security/phones/confirm", "/security/phones/confirm", &[("code", &code)]).await;
    assert_ne!(sid(&browser), sid(&before), "a number was added");
    assert_eq!(before.clone().get("/security").await.location(), Some("/login"));
    assert_eq!(browser.get("/security").await.status, 200);
}

#[tokio::test]
async fn a17_an_attackers_half_sign_in_planted_in_a_victims_browser_signs_the_victim_in_as_himself() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    house.account("eve", &[OTHER]).await;
    let eve = house.half_signed_in("eve").await;
    let mut victim = house.browser();
    victim.cookies.insert("sid".to_owned(), sid(&eve).unwrap());
    assert_eq!(victim.knock(ADA, PASSWORD).await.location(), Some("/login/otp"));
    let code = house.code_to(NUMBER);
    victim.get("/login/otp").await;
    assert_eq!(victim.post("/login/otp", &[("code", &code)]).await.location(), Some("/security"));
    assert!(victim.get("/security").await.text().contains(ADA));
    assert_ne!(
        eve.clone().get("/security").await.status,
        200,
        "the planted id is worth nothing to who planted it"
    );
}

/// Takes a step, and shows what the id of before it is worth then to who planted or kept it: nothing, at us and at apps.
async fn ends_the_id_of_before(
    party: &Party<'_>,
    browser: &mut Browser,
    what: &str,
    step: impl AsyncFnOnce(&mut Browser) -> Answer,
) {
    let kept = browser.clone();
    let done = step(browser).await;
    assert!(done.location().is_some(), "{what}: {}", done.text());
    assert_ne!(sid(browser), sid(&kept), "{what}");
    for path in ["/security", "/login/otp", "/confirm-identity", "/security/apps", "/security/phones/new"] {
        assert_eq!(kept.clone().get(path).await.location(), Some("/login"), "{what}: {path}");
    }
    let at_apps = party.sends(&mut kept.clone(), &[("prompt", "none")]).await.app();
    assert_eq!(at_apps["error"], "login_required", "{what}");
}

#[tokio::test]
async fn r56_the_id_of_before_is_dead_after_each_step_by_password() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await;
    ends_the_id_of_before(&party, &mut browser, "another sign-in", async |browser| {
        browser.knock(ADA, PASSWORD).await
    })
    .await;
    assert_eq!(browser.get("/security").await.status, 200);
    house.clock.pass_seconds(301);
    ends_the_id_of_before(&party, &mut browser, "a fresh proof", async |browser| {
        browser.submit("/confirm-identity", "/confirm-identity", &[("password", PASSWORD)]).await
    })
    .await;
    assert_eq!(browser.get("/security/phones/new").await.status, 200, "and the new one has it");
    ends_the_id_of_before(&party, &mut browser, "signing out", async |browser| {
        browser.submit("/security", "/logout", &[]).await
    })
    .await;
    assert_eq!(sid(&browser), None);
}

#[tokio::test]
async fn r56_the_id_of_before_is_dead_after_each_step_by_code_and_number() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.signed_in(ADA).await;
    ends_the_id_of_before(&party, &mut browser, "the password of another sign-in", async |browser| {
        browser.knock(ADA, PASSWORD).await
    })
    .await;
    browser.get("/login/otp").await;
    ends_the_id_of_before(&party, &mut browser, "its code", async |browser| {
        browser.post("/login/otp", &[("code", &house.newest_code())]).await
    })
    .await;
    browser.submit("/confirm-identity", "/confirm-identity/send", &[]).await;
    browser.get("/confirm-identity").await;
    ends_the_id_of_before(&party, &mut browser, "a fresh proof", async |browser| {
        browser.post("/confirm-identity", &[("code", &house.newest_code())]).await
    })
    .await;
    for (nth, phone) in house.phones(&ada).await.into_iter().enumerate() {
        let remove = format!("/security/phones/{}/remove", phone.id);
        ends_the_id_of_before(&party, &mut browser, &format!("removing number {nth}"), async |browser| {
            browser.submit(&remove, &remove, &[]).await
        })
        .await;
    }
    assert_eq!(house.phones(&ada).await.len(), 0);
    assert_eq!(browser.get("/security").await.status, 200);
}

#[tokio::test]
async fn r56_the_id_of_before_is_dead_after_a_step_up() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.browser();
    let low = party.sends(&mut browser, &[("acr_values", "simple_password_auth")]).await.page();
    house.finish(&mut browser, low, ADA).await.app();
    let page = party.sends(&mut browser, &[("acr_values", "twilio_sms")]).await.page();
    assert_eq!(page.h1(), "Enter your code");
    ends_the_id_of_before(&party, &mut browser, "the missing code", async |browser| {
        browser.post("/login/otp", &[("code", &house.newest_code())]).await
    })
    .await;
    let on = browser.get("/security").await;
    assert!(
        rest(&mut browser, on).await.page().text().contains(ADA),
        "and the new one is at the higher level"
    );
}

/// Over https, with two people signed in; the ids of their sessions.
async fn two_people() -> (House, String, String) {
    let (house, _) = House::with_twilio(&[("server.public_url", "https://id.example.com")]).await;
    let mut ids = Vec::new();
    for name in [ADA, "eve"] {
        house.account(name, &[]).await;
        let mut browser = house.browser();
        browser.headers = vec![("host", "id.example.com".to_owned())];
        assert_eq!(browser.knock(name, PASSWORD).await.location(), Some("/security"));
        ids.push(browser.cookies.remove("__Host-sid").unwrap());
    }
    let eve = ids.pop().unwrap();
    (house, ids.pop().unwrap(), eve)
}

/// Whose portal is shown to a browser that sends these cookies, each in a line of its own or all in one.
async fn shown(house: &House, cookies: &[(&str, &str)], apart: bool) -> String {
    let mut browser = house.browser();
    browser.headers = vec![("host", "id.example.com".to_owned())];
    let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut request = browser.request(Method::GET, "/security");
    for line in if apart { pairs } else { vec![pairs.join("; ")] } {
        request = request.header("cookie", line.into_bytes());
    }
    let answer = browser.send(request.body(Body::empty()).unwrap()).await;
    let whose: Vec<&str> = [ADA, "eve"].into_iter().filter(|name| answer.text().contains(name)).collect();
    assert_eq!(whose.is_empty(), answer.location() == Some("/login"), "{}", answer.text());
    whose.join(" and ")
}

/// Under these names a session's id is nobody's, alone as well as beside the browser's own.
async fn are_no_session(names: &[&str]) {
    let (house, own, tossed) = two_people().await;
    let right = ("__Host-sid", &*own);
    assert_eq!(shown(&house, &[right], false).await, ADA);
    for name in names {
        let wrong = (*name, &*tossed);
        assert_eq!(shown(&house, &[wrong], false).await, "", "{name:?}");
        for apart in [false, true] {
            assert_eq!(shown(&house, &[right, wrong], apart).await, ADA, "{name:?}");
            assert_eq!(shown(&house, &[wrong, right], apart).await, ADA, "{name:?}");
        }
    }
}

/// A neighbouring host may set any cookie for all hosts of its domain but one whose name begins with `__Host-`.
#[tokio::test]
async fn a17_a_cookie_that_a_neighbour_can_set_is_no_session() {
    are_no_session(&[
        "sid",
        "__Secure-sid",
        "__host-sid",
        "__HOST-sid",
        "__Host-SID",
        "Host-sid",
        "_Host-sid",
    ])
    .await;
}

/// What a neighbour may set all the same: names that are ours only to who decodes or trims them.
#[tokio::test]
async fn a17_a_name_that_only_reads_like_ours_is_no_session() {
    are_no_session(&[
        "%5F%5FHost-sid",
        "__Host%2Dsid",
        "%5f_Host-si%64",
        "\u{2000}__Host-sid",
        "__Host-sid\u{a0}",
    ])
    .await;
}

/// Nobody can tell which of them is the browser's own.
#[tokio::test]
async fn a17_two_ids_in_one_request_are_nobodys() {
    let (house, own, tossed) = two_people().await;
    let (ada, eve) = (("__Host-sid", &*own), ("__Host-sid", &*tossed));
    for apart in [false, true] {
        for cookies in [[ada, eve], [eve, ada]] {
            assert_eq!(shown(&house, &cookies, apart).await, "");
        }
        assert_eq!(shown(&house, &[ada, ada], apart).await, ADA, "the same one twice is one");
    }
}
