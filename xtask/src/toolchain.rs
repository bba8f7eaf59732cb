//! The compiler of the browser part: the machine's own with the wasm target, or Debian's.
//!
//! Order: the target is there; a Debian sysroot made earlier is there; rustup adds the target; Debian packages and a
//! standard library built once. Toolchains themselves are never installed, updated or changed: they are the machine's.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::steps::{Steps, answer, run_within};
use crate::workspace::{Workspace, which};
use crate::{apt, debian};

/// The target triple of the browser part.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// On a closed network the request may hang instead of being refused.
const RUSTUP_LIMIT: Duration = Duration::from_secs(60);

/// A compiler that can build for [`TARGET`].
pub enum WasmCompiler {
    /// The one that built this program.
    Own {
        /// What it says about itself.
        version: String,
    },
    /// Debian's, with the sysroot we made for it.
    Debian(debian::Sysroot),
}

impl WasmCompiler {
    /// Its cargo.
    pub fn cargo(&self, workspace: &Workspace) -> Command {
        match self {
            Self::Own { .. } => workspace.cargo(),
            Self::Debian(sysroot) => sysroot.cargo(workspace),
        }
    }

    /// For stamps: another version makes other files.
    pub fn version(&self) -> &str {
        match self {
            Self::Own { version } => version,
            Self::Debian(sysroot) => sysroot.version(),
        }
    }
}

/// Finds a compiler for the browser part, or installs what it lacks.
///
/// # Errors
/// Neither way is open; both are named.
pub fn ensure(steps: &Steps, workspace: &Workspace) -> Result<WasmCompiler> {
    // Builders without rustup's server try their way with this: LATCHKEY_WASM_COMPILER=debian.
    let debian_only = std::env::var_os("LATCHKEY_WASM_COMPILER").is_some_and(|value| value == "debian");
    if !debian_only && own_has_target(workspace) {
        steps.note("wasm target: there");
        return Ok(own(workspace));
    }
    if let Some(sysroot) = debian::find(workspace) {
        steps.note("wasm target: there (Debian's compiler)");
        return Ok(WasmCompiler::Debian(sysroot));
    }
    if !debian_only && which("rustup").is_some() {
        let added = steps.step("wasm target: rustup target add wasm32-unknown-unknown", || {
            run_within(workspace.command("rustup").args(["target", "add", TARGET]), RUSTUP_LIMIT)
        });
        if added.is_ok() && own_has_target(workspace) {
            return Ok(own(workspace));
        }
        steps.note("rustup cannot bring the wasm target here, trying Debian's packages");
    }
    if apt::usable() {
        return debian::install(steps, workspace).map(WasmCompiler::Debian);
    }
    bail!(
        "the compiler lacks its wasm target.\n\nNext step, one of:\n  \
         rustup target add {TARGET}\n  \
         run this command again as root on Debian, where its packages can be used instead"
    )
}

fn own(workspace: &Workspace) -> WasmCompiler {
    WasmCompiler::Own { version: answer(rustc(workspace).arg("-vV")).unwrap_or_default() }
}

fn own_has_target(workspace: &Workspace) -> bool {
    answer(rustc(workspace).args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|folder| has_std(&PathBuf::from(folder)))
}

fn rustc(workspace: &Workspace) -> Command {
    workspace.command(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// Whether a library folder holds a standard library.
pub fn has_std(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|mut entries| {
        entries.any(|entry| {
            entry.is_ok_and(|file| {
                let name = file.file_name().to_string_lossy().into_owned();
                name.starts_with("libstd-") && name.ends_with(".rlib")
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_std_is_no_target() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!has_std(&folder.path().join("absent")));
        assert!(!has_std(folder.path()));
        std::fs::write(folder.path().join("libcore-1.rlib"), "").unwrap();
        assert!(!has_std(folder.path()));
        std::fs::write(folder.path().join("libstd-1.rlib"), "").unwrap();
        assert!(has_std(folder.path()));
    }
}
