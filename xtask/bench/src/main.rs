//! `bench`: measures the release server from outside and prints one table. `cargo xtask bench` builds both and calls it.
//!
//! Nothing is asserted here: figures depend on the machine, so ratios are taken within one run.

mod bare;
mod client;
mod clock;
mod crowd;
mod journey;
mod options;
mod people;
mod process;
mod provider;
mod rows;
mod table;
mod world;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::options::{Mode, Options};
use crate::table::{Line, line};
use crate::world::World;

/// No row is begun later than this, but for those that take long and were asked for by name.
const LONGEST: Duration = Duration::from_secs(300);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match options::read(&arguments) {
        Ok(Mode::Bare(file)) => bare::serve(&file),
        Ok(Mode::Measure(options)) => measure(&options),
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<()> {
    let begun = clock::now();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown").to_owned();
    let world = World::new(options.server.clone(), options.postgres.clone(), people::PEOPLE)?;
    let mut lines =
        vec![line("load of this machine before (1 minute)", "low", &load, load.parse().unwrap_or(f64::NAN))];
    for row in rows::ALL.iter().filter(|row| options.wants(row)) {
        eprintln!("measuring: {}", row.name);
        if begun.elapsed() > LONGEST && !row.long {
            lines.push(failed(row.name, "out of time"));
            continue;
        }
        // One row that cannot be measured does not take the others with it.
        match (row.measure)(&world) {
            Ok(measured) => lines.extend(measured),
            Err(error) => lines.push(failed(row.name, &format!("{error:#}"))),
        }
    }
    println!("{}", table::text(&lines));
    if let Some(file) = &options.json {
        std::fs::write(file, format!("{:#}\n", table::json(&lines)))
            .with_context(|| file.display().to_string())?;
    }
    Ok(())
}

fn failed(name: &str, why: &str) -> Line {
    line(name, "", format!("NOT MEASURED: {why}"), f64::NAN)
}
