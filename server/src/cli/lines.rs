//! What a command says, line by line. Whoever reads may have gone (`latchkey user list | head`), and a disk may be full: neither stops
//! a command half way, and the end of it says which ([`end`]).
use super::{Failure, Outcome};
use std::fmt::Arguments;
use std::io::{Error, ErrorKind, Write as _, stderr, stdout};
use std::sync::OnceLock;

/// Why standard output takes no more; nothing is written to it from then on.
static LOST: OnceLock<Error> = OnceLock::new();

/// As `println!`, which panics where nothing can be written.
macro_rules! tell {
    () => { $crate::cli::lines::to_reader(format_args!("")) };
    ($($what:tt)+) => { $crate::cli::lines::to_reader(format_args!($($what)+)) };
}

/// As `eprintln!`, which panics where nothing can be written.
macro_rules! tell_aside {
    ($($what:tt)+) => { $crate::cli::lines::aside(format_args!($($what)+)) };
}

pub(super) use {tell as println, tell_aside as eprintln};

/// A line to standard output, as long as that takes any.
pub fn to_reader(line: Arguments<'_>) {
    if LOST.get().is_none()
        && let Err(error) = writeln!(stdout().lock(), "{line}")
    {
        let _ = LOST.set(error);
    }
}

/// A line to standard error. Where that takes none there is nobody left to tell.
pub fn aside(line: Arguments<'_>) {
    let _ = writeln!(stderr().lock(), "{line}");
}

/// Why something of what was said did not get out; nothing where all of it did.
#[must_use]
pub fn lost() -> Option<&'static Error> {
    if let Err(error) = stdout().lock().flush() {
        let _ = LOST.set(error);
    }
    LOST.get()
}

/// How a command that did its work ends: a reader who has gone knew enough.
///
/// # Errors
/// Where its output could not be written for another reason: exit 2.
pub fn end() -> Outcome {
    match lost() {
        None => Ok(()),
        Some(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Some(error) => Err(Failure::Usage(format!(
            "the output could not be written: {error}; what the command was to change is changed"
        ))),
    }
}
