//! `cargo xtask bench`: figures of the release server on this machine.

use std::ffi::OsStr;

use anyhow::Result;

use crate::steps::{self, Steps};
use crate::workspace::Workspace;
use crate::{postgres, release};

/// Builds server and bench tool, then lets the tool measure and print its table. `arguments` go to the tool.
///
/// # Errors
/// A build fails, or the tool does not understand its arguments.
pub fn run(steps: &Steps, workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    release::run(steps, workspace)?;
    steps.step("bench: release build", || {
        // With the server's features of the build before, so that its library is not compiled a second time.
        let embed = ["--features", "embed"];
        steps::run(workspace.cargo().args(["build", "--release", "--package", "bench"]).args(embed))
    })?;
    let folder = workspace.target().join("release");
    let postgres = postgres::Server::start(steps)?;
    let database = match &postgres {
        Some(server) => Some(server.make("bench")?),
        None => None,
    };
    steps.step(
        "bench: measuring, some five minutes; rows that are measured only by name take up to half an hour",
        || {
            let mut bench = workspace.command(folder.join("bench"));
            if let Some(database) = &database {
                bench.arg("--postgres").arg(database);
            }
            bench.arg("--server").arg(folder.join("latchkey")).args(arguments.iter().map(OsStr::new));
            steps::run(&mut bench)
        },
    )
}
