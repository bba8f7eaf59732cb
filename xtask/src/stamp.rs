//! Stamps: a digest over everything a step reads, kept beside what it made, so that it is not made again.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Collects what a step depends on.
#[derive(Default)]
pub struct Inputs {
    hash: Sha256,
}

impl Inputs {
    /// A word, like the version of a compiler.
    pub fn word(mut self, word: &str) -> Self {
        self.part(word.as_bytes());
        self
    }

    /// A file, or every file below a folder with its place in it. What is not there counts as not there.
    ///
    /// # Errors
    /// Something cannot be read.
    pub fn tree(mut self, top: &Path) -> Result<Self> {
        for file in files(top)? {
            let place = file.strip_prefix(top).unwrap_or(&file).to_string_lossy().into_owned();
            self.part(place.as_bytes());
            self.part(&fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?);
        }
        // The end of a tree, so that a file cannot wander from one tree to the next unseen.
        self.part(b"");
        Ok(self)
    }

    /// The digest, in 64 hexadecimal digits.
    pub fn digest(self) -> String {
        self.hash.finalize().iter().fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _written = write!(text, "{byte:02x}");
            text
        })
    }

    fn part(&mut self, bytes: &[u8]) {
        self.hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.hash.update(bytes);
    }
}

/// All files at or below `top`, sorted; none when it is not there.
///
/// # Errors
/// A folder cannot be listed.
pub fn files(top: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![top.to_path_buf()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            for entry in
                fs::read_dir(&path).with_context(|| format!("{} cannot be listed", path.display()))?
            {
                open.push(entry?.path());
            }
        } else if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Whether the stamp in `file` says `digest`.
pub fn says(file: &Path, digest: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|found| found == digest)
}

/// Puts the stamp down.
///
/// # Errors
/// The file cannot be written.
pub fn put(file: &Path, digest: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, digest).with_context(|| format!("{} cannot be written", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest_of(top: &Path) -> String {
        Inputs::default().word("compiler 1").tree(top).unwrap().digest()
    }

    #[test]
    fn content_place_and_compiler_change_the_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let first = digest_of(folder.path());
        fs::write(folder.path().join("a"), "1").unwrap();
        let second = digest_of(folder.path());
        assert_ne!(first, second);
        assert_eq!(second, digest_of(folder.path()));
        fs::rename(folder.path().join("a"), folder.path().join("b")).unwrap();
        assert_ne!(second, digest_of(folder.path()));
        let other = Inputs::default().word("compiler 2").tree(folder.path()).unwrap().digest();
        assert_ne!(other, digest_of(folder.path()));
    }

    #[test]
    fn a_missing_tree_is_no_error() {
        assert_eq!(files(Path::new("/no/such/folder")).unwrap(), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_stamp_says_only_what_was_put() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = folder.path().join("deep/stamp");
        assert!(!says(&stamp, "abc"));
        put(&stamp, "abc").unwrap();
        assert!(says(&stamp, "abc") && !says(&stamp, "abd"));
    }
}
