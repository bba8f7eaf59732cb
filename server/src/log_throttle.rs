//! Lines of the log that anybody can cause, told once in a while.
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// A line is not repeated within this time.
const EVERY: Duration = Duration::from_secs(60);

/// Something that is told once a minute at the most, however often it happens.
#[derive(Debug)]
pub struct LogThrottle(Mutex<Option<Instant>>);

impl LogThrottle {
    /// Not told yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Whether it is to be told now; it counts as told then.
    pub fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| last.elapsed() >= EVERY);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}

impl Default for LogThrottle {
    fn default() -> Self {
        Self::new()
    }
}
