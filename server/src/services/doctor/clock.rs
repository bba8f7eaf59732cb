//! This machine's clock beside others: codes, sessions and tokens live by it.
use super::{Check, Findings, cause, within};
use crate::clock::{MOST_SKEW, SharedClock, SystemClock};
use crate::store::Db;
use domain::time::{Clock as _, Timestamp};
use std::time::Duration;

const DATABASE: &str = "clock.database";

/// What to do about a clock that is off.
const SET_IT: &str = "set this machine's clock and keep it set (chrony, systemd-timesyncd)";

/// Farther off than this, certificates and apps will not take what this machine says.
const USELESS: Duration = Duration::from_secs(30);

/// On PostgreSQL the database's clock is everybody's: a node that is farther off is not ready (R133).
pub(super) async fn check(db: Option<&Db>, findings: &mut Findings<'_>) {
    let Some(db) = db else {
        findings.add(Check::skipped(DATABASE, "nothing can be asked of the database"));
        return;
    };
    findings.add(match within(db.now()).await {
        Some(Ok(None)) => Check::skipped(DATABASE, "SQLite has no clock of its own: this machine's counts"),
        Some(Ok(Some((told, asking)))) => {
            let skew = SharedClock::new(told, asking).skew();
            let seen =
                format!("this machine's clock and the database's differ by {:.1} s", skew.as_secs_f64());
            if skew > MOST_SKEW {
                Check::failed(DATABASE, format!("{seen}; the node is not ready beyond 2 s"), SET_IT)
            } else {
                Check::ok(DATABASE, seen)
            }
        }
        Some(Err(error)) => {
            let fault = domain::ports::Fault::new("asking for the time", error);
            Check::failed(DATABASE, cause(&fault), "see that the database answers")
        }
        None => Check::failed(DATABASE, "the database does not answer", "see that it answers"),
    });
}

/// Beside what another machine said, to the second, between `before` and `after` of ours.
pub(super) fn beside(
    name: &'static str,
    whose: &str,
    told: Timestamp,
    before: Timestamp,
    after: Timestamp,
) -> Check {
    let off = off(told, before, after);
    let seen = format!("this machine's clock and {whose} differ by {} s", off.as_secs());
    if off > USELESS {
        Check::failed(name, seen, SET_IT)
    } else if off > MOST_SKEW {
        Check::warn(name, seen, SET_IT)
    } else {
        Check::ok(name, format!("this machine's clock and {whose} agree"))
    }
}

/// How far they differ at least: what was told is cut off to the second, and was said some time between.
fn off(told: Timestamp, before: Timestamp, after: Timestamp) -> Duration {
    let end = told.plus(Duration::from_secs(1));
    before.since(end).max(told.since(after))
}

/// This machine's time.
pub(super) fn own() -> Timestamp {
    SystemClock.now()
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;

    #[test]
    fn a_second_cut_off_is_no_difference_and_half_a_minute_is_too_much() {
        let at = Timestamp::from_millis;
        for (told, before, after, wanted) in [
            (10_000, 10_000, 10_100, Outcome::Ok),
            (10_000, 10_990, 11_090, Outcome::Ok),
            (10_000, 12_900, 13_000, Outcome::Ok),
            (10_000, 14_000, 14_100, Outcome::Warn),
            (20_000, 10_000, 10_100, Outcome::Warn),
            (10_000, 100_000, 100_100, Outcome::Failed),
            (100_000, 10_000, 10_100, Outcome::Failed),
        ] {
            let check = beside("clock.twilio", "Twilio's", at(told), at(before), at(after));
            assert_eq!(check.outcome, wanted, "{check:?}");
        }
    }
}
