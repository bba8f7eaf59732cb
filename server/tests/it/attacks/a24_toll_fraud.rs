//! A24: who is paid for messages to his own numbers gets few of them: kinds and countries that are not served get none at all,
//! neighbouring numbers that nobody proves are stopped (R15, R25, R26).
use crate::harness::{Answer, Browser, House};

const NEW: &str = "/security/phones/new";

async fn begins(house: &House, name: &str, number: &str) -> (Browser, Answer) {
    house.account(name, &[]).await;
    let mut browser = house.signed_in(name).await;
    let answer = browser.submit(NEW, NEW, &[("phone", number)]).await;
    (browser, answer)
}

#[tokio::test]
async fn a24_premium_satellite_shared_and_unlisted_numbers_reach_no_provider() {
    let house = House::new().await;
    house.account("eve", &[]).await;
    let mut browser = house.signed_in("eve").await;
    for number in
        ["+19005550123", "+881612345678", "+88213123456", "+8835100012345", "+93701234567", "+447012345678"]
    {
        let answer = browser.submit(NEW, NEW, &[("phone", number)]).await;
        assert_eq!(answer.status, 422, "{number}: {}", answer.text());
    }
    assert_eq!(house.sent(), 0);
}

#[tokio::test]
async fn a24_of_a_hundred_neighbours_that_nobody_proves_few_get_a_message() {
    let log = crate::log::listen();
    let house = House::new().await;
    let mut first = None;
    let (mut begun, mut refused) = (0, 0);
    for nth in 0..100 {
        let number = format!("+120155501{nth:02}");
        let (browser, answer) = begins(&house, &format!("mule-{nth}"), &number).await;
        match answer.location() {
            Some("/security/phones/confirm") => {
                begun += 1;
                first = first.or(Some((browser, number)));
            }
            _ => {
                refused += 1;
                assert_eq!(answer.status, 429, "{}", answer.text());
                assert!(answer.retry_after().is_some_and(|wait| wait <= 3600));
            }
        }
    }
    assert_eq!((begun, refused), (30, 70));
    assert!(log.text().contains("somebody may be pumping messages"), "and an operator hears of it");
    assert_eq!(house.sent(), 30);
    // Elsewhere nobody is held up, and a number that is proven makes room for one more.
    let (_, elsewhere) = begins(&house, "sam", "+12025550123").await;
    assert_eq!(elsewhere.location(), Some("/security/phones/confirm"));
    let (mut browser, number) = first.unwrap();
    browser.get("/security/phones/confirm").await;
    let proven = browser.post("/security/phones/confirm", &[("code", &house.code_to(&number))]).await;
    assert_eq!(proven.location(), Some("/security"), "{}", proven.text());
    for (name, status) in [("kim", 303), ("lee", 429)] {
        let (_, answer) = begins(&house, name, &format!("+1201555017{}", status % 10)).await;
        assert_eq!(answer.status, status, "{name}");
    }
    // Numbers that are proven get their codes all the while.
    let mut again = house.browser();
    house.clock.pass_seconds(31);
    assert_eq!(again.knock("mule-0", crate::harness::PASSWORD).await.location(), Some("/login/otp"));
    house.clock.pass_seconds(3600);
    let (_, later) = begins(&house, "max", "+12015550188").await;
    assert_eq!(later.location(), Some("/security/phones/confirm"), "after an hour it goes on");
}

#[tokio::test]
async fn a24_a_country_in_which_nobody_proves_anything_is_stopped_as_a_whole() {
    let house = House::with(&[("limits.unproven_numbers_per_country_per_hour", "5")]).await;
    for nth in 0..8u32 {
        let (_, answer) = begins(&house, &format!("mule-{nth}"), &format!("+44740012345{nth}")).await;
        assert_eq!(answer.status.as_u16() == 303, nth < 5, "{nth}: {}", answer.text());
    }
    let (_, elsewhere) = begins(&house, "sam", "+12025550123").await;
    assert_eq!(elsewhere.location(), Some("/security/phones/confirm"));
}
