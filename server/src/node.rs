//! Which machine this is, for the security log (R128).
use std::sync::LazyLock;

static NAME: LazyLock<String> = LazyLock::new(|| {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = String::new();
    // A name as long as hosts may have; anything else is no name.
    if name.len() <= 255 && name.bytes().all(|byte| byte.is_ascii_graphic()) { name } else { String::new() }
});

/// The host name that the system knows itself by; empty where there is none.
#[must_use]
pub fn name() -> &'static str {
    &NAME
}
