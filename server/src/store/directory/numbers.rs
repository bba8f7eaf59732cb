//! What an operator does to numbers from the command line: reading them whole, removing them, letting codes be typed again.
use crate::store::phones::retire;
use crate::store::record::record;
use crate::store::tx::{Step, Whose, all, execute, later, optional, statements, steadily};
use crate::store::{Doing as _, Result, Store, at, events};
use domain::events::{Event, EventKind, Trail};
use domain::id::{AccountId, PhoneId};
use domain::notice::NewNotice;
use domain::phone::E164;
use domain::ports::{Fault, Removed};
use domain::time::Timestamp;

statements! {
    NUMBERS = "SELECT p.id, p.number_sealed, p.label, p.verified_at, p.preferred_at, p.added_at, f.locked_at FROM phones p \
        LEFT JOIN failures f ON f.account_id = p.account_id AND f.number_hash = p.number_hash AND f.counter = 'using' \
        WHERE p.account_id = $1 AND p.retired_at IS NULL ORDER BY p.added_at, p.id";
    HASH_OF = "SELECT number_hash FROM phones WHERE id = $1 AND account_id = $2 AND retired_at IS NULL";
    FORGIVE = "DELETE FROM failures WHERE account_id = $1 AND number_hash = $2";
    TWINS = "SELECT id FROM phones WHERE account_id = $1 AND number_hash = $2 AND verified_at IS NULL AND retired_at IS NULL";
    UNLOCK = "DELETE FROM failures WHERE account_id = $1 AND locked_at IS NOT NULL \
        AND number_hash = (SELECT number_hash FROM phones WHERE id = $2 AND account_id = $1 AND retired_at IS NULL)";
}

/// A phone as an operator sees it: the one place with full numbers, because an operator asked for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPhone {
    /// Its id.
    pub id: PhoneId,
    /// The whole number.
    pub number: E164,
    /// Its label.
    pub label: String,
    /// Its code came back, or an operator vouched for it.
    pub verified: bool,
    /// Codes go here first.
    pub preferred: bool,
    /// When it was added.
    pub added_at: Timestamp,
    /// Off after too many wrong codes.
    pub locked: bool,
}

record! {
    struct NumberRow {
        id: String,
        number_sealed: Vec<u8>,
        label: String,
        verified_at: Option<i64>,
        preferred_at: Option<i64>,
        added_at: i64,
        locked_at: Option<i64>,
    }
}

impl Store {
    /// The phones of an account with their full numbers, oldest first.
    ///
    /// # Errors
    /// When the database fails, or a number does not open.
    pub async fn numbers_of(&self, account: &AccountId) -> Result<Vec<UserPhone>, Fault> {
        self.numbers_in(account).await.doing("reading numbers")
    }

    async fn numbers_in(&self, account: &AccountId) -> Result<Vec<UserPhone>> {
        let rows: Vec<NumberRow> = all!(self.db.read(), NUMBERS, account.as_str())?;
        rows.into_iter()
            .map(|row| {
                Ok(UserPhone {
                    number: self.open_number(&row.id, &row.number_sealed)?,
                    id: PhoneId::stored(row.id),
                    label: row.label,
                    verified: row.verified_at.is_some(),
                    preferred: row.verified_at.is_some() && row.preferred_at.is_some(),
                    added_at: at(row.added_at),
                    locked: row.locked_at.is_some(),
                })
            })
            .collect()
    }

    /// Removes phones of an account, all or none, as if their person had (R31, R32); what was counted against their numbers is
    /// forgotten, so that they can be added anew. Gives what the last removal led to; [`Removed::Unknown`] when one is not there:
    /// then nothing is changed.
    ///
    /// # Errors
    /// When the database fails: nothing is changed then.
    pub async fn remove_numbers(
        &self,
        account: &AccountId,
        phones: &[PhoneId],
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Result<Removed, Fault> {
        steadily!(self.remove_numbers_in(account, phones, notices, trail).await).doing("removing numbers")
    }

    async fn remove_numbers_in(
        &self,
        account: &AccountId,
        phones: &[PhoneId],
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Result<Removed> {
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        let mut removed = Removed::Unknown;
        let mut gone: Vec<PhoneId> = Vec::new();
        for phone in phones {
            if gone.contains(phone) {
                continue;
            }
            let row: Option<(String,)> = optional!(tx, HASH_OF, phone.as_str(), account.as_str())?;
            let Some((hash,)) = row else { return tx.finish(Step::Undo(Removed::Unknown)).await };
            let now = tx.now(&*self.clock).await?;
            match retire(&mut tx, account, phone, trail, now).await? {
                Removed::Unknown => return tx.finish(Step::Undo(Removed::Unknown)).await,
                // A pending one says nothing about the second step.
                Removed::GivenUp if removed != Removed::Unknown => {}
                done => removed = done,
            }
            later!(tx, FORGIVE, account.as_str(), &hash)?;
            let twins: Vec<(String,)> = all!(tx, TWINS, account.as_str(), &hash)?;
            for (twin,) in twins {
                let twin = PhoneId::stored(twin);
                retire(&mut tx, account, &twin, trail, now).await?;
                gone.push(twin);
            }
        }
        if removed == Removed::Unknown {
            return tx.finish(Step::Undo(removed)).await;
        }
        self.write_notices(&mut tx, account, notices, trail).await?;
        tx.finish(Step::Keep(removed)).await
    }

    /// Lets codes be typed again for those of these phones that are off after too many wrong ones; the count begins anew (R4). Gives
    /// which they were.
    ///
    /// # Errors
    /// When the database fails: nothing is changed then.
    pub async fn unlock_numbers(
        &self,
        account: &AccountId,
        phones: &[PhoneId],
        trail: &Trail,
    ) -> Result<Vec<PhoneId>, Fault> {
        steadily!(self.unlock_in(account, phones, trail).await).doing("letting codes be typed again")
    }

    async fn unlock_in(
        &self,
        account: &AccountId,
        phones: &[PhoneId],
        trail: &Trail,
    ) -> Result<Vec<PhoneId>> {
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        let mut unlocked = Vec::new();
        for phone in phones {
            if execute!(tx, UNLOCK, account.as_str(), phone.as_str())? > 0 {
                let event = Event::of(EventKind::PhoneUnlocked, account).phone(phone);
                events::write(&mut tx, &[event], trail).await?;
                unlocked.push(phone.clone());
            }
        }
        tx.finish(Step::Keep(unlocked)).await
    }
}
