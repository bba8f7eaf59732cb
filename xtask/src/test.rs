//! `cargo xtask test`: every test there is.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::steps::{self, Steps, run_lines};
use crate::tally::Tally;
use crate::workspace::Workspace;
use crate::{browser, npm, postgres, site};

/// Runs the tests of the workspace, then those in the browser, and sums up. A failure of the first does not hide the
/// result of the second.
///
/// # Errors
/// Something cannot be installed or built, or a test failed.
pub fn run(steps: &Steps, workspace: &Workspace) -> Result<()> {
    site::ensure(steps, workspace)?;

    let postgres = postgres::Server::start(steps)?;
    let (mut rust, mut pages) = (Tally::default(), Tally::default());
    let rust_result = steps.step("tests: unit, property, store, integration", || {
        let mut test = workspace.cargo();
        test.args(["test", "--workspace", "--no-fail-fast"]);
        if let Some(server) = &postgres {
            test.env("LATCHKEY_TEST_POSTGRES", server.url());
        }
        run_lines(&mut test, |line| rust.read(line))
    });
    // The store's own tests know both databases; the pages' tests are run once more.
    let mut shared = Tally::default();
    let shared_result = postgres.as_ref().map(|server| {
        steps.step("tests: integration, on PostgreSQL", || {
            let mut test = workspace.cargo();
            // Of the whole workspace, so that nothing is built with other features than before.
            test.args(["test", "--workspace", "--test", "it", "--no-fail-fast"]);
            test.env("LATCHKEY_TEST_POSTGRES", server.url()).env("LATCHKEY_TEST_ON", "postgres");
            run_lines(&mut test, |line| shared.read(line))
        })
    });
    drop(postgres);
    let pages_result = pages_in_browser(steps, workspace, &mut pages);

    println!();
    summary(steps, "workspace", &rust, &rust_result);
    match &shared_result {
        Some(result) => summary(steps, "workspace, on PostgreSQL", &shared, result),
        None => steps.note("SKIPPED: everything on PostgreSQL, because there is no server here"),
    }
    summary(steps, "browser", &pages, &pages_result);
    match (rust_result.and(shared_result.unwrap_or(Ok(()))), pages_result) {
        (Ok(()), Ok(())) => {
            steps.note("all tests passed");
            Ok(())
        }
        (Err(error), Ok(())) | (Ok(()), Err(error)) => Err(error),
        (Err(first), Err(second)) => bail!("{first:#}\n{second:#}"),
    }
}

/// The end-to-end tests start the server themselves; they are told which, and which browser.
fn pages_in_browser(steps: &Steps, workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    if !folder(workspace).join("package.json").is_file() {
        steps.note("NO BROWSER TESTS: end2end/package.json is not there");
        return Ok(());
    }
    let browser = tools(steps, workspace)?;
    steps.step("server: debug build", || {
        steps::run(workspace.cargo().args(["build", "--package", "server", "--bin", "latchkey"]))
    })?;
    steps.step("tests: browser, end to end", || {
        let mut test = workspace.command("npx");
        test.current_dir(folder(workspace)).args(["playwright", "test"]);
        test.env("LATCHKEY_BIN", workspace.target().join("debug/latchkey")).env("CHROMIUM", &browser);
        run_lines(&mut test, |line| tally.read(line))
    })
}

/// Installs what the browser tests need; says which browser.
///
/// # Errors
/// Something is missing and may not be installed here.
pub fn tools(steps: &Steps, workspace: &Workspace) -> Result<PathBuf> {
    if folder(workspace).join("package.json").is_file() {
        npm::ensure(steps, &folder(workspace))?;
    }
    browser::ensure(steps)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.path("end2end")
}

fn summary(steps: &Steps, name: &str, tally: &Tally, result: &Result<()>) {
    let verdict = if result.is_ok() { "ok" } else { "FAILED" };
    steps.note(&format!("{name}: {verdict}, {tally}"));
}
