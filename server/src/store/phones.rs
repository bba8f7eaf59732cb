//! Phones of accounts. Nothing is looked up but inside its account (R143).
use super::record::record;
use super::tx::{Step, Tx, Whose, all, execute, later, one, optional, statements, steadily};
use super::{Doing as _, Error, Result, Store, at, ends, events, sessions};
use async_trait::async_trait;
use domain::delivery::SendProblem;
use domain::events::{Event, EventKind, Trail};
use domain::id::{AccountId, PhoneId};
use domain::notice::NewNotice;
use domain::phone::{Mask, NumberHash, Phone};
use domain::ports::{Fault, Phones, Removed};
use domain::time::Timestamp;

statements! {
    OF = "SELECT p.id, p.account_id, p.number_hash, p.calling_code, p.last_digits, p.label, p.added_at, p.verified_at, \
        p.proven_at, p.preferred_at, p.attention, p.replaces, p.fixed_line_at, f.locked_at FROM phones p LEFT JOIN failures f \
        ON f.account_id = p.account_id AND f.number_hash = p.number_hash AND f.counter = 'using' \
        WHERE p.account_id = $1 AND p.retired_at IS NULL ORDER BY p.added_at, p.id";
    RENAME = "UPDATE phones SET label = $3 WHERE id = $2 AND account_id = $1 AND retired_at IS NULL";
    /// The one chosen becomes preferred, the one before it stops being so: one statement, both rows.
    PREFER = "UPDATE phones SET preferred_at = CASE WHEN id = $2 THEN CAST($3 AS BIGINT) END \
        WHERE account_id = $1 AND retired_at IS NULL AND (id = $2 OR preferred_at IS NOT NULL) AND EXISTS \
        (SELECT 1 FROM phones chosen WHERE chosen.id = $2 AND chosen.account_id = $1 \
        AND chosen.verified_at IS NOT NULL AND chosen.retired_at IS NULL)";
    RETIRE = "UPDATE phones SET retired_at = $3 WHERE id = $2 AND account_id = $1 AND retired_at IS NULL RETURNING verified_at";
    PROVEN = "SELECT COUNT(*), COUNT(preferred_at) FROM phones \
        WHERE account_id = $1 AND verified_at IS NOT NULL AND retired_at IS NULL";
    /// Of those left, the one proven first; one that is off only where all are.
    PREFER_NEXT = "UPDATE phones SET preferred_at = $2 WHERE id = (SELECT p.id FROM phones p LEFT JOIN failures f \
        ON f.account_id = p.account_id AND f.number_hash = p.number_hash AND f.counter = 'using' \
        WHERE p.account_id = $1 AND p.verified_at IS NOT NULL AND p.retired_at IS NULL \
        ORDER BY CASE WHEN f.locked_at IS NULL THEN 0 ELSE 1 END, p.verified_at, p.id LIMIT 1)";
    /// The session in which the last proven number is removed goes on with the password alone (R33).
    LOWER_LEVEL = "UPDATE sessions SET level = 0, proof_level = 0 WHERE handle = $1 AND account_id = $2";
}

record! {
    struct PhoneRow {
        id: String,
        account_id: String,
        number_hash: String,
        calling_code: String,
        last_digits: String,
        label: String,
        added_at: i64,
        verified_at: Option<i64>,
        proven_at: Option<i64>,
        preferred_at: Option<i64>,
        attention: Option<String>,
        replaces: Option<String>,
        fixed_line_at: Option<i64>,
        locked_at: Option<i64>,
    }
}

impl PhoneRow {
    fn read(self) -> Result<Phone> {
        let attention = match self.attention {
            None => None,
            Some(name) => Some(SendProblem::stored(&name).ok_or(Error::Unknown("problem of a phone"))?),
        };
        Ok(Phone {
            id: PhoneId::stored(self.id),
            account: AccountId::stored(self.account_id),
            hash: NumberHash::stored(self.number_hash),
            mask: Mask { calling_code: self.calling_code, last_digits: self.last_digits },
            fixed_line: self.fixed_line_at.is_some(),
            label: self.label,
            verified_at: self.verified_at.map(at),
            proven_at: self.verified_at.map(|verified| at(self.proven_at.unwrap_or(verified))),
            resting: false,
            preferred: self.verified_at.is_some() && self.preferred_at.is_some(),
            locked: self.verified_at.is_some() && self.locked_at.is_some(),
            attention,
            added_at: at(self.added_at),
            replaces: self.replaces.map(PhoneId::stored),
        })
    }
}

