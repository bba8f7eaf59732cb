//! The `SessionStore` of the cookie layer: typed columns, keyed by a hash of the id, and nothing that a slow request could revive
//! or raise (R54, R61, D12).
//!
//! ```text
//! create ──> live ──(the cookie layer deletes the old id)──> retired ──(and creates the new one)──> live
//!             └──(ended: sign-out, a change of factors, an operator)──> ended, for good; `create` finds the mark and fails
//! ```
//!
//! `create` writes the whole state, so a person's level and proof change with a new id only (R56). `save` writes `return_to`
//! and `resume`, nothing else; neither makes a row where one was ended.
use super::record::record;
use super::tx::{Step, Whose, execute, optional, statements, steadily};
use super::{Error, Result, Store, at};
use async_trait::async_trait;
use domain::id::{AccountId, FlowId, RequestId, SessionHandle};
use domain::level::{Level, Proof};
use domain::session::{SessionState, Who};
use domain::time::Timestamp;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::{SessionStore, session_store};

statements! {
    /// Makes a session, or gives the one between two ids its new one. Nothing happens where it was ended, where it is live (another
    /// request was faster), where its account was switched off, or where password or phones changed since it signed in (R32). A level above the password needs a proven number at this very
    /// moment (R33). The beginning of a session never moves (R58).
    CREATE = "INSERT INTO sessions (handle, id_hash, account_id, level, auth_time, proof_level, proof_at, flow_id, return_to, \
        created_at, last_seen_at, address, agent, resume, apps_only_at, by_call_at) SELECT CAST($1 AS TEXT), $2, CAST($3 AS TEXT), \
        CASE WHEN EXISTS (SELECT 1 FROM phones p WHERE p.account_id = $3 AND p.verified_at IS NOT NULL \
        AND p.retired_at IS NULL) THEN CAST($4 AS BIGINT) WHEN CAST($4 AS BIGINT) IS NULL THEN NULL ELSE 0 END, \
        CAST($5 AS BIGINT), \
        CASE WHEN EXISTS (SELECT 1 FROM phones p WHERE p.account_id = $3 AND p.verified_at IS NOT NULL \
        AND p.retired_at IS NULL) THEN CAST($6 AS BIGINT) WHEN CAST($6 AS BIGINT) IS NULL THEN NULL ELSE 0 END, \
        CAST($7 AS BIGINT), CAST($8 AS TEXT), CAST($9 AS TEXT), CAST($10 AS BIGINT), CAST($11 AS BIGINT), \
        CAST($12 AS TEXT), CAST($13 AS TEXT), CAST($14 AS TEXT), CAST($15 AS BIGINT), CAST($16 AS BIGINT) WHERE CAST($3 AS TEXT) IS NULL \
        OR EXISTS (SELECT 1 FROM accounts a WHERE a.id = $3 AND a.disabled_at IS NULL \
        AND (COALESCE(a.factors_changed_at, 0) <= $10 OR EXISTS (SELECT 1 FROM sessions s WHERE s.handle = $1))) \
        ON CONFLICT (handle) DO UPDATE SET id_hash = excluded.id_hash, account_id = excluded.account_id, \
        level = excluded.level, auth_time = excluded.auth_time, proof_level = excluded.proof_level, \
        proof_at = excluded.proof_at, flow_id = excluded.flow_id, return_to = excluded.return_to, \
        last_seen_at = excluded.last_seen_at, address = excluded.address, agent = excluded.agent, \
        resume = excluded.resume, apps_only_at = excluded.apps_only_at, by_call_at = excluded.by_call_at, retired_at = NULL \
        WHERE sessions.retired_at IS NOT NULL AND sessions.ended_at IS NULL";
    SAVE = "UPDATE sessions SET return_to = $2, resume = $3 WHERE id_hash = $1 AND retired_at IS NULL AND ended_at IS NULL";
    /// It is over an absolute time after the oldest proof that it rests on, a half sign-in after its own beginning (R58).
    LOAD = "SELECT s.handle, s.account_id, s.level, s.auth_time, s.proof_level, s.proof_at, s.flow_id, s.return_to, \
        s.created_at, s.last_seen_at, s.address, s.agent, s.resume, s.apps_only_at, s.by_call_at FROM sessions s LEFT JOIN accounts a ON a.id = s.account_id \
        WHERE s.id_hash = $1 AND s.retired_at IS NULL AND s.ended_at IS NULL AND s.last_seen_at > $2 AND COALESCE(s.auth_time, s.created_at) > $3 \
        AND a.disabled_at IS NULL";
    TOUCH = "UPDATE sessions SET last_seen_at = $2 WHERE id_hash = $1 AND last_seen_at < $2 AND retired_at IS NULL \
        AND ended_at IS NULL";
    RETIRE = "UPDATE sessions SET retired_at = $2 WHERE id_hash = $1 AND retired_at IS NULL AND ended_at IS NULL";
}

