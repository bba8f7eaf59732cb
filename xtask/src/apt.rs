//! Debian packages, installed only where we are root on Debian.

use std::path::Path;
use std::process::Command;
use std::sync::Once;

use anyhow::Result;

use crate::steps::{Steps, answer, run_quiet};
use crate::workspace::which;

/// Whether packages may be installed here: Debian or a child of it, and we are root.
pub fn usable() -> bool {
    Path::new("/etc/debian_version").exists()
        && which("apt-get").is_some()
        && answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// Installs packages with their real dependencies only. The package lists are brought up to date once per run.
///
/// # Errors
/// A package is not to be had.
pub fn install(steps: &Steps, packages: &[&str]) -> Result<()> {
    static UPDATED: Once = Once::new();
    UPDATED.call_once(|| {
        // Old lists may still do, and the install says what is missing: not an error of its own.
        if steps.step("apt-get update", || run_quiet(apt().arg("update"))).is_err() {
            steps.note(
                "the package lists could not be brought up to date, going on with those that are there",
            );
        }
    });
    steps.step(&format!("apt-get install {}", packages.join(" ")), || {
        run_quiet(apt().args(["install", "-y", "--no-install-recommends"]).args(packages))
    })
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.args(["-qq", "-o", "DPkg::Lock::Timeout=120"]).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
