//! The browser of the end-to-end tests: any Chrome or Chromium, else Debian's package.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::apt;
use crate::steps::{Steps, answer};
use crate::workspace::which;

const PROGRAMS: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const MAC: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// Finds a browser (`CHROMIUM` names one that is to be used), or installs one.
///
/// # Errors
/// There is none and it may not be installed here.
pub fn ensure(steps: &Steps) -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        if !runs(&named) {
            bail!("CHROMIUM names {}, which does not run", named.display());
        }
        return Ok(named);
    }
    if let Some(found) = find() {
        steps.note(&format!("browser: {}", found.display()));
        return Ok(found);
    }
    if apt::usable() {
        // A page without any font has no text to test.
        apt::install(steps, &["chromium", "fonts-liberation"])?;
        return find().context("chromium is installed, but does not run");
    }
    bail!(
        "the browser tests need Chrome or Chromium.\n\nNext step: install either, or name one by \
         CHROMIUM=/path/to/it, then run this command again"
    )
}

fn find() -> Option<PathBuf> {
    let in_path = PROGRAMS.iter().filter_map(|program| which(program));
    in_path.chain(MAC.iter().map(PathBuf::from)).find(|program| runs(program))
}

/// Some systems have a stub of that name which only says how to install it.
fn runs(program: &Path) -> bool {
    answer(Command::new(program).arg("--version")).is_some_and(|text| text.contains("Chrom"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stub_is_no_browser() {
        assert!(!runs(Path::new("/bin/true")));
        assert!(!runs(Path::new("/no/such/browser")));
    }
}
