//! What an operator hears of at once: limits that hold because somebody may be after his money, and a number that was switched off. A
//! line for each, once a minute at the most and without anybody's name; the figures count every time (A1, A24, R142).
use crate::harness::{ADA, Answer, House, NUMBER, PASSWORD, at_once, other_code};
use crate::log::{self, Listening};
use std::time::Duration;

const NEW: &str = "/security/phones/new";

/// The lines that say this.
fn lines(log: &Listening, what: &str) -> Vec<String> {
    log.text().lines().filter(|line| line.contains(what)).map(str::to_owned).collect()
}

/// All that an operator is warned of.
fn warnings(log: &Listening) -> Vec<String> {
    [" WARN ", " ERROR "].iter().flat_map(|level| lines(log, level)).collect()
}

/// How often a limit held, as the figures have it.
fn held(house: &House, limit: &str) -> u32 {
    let figures = house.app.metrics.text().unwrap();
    let name = format!("latchkey_limits_held_total{{limit=\"{limit}\"}} ");
    figures.lines().find_map(|line| line.strip_prefix(&name)).map_or(0, |count| count.parse().unwrap())
}

/// A minute of the machine's, in which nothing is told again.
async fn a_minute_passes() {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(60)).await;
    tokio::time::resume();
}

/// Somebody without a phone begins this number.
async fn begins(house: &House, nth: usize, number: &str) -> Answer {
    let name = format!("mule-{nth}");
    house.account(&name, &[]).await;
    let mut browser = house.signed_in(&name).await;
    browser.submit(NEW, NEW, &[("phone", number)]).await
}

/// Somebody with a number of his own asks for a code.
async fn asks(house: &House, nth: usize) -> Answer {
    let name = format!("person-{nth}");
    house.account(&name, &[&format!("+120155501{nth:02}")]).await;
    house.browser().knock(&name, PASSWORD).await
}

/// After so many that go through the limit holds; that is told at once, at this level, and once a minute.
async fn is_told(
    house: House,
    through: usize,
    (level, limit, line): (&str, &str, &str),
    mut wish: impl AsyncFnMut(&House, usize) -> Answer,
) {
    let log = log::listen();
    for nth in 0..through {
        assert_eq!(wish(&house, nth).await.status, 303, "{limit}");
    }
    assert_eq!((warnings(&log).len(), held(&house, limit)), (0, 0), "{limit}: {:?}", warnings(&log));
    for (nth, told) in [(0, 1), (1, 1), (2, 2)] {
        if nth == 2 {
            a_minute_passes().await;
        }
        assert_eq!(wish(&house, through + nth).await.status, 429, "{limit}");
        let said = lines(&log, line);
        assert_eq!(said.len(), told, "{limit}, held {} times: {said:?}", nth + 1);
        assert_eq!(usize::try_from(held(&house, limit)).unwrap(), nth + 1);
        for one in said {
            assert!(one.contains(&format!(" {level} ")), "{one}");
            assert!(!one.contains("5550") && !one.contains("mule") && !one.contains("person"), "{one}");
        }
    }
    assert_eq!(warnings(&log).len(), 2, "and of nothing else: {:?}", warnings(&log));
}

const PUMPING: &str = "somebody may be pumping messages";

#[tokio::test]
async fn a24_neighbours_that_nobody_proves_are_told_of() {
    let house = House::with(&[("limits.unproven_numbers_per_block_per_hour", "3")]).await;
    let what = ("ERROR", "block", PUMPING);
    is_told(house, 3, what, async |house, nth| begins(house, nth, &format!("+120155501{nth:02}")).await)
        .await;
}

#[tokio::test]
async fn a24_a_country_in_which_nobody_proves_anything_is_told_of() {
    let house = House::with(&[("limits.unproven_numbers_per_country_per_hour", "3")]).await;
    let what = ("ERROR", "country", PUMPING);
    let areas = ["201", "202", "203", "205", "206", "207"];
    let number = |nth: usize| format!("+1{}5550123", areas[nth]);
    is_told(house, 3, what, async |house, nth| begins(house, nth, &number(nth)).await).await;
}

#[tokio::test]
async fn r142_a_day_whose_messages_are_used_up_is_told_of() {
    let house = House::with(&[("limits.sends_per_day", "2")]).await;
    let what = ("ERROR", "day", "the messages of today are used up");
    is_told(house, 2, what, asks).await;
}

#[tokio::test]
async fn r142_a_code_that_a_stop_keeps_back_is_told_of() {
    let house = House::new().await;
    house.meddle("INSERT INTO stops (what, stopped_at) VALUES ('messages', 0)").await;
    is_told(house, 0, ("WARN", "stopped", "an operator has stopped all messages"), asks).await;
}

#[tokio::test]
async fn r142_an_address_that_asks_for_too_much_is_told_of() {
    let house = House::with(&[("limits.sends_per_address_per_hour", "2")]).await;
    is_told(house, 2, ("WARN", "address", "one address asked for more than the limits"), asks).await;
}

#[tokio::test]
async fn r142_the_limit_of_a_number_is_counted_and_nobodys_alarm() {
    let house = House::with(&[("otp.sends_per_number_per_hour", "1")]).await;
    house.account(ADA, &[NUMBER]).await;
    let log = log::listen();
    assert_eq!(house.browser().knock(ADA, PASSWORD).await.status, 303);
    house.clock.pass_seconds(31);
    assert_eq!(house.browser().knock(ADA, PASSWORD).await.status, 429);
    assert_eq!((held(&house, "number"), warnings(&log)), (1, vec![]));
}

#[tokio::test]
async fn a01_a_number_that_guesses_switch_off_is_told_of_once_however_many_there_are() {
    let house = House::with(&[("otp.failures_before_lock", "4")]).await;
    house.account(ADA, &[NUMBER]).await;
    let log = log::listen();
    let off = "a number is off after too many wrong codes";
    let browser = house.half_signed_in(ADA).await;
    let wrong = other_code(&house.newest_code());
    let guess = || (browser.clone(), browser.form("/login/otp", &[("code", &wrong)]));
    for _ in 0..3 {
        browser.clone().send(guess().1).await;
    }
    assert_eq!(warnings(&log), Vec::<String>::new(), "not yet");
    at_once((0..100).map(|_| guess()).collect()).await;
    let said = lines(&log, off);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains(" WARN ") && said[0].contains("country=\"1\""), "{}", said[0]);
    assert!(!said[0].contains(ADA) && !said[0].contains("5550123"), "{}", said[0]);
    assert!(house.app.metrics.text().unwrap().contains("latchkey_phones_off_total{country=\"1\"} 1\n"));
}
