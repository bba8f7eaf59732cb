//! What an operator does to accounts from the command line: listing, adding, switching off, setting passwords, removing numbers.
//!
//! Accounts are found by their canonical name and then named by id. Steps that people would be told of take the notices that are
//! to be written, put together by the caller as a use case does.
pub(super) mod import;

pub use import::{ImportError, NewNumber, NewUser};

use super::phones::retire;
use super::record::record;
use super::tx::{Step, Tx, Whose, all, execute, optional, steadily};
use super::{Doing as _, Result, Store, at, ends, events};
use domain::events::{Event, EventKind, Trail};
use domain::id::{AccountId, PhoneId};
use domain::notice::NewNotice;
use domain::password::NameKey;
use domain::phone::E164;
use domain::ports::{Fault, Removed};
use domain::time::Timestamp;

macro_rules! user_where {
    ($which:literal) => {
        concat!(
            "SELECT a.id, a.username, a.name_key, a.email, a.disabled_at, a.created_at, ",
            "CAST(CASE WHEN EXISTS (SELECT 1 FROM phones p WHERE p.account_id = a.id AND p.verified_at IS NOT NULL ",
            "AND p.retired_at IS NULL) THEN 1 ELSE 0 END AS BIGINT) AS second_step FROM accounts a WHERE ",
            $which
        )
    };
}

super::tx::statements! {
    FIND = user_where!("a.name_key = $1");
    LIST = user_where!("a.name_key > $1 ORDER BY a.name_key LIMIT $2");
    NUMBERS = "SELECT p.id, p.number_sealed, p.label, p.verified_at, p.preferred_at, p.added_at, f.locked_at FROM phones p \
        LEFT JOIN failures f ON f.account_id = p.account_id AND f.number_hash = p.number_hash AND f.counter = 'using' \
        WHERE p.account_id = $1 AND p.retired_at IS NULL ORDER BY p.added_at, p.id";
    DISABLE = "UPDATE accounts SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL";
    ENABLE = "UPDATE accounts SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL";
    SET_PASSWORD = "UPDATE accounts SET password_hash = $2, password_set_at = $3 WHERE id = $1 RETURNING name_key";
    HASH_OF = "SELECT number_hash FROM phones WHERE id = $1 AND account_id = $2 AND retired_at IS NULL";
    FORGIVE = "DELETE FROM failures WHERE account_id = $1 AND number_hash = $2";
    TWINS = "SELECT id FROM phones WHERE account_id = $1 AND number_hash = $2 AND verified_at IS NULL AND retired_at IS NULL";
}

/// An account as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: AccountId,
    /// The name as given.
    pub username: String,
    /// Where listings go on from.
    pub key: String,
    /// As given.
    pub email: Option<String>,
    /// Switched off.
    pub disabled: bool,
    /// It has a proven number: a code is asked for.
    pub second_step: bool,
    /// When it was added.
    pub created_at: Timestamp,
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
    struct UserRow {
        id: String,
        username: String,
        name_key: String,
        email: Option<String>,
        disabled_at: Option<i64>,
        created_at: i64,
        second_step: i64,
    }
}

