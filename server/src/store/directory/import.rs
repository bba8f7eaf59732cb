//! Adding accounts: one, or a file of them in one transaction.
use crate::store::tx::{Step, Tx, Whose, execute, statements};
use crate::store::{Error, Result, Store, column, events};
use domain::events::{Event, EventKind, Trail};
use domain::id::{AccountId, PhoneId};
use domain::password::NameKey;
use domain::phone::KnownNumber;
use domain::ports::Fault;

statements! {
    ADD_ACCOUNT = "INSERT INTO accounts (id, username, name_key, email, password_hash, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    ADD_PHONE = "INSERT INTO phones (id, account_id, number_sealed, number_hash, calling_code, last_digits, label, added_at, \
        verified_at, preferred_at, fixed_line_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
}

/// An account to be added; everything in it is checked already.
pub struct NewUser {
    /// The name as given.
    pub username: String,
    /// Its canonical form.
    pub key: NameKey,
    /// As given.
    pub email: Option<String>,
    /// As the password adapter makes it, or a PHC string that it reads.
    pub password_hash: String,
    /// Its numbers; the first verified one becomes preferred.
    pub numbers: Vec<NewNumber>,
}

/// A number of an account to be added.
pub struct NewNumber {
    /// The number.
    pub known: KnownNumber,
    /// Its label, tidied; may be empty.
    pub label: String,
    /// An operator vouches for it. Otherwise it waits for its person to confirm it.
    pub verified: bool,
}

/// Why nothing was added.
#[derive(Debug, thiserror::Error)]
pub enum ImportError<E> {
    /// A record is no good.
    #[error("line {line}: {problem}")]
    Record {
        /// Which one.
        line: u64,
        /// What is wrong with it.
        problem: E,
    },
    /// The name is there already, or twice among the records.
    #[error("line {line}: there is an account with this name already")]
    Taken {
        /// Which one.
        line: u64,
    },
    /// The database failed.
    #[error(transparent)]
    Fault(Fault),
}

impl Store {
    /// Adds an account. `None`: the name is taken, or a number is given twice.
    ///
    /// # Errors
    /// When the database fails: nothing is changed then.
    pub async fn add_user(&self, user: &NewUser, trail: &Trail) -> Result<Option<AccountId>, Fault> {
        match self.add_in(user, trail).await {
            Ok(id) => Ok(Some(id)),
            Err(error) if is_taken(&error) => Ok(None),
            Err(error) => Err(Fault::new("adding an account", error)),
        }
    }

    async fn add_in(&self, user: &NewUser, trail: &Trail) -> Result<AccountId> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        let id = self.write_user(&mut tx, user, trail).await?;
        tx.finish(Step::Keep(id)).await
    }

    /// Adds all accounts of `records`, or none of them. A record is its line number and the account, or what is wrong with it.
    /// The writer is held until the end: others who write meanwhile wait, or are told that the server is busy.
    ///
    /// # Errors
    /// At the first record that is no good or taken; nothing is changed then.
    pub async fn import_users<E>(
        &self,
        records: impl Iterator<Item = (u64, Result<NewUser, E>)> + Send,
        trail: &Trail,
    ) -> Result<u64, ImportError<E>>
    where
        E: Send,
    {
        let fault = |error: Error| ImportError::Fault(Fault::new("importing accounts", error));
        let mut tx = self.db.begin(Whose::Nobody).await.map_err(|error| fault(error.into()))?;
        let mut added = 0u64;
        for (line, record) in records {
            let user = record.map_err(|problem| ImportError::Record { line, problem })?;
            match self.write_user(&mut tx, &user, trail).await {
                Ok(_) => added = added.saturating_add(1),
                Err(error) if is_taken(&error) => return Err(ImportError::Taken { line }),
                Err(error) => return Err(fault(error)),
            }
        }
        tx.finish(Step::Keep(added)).await.map_err(fault)
    }

    async fn write_user(&self, tx: &mut Tx, user: &NewUser, trail: &Trail) -> Result<AccountId> {
        let id = AccountId::new(&*self.entropy);
        let now = trail.at.as_millis();
        // The hash of a password is bound.
        tx.carry_out().await?;
        execute!(
            tx,
            ADD_ACCOUNT,
            id.as_str(),
            &user.username,
            user.key.as_str(),
            user.email.as_deref(),
            &user.password_hash,
            now,
        )?;
        // What was typed for the name before it was anybody's says nothing about this password (R48).
        self.forgive_passwords(tx, &user.key).await?;
        events::write(tx, &[Event::of(EventKind::AccountAdded, &id)], trail).await?;
        let mut preferred = Some(now);
        for number in &user.numbers {
            let phone = PhoneId::new(&*self.entropy);
            let plain = number.known.number.reveal().as_bytes();
            let sealed = self.keys.seal(&*self.entropy, phone.as_str(), column::NUMBER, plain);
            let mask = number.known.number.mask();
            execute!(
                tx,
                ADD_PHONE,
                phone.as_str(),
                id.as_str(),
                sealed,
                number.known.hash.as_str(),
                mask.calling_code,
                mask.last_digits,
                &number.label,
                now,
                number.verified.then_some(now),
                if number.verified { preferred.take() } else { None },
                number.known.fixed_line.then_some(now),
            )?;
            let kind = if number.verified { EventKind::PhoneVerified } else { EventKind::PhoneAdded };
            events::write(tx, &[Event::of(kind, &id).phone(&phone)], trail).await?;
        }
        Ok(id)
    }
}

fn is_taken(error: &Error) -> bool {
    match error {
        Error::Sql(error) => error.is_unique_violation(),
        Error::Sealed(_) | Error::Unknown(_) => false,
    }
}
