//! The apps that people signed in to, and what apps are told about people.
use crate::store::clients::least;
use crate::store::record::record;
use crate::store::tx::{Step, Whose, all, execute, later, optional, statements};
use crate::store::{Result, Store, at, events};
use domain::client::ClientId;
use domain::events::{Event, EventKind, Trail};
use domain::id::AccountId;
use domain::oidc::claims::Person;
use domain::oidc::ports::SignedInTo;

statements! {
    SIGNED_IN_TO = "SELECT a.client_id, c.name, c.min_acr, a.first_at, a.last_at FROM oidc_apps a JOIN clients c ON c.id = a.client_id \
        WHERE a.account_id = $1 ORDER BY a.last_at DESC, a.client_id LIMIT 200";
    LEAVE = "DELETE FROM oidc_apps WHERE account_id = $1 AND client_id = $2";
    END_OF_APP = "UPDATE oidc_grants SET ended_at = $3 WHERE account_id = $1 AND client_id = $2 AND ended_at IS NULL";
    PERSON = "SELECT username, email FROM accounts WHERE id = $1 AND disabled_at IS NULL";
    /// The number codes go to first, while it is not off (R110).
    NUMBER = "SELECT p.id, p.number_sealed FROM phones p WHERE p.account_id = $1 AND p.verified_at IS NOT NULL \
        AND p.retired_at IS NULL AND NOT EXISTS (SELECT 1 FROM failures f WHERE f.account_id = p.account_id \
        AND f.number_hash = p.number_hash AND f.counter = 'using' AND f.locked_at IS NOT NULL) \
        ORDER BY CASE WHEN p.preferred_at IS NULL THEN 1 ELSE 0 END, p.verified_at, p.id LIMIT 1";
}

record! {
    struct AppRow {
        client_id: String,
        name: String,
        min_acr: Option<String>,
        first_at: i64,
        last_at: i64,
    }
}

impl Store {
    pub(super) async fn signed_in_to_in(&self, account: &AccountId) -> Result<Vec<SignedInTo>> {
        let rows: Vec<AppRow> = all!(self.db.read(), SIGNED_IN_TO, account.as_str())?;
        let app = |row: AppRow| {
            Ok(SignedInTo {
                client: ClientId::stored(row.client_id),
                name: row.name,
                least: least(row.min_acr)?,
                first_at: at(row.first_at),
                last_at: at(row.last_at),
            })
        };
        rows.into_iter().map(app).collect()
    }

    pub(super) async fn leave_in(
        &self,
        account: &AccountId,
        client: &ClientId,
        trail: &Trail,
    ) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        if execute!(tx, LEAVE, account.as_str(), client.as_str())? == 0 {
            return tx.finish(Step::Undo(false)).await;
        }
        later!(tx, END_OF_APP, account.as_str(), client.as_str(), trail.at.as_millis())?;
        let event = Event::of(EventKind::AppLeft, account).detail(client.as_str());
        events::write(&mut tx, &[event], trail).await?;
        tx.finish(Step::Keep(true)).await
    }

    pub(super) async fn person_in(&self, account: &AccountId) -> Result<Option<Person>> {
        let row: Option<(String, Option<String>)> = optional!(self.db.read(), PERSON, account.as_str())?;
        let Some((username, email)) = row else { return Ok(None) };
        let sealed: Option<(String, Vec<u8>)> = optional!(self.db.read(), NUMBER, account.as_str())?;
        let phone = match sealed {
            Some((id, sealed)) => Some(self.open_number(&id, &sealed)?),
            None => None,
        };
        Ok(Some(Person { username, email, phone }))
    }
}
