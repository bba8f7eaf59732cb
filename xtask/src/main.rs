//! `cargo xtask`: everything that is done to the workspace from outside of it.

mod apt;
#[cfg(feature = "site")]
mod assemble;
mod bench;
mod browser;
mod check;
#[cfg(any(feature = "site", test))]
mod css;
mod debian;
mod npm;
mod postgres;
mod release;
mod serve;
mod site;
mod stamp;
mod steps;
mod supply;
mod tally;
mod test;
mod toolchain;
mod wasm;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::steps::Steps;
use crate::workspace::Workspace;

const HELP: &str = "\
cargo xtask serve            build everything, seed a demo account, start the portal on http://localhost:3000
cargo xtask test             run every test: unit, property, store, integration, browser; on SQLite and PostgreSQL
cargo xtask check            formatting, lints for server and browser part, size of the browser part
cargo xtask build --release  one self-contained binary: target/release/latchkey
cargo xtask bench            figures of the release server on this machine [--only ROW] [--json FILE]
cargo xtask supply           licences, bans, sources and known faults of everything it is made of
cargo xtask sbom             a list of everything it is made of: target/sbom/latchkey.cdx.json
cargo xtask site             only the browser assets: target/site
cargo xtask setup            only installs what the others need (for an image that is built once)

Each command installs what it needs and is missing (the wasm target, npm packages, a browser and a
PostgreSQL server for the tests),
and can be run again at once: what did not change is not built again.
";

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let workspace = Workspace::find()?;
    let steps = Steps::start();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if words.iter().any(|word| matches!(*word, "--help" | "-h")) {
        print!("{HELP}");
        return Ok(());
    }
    match words.as_slice() {
        ["serve"] => serve::run(&steps, &workspace),
        ["test"] => test::run(&steps, &workspace),
        ["check"] => check::run(&steps, &workspace),
        ["build", "--release"] => release::run(&steps, &workspace),
        ["bench", arguments @ ..] => bench::run(&steps, &workspace, arguments),
        ["supply"] => supply::check(&steps, &workspace),
        ["sbom"] => supply::list(&steps, &workspace),
        ["setup"] => setup(&steps, &workspace),
        ["site"] => site::ensure(&steps, &workspace),
        // What xtask calls itself with, see `site.rs`.
        #[cfg(feature = "site")]
        ["assemble", wasm] => assemble::run(&workspace, wasm.as_ref()),
        [] | ["help"] => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("unknown command: {}\n\n{HELP}", other.join(" ")),
    }
}

fn setup(steps: &Steps, workspace: &Workspace) -> Result<()> {
    toolchain::ensure(steps, workspace)?;
    test::tools(steps, workspace)?;
    drop(postgres::Server::start(steps)?);
    Ok(())
}
