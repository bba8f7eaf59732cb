//! A9: the sign-in tells nobody which names there are: same status, same bytes, same work (R50).
use crate::harness::{Answer, Browser, House, NUMBER, PASSWORD, take_alike};
use http::HeaderMap;

const WRONG: &str = "not the right password";

/// What an answer tells: status, headers, page. The name that was typed and what is new each time are taken out.
#[derive(Debug, PartialEq)]
struct Told {
    status: u16,
    headers: Vec<(String, String)>,
    page: String,
    cookies: usize,
    compared: usize,
}

fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    let mut all: Vec<_> = map
        .iter()
        .filter(|(name, _)| {
            !matches!(name.as_str(), "set-cookie" | "content-security-policy" | "content-length")
        })
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    all.sort();
    all
}

fn told(answer: &Answer, name: &str, compared: usize) -> Told {
    Told {
        status: answer.status.as_u16(),
        headers: headers(&answer.headers),
        page: answer.bare().replace(&format!("value=\"{name}\""), "value=\"(the name)\""),
        cookies: answer.cookies().len(),
        compared,
    }
}

async fn knock(house: &House, name: &str, password: &str) -> Told {
    knock_from(house, &mut house.browser(), name, password).await
}

async fn knock_from(house: &House, browser: &mut Browser, name: &str, password: &str) -> Told {
    let before = house.passwords.compared();
    let answer = browser.knock(name, password).await;
    told(&answer, name, house.passwords.compared() - before)
}

/// Accounts of every kind: with a phone, without one, switched off with and without.
async fn street() -> House {
    street_with(&[]).await
}

async fn street_with(settings: &[(&str, &str)]) -> House {
    let house = House::with(settings).await;
    house.account("with", &[NUMBER]).await;
    house.account("without", &[]).await;
    let off = house.account("off", &[]).await;
    let off_with = house.account("off-with", &["+12015550111"]).await;
    for account in [off, off_with] {
        assert!(house.store.disable_user(&account, &house.operator()).await.unwrap());
    }
    house
}

#[tokio::test]
async fn r50_unknown_names_wrong_passwords_and_accounts_that_are_off_are_answered_alike() {
    let house = street().await;
    let unknown = knock(&house, "nobody", WRONG).await;
    assert_eq!((unknown.status, unknown.compared), (422, 1));
    assert!(unknown.page.contains("do not match") && unknown.page.contains("(the name)"), "{}", unknown.page);
    for (name, password) in [
        ("nobody", PASSWORD),
        ("with", WRONG),
        ("without", WRONG),
        ("off", WRONG),
        ("off", PASSWORD),
        ("off-with", WRONG),
        ("off-with", PASSWORD),
        ("WITH", WRONG),
        ("no such name at all", WRONG),
    ] {
        assert_eq!(knock(&house, name, password).await, unknown, "{name}, {password}");
    }
    assert_eq!(house.sent(), 0);
}

#[tokio::test]
async fn r50_names_that_cannot_be_any_cost_and_tell_the_same() {
    let house = street().await;
    let unknown = knock(&house, "nobody", WRONG).await;
    let long = ["x".repeat(129), "x".repeat(256)];
    for name in [long[0].as_str(), &long[1], "\u{202e}", "a\u{301}\u{301}\u{301}", "with\u{200b}"] {
        assert_eq!(knock(&house, name, WRONG).await, unknown, "{name:?}");
    }
    // What is not shown again as it was typed still costs the same.
    for name in ["with\u{0}", "with\nwithout", &"x".repeat(10_000)] {
        let answer = knock(&house, name, WRONG).await;
        assert_eq!((answer.status, answer.compared), (422, 1));
        assert_eq!(answer.headers, unknown.headers);
    }
}