/// The one key of a record's data.
pub const STATE: &str = "state";

/// Last use is kept to the second: a page with ten files does not write ten times.
const TOUCH_AFTER: std::time::Duration = std::time::Duration::from_secs(1);

/// A page waits no longer than this for its session to be marked as used.
const TOUCH_WITHIN: std::time::Duration = std::time::Duration::from_millis(200);

record! {
    pub(super) struct SessionRow {
        handle: String,
        account_id: Option<String>,
        level: Option<i64>,
        auth_time: Option<i64>,
        proof_level: Option<i64>,
        proof_at: Option<i64>,
        flow_id: Option<String>,
        return_to: Option<String>,
        created_at: i64,
        pub(super) last_seen_at: i64,
        address: String,
        agent: String,
        resume: Option<String>,
        apps_only_at: Option<i64>,
        by_call_at: Option<i64>,
    }
}

impl SessionRow {
    pub(super) fn read(self) -> Result<SessionState> {
        let level = |number| Level::stored(number).ok_or(Error::Unknown("level of a session"));
        let who = match (self.account_id, self.level, self.auth_time, self.proof_level, self.proof_at) {
            (Some(account), Some(own), Some(auth_time), Some(proven), Some(proven_at)) => Who::Person {
                account: AccountId::stored(account),
                level: level(own)?,
                auth_time: at(auth_time),
                proof: Proof { level: level(proven)?, at: at(proven_at) },
            },
            _ => match self.flow_id {
                Some(flow) => Who::Half { flow: FlowId::stored(flow) },
                None => return Err(Error::Unknown("kind of session")),
            },
        };
        Ok(SessionState {
            handle: SessionHandle::stored(self.handle),
            who,
            return_to: self.return_to,
            resume: self.resume.map(RequestId::stored),
            apps_only: self.apps_only_at.is_some(),
            by_call: self.by_call_at.is_some(),
            created_at: at(self.created_at),
            address: self.address,
            agent: self.agent,
        })
    }
}

/// What the cookie's secret is kept as: a database that leaks is no bunch of sessions.
fn hash(id: &Id) -> Vec<u8> {
    Sha256::digest(id.0.to_le_bytes()).to_vec()
}

fn backend(error: impl Into<Error>) -> session_store::Error {
    session_store::Error::Backend(error.into().to_string())
}

fn state_of(record: &Record) -> session_store::Result<SessionState> {
    let value = record.data.get(STATE).ok_or_else(|| session_store::Error::Encode("no state".to_owned()))?;
    serde_json::from_value(value.clone()).map_err(|error| session_store::Error::Encode(error.to_string()))
}

fn moment(time: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(time.as_millis()).saturating_mul(1_000_000))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

