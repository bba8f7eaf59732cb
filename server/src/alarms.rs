//! What an operator must hear of at once, as lines of the log: limits that hold because somebody may be after his money.
use domain::limits::Limit;
use domain::watch::{Seen, Watch};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// An alarm is not repeated within this time.
const EVERY: Duration = Duration::from_secs(60);

/// Raises alarms, and hands on all it sees.
pub struct Alarms<W> {
    next: W,
    pumping: Mutex<Option<Instant>>,
    used_up: Mutex<Option<Instant>>,
}

impl<W: Watch> Alarms<W> {
    /// Before another watcher.
    pub fn before(next: W) -> Self {
        Self { next, pumping: Mutex::new(None), used_up: Mutex::new(None) }
    }

    fn held(&self, limit: Limit) {
        match limit {
            // Codes to new numbers that nobody types back: somebody may be paid for them (A24).
            Limit::Block | Limit::Country if is_due(&self.pumping) => tracing::error!(
                limit = limit.name(),
                "many new numbers of one block or country are not proven: no more are begun there for up to an hour; somebody may be pumping messages"
            ),
            Limit::Day if is_due(&self.used_up) => tracing::error!(
                "the messages of today are used up: none goes out until midnight in UTC; look for an attack, or raise limits.sends_per_day"
            ),
            _ => {}
        }
    }
}

fn is_due(last: &Mutex<Option<Instant>>) -> bool {
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let due = last.is_none_or(|last| last.elapsed() >= EVERY);
    if due {
        *last = Some(Instant::now());
    }
    due
}

impl<W: Watch> Watch for Alarms<W> {
    fn saw(&self, what: Seen<'_>) {
        if let Seen::Held(limit) = what {
            self.held(limit);
        }
        self.next.saw(what);
    }
}
