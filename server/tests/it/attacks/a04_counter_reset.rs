//! A4: neither a new code, nor a new sign-in, nor another address begins the count of wrong codes anew (R4, D2).
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER};

/// Room for many messages, so that the lock alone is looked at.
const ROOM: [(&str, &str); 3] = [
    ("otp.sends_per_number_per_hour", "100"),
    ("otp.sends_per_number_per_day", "100"),
    ("otp.sends_per_account_per_day", "100"),
];

const LOCKED: &str = "This number is locked";

fn says_locked(answer: &Answer) -> bool {
    answer.alert().is_some_and(|words| words.contains(LOCKED))
}

async fn wrong_codes(house: &House) -> i64 {
    house.count("SELECT COUNT(*) FROM events WHERE kind = 'code_wrong'", &[]).await
}

/// From yet another address.
fn move_on(browser: &mut Browser, address: &mut u8) {
    *address += 1;
    browser.peer.set_ip([198, 51, 100, *address].into());
}

/// Four wrong codes, a new code, four wrong codes, a new sign-in, and so on, until the page says that the number is off. Gives
/// the browser that was told so, and how many guesses it took.
async fn guess_until_off(house: &House) -> (Browser, u32) {
    let (mut guessed, mut address) = (0, 0);
    for _ in 0..30 {
        let mut browser = house.half_signed_in(ADA).await;
        for resent in [false, true] {
            if resent {
                house.clock.pass_seconds(31);
                let sent = browser.post("/login/otp/resend", &[("channel", "sms")]).await;
                assert_eq!(sent.location(), Some("/login/otp"), "{}", sent.text());
            }
            for _ in 0..4 {
                move_on(&mut browser, &mut address);
                let answer = browser.post("/login/otp", &[("code", &house.wrong_code())]).await;
                assert_eq!(answer.status, 422, "{}", answer.text());
                guessed += 1;
                if says_locked(&answer) {
                    return (browser, guessed);
                }
            }
        }
        let gone = browser.post("/login/cancel", &[]).await;
        assert_eq!(gone.location(), Some("/login"));
        house.clock.pass_seconds(61);
    }
    panic!("the number is never off");
}

#[tokio::test]
async fn a04_twenty_wrong_codes_in_all_switch_the_number_off() {
    let house = House::with(&ROOM).await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let (mut browser, guessed) = guess_until_off(&house).await;
    assert_eq!((guessed, wrong_codes(&house).await), (20, 20));
    assert!(house.phones(&ada).await[0].locked);

    let right = house.newest_code();
    let refused = browser.post("/login/otp", &[("code", &right)]).await;
    assert_eq!(refused.status, 422, "the right code is refused now");
    assert!(says_locked(&refused), "{}", refused.text());
    assert!(says_locked(&browser.get("/login/otp").await), "the page says so when it is looked at");
    assert_eq!(browser.get("/security").await.location(), Some("/login/otp"));

    let sent = house.sent();
    house.clock.pass_seconds(31);
    let resent = browser.post("/login/otp/resend", &[("channel", "sms")]).await;
    assert_eq!((resent.status.as_u16(), says_locked(&resent)), (422, true), "{}", resent.text());
    for days in [0, 1, 30] {
        house.clock.pass_seconds(days * 86_400);
        let mut browser = house.half_signed_in(ADA).await;
        assert!(says_locked(&browser.get("/login/otp").await), "after {days} days as well");
        let guess = browser.post("/login/otp", &[("code", &right)]).await;
        assert_eq!((guess.status.as_u16(), says_locked(&guess)), (422, true));
    }
    assert_eq!(house.sent(), sent, "a number that is off gets no codes");
    assert_eq!(wrong_codes(&house).await, 20, "and nothing is compared any more");
}

#[tokio::test]
async fn r04_with_one_number_off_another_of_the_account_signs_in() {
    let house = House::with(&ROOM).await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let (mut browser, guessed) = guess_until_off(&house).await;
    assert_eq!(guessed, 20);
    let phones = house.phones(&ada).await;
    let (off, other): (Vec<_>, Vec<_>) = phones.into_iter().partition(|phone| phone.locked);
    assert_eq!((off.len(), other.len()), (1, 1));

    house.clock.pass_seconds(61);
    let fields = [("channel", "sms"), ("phone", other[0].id.as_str())];
    let chosen = browser.post("/login/otp/resend", &fields).await;
    assert_eq!(chosen.location(), Some("/login/otp"), "{}", chosen.text());
    browser.get("/login/otp").await;
    let done = browser.post("/login/otp", &[("code", &house.code_to(OTHER))]).await;
    assert_eq!(done.location(), Some("/security"), "{}", done.text());

    let before = house.texts(NUMBER).len();
    house.clock.pass_seconds(61);
    house.signed_in(ADA).await;
    assert_eq!(house.texts(NUMBER).len(), before, "codes go to the other number by themselves");
    assert!(
        house.phones(&ada).await.iter().any(|phone| phone.locked),
        "its right codes do not free the first"
    );
}

#[tokio::test]
async fn a04_wrong_codes_of_every_page_count_together() {
    let house = House::with(&ROOM).await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let phone = house.phones(&ada).await.remove(0).id;
    let mut inside = house.signed_in(ADA).await;
    let mut guessed = 0;
    for round in 0..2 {
        house.clock.pass_seconds(61);
        let mut outside = house.half_signed_in(ADA).await;
        for _ in 0..4 {
            let guess = outside.post("/login/otp", &[("code", &house.wrong_code())]).await;
            assert_eq!((guess.status.as_u16(), says_locked(&guess)), (422, false), "{}", guess.text());
            guessed += 1;
        }
        inside.get("/security").await;
        let test = inside.post(&format!("/security/phones/{phone}/test"), &[]).await;
        let test = test.location().expect("a test").to_owned();
        for _ in 0..4 {
            let guess = inside.post(&test, &[("code", &house.wrong_code())]).await;
            assert_eq!(guess.status, 422, "{}", guess.text());
            guessed += 1;
        }
        assert_eq!(wrong_codes(&house).await, guessed);
        assert!(!house.phones(&ada).await[0].locked, "after {} rounds", round + 1);
    }
    let sent = inside.submit("/confirm-identity", "/confirm-identity/send", &[("channel", "sms")]).await;
    assert_eq!(sent.location(), Some("/confirm-identity"), "{}", sent.text());
    inside.get("/confirm-identity").await;
    let right = house.newest_code();
    for _ in 0..4 {
        let guess = inside.post("/confirm-identity", &[("code", &house.wrong_code())]).await;
        assert_eq!(guess.status, 422, "{}", guess.text());
        guessed += 1;
    }
    assert_eq!((guessed, wrong_codes(&house).await), (20, 20));
    assert!(house.phones(&ada).await[0].locked);
    let refused = inside.post("/confirm-identity", &[("code", &right)]).await;
    assert_eq!((refused.status.as_u16(), says_locked(&refused)), (422, true), "{}", refused.text());
}
