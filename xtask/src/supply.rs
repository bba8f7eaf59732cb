//! What the product is made of: licences, bans, sources and known faults by cargo-deny; a list of everything by cargo-cyclonedx.

use std::path::PathBuf;

use anyhow::Result;

use crate::steps::{self, Steps};
use crate::workspace::Workspace;

/// A tool and the version it is taken in.
struct Tool {
    name: &'static str,
    version: &'static str,
}

const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
const CYCLONE: Tool = Tool { name: "cargo-cyclonedx", version: "0.5.9" };

/// Judges every dependency by `deny.toml`. Known faults need their list from the network: where it cannot be had, that is said.
///
/// # Errors
/// A dependency has a licence, a source or a fault that is not allowed, or is banned; or the tool cannot be installed.
pub fn check(steps: &Steps, workspace: &Workspace) -> Result<()> {
    let deny = ensure(steps, workspace, &DENY)?;
    steps.step("supply: licences, bans, sources", || {
        steps::run(workspace.command(&deny).args(["--all-features", "check", "licenses", "bans", "sources"]))
    })?;
    let fetched = steps.step("supply: the list of known faults", || {
        steps::run_quiet(workspace.command(&deny).args(["fetch", "db"]))
    });
    if fetched.is_err() {
        steps.note("SKIPPED: known faults, because their list cannot be fetched from here");
        return Ok(());
    }
    steps.step("supply: known faults", || steps::run(workspace.command(&deny).args(["check", "advisories"])))
}

/// Writes what the server is made of, as CycloneDX, into `target/sbom/`.
///
/// # Errors
/// The tool cannot be installed or does not do it.
pub fn list(steps: &Steps, workspace: &Workspace) -> Result<()> {
    let cyclone = ensure(steps, workspace, &CYCLONE)?;
    let folder = workspace.target().join("sbom");
    std::fs::create_dir_all(&folder)?;
    steps.step("supply: bill of materials", || {
        let mut list = workspace.command(&cyclone);
        list.args([
            "cyclonedx",
            "--format",
            "json",
            "--features",
            "embed",
            "--override-filename",
            "latchkey",
        ]);
        list.arg("--manifest-path").arg(workspace.path("server/Cargo.toml"));
        steps::run(&mut list)
    })?;
    // The tool puts a list beside each manifest of the workspace; the server's is the product's.
    let made = workspace.path("server/latchkey.json");
    let file = folder.join("latchkey.cdx.json");
    std::fs::rename(made, &file)?;
    for member in ["app", "domain", "frontend", "server/tests/fake_twilio", "xtask", "xtask/bench"] {
        let _ = std::fs::remove_file(workspace.path(member).join("latchkey.json"));
    }
    steps.note(&format!("{}", file.display()));
    Ok(())
}

/// The tool, compiled once into `target/tools`.
fn ensure(steps: &Steps, workspace: &Workspace, tool: &Tool) -> Result<PathBuf> {
    let root = workspace.target().join("tools").join(format!("{}-{}", tool.name, tool.version));
    let program = root.join("bin").join(tool.name);
    if !program.is_file() {
        steps.step(&format!("{} {}: compiling it, once", tool.name, tool.version), || {
            let mut install = workspace.cargo();
            install.args(["install", "--locked", "--quiet", tool.name, "--version", tool.version]);
            install.arg("--root").arg(&root).arg("--target-dir").arg(root.join("build"));
            steps::run(&mut install)
        })?;
        // It is not needed any more, and large.
        let _ = std::fs::remove_dir_all(root.join("build"));
    }
    Ok(program)
}
