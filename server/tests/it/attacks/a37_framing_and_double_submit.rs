//! A37: a page of ours in somebody's frame, a form sent on by 307 with the password in it, a form sent twice (R64, R71, R98).
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER, PASSWORD, at_once};
use http::Method;
use server::router::table;

const NEW: &str = "+12015550168";

fn cannot_be_framed(answer: &Answer, what: &str) {
    assert_eq!(answer.header("x-frame-options"), "DENY", "{what}");
    let policy = answer.header("content-security-policy");
    let html = answer.header("content-type").starts_with("text/html");
    assert!(policy.contains("frame-ancestors 'none'") || !html, "{what}: {policy}");
}

/// No answer of ours makes a browser send a form on: 303 drops it, and leads to an own path without anything of it.
fn sends_nothing_on(answer: &Answer, what: &str) {
    assert!(![301, 302, 307, 308].contains(&answer.status.as_u16()), "{what}: {}", answer.status);
    let to = answer.header("location");
    assert!(to.is_empty() || (to.starts_with('/') && !to.starts_with("//")), "{what}: {to}");
    for typed in [PASSWORD, "quiet+copper", "quiet%20copper", "000000", NEW.trim_start_matches('+')] {
        assert!(!to.contains(typed), "{what}: {to}");
    }
    assert_eq!(answer.header("refresh"), "", "{what}");
}

#[tokio::test]
async fn a37_no_answer_can_be_framed_or_sends_a_form_on() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let phone = house.phones(&ada).await.remove(0).id.to_string();
    let (inside, half) = (house.signed_in(ADA).await, house.half_signed_in(ADA).await);
    let mut nobody = house.browser();
    nobody.get("/login").await;
    let fields =
        [("username", ADA), ("password", PASSWORD), ("code", "000000"), ("phone", NEW), ("channel", "sms")];
    for (who, browser) in [("nobody", nobody), ("half", half), ("ada", inside)] {
        for route in table() {
            let (path, what) =
                (route.path.replace("{id}", &phone), format!("{who}: {} {}", route.method, route.path));
            for forged in [false, true] {
                let mut tab = browser.clone();
                if forged {
                    tab.token = "0".repeat(32);
                }
                let answer = match route.method {
                    Method::POST => tab.post(&path, &fields).await,
                    _ => tab.get(&path).await,
                };
                cannot_be_framed(&answer, &what);
                sends_nothing_on(&answer, &what);
            }
        }
        for path in
            ["/nothing/here", "/security/", "//security", "/login/../security", "/assets/x", "/readyz"]
        {
            let mut tab = browser.clone();
            for answer in [tab.get(path).await, tab.post(path, &fields).await] {
                cannot_be_framed(&answer, path);
                sends_nothing_on(&answer, path);
            }
        }
    }
}

/// The same form from two tabs in the same moment; the browser goes on with the cookies of the one that did something. None is a fault.
async fn twice(browser: &mut Browser, page: &str, path: &str, fields: &[(&str, &str)]) -> Vec<Answer> {
    let shown = browser.get(page).await;
    assert_eq!(shown.status, 200, "{page}: {}", shown.text());
    let form = || (browser.clone(), browser.form(path, fields));
    let answers = at_once(vec![form(), form()]).await;
    for (_, answer) in &answers {
        // 404: what the form was about is gone by the first one.
        assert!(
            [303, 403, 404, 422, 429].contains(&answer.status.as_u16()),
            "{path}: {} {}",
            answer.status,
            answer.text()
        );
    }
    let did = |answer: &Answer| {
        answer.cookies().iter().any(|line| line.starts_with("sid=") && !line.contains("sid=;"))
    };
    let winner = answers.iter().find(|(_, answer)| did(answer)).or(answers.first()).unwrap();
    *browser = winner.0.clone();
    answers.into_iter().map(|(_, answer)| answer).collect()
}

async fn events(house: &House, kind: &str) -> i64 {
    house.count("SELECT COUNT(*) FROM events WHERE kind = $1", &[kind]).await
}

/// Codes for a purpose: written, and found right.
async fn codes(house: &House, purpose: &str) -> (i64, i64) {
    let of = async |kind| {
        let sql = "SELECT COUNT(*) FROM events WHERE kind = $1 AND purpose = $2";
        house.count(sql, &[kind, purpose]).await
    };
    (of("code_issued").await, of("code_right").await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a37_a_form_that_is_sent_twice_does_its_work_once() {
    let house = House::with(&[
        ("otp.sends_per_number_per_hour", "50"),
        ("otp.sends_per_number_per_day", "50"),
        ("otp.sends_per_account_per_day", "50"),
    ])
    .await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    twice(&mut browser, "/login", "/login", &[("username", ADA), ("password", PASSWORD)]).await;
    // Two tabs without a session are two browsers to us: each has its half sign-in, and no more than one text.
    let (begun, _) = codes(&house, "sign_in").await;
    assert!(begun <= 2, "{begun}");
    let mut browser = house.half_signed_in(ADA).await;
    house.clock.pass_seconds(30);
    twice(&mut browser, "/login/otp", "/login/otp/resend", &[("channel", "sms")]).await;
    let code = house.newest_code();
    twice(&mut browser, "/login/otp", "/login/otp", &[("code", &code)]).await;
    assert_eq!(codes(&house, "sign_in").await, (begun + 2, 1), "one more text, one sign-in");
    assert_eq!(events(&house, "signed_in").await, 1);

    let new = "/security/phones/new";
    twice(&mut browser, new, new, &[("phone", NEW), ("label", "New")]).await;
    assert_eq!((house.texts(NEW).len(), house.phones(&ada).await.len()), (1, 2), "one text, one number");
    let confirm = "/security/phones/confirm";
    house.clock.pass_seconds(30);
    twice(&mut browser, confirm, "/security/phones/confirm/resend", &[]).await;
    twice(&mut browser, confirm, confirm, &[("code", &house.code_to(NEW))]).await;
    assert_eq!((codes(&house, "new_phone").await, house.phones(&ada).await.len()), ((2, 1), 2));
    let id = house.phones(&ada).await.into_iter().find(|phone| !phone.preferred).unwrap().id;
    let at = format!("/security/phones/{id}");
    twice(&mut browser, &at, &at, &[("label", "Renamed")]).await;
    twice(&mut browser, &at, &format!("{at}/prefer"), &[]).await;
    house.clock.pass_seconds(30);
    twice(&mut browser, &at, &format!("{at}/test"), &[]).await;
    assert_eq!(codes(&house, "test").await, (1, 0), "one test");
    let remove = format!("{at}/remove");
    twice(&mut browser, &remove, &remove, &[]).await;
    assert_eq!((events(&house, "phone_removed").await, house.phones(&ada).await.len()), (1, 1));
    house.clock.pass_seconds(301);
    twice(&mut browser, "/confirm-identity", "/confirm-identity/send", &[("channel", "sms")]).await;
    let code = house.newest_code();
    twice(&mut browser, "/confirm-identity", "/confirm-identity", &[("code", &code)]).await;
    assert_eq!(codes(&house, "fresh_proof").await, (1, 1));
    twice(&mut browser, "/security", "/logout", &[]).await;
    assert_eq!(events(&house, "signed_out").await, 1);
    assert_eq!(browser.get("/security").await.location(), Some("/login"));
}
