//! Requests that wait while their people sign in.
use crate::store::record::record;
use crate::store::tx::{Step, Tx, Whose, execute, optional, statements};
use crate::store::{Error, Result, Store, at, events};
use domain::client::ClientId;
use domain::events::{Event, EventKind, Trail};
use domain::id::{AccountId, RequestId, SessionHandle};
use domain::lang::Lang;
use domain::oidc::life;
use domain::oidc::ports::{BrowserMark, Pending};
use domain::time::Timestamp;

statements! {
    ASK = "INSERT INTO oidc_requests (id, client_id, asked, created_at, browser, asked_in) VALUES ($1, $2, $3, $4, $5, $6)";
    /// One that belongs to no browser yet belongs to the first that comes back to it.
    BIND = "UPDATE oidc_requests SET browser = $2, asked_in = $3 WHERE id = $1 AND browser IS NULL AND created_at > $4";
    PENDING = "SELECT client_id, asked, created_at, browser, asked_in, agreed FROM oidc_requests \
        WHERE id = $1 AND answered_at IS NULL AND created_at > $2";
    AGREE = "UPDATE oidc_requests SET agreed = $2 WHERE id = $1 AND answered_at IS NULL AND created_at > $3 \
        RETURNING client_id";
    /// Answered once: with a code or with a refusal.
    ANSWER = "UPDATE oidc_requests SET answered_at = $2 WHERE id = $1 AND answered_at IS NULL AND created_at > $3";
}

record! {
    struct PendingRow {
        client_id: String,
        asked: String,
        created_at: i64,
        browser: Option<String>,
        asked_in: Option<String>,
        agreed: Option<String>,
    }
}

/// Requests from before this moment are over.
fn oldest(now: Timestamp) -> i64 {
    now.minus(life::REQUEST).as_millis()
}

/// As a step of a transaction: the request is answered by this.
pub(super) async fn answer(tx: &mut Tx, id: &RequestId, now: Timestamp) -> Result<bool> {
    Ok(execute!(tx, ANSWER, id.as_str(), now.as_millis(), oldest(now))? > 0)
}

impl Store {
    pub(super) async fn ask_in(&self, request: &Pending) -> Result<bool> {
        let asked = serde_json::to_string(&request.asked).map_err(|_| Error::Unknown("kind of request"))?;
        let kept = execute!(
            self.db.write(),
            ASK,
            request.id.as_str(),
            request.client.as_str(),
            &asked,
            request.created_at.as_millis(),
            request.browser.as_ref().map(|mark| mark.0.as_str()),
            request.asked_in.as_ref().map(SessionHandle::as_str),
        );
        match kept {
            // A request refers to its app and to nothing else.
            Err(error) if error.is_orphan() => Ok(false),
            kept => Ok(kept? > 0),
        }
    }

    pub(super) async fn pending_in(
        &self,
        id: &RequestId,
        browser: &BrowserMark,
        session: Option<&SessionHandle>,
        now: Timestamp,
    ) -> Result<Option<Pending>> {
        let Some(mut found) = self.read_request(id, now).await? else { return Ok(None) };
        if found.browser.is_none() {
            let session = session.map(SessionHandle::as_str);
            execute!(self.db.write(), BIND, id.as_str(), browser.0.as_str(), session, oldest(now))?;
            let Some(bound) = self.read_request(id, now).await? else { return Ok(None) };
            found = bound;
        }
        Ok(Some(found).filter(|found| found.browser.as_ref() == Some(browser)))
    }

    pub(super) async fn language_in(
        &self,
        id: &RequestId,
        browser: &BrowserMark,
        now: Timestamp,
    ) -> Result<Option<Lang>> {
        let found = self.read_request(id, now).await?;
        let own = found.filter(|found| found.browser.as_ref().is_none_or(|mark| mark == browser));
        Ok(own.and_then(|found| found.asked.lang))
    }

    async fn read_request(&self, id: &RequestId, now: Timestamp) -> Result<Option<Pending>> {
        let row: Option<PendingRow> = optional!(self.db.read(), PENDING, id.as_str(), oldest(now))?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Pending {
            id: id.clone(),
            client: ClientId::stored(row.client_id),
            asked: serde_json::from_str(&row.asked).map_err(|_| Error::Unknown("kind of request"))?,
            created_at: at(row.created_at),
            browser: row.browser.map(BrowserMark),
            asked_in: row.asked_in.map(SessionHandle::stored),
            agreed: row.agreed.map(AccountId::stored),
        }))
    }

    pub(super) async fn agree_in(&self, id: &RequestId, account: &AccountId, trail: &Trail) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        let of: Option<(String,)> = optional!(tx, AGREE, id.as_str(), account.as_str(), oldest(trail.at))?;
        let Some((client,)) = of else { return tx.finish(Step::Undo(false)).await };
        events::write(&mut tx, &[Event::of(EventKind::ConsentGiven, account).detail(client)], trail).await?;
        tx.finish(Step::Keep(true)).await
    }

    pub(super) async fn refuse_in(&self, id: &RequestId, events: &[Event], trail: &Trail) -> Result<bool> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        if !answer(&mut tx, id, trail.at).await? {
            return tx.finish(Step::Undo(false)).await;
        }
        events::write(&mut tx, events, trail).await?;
        tx.finish(Step::Keep(true)).await
    }
}
