//! What an operator does to accounts from the command line: listing, adding, switching off, setting passwords, removing them.
//!
//! Accounts are found by their canonical name and then named by id. Steps that people would be told of take the notices that are
//! to be written, put together by the caller as a use case does.
pub(super) mod import;
pub(super) mod numbers;
pub(super) mod remove;

pub use import::{ImportError, NewNumber, NewUser};
pub use numbers::UserPhone;

use super::record::record;
use super::tx::{Step, Tx, Whose, all, execute, optional, steadily};
use super::{Doing as _, Result, Store, at, ends, events};
use domain::events::{Event, EventKind, Trail};
use domain::id::AccountId;
use domain::notice::NewNotice;
use domain::password::NameKey;
use domain::ports::Fault;
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
    DISABLE = "UPDATE accounts SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL";
    ENABLE = "UPDATE accounts SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL";
    SET_PASSWORD = "UPDATE accounts SET password_hash = $2, password_set_at = $3 WHERE id = $1 RETURNING name_key";
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
        let now = tx.now(&*self.clock).await?;
        end_all(&mut tx, account, now).await?;
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
        // The hash of a password is bound.
        tx.carry_out().await?;
        let row: Option<(String,)> =
            optional!(tx, SET_PASSWORD, account.as_str(), hash, trail.at.as_millis())?;
        let Some((name,)) = row else { return tx.finish(Step::Undo(false)).await };
        if let Some(name) = NameKey::of(&name) {
            self.hold_name(&mut tx, &name).await?;
            self.forgive_passwords(&mut tx, &name).await?;
        }
        let now = tx.now(&*self.clock).await?;
        end_all(&mut tx, account, now).await?;
        self.write_notices(&mut tx, account, notices, trail).await?;
        events::write(&mut tx, &[Event::of(EventKind::PasswordSet, account)], trail).await?;
        tx.finish(Step::Keep(true)).await
    }
}

/// `now`: under the account's lock.
async fn end_all(tx: &mut Tx, account: &AccountId, now: Timestamp) -> Result<()> {
    ends::sessions_of_old(tx, account, None, now).await?;
    ends::flows(tx, account, None, now).await
}
