//! Checking a code among a million accounts against a thousand: what it costs does not depend on how many others there are.

use anyhow::Result;

use super::codes;
use crate::clock::{median, quantile};
use crate::table::{Line, line};
use crate::world::World;

const FEW: usize = 1_000;
const MANY: usize = 1_000_000;
const CHECKS: usize = 900;
const ROUNDS: usize = 3;

/// Two databases of their own, in turns.
///
/// # Errors
/// An import is refused, or a code is not right.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let (few, many) = (world.beside(FEW)?, world.beside(MANY)?);
    // The first ones read pages that nobody has read yet.
    codes::checks(&few, CHECKS)?;
    codes::checks(&many, CHECKS)?;
    let (mut of_few, mut of_many) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_few.extend(codes::checks(&few, CHECKS)?);
        of_many.extend(codes::checks(&many, CHECKS)?);
    }
    let told = |name: &str, few: f64, many: f64| {
        let what = format!("{name} of a code check, {MANY} accounts against {FEW}");
        line(what, "<= 1.2", format!("{:.2} ({many:.3} ms against {few:.3})", many / few), many / few)
    };
    Ok(vec![
        told("middle", median(&of_few), median(&of_many)),
        told("99th percentile", quantile(&of_few, 0.99), quantile(&of_many, 0.99)),
    ])
}
