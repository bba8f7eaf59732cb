//! The rows of the table. A new row: a file with `measure`, a line in [`ALL`].

mod apps;
mod beside_bare;
mod callbacks;
mod codes;
mod flood;
mod growth;
mod guesses;
mod handover;
mod hash;
mod lines;
mod login;
mod memory;
mod postgres;
mod posts;
mod sign_in;
mod start;
mod together;
mod users;
mod wasm;
mod weight;
mod words;

use anyhow::Result;

use crate::table::Line;
use crate::world::World;

/// A row's name for `--only`, and how it is measured.
pub struct Row {
    /// The name.
    pub name: &'static str,
    /// Starts what it needs, measures, ends what it started.
    pub measure: fn(&World) -> Result<Vec<Line>>,
    /// It takes minutes: measured only when it is named.
    pub long: bool,
}

const fn row(name: &'static str, measure: fn(&World) -> Result<Vec<Line>>) -> Row {
    Row { name, measure, long: false }
}

const fn long(name: &'static str, measure: fn(&World) -> Result<Vec<Line>>) -> Row {
    Row { name, measure, long: true }
}

/// Every row, in the order of the table.
pub const ALL: [Row; 19] = [
    row("hash", hash::measure),
    row("sign-in", sign_in::measure),
    row("postgres", postgres::measure),
    row("codes", codes::measure),
    row("weight", weight::measure),
    row("login", login::measure),
    row("apps", apps::measure),
    row("wasm", wasm::measure),
    row("memory", memory::measure),
    row("lines", lines::measure),
    row("start", start::measure),
    row("guesses", guesses::measure),
    row("posts", posts::measure),
    row("flood", flood::measure),
    row("words", words::measure),
    row("handover", handover::measure),
    row("callbacks", callbacks::measure),
    long("users", users::measure),
    long("growth", growth::measure),
];