impl Store {
    async fn insert(&self, id: &Id, state: &SessionState, now: Timestamp) -> Result<u64> {
        let (account, level, auth_time, proof, flow) = match &state.who {
            Who::Half { flow } => (None, None, None, None, Some(flow.as_str())),
            Who::Person { account, level, auth_time, proof } => {
                (Some(account.as_str()), Some(*level), Some(*auth_time), Some(*proof), None)
            }
        };
        // A half sign-in is worth what its flow is worth, and that is looked up anew each time. What a person's session is worth is
        // decided here, and nothing about the account changes meanwhile.
        let mut tx = match &state.who {
            Who::Half { .. } => None,
            Who::Person { account, .. } => Some(self.db.begin(Whose::Account(account.as_str())).await?),
        };
        let place = match &mut tx {
            None => self.db.write().place().await?,
            Some(tx) => tx.place().await?,
        };
        let made = execute!(
            place,
            CREATE,
            state.handle.as_str(),
            hash(id),
            account,
            level.map(Level::number),
            auth_time.map(Timestamp::as_millis),
            proof.map(|proof| proof.level.number()),
            proof.map(|proof| proof.at.as_millis()),
            flow,
            state.return_to.as_deref(),
            state.created_at.as_millis(),
            now.as_millis(),
            &state.address,
            &state.agent,
            state.resume.as_ref().map(RequestId::as_str),
            state.apps_only.then_some(state.created_at.as_millis()),
            state.by_call.then_some(state.created_at.as_millis()),
        )?;
        match tx {
            None => Ok(made),
            Some(tx) => tx.finish(Step::Keep(made)).await,
        }
    }

    /// Remembers that a session is in use, if that can be done at once: who only looks does not wait for those who write, and the
    /// next request remembers it as well.
    async fn touch(&self, id_hash: &[u8], now: Timestamp) {
        let written = async { execute!(self.db.write(), TOUCH, id_hash, now.as_millis()) };
        if let Ok(Err(error)) = tokio::time::timeout(TOUCH_WITHIN, written).await {
            tracing::debug!(cause = %error, "the use of a session could not be remembered");
        }
    }

    async fn load_in(&self, id: &Id) -> Result<Option<(SessionState, Timestamp)>> {
        let now = self.clock.now();
        let id_hash = hash(id);
        let (idle, absolute) = self.session.holds_after(now);
        let row: Option<SessionRow> =
            optional!(self.db.read(), LOAD, &id_hash, idle.as_millis(), absolute.as_millis())?;
        let Some(row) = row else { return Ok(None) };
        if now.since(at(row.last_seen_at)) >= TOUCH_AFTER {
            self.touch(&id_hash, now).await;
        }
        let state = row.read()?;
        let end = state.counts_from().plus(self.session.absolute()).min(now.plus(self.session.idle()));
        Ok(Some((state, end)))
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let state = state_of(record)?;
        let now = self.clock.now();
        for _ in 0..3 {
            match steadily!(self.insert(&record.id, &state, now).await) {
                Ok(0) => {
                    return Err(session_store::Error::Backend("the session has ended".to_owned()));
                }
                Ok(_) => return Ok(()),
                Err(Error::Sql(error)) if error.is_unique_violation() => record.id = Id::default(),
                Err(error) => return Err(backend(error)),
            }
        }
        Err(session_store::Error::Backend("no free session id was found".to_owned()))
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let state = state_of(record)?;
        execute!(
            self.db.write(),
            SAVE,
            hash(&record.id),
            state.return_to.as_deref(),
            state.resume.as_ref().map(RequestId::as_str)
        )
        .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some((state, end)) = self.load_in(id).await.map_err(backend)? else { return Ok(None) };
        let value =
            serde_json::to_value(&state).map_err(|error| session_store::Error::Decode(error.to_string()))?;
        let data = HashMap::from([(STATE.to_owned(), value)]);
        Ok(Some(Record { id: *id, data, expiry_date: moment(end) }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        execute!(self.db.write(), RETIRE, hash(id), self.clock.now().as_millis()).map_err(backend)?;
        Ok(())
    }
}
