//! The security log: written in the transaction of the change itself (R41, R128).
use super::tx::{Tx, Whose, execute, later, statements};
use super::{Result, Store};
use crate::node;
use domain::events::{Event, Trail};
use domain::id::{AccountId, PhoneId, SessionHandle};
use domain::time::Timestamp;

statements! {
    INSERT = "INSERT INTO events (at, kind, account_id, phone_id, purpose, detail, actor, request, address, agent, session, node) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    /// Two of one trail.
    INSERT_TWO = "INSERT INTO events (at, kind, account_id, phone_id, purpose, detail, actor, request, address, agent, session, node) \
        VALUES ($1, $7, $8, $9, $10, $11, $2, $3, $4, $5, $6, $17), ($1, $12, $13, $14, $15, $16, $2, $3, $4, $5, $6, $17)";
    /// Unless it stands there since a moment.
    INSERT_RARE = "INSERT INTO events (at, kind, account_id, phone_id, purpose, detail, actor, request, address, agent, session, node) \
        SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT), \
        CAST($7 AS TEXT), CAST($8 AS TEXT), CAST($9 AS TEXT), CAST($10 AS TEXT), CAST($11 AS TEXT), CAST($12 AS TEXT) WHERE NOT EXISTS \
        (SELECT 1 FROM events e WHERE e.account_id = $3 AND e.at > $13 AND e.kind = $2 AND COALESCE(e.detail, '') = COALESCE($6, ''))";
}

macro_rules! write_event {
    ($how:ident, $on:expr, $event:expr, $trail:expr) => {
        write_event!($how, $on, INSERT, $event, $trail,)
    };
    ($how:ident, $on:expr, $sql:expr, $event:expr, $trail:expr, $($more:expr)*) => {{
        let (event, trail): (&Event, &Trail) = ($event, $trail);
        $how!(
            $on,
            $sql,
            trail.at.as_millis(),
            event.kind.name(),
            event.account.as_ref().map(|id| id.as_str()),
            event.phone.as_ref().map(|id| id.as_str()),
            event.purpose,
            event.detail.as_deref(),
            trail.actor.name(),
            &trail.request,
            &trail.address,
            &trail.agent,
            trail.session.as_ref().map(|handle| handle.as_str()),
            node::name(),
            $($more)*
        )
    }};
}

/// Writes events in the transaction of what they tell of.
pub(super) async fn write(tx: &mut Tx, events: &[Event], trail: &Trail) -> Result<()> {
    for pair in events.chunks(2) {
        match pair {
            [first, second] => write_two(tx, first, second, trail).await?,
            [only] => {
                write_event!(later, tx, only, trail)?;
            }
            _ => {}
        }
    }
    Ok(())
}

async fn write_two(tx: &mut Tx, first: &Event, second: &Event, trail: &Trail) -> Result<()> {
    later!(
        tx,
        INSERT_TWO,
        trail.at.as_millis(),
        trail.actor.name(),
        &trail.request,
        &trail.address,
        &trail.agent,
        trail.session.as_ref().map(SessionHandle::as_str),
        first.kind.name(),
        first.account.as_ref().map(AccountId::as_str),
        first.phone.as_ref().map(PhoneId::as_str),
        first.purpose,
        first.detail.as_deref(),
        second.kind.name(),
        second.account.as_ref().map(AccountId::as_str),
        second.phone.as_ref().map(PhoneId::as_str),
        second.purpose,
        second.detail.as_deref(),
        node::name(),
    )?;
    Ok(())
}

impl Store {
    /// Writes an event of an account, unless the same was written after `since`.
    pub(super) async fn write_event_unless_since(
        &self,
        event: &Event,
        since: Timestamp,
        trail: &Trail,
    ) -> Result<()> {
        write_event!(execute, self.db.write(), INSERT_RARE, event, trail, since.as_millis())?;
        Ok(())
    }

    /// Writes events that go with no other change: a single one without a transaction of its own.
    pub(super) async fn write_events(&self, events: &[Event], trail: &Trail) -> Result<()> {
        match events {
            [] => Ok(()),
            [event] => {
                write_event!(execute, self.db.write(), event, trail)?;
                Ok(())
            }
            events => {
                let mut tx = self.db.begin(Whose::Nobody).await?;
                write(&mut tx, events, trail).await?;
                tx.finish(super::tx::Step::Keep(())).await
            }
        }
    }
}
