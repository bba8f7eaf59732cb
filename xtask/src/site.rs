//! `target/site`: everything a browser loads, as the server hands it out.

use std::path::PathBuf;

use anyhow::Result;

use crate::stamp::{self, Inputs};
use crate::steps::{Steps, run};
use crate::wasm;
use crate::workspace::Workspace;

/// Everything but the wasm that the site is made of, and what makes it.
const INPUTS: [&str; 6] = [
    "style",
    "frontend/static",
    "xtask/src/assemble.rs",
    "xtask/src/css.rs",
    "xtask/Cargo.toml",
    "Cargo.lock",
];

/// Where the site is.
pub fn folder(workspace: &Workspace) -> PathBuf {
    workspace.made("site")
}

/// Builds the site if something of it changed.
///
/// # Errors
/// A step of it fails.
pub fn ensure(steps: &Steps, workspace: &Workspace) -> Result<()> {
    let wasm = wasm::ensure(steps, workspace)?;
    let mut inputs = Inputs::default().tree(&wasm)?;
    for input in INPUTS {
        inputs = inputs.tree(&workspace.path(input))?;
    }
    let digest = inputs.digest();
    let stamp = workspace.made("site.stamp");
    if folder(workspace).join("BUILD").is_file() && stamp::says(&stamp, &digest) {
        steps.note("site: unchanged");
        return Ok(());
    }
    // Compiling wasm-bindgen and brotli takes half a minute: plain `cargo xtask` does without them and calls itself
    // with them here, in a folder of its own, so that neither throws out the other's binary.
    steps.step("site: joining wasm, styles and icons", || {
        let mut build = workspace.cargo();
        build.args(["run", "--package", "xtask", "--features", "site"]);
        run(build.arg("--target-dir").arg(workspace.made("xtask")).args(["--", "assemble"]).arg(&wasm))
    })?;
    stamp::put(&stamp, &digest)
}
