//! Debian's compiler for the browser part, where rustup's server cannot be reached.
//!
//! Debian has no ready standard library for wasm, so one is built from Debian's sources, once, into a sysroot of our
//! own below `target/`; nothing below `/usr` changes but by the packages themselves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::steps::{Steps, answer, run};
use crate::toolchain::{TARGET, has_std};
use crate::workspace::Workspace;
use crate::{apt, stamp};

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const STD_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
const LINKER_KEY: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER";
const FLAGS_KEY: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";
/// The crate that is built only to have its standard library built with it.
const SEED: &str = "seed";

/// A sysroot with a standard library for wasm that fits Debian's compiler.
pub struct Sysroot {
    folder: PathBuf,
    linker: String,
    version: String,
}

impl Sysroot {
    /// Debian's cargo, told about its compiler, its linker and this sysroot.
    pub fn cargo(&self, workspace: &Workspace) -> Command {
        let mut command = plain_cargo(workspace, &self.linker);
        command.env(FLAGS_KEY, format!("--sysroot={}", self.folder.display()));
        command
    }

    /// What the compiler says about itself.
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// The sysroot made earlier, if it still fits the compiler that is installed.
pub fn find(workspace: &Workspace) -> Option<Sysroot> {
    let version = compiler()?;
    let linker = linker(&version).filter(|program| Path::new("/usr/bin").join(program).exists())?;
    let folder = folder(workspace);
    let fits = stamp::says(&folder.join("stamp"), &version) && has_std(&libraries(&folder));
    fits.then_some(Sysroot { folder, linker, version })
}

/// Installs the packages and builds the standard library.
///
/// # Errors
/// A package is not to be had, is too old, or the build fails.
pub fn install(steps: &Steps, workspace: &Workspace) -> Result<Sysroot> {
    apt::install(steps, &["rustc-web", "cargo-web", "rust-web-src"])?;
    let version = compiler().context("rustc-web is installed, but /usr/bin/rustc gives no version")?;
    let linker = linker(&version).context("/usr/bin/rustc does not name its LLVM version")?;
    if !Path::new(STD_SOURCE).exists() {
        bail!("rust-web-src is installed, but {STD_SOURCE} is not there");
    }
    if !Path::new("/usr/bin").join(&linker).exists() {
        apt::install(steps, &[&linker.replacen("wasm-ld", "lld", 1)])?;
    }
    let folder = folder(workspace);
    steps.step("wasm target: building its standard library, once", || {
        build_std(workspace, &folder, &linker)
    })?;
    stamp::put(&folder.join("stamp"), &version)?;
    find(workspace).context("the standard library was built, but is not where it should be")
}

fn build_std(workspace: &Workspace, folder: &Path, linker: &str) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let seed = folder.join(SEED);
    fs::create_dir_all(seed.join("src"))?;
    fs::write(
        seed.join("Cargo.toml"),
        format!("[package]\nname = \"{SEED}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n"),
    )?;
    fs::write(seed.join("src/lib.rs"), "")?;
    let mut build = plain_cargo(workspace, linker);
    // Only here: with it, build scripts of other crates would take the compiler for a nightly one.
    build.env("RUSTC_BOOTSTRAP", "1").current_dir(&seed);
    build.args([
        "build",
        "--release",
        "-Zbuild-std=std,panic_abort",
        "--target",
        TARGET,
        "--target-dir",
        "out",
    ]);
    run(&mut build)?;

    let libraries = libraries(folder);
    fs::create_dir_all(&libraries)?;
    for file in stamp::files(&seed.join("out").join(TARGET).join("release/deps"))? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with(&format!("lib{SEED}-")) {
            fs::copy(&file, libraries.join(&name))?;
        }
    }
    fs::remove_dir_all(&seed)?;
    Ok(())
}

/// Debian's cargo without the sysroot. It would take rustup's compiler from `PATH`, hence `RUSTC`.
fn plain_cargo(workspace: &Workspace, linker: &str) -> Command {
    let mut command = workspace.command(CARGO);
    command.env("RUSTC", RUSTC).env(LINKER_KEY, linker);
    // Flags for everything would hide the flags for wasm; the rest belongs to the other compiler.
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH", "CARGO"] {
        command.env_remove(name);
    }
    command
}

fn compiler() -> Option<String> {
    answer(Command::new(RUSTC).arg("-vV").env_remove("LD_LIBRARY_PATH"))
}

/// `wasm-ld` of the LLVM that the compiler is made with.
fn linker(version: &str) -> Option<String> {
    let llvm = version.lines().find_map(|line| line.strip_prefix("LLVM version: "))?;
    Some(format!("wasm-ld-{}", llvm.split('.').next()?))
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.made("wasm-sysroot")
}

fn libraries(folder: &Path) -> PathBuf {
    folder.join("lib/rustlib").join(TARGET).join("lib")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linker_is_of_the_compilers_llvm() {
        let version = "rustc 1.96.0\nhost: x86_64-unknown-linux-gnu\nLLVM version: 22.1.8";
        assert_eq!(linker(version).as_deref(), Some("wasm-ld-22"));
        assert_eq!(linker("rustc 1.96.0"), None);
    }
}
