//! How long what apps are given lives.
use crate::time::Timestamp;
use std::time::Duration;

/// An authorization request waits so long for its person; a half sign-in begun late in it is still finished.
pub const REQUEST: Duration = Duration::from_secs(3600);

/// A code (R102).
pub const CODE: Duration = Duration::from_secs(60);

/// An access token (R106).
pub const ACCESS: Duration = Duration::from_secs(600);

/// An ID token: it says what was so when it was made (R108).
pub const ID_TOKEN: Duration = Duration::from_secs(300);

/// A family of refresh tokens, from the sign-in it came out of: renewing it does not make it longer (R107).
pub const REFRESH: Duration = Duration::from_secs(24 * 3600);

/// Whether something that began at `since` and lives for `life` still does.
#[must_use]
pub fn lives(since: Timestamp, life: Duration, now: Timestamp) -> bool {
    now < since.plus(life)
}

const _: () = assert!(CODE.as_secs() <= 60 && ACCESS.as_secs() <= 600 && ID_TOKEN.as_secs() <= 300);
const _: () = assert!(REFRESH.as_secs() <= 86_400);
