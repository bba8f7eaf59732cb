//! A15, R48 to R50: guessing at a password is slowed for every name alike, at every door, and does not keep its owner out.
use crate::harness::{ADA, Browser, House, NUMBER, PASSWORD, at_once};
use domain::password::Password;
use domain::ports::Passwords as _;

const WRONG: &str = "a guess of a stranger";

async fn from_elsewhere(house: &House, nth: u8) -> Browser {
    let mut browser = house.browser().from([198, 51, 100, nth]);
    browser.get("/login").await;
    browser
}

#[tokio::test]
async fn r48_changing_addresses_does_not_speed_guessing_up() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let before = house.passwords.compared();
    for nth in 0..6 {
        assert_eq!(from_elsewhere(&house, nth).await.knock(ADA, WRONG).await.status, 422);
    }
    for (name, nth) in [(ADA, 6), ("ADA", 7), (" ada ", 8)] {
        let answer = from_elsewhere(&house, nth).await.knock(name, PASSWORD).await;
        assert_eq!(answer.status, 429, "{name}");
        assert_eq!(answer.headers["retry-after"], "1");
        assert!(answer.text().contains("Too many wrong passwords"), "{}", answer.text());
        assert!(!answer.body.contains(PASSWORD));
    }
    assert_eq!(house.passwords.compared() - before, 6);
    assert_eq!(house.sent(), 0);
    house.clock.pass_seconds(1);
    assert_eq!(from_elsewhere(&house, 9).await.knock(ADA, PASSWORD).await.location(), Some("/login/otp"));
}

#[tokio::test]
async fn r48_the_waits_of_a_name_grow_over_nodes_and_restarts() {
    let mut house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    for _ in 0..5 {
        house = house.another_node().await;
        assert_eq!(house.browser().knock(ADA, WRONG).await.status, 422);
    }
    for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600] {
        house = house.another_node().await;
        assert_eq!(house.browser().knock(ADA, WRONG).await.status, 422, "the wait is over");
        // At its begin and a second before its end, each time at a node that has just started.
        for (passed, left) in [(0, wait), (wait - 1, 1)] {
            house.clock.pass_seconds(passed);
            house = house.another_node().await;
            let held = house.browser().knock(ADA, PASSWORD).await;
            assert_eq!((held.status.as_u16(), held.retry_after()), (429, Some(left)), "of {wait} s");
        }
        house.clock.pass_seconds(1);
    }
}

#[tokio::test]
async fn r50_the_waits_meet_names_without_an_account_alike() {
    let house = House::new().await;
    house.account("with", &[NUMBER]).await;
    house.account("without", &[]).await;
    let mut told = Vec::new();
    for name in ["with", "without", "nobody"] {
        let mut seen = Vec::new();
        for nth in 0..9 {
            let answer = from_elsewhere(&house, nth).await.knock(name, WRONG).await;
            let retry = answer.headers.get("retry-after").map(|value| value.to_str().unwrap().to_owned());
            seen.push((answer.status, retry, answer.bare().replace(&format!("value=\"{name}\""), "")));
            if nth > 6 {
                house.clock.pass_seconds(8);
            }
        }
        told.push(seen);
    }
    assert_eq!(told[0][6].0, 429);
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
}

#[tokio::test]
async fn r49_who_hammers_a_name_does_not_keep_its_owner_out_of_her_own_browser() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut own = house.signed_in(ADA).await;
    own.submit("/security", "/logout", &[]).await;
    let mut tries = 0;
    while tries < 25 {
        let answer = from_elsewhere(&house, 1).await.knock(ADA, WRONG).await;
        match answer.headers.get("retry-after") {
            Some(wait) => house.clock.pass_seconds(wait.to_str().unwrap().parse().unwrap()),
            None => tries += 1,
        }
    }
    assert_eq!(from_elsewhere(&house, 2).await.knock(ADA, PASSWORD).await.status, 429, "elsewhere she waits");
    house.clock.pass_seconds(60);
    assert_eq!(own.knock(ADA, PASSWORD).await.location(), Some("/login/otp"));
}

