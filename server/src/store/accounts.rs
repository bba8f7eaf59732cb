//! Accounts, as far as sign-in and pages need them. What an operator does to them is in `directory`.
use super::tx::{Step, Whose, execute, later, optional, statements, steadily};
use super::{Doing as _, Result, Store, at, events};
use async_trait::async_trait;
use domain::events::{Event, EventKind, Trail};
use domain::id::AccountId;
use domain::level::Level;
use domain::password::NameKey;
use domain::ports::{Account, Accounts, Credentials, Fault};
use domain::time::Timestamp;

statements! {
    /// A password that was never set anew is as old as its account: browsers of whoever had the name before are strangers to it (R49).
    CREDENTIALS = "SELECT id, password_hash, disabled_at, COALESCE(password_set_at, created_at) FROM accounts WHERE name_key = $1";
    ACCOUNT = "SELECT username, disabled_at, last_sign_in_at, last_sign_in_agent, previous_sign_in_at, previous_sign_in_agent FROM accounts WHERE id = $1";
    RENEW_HASH = "UPDATE accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2";
    SIGNED_IN = "UPDATE accounts SET previous_sign_in_at = last_sign_in_at, previous_sign_in_agent = last_sign_in_agent, \
        last_sign_in_at = $2, last_sign_in_agent = $3 WHERE id = $1";
}

/// Remembers a sign-in; its event, which names the level, is the caller's to write.
pub(super) async fn sign_in(
    tx: &mut super::tx::Tx,
    id: &AccountId,
    level: Level,
    trail: &Trail,
) -> Result<Event> {
    later!(tx, SIGNED_IN, id.as_str(), trail.at.as_millis(), &trail.agent)?;
    Ok(Event::of(EventKind::SignedIn, id).detail(level.acr()))
}

impl Store {
    async fn credentials_in(&self, name: &NameKey) -> Result<Option<Credentials>> {
        let row: Option<(String, String, Option<i64>, Option<i64>)> =
            optional!(self.db.read(), CREDENTIALS, name.as_str())?;
        Ok(row.map(|(id, password_hash, disabled_at, set_at)| Credentials {
            id: AccountId::stored(id),
            password_hash,
            disabled: disabled_at.is_some(),
            password_set_at: set_at.map(at),
        }))
    }

    async fn account_in(&self, id: &AccountId) -> Result<Option<Account>> {
        type Row = (String, Option<i64>, Option<i64>, Option<String>, Option<i64>, Option<String>);
        let row: Option<Row> = optional!(self.db.read(), ACCOUNT, id.as_str())?;
        Ok(row.map(|(username, disabled_at, last_at, last_agent, before_at, before_agent)| Account {
            id: id.clone(),
            username,
            disabled: disabled_at.is_some(),
            sign_ins: [(last_at, last_agent), (before_at, before_agent)]
                .into_iter()
                .filter_map(|(millis, agent)| Some((at(millis?), agent.unwrap_or_default())))
                .collect(),
        }))
    }

    async fn signed_in_in(&self, id: &AccountId, level: Level, trail: &Trail) -> Result<()> {
        let mut tx = self.db.begin(Whose::Account(id.as_str())).await?;
        let event = sign_in(&mut tx, id, level, trail).await?;
        events::write(&mut tx, &[event], trail).await?;
        tx.finish(Step::Keep(())).await
    }
}

#[async_trait]
impl Accounts for Store {
    async fn credentials(&self, name: &NameKey) -> Result<Option<Credentials>, Fault> {
        self.credentials_in(name).await.doing("looking up a name")
    }

    async fn account(&self, id: &AccountId) -> Result<Option<Account>, Fault> {
        self.account_in(id).await.doing("reading an account")
    }

    async fn renew_hash(&self, id: &AccountId, old: &str, new: &str) -> Result<(), Fault> {
        execute!(self.db.write(), RENEW_HASH, id.as_str(), old, new)
            .map(drop)
            .doing("renewing a password hash")
    }

    async fn signed_in(&self, id: &AccountId, level: Level, trail: &Trail) -> Result<(), Fault> {
        steadily!(self.signed_in_in(id, level, trail).await).doing("remembering a sign-in")
    }

    async fn note(&self, events: &[Event], trail: &Trail) -> Result<(), Fault> {
        self.write_events(events, trail).await.doing("writing events")
    }

    async fn note_unless_since(&self, event: &Event, since: Timestamp, trail: &Trail) -> Result<(), Fault> {
        self.write_event_unless_since(event, since, trail).await.doing("writing an event")
    }
}
