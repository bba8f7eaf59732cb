//! The rows of the table. A new row: a file with `measure`, a line in [`ALL`].

mod beside;
mod codes;
mod guesses;
mod hash;
mod memory;
mod postgres;
mod posts;
mod sign_in;
mod start;
mod together;
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
}

/// Every row, in the order of the table.
pub const ALL: [Row; 12] = [
    Row { name: "hash", measure: hash::measure },
    Row { name: "sign-in", measure: sign_in::measure },
    Row { name: "postgres", measure: postgres::measure },
    Row { name: "weight", measure: weight::measure },
    Row { name: "login", measure: beside::login },
    Row { name: "keys", measure: beside::keys },
    Row { name: "wasm", measure: wasm::measure },
    Row { name: "memory", measure: memory::measure },
    Row { name: "start", measure: start::measure },
    Row { name: "guesses", measure: guesses::measure },
    Row { name: "posts", measure: posts::measure },
    Row { name: "words", measure: words::measure },
];