#[tokio::test]
async fn r48_of_500_guesses_at_once_six_are_told() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let stranger = from_elsewhere(&house, 1).await;
    let posts = (0..500)
        .map(|n: u32| {
            let guess = format!("a guess of a stranger {n}");
            let password = if n == 400 { PASSWORD } else { &guess };
            (stranger.clone(), stranger.form("/login", &[("username", ADA), ("password", password)]))
        })
        .collect();
    let answers = at_once(posts).await;
    let of = |status: u16| answers.iter().filter(|(_, answer)| answer.status == status).count();
    assert_eq!((of(422), of(303)), (6, 0), "the right one comes too late: it is answered as all others are");
    assert_eq!(of(429) + of(503), 494);
    let wrong = "SELECT COUNT(*) FROM events WHERE kind = 'password_wrong'";
    assert_eq!(house.count(wrong, &[]).await, 6);
}

#[tokio::test]
async fn a01_honest_sign_ins_at_once_all_pass() {
    let house = House::new().await;
    house.account("sam", &[]).await;
    let posts = (0..20)
        .map(|n| {
            let browser = house.browser().from([198, 51, 100, n]);
            async move {
                let mut browser = browser;
                browser.get("/login").await;
                let form = browser.form("/login", &[("username", "sam"), ("password", PASSWORD)]);
                (browser, form)
            }
        })
        .collect::<Vec<_>>();
    let mut ready = Vec::new();
    for post in posts {
        ready.push(post.await);
    }
    let answers = at_once(ready).await;
    for (_, answer) in &answers {
        assert_eq!(answer.location(), Some("/security"), "{}", answer.status);
    }
}

#[tokio::test]
async fn a28_the_cookie_of_a_known_browser_is_worth_nothing_else() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let own = house.signed_in(ADA).await;
    let mut stolen = house.browser();
    stolen.cookies.insert("known".to_owned(), own.cookies["known"].clone());
    assert_eq!(stolen.get("/security").await.location(), Some("/login"));
    assert_eq!(stolen.knock(ADA, WRONG).await.status, 422);
    assert_eq!(
        stolen.knock(ADA, PASSWORD).await.location(),
        Some("/login/otp"),
        "the code is asked for all the same"
    );
    // Of another name it says nothing.
    house.account("sam", &[]).await;
    for _ in 0..6 {
        stolen.knock("sam", WRONG).await;
    }
    assert_eq!(house.browser().knock("sam", PASSWORD).await.status, 429, "counted with all strangers");
}

#[tokio::test]
async fn r48_cookies_of_an_old_password_bring_no_guesses_of_their_own() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let mut browsers = Vec::new();
    for nth in 0..10 {
        let mut browser = from_elsewhere(&house, nth).await;
        // The password alone is enough to be known: with a phone, the code is asked for as ever.
        browser.knock(ADA, PASSWORD).await;
        assert!(browser.cookies.contains_key("known"));
        browsers.push(browser);
        house.clock.pass_seconds(1);
    }
    let other = Password::typed("quite another password");
    let other = house.passwords.hash(other).await.unwrap();
    assert!(house.store.set_password(&ada, &other, &[], &house.operator()).await.unwrap());
    let mut looked_at = 0;
    for browser in &mut browsers {
        looked_at += usize::from(browser.knock(ADA, PASSWORD).await.status == 422);
    }
    assert_eq!(looked_at, 6, "all strangers, counted together");
}

#[tokio::test]
async fn r48_who_leaves_before_the_answer_has_guessed_all_the_same() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    for nth in 0..6 {
        let mut browser = from_elsewhere(&house, nth).await;
        let form = browser.form("/login", &[("username", ADA), ("password", WRONG)]);
        // Gone before anything was answered.
        let gone = tokio::time::timeout(std::time::Duration::ZERO, browser.send(form)).await;
        assert!(gone.is_err());
    }
    let wrong = "SELECT COUNT(*) FROM events WHERE kind = 'password_wrong'";
    for _ in 0..200 {
        if house.count(wrong, &[]).await == 6 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(house.count(wrong, &[]).await, 6, "each was counted and logged");
    assert_eq!(from_elsewhere(&house, 9).await.knock(ADA, PASSWORD).await.status, 429);
}
