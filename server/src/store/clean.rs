//! Forgetting what is of no use any more. Each table in a statement of its own, so that nobody waits for the whole.
use super::tx::{execute, statements};
use super::{Doing as _, Result, Store};
use domain::day_cap::day;
use domain::delivery_test::KEPT;
use domain::id::{ChallengeId, DeliveryId, SessionHandle};
use domain::limits::LONGEST_WINDOW;
use domain::oidc::life;
use domain::password_tries::LAST;
use domain::ports::Fault;
use domain::time::Timestamp;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

statements! {
    /// What was made before its end is old enough to be over; ids begin with the time, so no index of times is kept for this.
    CHALLENGES = "DELETE FROM challenges WHERE id < $2 AND expires_at <= $1";
    FLOWS = "DELETE FROM flows WHERE expires_at <= $1 AND NOT (purpose = 'sign_in' AND finished_at IS NULL) \
        AND NOT (purpose = 'test' AND (SELECT COUNT(*) FROM flows newer WHERE newer.account_id = flows.account_id \
        AND newer.created_at > flows.created_at AND newer.purpose = 'test' AND newer.phone_id = flows.phone_id) < $2)";
    FLOWS_OLD = "DELETE FROM flows WHERE expires_at <= $1";
    LIMIT_HITS = "DELETE FROM limit_hits WHERE at <= $1";
    /// Alike for names of accounts and others; what is at its end stays there.
    TRIES = "DELETE FROM password_tries WHERE wrong_at <= $1 AND wrong < $2";
    SESSIONS = "DELETE FROM sessions WHERE handle < $2 AND last_seen_at <= $1";
    SESSIONS_RETIRED = "DELETE FROM sessions WHERE retired_at IS NOT NULL AND retired_at <= $1";
    SESSIONS_ENDED = "DELETE FROM sessions WHERE ended_at IS NOT NULL AND ended_at <= $1";
    /// Not while a code for one may still be typed: it may have been taken up again in its last minutes.
    PENDING = "DELETE FROM phones WHERE verified_at IS NULL AND retired_at IS NULL AND consented_at IS NOT NULL \
        AND added_at <= $1 AND NOT EXISTS (SELECT 1 FROM flows f WHERE f.account_id = phones.account_id \
        AND f.phone_id = phones.id AND f.finished_at IS NULL AND f.ended_at IS NULL AND f.expires_at > $2)";
    GIVEN_UP = "DELETE FROM phones WHERE retired_at IS NOT NULL AND retired_at <= $1 AND verified_at IS NULL";
    /// A number that is not used any more is not kept either; its keyed hash stays for the security log.
    NUMBERS = "UPDATE phones SET number_sealed = $2 WHERE retired_at IS NOT NULL AND retired_at <= $1 \
        AND LENGTH(number_sealed) > 0";
    RETIRED = "DELETE FROM phones WHERE retired_at IS NOT NULL AND retired_at <= $1";
    DELIVERIES = "DELETE FROM deliveries WHERE id < $2 AND created_at <= $1";
    SENDS = "DELETE FROM sends_of_day WHERE day < $1";
    NOTICES = "DELETE FROM notices WHERE created_at <= $1 OR put_away_at <= $2";
    /// The oldest, as they were written: so many at once that nobody waits.
    EVENTS = "DELETE FROM events WHERE id IN (SELECT id FROM events ORDER BY id LIMIT $2) AND at <= $1";
    /// What will not sign any more cannot be taken and used either.
    PRIVATE_KEYS = "UPDATE signing_keys SET private_sealed = $2 WHERE LENGTH(private_sealed) > 0 AND EXISTS \
        (SELECT 1 FROM signing_keys AS later WHERE later.withdrawn_at IS NULL AND later.signs_from <= $1 \
        AND later.signs_from > signing_keys.signs_from)";
    SIGNING_KEYS = "DELETE FROM signing_keys WHERE withdrawn_at <= $1 OR EXISTS \
        (SELECT 1 FROM signing_keys AS later WHERE later.withdrawn_at IS NULL AND later.signs_from <= $1 \
        AND later.signs_from > signing_keys.signs_from)";
}

const WHAT: &str = "forgetting what is over";

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

