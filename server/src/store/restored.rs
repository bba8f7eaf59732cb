//! The mark after a backup was put back: what the backup had under way ends in one transaction (A45).
//!
//! A backup does not know what ended after it was made. A session that was signed out of, a code that was used, a message that went
//! out would be live again; all of them end here, for good. Accounts, numbers and passwords stay as the backup has them: only an
//! operator can know which of them were changed since.
//!
//! A new table that holds something live ends here too; a test asks for a decision about each table.
use super::tx::{Step, Whose, execute, later, statements, steadily};
use super::{Doing as _, Result, Store, events};
use domain::delivery::SendProblem;
use domain::events::{Event, EventKind, Trail};
use domain::ports::Fault;

statements! {
    /// A sign-in from before that is just being completed opens no session either (see `cookie.rs`).
    ACCOUNTS = "UPDATE accounts SET factors_changed_at = $1";
    SESSIONS = "UPDATE sessions SET ended_at = $1, return_to = NULL WHERE ended_at IS NULL";
    FLOWS = "UPDATE flows SET ended_at = $1 WHERE finished_at IS NULL AND ended_at IS NULL";
    CODES = "UPDATE challenges SET ended_at = $1 WHERE ended_at IS NULL";
    /// Codes of apps, and every token that came out of one.
    GRANTS = "UPDATE oidc_grants SET ended_at = $1 WHERE ended_at IS NULL";
    REQUESTS = "UPDATE oidc_requests SET answered_at = $1 WHERE answered_at IS NULL";
    /// Nobody can confirm them any more. Numbers that an operator added wait for their person.
    UNCONFIRMED = "UPDATE phones SET retired_at = $1 WHERE verified_at IS NULL AND retired_at IS NULL \
        AND consented_at IS NOT NULL";
    /// They may have gone out after the backup was made: never a second time (D14).
    MESSAGES = "UPDATE deliveries SET state = 'unknown', problem = $2, settled_at = $1, body_sealed = NULL \
        WHERE settled_at IS NULL";
    /// Nor is a code spoken that was sealed for a call.
    SPOKEN = "UPDATE deliveries SET spoken_sealed = NULL WHERE spoken_sealed IS NOT NULL";
}

/// What a restore mark ended, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revived {
    /// Sessions, half sign-ins included.
    pub sessions: u64,
    /// Codes that could have been typed.
    pub codes: u64,
    /// Messages that would have been sent.
    pub messages: u64,
}

impl Store {
    /// Ends all that this database has under way: to be called once after a backup was put back, before anybody is served.
    ///
    /// # Errors
    /// When the database fails: nothing has ended then.
    pub async fn mark_restored(&self, trail: &Trail) -> Result<Revived, Fault> {
        steadily!(self.mark_restored_in(trail).await).doing("ending what a backup revived")
    }

    async fn mark_restored_in(&self, trail: &Trail) -> Result<Revived> {
        let now = trail.at.as_millis();
        let mut tx = self.db.begin(Whose::Nobody).await?;
        later!(tx, ACCOUNTS, now)?;
        let revived = Revived {
            sessions: execute!(tx, SESSIONS, now)?,
            codes: execute!(tx, CODES, now)?,
            messages: execute!(tx, MESSAGES, now, SendProblem::Retry.name())?,
        };
        later!(tx, SPOKEN)?;
        later!(tx, FLOWS, now)?;
        later!(tx, GRANTS, now)?;
        later!(tx, REQUESTS, now)?;
        later!(tx, UNCONFIRMED, now)?;
        let told =
            format!("sessions {}, codes {}, messages {}", revived.sessions, revived.codes, revived.messages);
        events::write(&mut tx, &[Event::anonymous(EventKind::BackupRestored).detail(told)], trail).await?;
        tx.finish(Step::Keep(revived)).await
    }
}
