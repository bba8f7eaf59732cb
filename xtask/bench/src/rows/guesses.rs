//! 500 guesses at one code at once (R6): how many were compared, and whether anything succeeds afterwards.

use anyhow::Result;

use super::together;
use crate::client::{Answer, Connection, Jar, form};
use crate::journey;
use crate::table::{Line, line};
use crate::world::World;

const GUESSES: usize = 500;
/// Where the right code stands among them.
const RIGHT_AT: usize = 400;

/// The most guesses that were counted on any sign-in; nobody else guesses.
const TRIES: &str = "SELECT COALESCE(MAX(tries), 0) FROM flows";

/// One half sign-in, 500 held connections.
///
/// # Errors
/// The server does not hold them, or the half sign-in fails.
#[expect(clippy::cast_precision_loss, reason = "a count")]
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let server = world.serve()?;
    let (mut connection, mut jar) = (Connection::open(server.address)?, Jar::default());
    let waiting = journey::half(&mut connection, &mut jar, world.people.next()?)?;
    let requests: Vec<Vec<u8>> = codes(&waiting.code)
        .iter()
        .map(|code| form::post("/login/otp", &jar, &[("csrf", &waiting.token), ("code", code)]))
        .collect();
    let answers = together::send(server.address, &jar, &requests)?;
    let fields = [("csrf", waiting.token.as_str()), ("code", &waiting.code)];
    let late = connection.post("/login/otp", &mut jar, &fields)?;
    let late_in = is_in(&late);
    let spent = words(&late.text()).to_owned();
    let inside = answers.iter().filter(|a| a.status == 303 && a.location == "/security").count();
    let told = answers.iter().filter(|a| words(&a.text) != spent).count();
    let mut statuses: Vec<u16> = answers.iter().map(|a| a.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    server.stop()?;
    let (counted, compared) = match tries(world.database()) {
        Ok(tries) => (format!("{tries} counted by the database"), tries as f64),
        Err(error) => (format!("the database does not tell ({error:#})"), f64::NAN),
    };
    Ok(vec![
        line(
            "500 guesses at one code at once: compared",
            "<= 5",
            format!(
                "{counted}; {told} answers say other than that a new code is needed; statuses {statuses:?}"
            ),
            compared,
        ),
        line(
            "… signed in, the right code among them and once more",
            "0",
            format!("{}", inside + usize::from(late_in)),
            (inside + usize::from(late_in)) as f64,
        ),
    ])
}

fn is_in(answer: &Answer<'_>) -> bool {
    answer.status == 303 && answer.location() == "/security"
}

/// As many different codes as guesses, the right one in its place.
fn codes(right: &str) -> Vec<String> {
    let mut codes: Vec<String> = (0..=GUESSES)
        .map(|n| format!("{:0digits$}", n * 1_777, digits = right.len()))
        .filter(|c| c != right)
        .collect();
    codes.truncate(GUESSES);
    if let Some(place) = codes.get_mut(RIGHT_AT) {
        right.clone_into(place);
    }
    codes
}

/// What a page says of the problem: from the alert to the next form.
fn words(page: &str) -> &str {
    let from = page.find("role=\"alert\"").and_then(|at| page.get(at..)).unwrap_or_default();
    from.split("<form").next().unwrap_or_default()
}

fn tries(database: &str) -> Result<i64> {
    let path = database.strip_prefix("sqlite://").unwrap_or(database);
    Ok(rusqlite::Connection::open(path)?.query_row(TRIES, [], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_right_code_is_there_once_and_all_are_different() {
        for right in ["000000", "123456", "001777"] {
            let codes = codes(right);
            assert_eq!(codes.len(), GUESSES);
            assert_eq!(codes[RIGHT_AT], right);
            assert_eq!(codes.iter().collect::<HashSet<_>>().len(), GUESSES);
            assert!(codes.iter().all(|code| code.len() == 6));
        }
    }

    #[test]
    fn words_are_those_of_the_problem() {
        assert_eq!(words("a<div role=\"alert\">Wrong</div><form>b"), "role=\"alert\">Wrong</div>");
        assert_eq!(words("nothing"), "");
    }
}