impl UserRow {
    fn read(self) -> User {
        User {
            id: AccountId::stored(self.id),
            username: self.username,
            key: self.name_key,
            email: self.email,
            disabled: self.disabled_at.is_some(),
            second_step: self.second_step != 0,
            created_at: at(self.created_at),
        }
    }
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
    /// An account by canonical name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_user(&self, name: &NameKey) -> Result<Option<User>, Fault> {
        let row: Result<Option<UserRow>, _> = optional!(self.db.read(), FIND, name.as_str());
        Ok(row.doing("looking up a name")?.map(UserRow::read))
    }

    /// At most `most` accounts in the order of their names, after the one with this [`User::key`]; an empty list is the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users_after(&self, key: &str, most: u32) -> Result<Vec<User>, Fault> {
        let rows: Result<Vec<UserRow>, _> = all!(self.db.read(), LIST, key, i64::from(most));
        Ok(rows.doing("listing accounts")?.into_iter().map(UserRow::read).collect())
    }

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

    /// Switches an account off; its sessions and flows end (R60). False: it was off already, or there is none.
    ///
    /// # Errors
    /// When the database fails: nothing is changed then.
    pub async fn disable_user(&self, account: &AccountId, trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.disable_in(account, trail).await).doing("switching an account off")
    }

    async fn disable_in(&self, account: &AccountId, trail: &Trail) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        if execute!(tx, DISABLE, account.as_str(), trail.at.as_millis())? == 0 {
            return tx.finish(Step::Undo(false)).await;
        }
        end_all(&mut tx, account, self.clock.now()).await?;
        events::write(&mut tx, &[Event::of(EventKind::AccountDisabled, account)], trail).await?;
        tx.finish(Step::Keep(true)).await
    }

    /// Switches an account on again. False: it was on already, or there is none.
    ///
    /// # Errors
    /// When the database fails: nothing is changed then.
    pub async fn enable_user(&self, account: &AccountId, trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.enable_in(account, trail).await).doing("switching an account on")
    }

    async fn enable_in(&self, account: &AccountId, trail: &Trail) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        if execute!(tx, ENABLE, account.as_str())? == 0 {
            return tx.finish(Step::Undo(false)).await;
        }
        events::write(&mut tx, &[Event::of(EventKind::AccountEnabled, account)], trail).await?;
        tx.finish(Step::Keep(true)).await
    }

    /// Sets a password; all sessions and flows end, notices are written, wrong passwords are forgotten (R48). It neither signs in
    /// nor touches the second step (R39). False: no such account.
    ///
    /// # Errors
    /// When the database fails: nothing is changed then.
    pub async fn set_password(
        &self,
        account: &AccountId,
        hash: &str,
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Result<bool, Fault> {
        steadily!(self.set_password_in(account, hash, notices, trail).await).doing("setting a password")
    }

    async fn set_password_in(
        &self,
        account: &AccountId,
        hash: &str,
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        let row: Option<(String,)> =
            optional!(tx, SET_PASSWORD, account.as_str(), hash, trail.at.as_millis())?;
        let Some((name,)) = row else { return tx.finish(Step::Undo(false)).await };
        if let Some(name) = NameKey::of(&name) {
            self.hold_name(&mut tx, &name).await?;
            self.forgive_passwords(&mut tx, &name).await?;
        }
        end_all(&mut tx, account, self.clock.now()).await?;
        self.write_notices(&mut tx, account, notices, trail).await?;
        events::write(&mut tx, &[Event::of(EventKind::PasswordSet, account)], trail).await?;
        tx.finish(Step::Keep(true)).await
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
            match retire(&mut tx, account, phone, trail, self.clock.now()).await? {
                Removed::Unknown => return tx.finish(Step::Undo(Removed::Unknown)).await,
                // A pending one says nothing about the second step.
                Removed::GivenUp if removed != Removed::Unknown => {}
                done => removed = done,
            }
            execute!(tx, FORGIVE, account.as_str(), &hash)?;
            let twins: Vec<(String,)> = all!(tx, TWINS, account.as_str(), &hash)?;
            for (twin,) in twins {
                let twin = PhoneId::stored(twin);
                retire(&mut tx, account, &twin, trail, self.clock.now()).await?;
                gone.push(twin);
            }
        }
        if removed == Removed::Unknown {
            return tx.finish(Step::Undo(removed)).await;
        }
        self.write_notices(&mut tx, account, notices, trail).await?;
        tx.finish(Step::Keep(removed)).await
    }
}

/// `now`: under the account's lock.
async fn end_all(tx: &mut Tx, account: &AccountId, now: Timestamp) -> Result<()> {
    ends::sessions_of_old(tx, account, None, now).await?;
    ends::flows(tx, account, None, now).await
}
