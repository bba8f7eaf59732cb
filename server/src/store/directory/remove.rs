//! Removing an account for good.
use crate::store::tx::{Step, Whose, later, optional, statements, steadily};
use crate::store::{Doing as _, Result, Store, events};
use domain::events::{Event, EventKind, Trail};
use domain::id::AccountId;
use domain::password::NameKey;
use domain::ports::Fault;

statements! {
    /// Nothing binds messages to phones: they outlive a number that its person removed, or never proved.
    MESSAGES = "DELETE FROM deliveries WHERE account_id = $1";
    /// Phones, sessions, flows, codes, counters, notices and what apps had go with it.
    ACCOUNT = "DELETE FROM accounts WHERE id = $1 RETURNING name_key";
}

impl Store {
    /// Removes an account with its numbers, their hashes, messages and sessions, and what apps were granted (R141). Its lines in the
    /// security log stay: they name it by its id alone. False: there is none.
    ///
    /// # Errors
    /// When the database fails: nothing is changed then.
    pub async fn remove_user(&self, account: &AccountId, trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.remove_user_in(account, trail).await).doing("removing an account")
    }

    async fn remove_user_in(&self, account: &AccountId, trail: &Trail) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        later!(tx, MESSAGES, account.as_str())?;
        let gone: Option<(String,)> = optional!(tx, ACCOUNT, account.as_str())?;
        let Some((name,)) = gone else { return tx.finish(Step::Undo(false)).await };
        // Whoever gets the name next begins without what was typed for this one.
        if let Some(name) = NameKey::of(&name) {
            self.hold_name(&mut tx, &name).await?;
            self.forgive_passwords(&mut tx, &name).await?;
        }
        events::write(&mut tx, &[Event::of(EventKind::AccountRemoved, account)], trail).await?;
        tx.finish(Step::Keep(true)).await
    }
}
