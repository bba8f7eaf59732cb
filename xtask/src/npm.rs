//! npm packages of one folder.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::stamp::{self, Inputs};
use crate::steps::{Steps, answer, run};

/// Node's oldest version that is maintained and that Playwright runs on.
const NODE: u32 = 20;

/// Installs the packages of `folder` as its lock file says; nothing when they are there.
///
/// # Errors
/// Node is missing or too old, or a package is not to be had.
pub fn ensure(steps: &Steps, folder: &Path) -> Result<()> {
    let found = answer(Command::new("node").arg("--version")).unwrap_or_default();
    if major(&found).is_none_or(|version| version < NODE) {
        bail!(
            "the browser tests need Node.js {NODE} or newer with npm{}.\n\nNext step: install it from \
             https://nodejs.org or your system's packages, then run this command again",
            if found.is_empty() { String::new() } else { format!(", here is {found}") }
        );
    }
    let digest = Inputs::default()
        .word(&found)
        .tree(&folder.join("package.json"))?
        .tree(&folder.join("package-lock.json"))?
        .digest();
    let stamp = folder.join("node_modules/.latchkey-stamp");
    if stamp::says(&stamp, &digest) {
        steps.note("npm packages: there");
        return Ok(());
    }
    let verb = if folder.join("package-lock.json").is_file() { "ci" } else { "install" };
    steps.step(&format!("npm packages: npm {verb}"), || {
        let mut npm = Command::new("npm");
        npm.current_dir(folder).args([verb, "--no-audit", "--no-fund"]);
        // The tests use the browser that is installed.
        run(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
    })?;
    stamp::put(&stamp, &digest)
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major(""), None);
    }
}
