//! A3: "check, then count" (CVE-2023-47111). The window between reading and writing is held open: guesses pile up before the
//! database while another program holds it. However many wait, the count never lags behind the comparisons (R6, D3).
use crate::harness::place::Place;
use crate::harness::{ADA, Browser, House, NUMBER, other_code};
use http::StatusCode;
use sqlx::{Connection as _, PgConnection};
use std::time::Duration;

const GUESSES: usize = 40;

/// The database in the hand of another program: nothing is counted meanwhile.
enum Held {
    File(rusqlite::Connection),
    Server(PgConnection),
}

impl Held {
    async fn of(house: &House) -> Self {
        match house.place() {
            Place::Folder(_) => {
                let connection = rusqlite::Connection::open(house.place().path()).unwrap();
                connection.execute_batch("BEGIN IMMEDIATE").unwrap();
                Self::File(connection)
            }
            Place::Server { .. } => {
                let mut connection = house.place().connection().await;
                sqlx::query("BEGIN").execute(&mut connection).await.unwrap();
                let lock = "LOCK TABLE flows IN EXCLUSIVE MODE";
                sqlx::query(lock).execute(&mut connection).await.unwrap();
                Self::Server(connection)
            }
        }
    }

    async fn let_go(self) {
        match self {
            Self::File(connection) => connection.execute_batch("ROLLBACK").unwrap(),
            Self::Server(connection) => connection.close().await.unwrap(),
        }
    }
}

/// Guesses that are under way, and what they led to.
fn guessing(browser: &Browser, code: impl Fn(usize) -> String) -> Vec<tokio::task::JoinHandle<StatusCode>> {
    let one = |nth| {
        let (mut tab, form) = (browser.clone(), browser.form("/login/otp", &[("code", &code(nth))]));
        tokio::spawn(async move { tab.send(form).await.status })
    };
    (0..GUESSES).map(one).collect()
}

/// What is counted and what was told of: of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counts {
    tries: i64,
    failures: i64,
    wrong: i64,
    right: i64,
}

const NONE: Counts = Counts { tries: 0, failures: 0, wrong: 0, right: 0 };
const FIVE_WRONG: Counts = Counts { tries: 5, failures: 5, wrong: 5, right: 0 };

async fn counts(house: &House) -> Counts {
    let all = "SELECT (SELECT COALESCE(MAX(tries), 0) FROM flows) * 1000000 + (SELECT COALESCE(MAX(count), 0) FROM failures) * 10000 \
        + (SELECT COUNT(*) FROM events WHERE kind = 'code_wrong') * 100 + (SELECT COUNT(*) FROM events WHERE kind = 'code_right')";
    let all = house.count(all, &[]).await;
    Counts { tries: all / 1_000_000, failures: all / 10_000 % 100, wrong: all / 100 % 100, right: all % 100 }
}

/// Looks on while guesses are made: at no moment was one compared that was not counted, on the code and against the number. Gives what
/// they were answered.
async fn watched(house: &House, guesses: Vec<tokio::task::JoinHandle<StatusCode>>) -> Vec<StatusCode> {
    loop {
        let over = guesses.iter().all(tokio::task::JoinHandle::is_finished);
        let seen = counts(house).await;
        let compared = seen.wrong + seen.right;
        assert!(compared <= seen.tries && seen.tries <= 5, "{seen:?}");
        // A right code ends the count; nothing is compared after it.
        let against_the_number = if seen.right == 0 { seen.failures >= compared } else { seen.failures == 0 };
        assert!(against_the_number, "{seen:?}");
        if over {
            break;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let mut told = Vec::new();
    for guess in guesses {
        told.push(guess.await.unwrap());
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a03_guesses_that_waited_together_are_counted_before_each_is_compared() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let browser = house.half_signed_in(ADA).await;
    let wrong = other_code(&house.newest_code());
    let held = Held::of(&house).await;
    let guesses = guessing(&browser, |_| wrong.clone());
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(counts(&house).await, NONE, "all of them wait; none was compared without being counted");
    held.let_go().await;
    let told = watched(&house, guesses).await;
    assert!(told.iter().all(|status| matches!(status.as_u16(), 422 | 503)), "{told:?}");
    assert_eq!(counts(&house).await, FIVE_WRONG);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a03_the_right_code_behind_those_that_waited_is_one_guess_of_five() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let browser = house.half_signed_in(ADA).await;
    let right = house.newest_code();
    let held = Held::of(&house).await;
    // Wrong ones first, the right one among the last: who counts late would let it through.
    let wrong = other_code(&right);
    let guesses = guessing(&browser, |nth| if nth + 2 > GUESSES { right.clone() } else { wrong.clone() });
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(counts(&house).await, NONE, "all of them wait; none was compared without being counted");
    held.let_go().await;
    let told = watched(&house, guesses).await;
    let of = |status: u16| told.iter().filter(|had| **had == status).count();
    let end = counts(&house).await;
    if of(303) == 0 {
        assert_eq!(end, FIVE_WRONG);
    } else {
        assert_eq!((of(303), end.right, end.failures), (1, 1, 0), "the right one was among the first five");
    }
    assert_eq!(of(303) + of(422) + of(503), GUESSES, "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a03_who_leaves_while_his_guess_waits_has_spent_it() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let browser = house.half_signed_in(ADA).await;
    let wrong = other_code(&house.newest_code());
    let held = Held::of(&house).await;
    for guess in guessing(&browser, |_| wrong.clone()).into_iter().take(5) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        guess.abort();
    }
    held.let_go().await;
    for _ in 0..400 {
        if counts(&house).await == FIVE_WRONG {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(counts(&house).await, FIVE_WRONG, "each that was begun was done to its end");
    let mut late = browser.clone();
    let answer = late.post("/login/otp", &[("code", &house.newest_code())]).await;
    assert_eq!(answer.status, 422, "the right one comes too late: {}", answer.text());
}