/// Retires a proven phone, or forgets a pending one, with all that goes with it (R31, R32, R33). `now`: under the
/// account's lock. Notices are the caller's.
pub(super) async fn retire(
    tx: &mut Tx,
    account: &AccountId,
    phone: &PhoneId,
    trail: &Trail,
    now: Timestamp,
) -> Result<Removed> {
    let row: Option<(Option<i64>,)> =
        optional!(tx, RETIRE, account.as_str(), phone.as_str(), now.as_millis())?;
    let Some((verified_at,)) = row else { return Ok(Removed::Unknown) };
    let removed = if verified_at.is_none() {
        ends::flows_of_phone(tx, account, phone.as_str(), now).await?;
        Removed::GivenUp
    } else {
        ends::sessions_of_old(tx, account, trail.session.as_ref(), now).await?;
        ends::flows(tx, account, None, now).await?;
        let (left, preferred): (i64, i64) = one!(tx, PROVEN, account.as_str())?;
        if left > 0 && preferred == 0 {
            later!(tx, PREFER_NEXT, account.as_str(), now.as_millis())?;
        }
        if left == 0
            && let Some(session) = &trail.session
        {
            later!(tx, LOWER_LEVEL, session.as_str(), account.as_str())?;
        }
        if left > 0 { Removed::Done } else { Removed::Last }
    };
    events::write(tx, &[Event::of(EventKind::PhoneRemoved, account).phone(phone)], trail).await?;
    Ok(removed)
}

impl Store {
    pub(super) async fn phones_of(&self, account: &AccountId) -> Result<Vec<Phone>> {
        let rows: Vec<PhoneRow> = all!(self.db.read(), OF, account.as_str())?;
        rows.into_iter().map(PhoneRow::read).collect()
    }

    async fn rename_in(
        &self,
        account: &AccountId,
        phone: &PhoneId,
        label: &str,
        trail: &Trail,
    ) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        let ended = sessions::has_ended(&mut tx, trail).await?;
        let renamed = !ended && execute!(tx, RENAME, account.as_str(), phone.as_str(), label)? > 0;
        self.tell(tx, renamed, EventKind::PhoneRenamed, account, phone, trail).await
    }

    async fn prefer_in(&self, account: &AccountId, phone: &PhoneId, trail: &Trail) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        let ended = sessions::has_ended(&mut tx, trail).await?;
        let preferred =
            !ended && execute!(tx, PREFER, account.as_str(), phone.as_str(), trail.at.as_millis())? > 0;
        self.tell(tx, preferred, EventKind::PhonePreferred, account, phone, trail).await
    }

    /// Ends a step about one phone: with its event where something was done.
    async fn tell(
        &self,
        mut tx: Tx,
        done: bool,
        kind: EventKind,
        account: &AccountId,
        phone: &PhoneId,
        trail: &Trail,
    ) -> Result<bool> {
        if !done {
            return tx.finish(Step::Undo(false)).await;
        }
        events::write(&mut tx, &[Event::of(kind, account).phone(phone)], trail).await?;
        tx.finish(Step::Keep(true)).await
    }

    async fn remove_in(
        &self,
        account: &AccountId,
        phone: &PhoneId,
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Result<Removed> {
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        if sessions::has_ended(&mut tx, trail).await? {
            return tx.finish(Step::Undo(Removed::Unknown)).await;
        }
        let now = tx.now(&*self.clock).await?;
        let removed = retire(&mut tx, account, phone, trail, now).await?;
        if removed == Removed::Unknown {
            return tx.finish(Step::Undo(removed)).await;
        }
        if removed != Removed::GivenUp {
            self.write_notices(&mut tx, account, notices, trail).await?;
        }
        tx.finish(Step::Keep(removed)).await
    }
}

#[async_trait]
impl Phones for Store {
    async fn of(&self, account: &AccountId) -> Result<Vec<Phone>, Fault> {
        self.phones_of(account).await.doing("reading phones")
    }

    async fn rename(
        &self,
        account: &AccountId,
        phone: &PhoneId,
        label: &str,
        trail: &Trail,
    ) -> Result<bool, Fault> {
        steadily!(self.rename_in(account, phone, label, trail).await).doing("renaming a phone")
    }

    async fn prefer(&self, account: &AccountId, phone: &PhoneId, trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.prefer_in(account, phone, trail).await).doing("preferring a phone")
    }

    async fn remove(
        &self,
        account: &AccountId,
        phone: &PhoneId,
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Result<Removed, Fault> {
        steadily!(self.remove_in(account, phone, notices, trail).await).doing("removing a phone")
    }
}
