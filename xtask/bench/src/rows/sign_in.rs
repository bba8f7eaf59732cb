//! Complete sign-ins per second, and what they cost beyond the hash.

use std::time::Duration;

use anyhow::Result;

use super::hash::{self, Hashes};
use crate::clock::{median, quantile};
use crate::crowd::{self, Seen};
use crate::journey;
use crate::people::CROWD;
use crate::table::{Line, line};
use crate::world::{Server, World};

const ROUNDS: usize = 3;
const WARM_UP: Duration = Duration::from_secs(2);
const WATCHED: Duration = Duration::from_secs(10);
const HASHED: Duration = Duration::from_secs(3);

struct Round {
    seen: Seen,
    hashes: Hashes,
}

impl Round {
    #[expect(clippy::cast_precision_loss, reason = "an average")]
    fn each_ms(&self, time: Duration) -> f64 {
        time.as_secs_f64() * 1000.0 / self.seen.done as f64
    }
}

/// Rounds of hashes, sign-ins, hashes on an idle server.
///
/// # Errors
/// A sign-in fails.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let server = world.serve()?;
    some_first(world, &server)?;
    let plain = hash::plain(HASHED)?;
    let mut before = hash::product(HASHED)?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let seen = crowd::sign_in(&world.people, (server.address, server.process()), WARM_UP, WATCHED)?;
        let after = hash::product(HASHED)?;
        let hashes = Hashes {
            per_second: f64::midpoint(before.per_second, after.per_second),
            cpu_ms: f64::midpoint(before.cpu_ms, after.cpu_ms),
        };
        rounds.push(Round { seen, hashes });
        before = after;
    }
    server.stop()?;
    Ok(lines(&rounds, plain))
}

/// So that no page is made for the first time while it is measured.
fn some_first(world: &World, server: &Server) -> Result<()> {
    let mut connection = crate::client::Connection::open(server.address)?;
    (0..CROWD).try_for_each(|_| journey::sign_in(&mut connection, world.people.next()?))
}

fn lines(rounds: &[Round], plain: f64) -> Vec<Line> {
    let of = |figure: &dyn Fn(&Round) -> f64| -> (f64, String) {
        let all: Vec<f64> = rounds.iter().map(figure).collect();
        let digits = if all.iter().any(|value| *value >= 20.0) { 0 } else { 2 };
        let listed: Vec<String> = all.iter().map(|value| format!("{value:.digits$}")).collect();
        let middle = median(&all);
        (middle, format!("{middle:.digits$} (rounds: {})", listed.join(", ")))
    };
    let mut lines = Vec::new();
    let mut add = |what: String, asked: &'static str, figure: &dyn Fn(&Round) -> f64| {
        let (value, measured) = of(figure);
        lines.push(line(what, asked, measured, value));
    };
    add(
        format!("complete sign-ins/s, {CROWD} people at once"),
        ">= 130 where plain argon2 does 138",
        &|round| round.seen.per_second(),
    );
    add("… hashes/s just before and after".to_owned(), "", &|round| round.hashes.per_second);
    add("… as a share of those hashes".to_owned(), ">= 0.90", &|round| {
        round.seen.per_second() / round.hashes.per_second
    });
    add(format!("… as a share of plain argon2 ({plain:.0}/s)"), ">= 0.90", &|round| {
        round.seen.per_second() / plain
    });
    add("… median of one sign-in, ms".to_owned(), "", &|round| median(&round.seen.each));
    add("… slowest of a hundred, ms".to_owned(), "", &|round| quantile(&round.seen.each, 0.99));
    add("server processor time of a sign-in beyond the hash, ms".to_owned(), "<= 2", &|round| {
        round.each_ms(round.seen.server) - round.hashes.cpu_ms
    });
    add("… the whole of it, ms".to_owned(), "", &|round| round.each_ms(round.seen.server));
    add("… this client's own beside it, ms".to_owned(), "", &|round| round.each_ms(round.seen.client));
    lines
}