#[tokio::test]
async fn r50_empty_and_over_long_passwords_are_answered_alike_for_all() {
    let house = street().await;
    let long = ["x".repeat(257), "x".repeat(10_000), format!("{PASSWORD}{}", " ".repeat(300))];
    for password in ["", " ", "x", &long[0], &long[1], &long[2]] {
        let unknown = knock(&house, "nobody", password).await;
        assert_eq!(unknown.status, 422);
        assert_eq!(unknown.compared, usize::from(!password.is_empty()), "{}", password.len());
        for name in ["with", "without", "off", "off-with"] {
            assert_eq!(knock(&house, name, password).await, unknown, "{name}, {} signs", password.len());
        }
    }
}

#[tokio::test]
async fn r50_a_limit_meets_unknown_names_as_it_meets_others() {
    let house = street_with(&[("limits.sign_ins_per_address_per_minute", "3")]).await;
    let mut waits = Vec::new();
    for (nth, name) in ["nobody", "with", "without", "off", "off-with"].into_iter().enumerate() {
        let mut browser = house.browser().from([198, 51, 100, u8::try_from(nth).unwrap()]);
        for _ in 0..3 {
            assert_eq!(knock_from(&house, &mut browser, name, WRONG).await.status, 422, "{name}");
        }
        let wrong = knock_from(&house, &mut browser, name, WRONG).await;
        let right = knock_from(&house, &mut browser, name, PASSWORD).await;
        assert_eq!(wrong, right, "{name}: not even the right password is looked at");
        waits.push(wrong);
    }
    assert_eq!((waits[0].status, waits[0].compared), (429, 0));
    assert!(waits[0].headers.iter().any(|(header, _)| header == "retry-after"), "{:?}", waits[0].headers);
    for other in &waits[1..] {
        assert_eq!(other, &waits[0]);
    }
}

#[tokio::test]
async fn r50_what_came_before_in_this_browser_changes_no_answer() {
    let house = street().await;
    let mut browser = house.half_signed_in("with").await;
    let unknown = knock_from(&house, &mut browser, "nobody", WRONG).await;
    for name in ["with", "without", "off", "off-with"] {
        assert_eq!(knock_from(&house, &mut browser, name, WRONG).await, unknown, "{name}");
    }
    assert_eq!(browser.get("/login/otp").await.status, 200, "and the half sign-in is still there");
}

/// Every kind of name that a wrong password can be typed for.
const KINDS: [&str; 5] = ["nobody", "with", "without", "off", "off-with"];

#[tokio::test]
async fn r50_as_much_is_written_down_of_names_that_are_unknown_as_of_others() {
    let house = street().await;
    let rows = async || {
        let tables = [
            "SELECT COUNT(*) FROM events",
            "SELECT COUNT(*) FROM password_tries",
            "SELECT COUNT(*) FROM limit_hits",
            "SELECT COUNT(*) FROM sessions",
            "SELECT COUNT(*) FROM flows",
        ];
        let mut rows = Vec::new();
        for table in tables {
            rows.push(house.count(table, &[]).await);
        }
        rows
    };
    for name in KINDS {
        let before = rows().await;
        knock(&house, name, WRONG).await;
        let more: Vec<i64> = rows().await.iter().zip(before).map(|(after, before)| after - before).collect();
        assert_eq!(more, [1, 1, 0, 0, 0], "{name}");
    }
}

#[tokio::test]
async fn r50_names_of_every_kind_take_the_same_time() {
    let house = street().await;
    let mut browser = house.browser();
    browser.get("/login").await;
    // The hash is nearly all of it. What is smaller than the noise of a machine is counted above.
    let within = |least, most| most < least * 2;
    let alike = take_alike(KINDS.len(), 15, within, async |kind| {
        // After the waits of the tries before.
        house.clock.pass_seconds(3600);
        let fields = [("username", KINDS[kind]), ("password", WRONG)];
        assert_eq!(browser.post("/login", &fields).await.status, 422, "{}", KINDS[kind]);
    });
    assert_eq!(alike.await, Ok(()));
}
