//! Browser sessions beside what the cookie layer does with them: listed for their person, ended for good.
use super::cookie::SessionRow;
use super::tx::{Step, Tx, Whose, all, execute, later, optional, statements, steadily};
use super::{Doing as _, Result, Store, at, ends, events};
use async_trait::async_trait;
use domain::events::{Event, Trail};
use domain::id::{AccountId, SessionHandle};
use domain::level::Level;
use domain::ports::{Fault, Sessions};
use domain::session::SessionInfo;
use domain::time::Timestamp;

statements! {
    /// The row stays as a mark: a slower request of the same session finds it and cannot make it anew (R54, D12).
    END = "UPDATE sessions SET ended_at = $2, return_to = NULL WHERE handle = $1 AND ended_at IS NULL";
    HAS_ENDED = "SELECT ended_at FROM sessions WHERE handle = $1 AND ended_at IS NOT NULL";
    HOLDS = "SELECT s.created_at FROM sessions s LEFT JOIN flows f ON f.id = s.flow_id \
        LEFT JOIN accounts a ON a.id = COALESCE(s.account_id, f.account_id) WHERE s.handle = $1 AND s.ended_at IS NULL \
        AND s.last_seen_at > $2 AND COALESCE(s.auth_time, s.created_at) > $3 AND a.disabled_at IS NULL \
        AND (s.account_id IS NOT NULL OR (f.ended_at IS NULL AND f.finished_at IS NULL AND f.expires_at > $4))";
    OF = "SELECT handle, account_id, level, auth_time, proof_level, proof_at, flow_id, return_to, created_at, last_seen_at, \
        address, agent, resume, apps_only_at, by_call_at FROM sessions WHERE account_id = $1 AND ended_at IS NULL AND retired_at IS NULL \
        AND last_seen_at > $2 AND COALESCE(auth_time, created_at) > $3 ORDER BY last_seen_at DESC, handle LIMIT 200";
}

/// Whether the session that asks has ended since its request was let in: then nothing is changed for it (R32, R54). Asked inside
/// the transaction of the change. The mark of an ended session outlives every request.
pub(super) async fn has_ended(tx: &mut Tx, trail: &Trail) -> Result<bool> {
    match &trail.session {
        Some(session) => is_over(tx, session).await,
        None => Ok(false),
    }
}

async fn is_over(tx: &mut Tx, session: &SessionHandle) -> Result<bool> {
    let ended: Option<(i64,)> = optional!(tx, HAS_ENDED, session.as_str())?;
    Ok(ended.is_some())
}

/// Ends one session alone, where it has begun and not ended; what is under way in it is the caller's.
pub(super) fn end(tx: &mut Tx, session: &SessionHandle, now: Timestamp) -> Result<()> {
    Ok(later!(tx, END, session.as_str(), now.as_millis())?)
}

impl Store {
    async fn end_in(&self, session: &SessionHandle, events: &[Event], trail: &Trail) -> Result<()> {
        let mut tx = self.db.begin(Whose::Session(session.as_str())).await?;
        // Somebody was faster: what there was to end and to tell is his.
        let ended = execute!(tx, END, session.as_str(), trail.at.as_millis())?;
        if ended == 0 && is_over(&mut tx, session).await? {
            return tx.finish(Step::Undo(())).await;
        }
        ends::flows_of_session(&mut tx, session, trail.at).await?;
        ends::grants_of_session(&mut tx, session, trail.at).await?;
        events::write(&mut tx, events, trail).await?;
        tx.finish(Step::Keep(())).await
    }

    async fn still_holds(&self, session: &SessionHandle, now: Timestamp) -> Result<bool> {
        let (idle, absolute) = self.session.holds_after(now);
        let row: Option<(i64,)> = optional!(
            self.db.read(),
            HOLDS,
            session.as_str(),
            idle.as_millis(),
            absolute.as_millis(),
            now.as_millis()
        )?;
        Ok(row.is_some())
    }

    async fn sessions_of(&self, account: &AccountId, now: Timestamp) -> Result<Vec<SessionInfo>> {
        let (idle, absolute) = self.session.holds_after(now);
        let rows: Vec<SessionRow> =
            all!(self.db.read(), OF, account.as_str(), idle.as_millis(), absolute.as_millis())?;
        rows.into_iter()
            .map(|row| {
                let last_seen_at = at(row.last_seen_at);
                Ok(SessionInfo { state: row.read()?, last_seen_at })
            })
            .collect()
    }
}

#[async_trait]
impl Sessions for Store {
    async fn end(&self, session: &SessionHandle, events: &[Event], trail: &Trail) -> Result<(), Fault> {
        steadily!(self.end_in(session, events, trail).await).doing("ending a session")
    }

    async fn holds(&self, session: &SessionHandle, now: Timestamp) -> Result<bool, Fault> {
        self.still_holds(session, now).await.doing("looking for a session")
    }

    async fn of(&self, account: &AccountId, now: Timestamp) -> Result<Vec<SessionInfo>, Fault> {
        self.sessions_of(account, now).await.doing("reading sessions")
    }

    async fn hand_on(
        &self,
        old: &SessionHandle,
        new: &SessionHandle,
        account: &AccountId,
        level: Level,
        now: Timestamp,
    ) -> Result<(), Fault> {
        steadily!(self.hand_on_in(old, new, account, level, now).await)
            .doing("handing grants on to a session")
    }
}
