//! What a key file may be, and what a start says of one that may not.
use super::*;
use crate::entropy::OsEntropy;
use std::os::unix::fs::PermissionsExt as _;

fn put(folder: &Path, text: &[u8], mode: u32) -> PathBuf {
    let path = folder.join("secret.key");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn the_first_start_makes_a_private_file_and_the_next_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data/secret.key");
    let made = read_or_make(&path, &OsEntropy).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(*read_or_make(&path, &OsEntropy).unwrap(), *made);
    assert_eq!(*read(&path).unwrap(), *made);
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft stays behind");
}

#[test]
fn starts_at_the_same_moment_end_up_with_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    let all: Vec<[u8; 32]> = std::thread::scope(|scope| {
        let starts: Vec<_> =
            (0..8).map(|_| scope.spawn(|| *read_or_make(&path, &OsEntropy).unwrap())).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert!(all.iter().all(|key| *key == all[0]));
}

#[test]
fn a_missing_file_is_made_only_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let error = read(&folder.path().join("secret.key")).unwrap_err().to_string();
    assert!(error.contains("secrets.key_file") && error.contains("base64"), "{error}");
}

#[test]
fn r135_a_file_others_may_read_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    for mode in [0o640, 0o604, 0o620, 0o666, 0o601] {
        let path = put(folder.path(), b"", mode);
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{mode:o}: {error}");
    }
}

#[test]
fn whatever_is_not_32_bytes_of_base64_is_refused_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let long = STANDARD.encode([9u8; 33]);
    let huge = "A".repeat(5000);
    for text in [b"".as_slice(), b"hello", b"\xff\xfe", long.as_bytes(), b"c2hvcnQ=", huge.as_bytes()] {
        let path = put(folder.path(), text, 0o600);
        let error = read(&path).unwrap_err();
        assert!(matches!(error, KeyFileError::Format { .. }), "{error}");
        assert!(!error.to_string().contains("hello"));
    }
    assert!(read(folder.path()).is_err(), "a folder is no key");
}

#[test]
fn r135_a_key_everybody_knows_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let counted: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
    for known in [[0u8; 32], [0x41; 32], counted] {
        let path = put(folder.path(), STANDARD.encode(known).as_bytes(), 0o600);
        assert!(matches!(read(&path), Err(KeyFileError::Example { .. })));
    }
}

#[test]
fn an_existing_file_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), b"not a key", 0o600);
    assert!(read_or_make(&path, &OsEntropy).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), b"not a key");
}

#[test]
fn a_folder_is_named_as_one_whatever_its_mode() {
    let folder = tempfile::tempdir().unwrap();
    for mode in [0o755, 0o700] {
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("is a folder") && !error.contains("chmod"), "{error}");
    }
}