/// Codes go a day after their end at the latest; an hour is left for whoever calls this (R9).
const CODES: Duration = Duration::from_secs(23 * 3600);

/// Deliveries, retired phones, unfinished sign-ins, notices put away, public parts of signing keys.
const QUARTER: Duration = Duration::from_secs(90 * 86_400);

/// The security log, notices nobody looked at, wrong passwords.
const YEAR: Duration = Duration::from_secs(366 * 86_400);

/// Rows of the log in one statement.
const EVENTS_AT_ONCE: i64 = 1000;

/// The mark of a session that has ended stays longer than any request lasts (R54).
const MARK: Duration = Duration::from_secs(600);

/// What was forgotten, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Codes.
    pub challenges: u64,
    /// Flows.
    pub flows: u64,
    /// Counted hits.
    pub limit_hits: u64,
    /// Sessions.
    pub sessions: u64,
    /// Phones that were never proven, or retired long ago.
    pub phones: u64,
    /// Messages.
    pub deliveries: u64,
    /// Notices and events.
    pub records: u64,
}

impl Store {
    /// Forgets what is over. To be called every few minutes, and at least every hour (R9).
    ///
    /// # Errors
    /// When the database fails; what was done until then stays done.
    pub async fn clean(&self, now: Timestamp) -> Result<Cleaned, Fault> {
        // Many rows at once: not on a thread that serves pages (see `sqlite/mod.rs`).
        let (store, runtime) = (self.clone(), Handle::current());
        let cleaned = spawn_blocking(move || runtime.block_on(store.clean_in(now))).await;
        cleaned.map_err(|cause| Fault::new(WHAT, cause))?.doing(WHAT)
    }

    async fn clean_in(&self, now: Timestamp) -> Result<Cleaned> {
        let db = self.db.write();
        let before = |age: Duration| now.minus(age).as_millis();
        let idle = self.session.idle().saturating_add(HOUR);
        let session = SessionHandle::earliest(now.minus(idle));
        let challenge = ChallengeId::earliest(now.minus(CODES));
        let delivery = DeliveryId::earliest(now.minus(QUARTER));
        let cleaned = Cleaned {
            challenges: execute!(db, CHALLENGES, before(CODES), challenge.as_str())?,
            flows: execute!(db, FLOWS, before(DAY), i64::from(KEPT))?
                + execute!(db, FLOWS_OLD, before(QUARTER))?,
            limit_hits: execute!(db, LIMIT_HITS, before(LONGEST_WINDOW))?,
            sessions: execute!(db, SESSIONS, before(idle), session.as_str())?
                + execute!(db, SESSIONS_RETIRED, before(MARK))?
                + execute!(db, SESSIONS_ENDED, before(MARK))?,
            phones: execute!(db, PENDING, before(DAY), now.as_millis())?
                + execute!(db, GIVEN_UP, before(DAY))?
                + execute!(db, RETIRED, before(QUARTER))?,
            deliveries: execute!(db, DELIVERIES, before(QUARTER), delivery.as_str())?,
            records: execute!(db, NOTICES, before(YEAR), before(QUARTER))?
                + self.forget_events(now.minus(YEAR)).await?,
        };
        execute!(db, TRIES, before(YEAR), i64::from(LAST))?;
        execute!(db, SENDS, day(now.minus(QUARTER)))?;
        execute!(db, NUMBERS, before(DAY), Vec::<u8>::new())?;
        self.forget_secrets(now).await?;
        self.end_abandoned(now, now.minus(2 * HOUR)).await?;
        self.forget_oidc(
            now.minus(life::REQUEST),
            now.minus(HOUR),
            now.minus(life::REFRESH + HOUR),
            now.minus(YEAR),
        )
        .await?;
        execute!(db, PRIVATE_KEYS, before(HOUR), Vec::<u8>::new())?;
        execute!(db, SIGNING_KEYS, before(QUARTER))?;
        Ok(cleaned)
    }

    async fn forget_events(&self, before: Timestamp) -> Result<u64> {
        let mut all = 0;
        loop {
            let gone = execute!(self.db.write(), EVENTS, before.as_millis(), EVENTS_AT_ONCE)?;
            all += gone;
            if gone < EVENTS_AT_ONCE.unsigned_abs() {
                return Ok(all);
            }
        }
    }
}
