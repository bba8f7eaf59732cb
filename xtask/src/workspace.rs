//! Where things are, and the cargo that is already at work here.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The folders of one checkout.
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// The workspace that this program was built from.
    ///
    /// # Errors
    /// The folder is gone.
    pub fn find() -> Result<Self> {
        let manifest =
            std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root =
            Path::new(&manifest).join("..").canonicalize().context("the workspace folder is not there")?;
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// A file or folder below the top folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// Where cargo puts what it builds for this machine.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Our own things that can be made again: always `target/` of the workspace, where the server looks for its site.
    pub fn made(&self, name: &str) -> PathBuf {
        self.root.join("target").join(name)
    }

    /// A command that runs in the top folder.
    pub fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root);
        // Cargo tells a program it runs about that program's package; what we start is not that package.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&*name);
            }
        }
        command
    }

    /// The cargo that runs us.
    pub fn cargo(&self) -> Command {
        self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }
}

/// The full path of a program in `PATH`.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_the_folder_with_the_lock_file() {
        assert!(Workspace::find().unwrap().path("Cargo.lock").is_file());
    }

    #[test]
    fn a_program_that_is_not_there_is_not_found() {
        assert!(which("cargo").is_some());
        assert_eq!(which("no-such-program-anywhere"), None);
    }
}
