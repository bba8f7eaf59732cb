//! `cargo xtask build --release`: one binary that needs nothing beside it.

use anyhow::Result;

use crate::site;
use crate::steps::{self, Steps};
use crate::workspace::Workspace;

/// Builds the site, then the server with the site inside.
///
/// # Errors
/// A step fails.
pub fn run(steps: &Steps, workspace: &Workspace) -> Result<()> {
    site::ensure(steps, workspace)?;
    steps.step("server: release build with the site inside, some twenty minutes the first time", || {
        steps::run(workspace.cargo().args([
            "build",
            "--release",
            "--package",
            "server",
            "--features",
            "embed",
        ]))
    })?;
    let binary = workspace.target().join("release/latchkey");
    let size = std::fs::metadata(&binary).map_or(0, |file| file.len()) / 1_000_000;
    steps.note(&format!("{} ({size} MB)", binary.display()));
    Ok(())
}
