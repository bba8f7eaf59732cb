//! The key file: 32 random bytes in base64, readable by its owner alone.
use crate::keys::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::entropy::{Entropy, hex};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use thiserror::Error;
use zeroize::Zeroizing;

/// More than such a file ever holds: what is longer is another file.
const MOST: u64 = 1024;

/// Why the key file is of no use, with the remedy.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// There is none.
    #[error(
        "secrets.key_file: there is no {0}; put back the key file this database was made with, or only where that is new make one with `(umask 077; head -c 32 /dev/urandom | base64 > {0})`",
        .path.display()
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// It could not be read or made.
    #[error("secrets.key_file: {} cannot be {what} by this user: {cause}; run this as the portal's user, and see that its folder is right", .path.display())]
    Io {
        /// Where it is.
        path: PathBuf,
        /// "read" or "made".
        what: &'static str,
        /// What the system says.
        cause: io::Error,
    },
    /// It is a folder.
    #[error("secrets.key_file: {0} is a folder; name a file in it, such as {1}", .path.display(), .path.join("secret.key").display())]
    Folder {
        /// Which one.
        path: PathBuf,
    },
    /// Others on this machine can read or change it (R135).
    #[error("secrets.key_file: {0} is open to others (mode {mode:03o}); run `chmod 600 {0}`", .path.display())]
    Open {
        /// Where it is.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It does not hold 32 bytes in base64.
    #[error(
        "secrets.key_file: {} does not hold 32 random bytes in base64; put back the right file from your backup (a new one makes stored numbers and passwords useless)",
        .path.display()
    )]
    Format {
        /// Where it is.
        path: PathBuf,
    },
    /// It holds an example, not a secret.
    #[error("secrets.key_file: {} holds an example and no secret; make one with `head -c 32 /dev/urandom | base64`", .path.display())]
    Example {
        /// Where it is.
        path: PathBuf,
    },
}

pub(super) fn read(path: &Path) -> Result<Secret, KeyFileError> {
    let io = |cause| KeyFileError::Io { path: path.to_owned(), what: "read", cause };
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(KeyFileError::Missing { path: path.to_owned() });
        }
        other => other.map_err(io)?,
    };
    // Asked of the open file, not of the path: nobody can exchange it in between.
    if file.metadata().map_err(io)?.is_dir() {
        return Err(KeyFileError::Folder { path: path.to_owned() });
    }
    let mode = others_may(&file).map_err(io)?;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Open { path: path.to_owned(), mode });
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MOST).read_to_string(&mut text).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => KeyFileError::Format { path: path.to_owned() },
        _ => io(error),
    })?;
    let bytes = STANDARD.decode(text.trim()).map(Zeroizing::new);
    let master = bytes.ok().and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok()).map(Zeroizing::new);
    let Some(master) = master else {
        return Err(KeyFileError::Format { path: path.to_owned() });
    };
    // Zeros, one byte repeated or counted up: written by hand, known to everybody.
    let steps: Vec<u8> =
        master.windows(2).filter_map(|pair| Some(pair.last()?.wrapping_sub(*pair.first()?))).collect();
    if steps.windows(2).all(|pair| pair.first() == pair.last()) {
        return Err(KeyFileError::Example { path: path.to_owned() });
    }
    Ok(master)
}

pub(super) fn read_or_make(path: &Path, entropy: &dyn Entropy) -> Result<Secret, KeyFileError> {
    match read(path) {
        Err(KeyFileError::Missing { .. }) => {}
        other => return other,
    }
    make(path, entropy).map_err(|cause| KeyFileError::Io { path: path.to_owned(), what: "made", cause })?;
    read(path)
}

/// Writes a new file beside its place and links it there whole: a crash leaves no half file, and of two that start together
/// the slower one takes the other's.
fn make(path: &Path, entropy: &dyn Entropy) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder)?;
    let mut master = Zeroizing::new([0u8; 32]);
    entropy.fill(master.as_mut_slice());
    let mut mark = [0u8; 8];
    entropy.fill(&mut mark);
    let draft = folder.join(format!(".new-key-{}", hex(&mark)));
    let text = Zeroizing::new(format!("{}\n", STANDARD.encode(master.as_slice())));
    let written = create_private(&draft).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let linked = written.and_then(|()| match std::fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let removed = std::fs::remove_file(&draft);
    linked.and(removed)?;
    // The name must outlive a power cut too: what is stored from now on needs this key.
    File::open(folder)?.sync_all()
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

#[cfg(unix)]
fn create_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn others_may(file: &File) -> io::Result<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(file.metadata()?.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn others_may(_: &File) -> io::Result<u32> {
    Ok(0o600)
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
