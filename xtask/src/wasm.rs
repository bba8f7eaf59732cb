//! `frontend` -> wasm.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::stamp::{self, Inputs};
use crate::steps::{Steps, run};
use crate::toolchain::{self, TARGET};
use crate::workspace::Workspace;

/// Size first: see the profile in the workspace's manifest. A debug build of wasm is far too big to serve.
const PROFILE: &str = "wasm-release";

/// Everything the browser part is made of.
const INPUTS: [&str; 6] =
    ["frontend/Cargo.toml", "frontend/src", "app", "domain", "Cargo.toml", "Cargo.lock"];

/// Builds the browser part if something of it changed; says where the wasm is.
///
/// # Errors
/// No compiler for it, or it does not compile.
pub fn ensure(steps: &Steps, workspace: &Workspace) -> Result<PathBuf> {
    let compiler = toolchain::ensure(steps, workspace)?;
    let mut inputs = Inputs::default().word(compiler.version()).word(PROFILE);
    for input in INPUTS {
        inputs = inputs.tree(&workspace.path(input))?;
    }
    let digest = inputs.digest();

    // A folder of its own: it waits for no lock, and two compilers do not tread on each other.
    let folder = workspace.made("front");
    let (wasm, stamp) = (folder.join(TARGET).join(PROFILE).join("frontend.wasm"), folder.join("stamp"));
    if wasm.is_file() && stamp::says(&stamp, &digest) {
        steps.note("browser part: unchanged");
        return Ok(wasm);
    }
    steps.step("browser part: compiling to wasm", || {
        let mut build = compiler.cargo(workspace);
        build.args(["build", "--package", "frontend", "--lib", "--profile", PROFILE, "--target", TARGET]);
        run(build.arg("--target-dir").arg(&folder))
    })?;
    if !wasm.is_file() {
        bail!("the build made no {}", wasm.display());
    }
    stamp::put(&stamp, &digest)?;
    Ok(wasm)
}
