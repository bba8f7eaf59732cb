//! The day's messages, counted for all nodes together, and the stop that an operator sets.
use super::tx::{Step, Tx, Whose, execute, later, one, optional, statements, steadily};
use super::{Doing as _, Result, Store, at, events};
use domain::day_cap::{Closed, DayCap, day, midnight};
use domain::events::{Event, EventKind, Trail};
use domain::id::DeliveryId;
use domain::limits::Wait;
use domain::ports::Fault;
use domain::time::Timestamp;

statements! {
    /// One more, unless all are stopped or used up: the conditions are those of `DayCap::closed`.
    COUNT = "INSERT INTO sends_of_day (day, sends) SELECT CAST($1 AS BIGINT), 1 WHERE CAST($2 AS BIGINT) > 0 \
        AND NOT EXISTS (SELECT 1 FROM stops WHERE what = 'messages') ON CONFLICT (day) DO UPDATE SET sends = sends_of_day.sends + 1 \
        WHERE sends_of_day.sends < $2";
    /// All of today's are counted, where fewer were.
    SO_FAR = "INSERT INTO sends_of_day (day, sends) SELECT CAST($1 AS BIGINT), COUNT(*) FROM deliveries WHERE id >= $2 \
        ON CONFLICT (day) DO UPDATE SET sends = excluded.sends WHERE excluded.sends > sends_of_day.sends";
    COUNTED = "SELECT COALESCE((SELECT sends FROM sends_of_day WHERE day = $1), 0), (SELECT stopped_at FROM stops WHERE what = 'messages')";
    STOPPED = "SELECT stopped_at FROM stops WHERE what = 'messages'";
    /// For who looks: messages are rows for longer than a day.
    TODAY = "SELECT COUNT(*), (SELECT stopped_at FROM stops WHERE what = 'messages') FROM deliveries WHERE id >= $1";
    STOP = "INSERT INTO stops (what, stopped_at) VALUES ('messages', $1) ON CONFLICT (what) DO NOTHING";
    RESUME = "DELETE FROM stops WHERE what = 'messages'";
}

/// What a stop of all messages is called.
pub(super) const MESSAGES: &str = "messages";

/// How messages stand today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendingToday {
    /// Written down since midnight in UTC, notices included.
    pub sent: u64,
    /// Since when an operator has stopped all.
    pub stopped_since: Option<Timestamp>,
}

/// Counts one more message, or says until when none goes out. The last step of a transaction that others may wait for: all
/// messages of all nodes pass here one by one. Where there is no cap nothing is counted, and nobody waits.
pub(super) async fn count(tx: &mut Tx, cap: DayCap, now: Timestamp) -> Result<Option<Wait>> {
    let Some(most) = cap.0 else {
        let stopped: Option<(i64,)> = optional!(tx, STOPPED)?;
        return Ok(cap.closed(0, stopped.is_some()).map(|closed| closed.wait(now)));
    };
    if execute!(tx, COUNT, day(now), i64::from(most))? > 0 {
        return Ok(None);
    }
    let (sent, stopped): (i64, Option<i64>) = one!(tx, COUNTED, day(now))?;
    // Whatever it was, it held a moment ago.
    let closed = cap.closed(number(sent), stopped.is_some()).unwrap_or(Closed::UsedUp);
    Ok(Some(closed.wait(now)))
}

/// Why none goes out at this moment, if none does: for who has something to do before he counts.
pub(super) async fn closed(tx: &mut Tx, cap: DayCap, now: Timestamp) -> Result<Option<Closed>> {
    let (sent, stopped): (i64, Option<i64>) = one!(tx, COUNTED, day(now))?;
    Ok(cap.closed(number(sent), stopped.is_some()))
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

impl Store {
    /// Stops all messages, or lets them go on; false where it was so already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stop_sending(&self, stop: bool, trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.stop_in(stop, trail).await).doing("stopping messages")
    }

    async fn stop_in(&self, stop: bool, trail: &Trail) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        let changed = match stop {
            true => execute!(tx, STOP, trail.at.as_millis())?,
            false => execute!(tx, RESUME)?,
        };
        if changed == 0 {
            return tx.finish(Step::Undo(false)).await;
        }
        let kind = if stop { EventKind::SendingStopped } else { EventKind::SendingResumed };
        events::write(&mut tx, &[Event::anonymous(kind)], trail).await?;
        tx.finish(Step::Keep(true)).await
    }

    /// For the start of a node: where a cap is set, those that went out today while none was count as well. Without one nothing is
    /// counted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_today_so_far(&self, cap: DayCap, now: Timestamp) -> Result<(), Fault> {
        if cap.0.is_none() {
            return Ok(());
        }
        steadily!(self.count_so_far_in(now).await).doing("counting today's messages")
    }

    async fn count_so_far_in(&self, now: Timestamp) -> Result<()> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        later!(tx, SO_FAR, day(now), DeliveryId::earliest(midnight(now)).as_str())?;
        tx.finish(Step::Keep(())).await
    }

    /// How messages stand today.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sending_today(&self, now: Timestamp) -> Result<SendingToday, Fault> {
        let row = one!(self.db.read(), TODAY, DeliveryId::earliest(midnight(now)).as_str());
        let row: Result<(i64, Option<i64>)> = row.map_err(Into::into);
        let (sent, stopped) = row.doing("reading today's messages")?;
        Ok(SendingToday { sent: number(sent), stopped_since: stopped.map(at) })
    }
}
