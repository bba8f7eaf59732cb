//! `cargo xtask check`: formatting, lints, and the size of what a browser has to load.

use anyhow::{Context, Result, bail};

use crate::site;
use crate::steps::{self, Steps};
use crate::toolchain::{self, TARGET, WasmCompiler};
use crate::workspace::Workspace;

/// What the compressed wasm may weigh, in bytes.
const WASM_CEILING: u64 = 80_000;

/// Looks at everything that can be judged without running the product.
///
/// # Errors
/// The first thing that is not as it should be.
pub fn run(steps: &Steps, workspace: &Workspace) -> Result<()> {
    steps.step("format", || steps::run(workspace.cargo().args(["fmt", "--all", "--check"])))?;
    for (title, which) in [
        ("lints: workspace", &["--workspace", "--all-targets"] as &[&str]),
        ("lints: server with the site inside", &["--package", "server", "--features", "embed"]),
        ("lints: build helper with its site part", &["--package", "xtask", "--features", "site"]),
    ] {
        steps.step(title, || {
            steps::run(workspace.cargo().arg("clippy").args(which).args(["--", "--deny", "warnings"]))
        })?;
    }
    browser_part(steps, workspace)?;
    site::ensure(steps, workspace)?;
    size(steps, workspace)
}

/// The browser part by the linter; by the compiler alone where Debian's has to do, which comes without a linter.
fn browser_part(steps: &Steps, workspace: &Workspace) -> Result<()> {
    let compiler = toolchain::ensure(steps, workspace)?;
    let (verb, end): (_, &[&str]) = match compiler {
        WasmCompiler::Own { .. } => ("clippy", &["--", "--deny", "warnings"]),
        WasmCompiler::Debian(_) => ("check", &[]),
    };
    steps.step(&format!("lints: browser part ({verb})"), || {
        let mut lint = compiler.cargo(workspace);
        lint.args([verb, "--package", "frontend", "--package", "app", "--features", "app/hydrate"]);
        lint.args(["--target", TARGET, "--target-dir"]).arg(workspace.made("front"));
        steps::run(lint.args(end))
    })
}

fn size(steps: &Steps, workspace: &Workspace) -> Result<()> {
    let file = site::folder(workspace).join("latchkey_bg.wasm.br");
    let size = std::fs::metadata(&file).with_context(|| format!("{}", file.display()))?.len();
    if size > WASM_CEILING {
        bail!("the wasm weighs {size} bytes compressed, the ceiling is {WASM_CEILING}");
    }
    steps.note(&format!("wasm: {size} bytes compressed, ceiling {WASM_CEILING}"));
    Ok(())
}
