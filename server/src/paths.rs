//! Paths that settings name.
use std::path::{Path, PathBuf};

/// Whether there is something at `path`, which `setting` names. What this user may not look at is not taken for missing: a new
/// installation would be made, or missed, beside one that is there.
///
/// # Errors
/// When that cannot be seen; names the path and the remedy.
pub fn is_there(setting: &str, path: &Path) -> anyhow::Result<bool> {
    path.try_exists().map_err(|cause| {
        anyhow::anyhow!(
            "{setting}: {} may not be looked at by this user ({cause}); run this as the portal's user, or name another path",
            absolute(path).display()
        )
    })
}

/// What a path means in this folder: whoever stands in the wrong one sees it.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
