//! Codes: granted out of a session that holds, used up for exactly one caller (R102, R103).
use super::{Granted, requests};
use crate::store::record::record;
use crate::store::tx::{Step, Tx, Whose, execute, later, optional, statements};
use crate::store::{Error, Result, Store, at, events};
use domain::client::ClientId;
use domain::events::{Event, EventKind, Trail};
use domain::id::{AccountId, GrantId, RequestId, SessionHandle};
use domain::level::Level;
use domain::oidc::pkce::CodeChallenge;
use domain::oidc::ports::{Grant, Issued, NewGrant, Spent};
use domain::oidc::scope::{Claims, Scopes};
use domain::oidc::token::BearerHash;
use domain::time::Timestamp;

/// What is read of a grant. The level falls with the last proven number (R33).
macro_rules! grant_columns {
    () => {
        "g.id, g.account_id, g.session, g.client_id, g.redirect_uri, g.challenge, g.nonce, g.scopes, g.id_token_claims, \
         g.userinfo_claims, CASE WHEN EXISTS (SELECT 1 FROM phones p WHERE p.account_id = g.account_id \
         AND p.verified_at IS NOT NULL AND p.retired_at IS NULL) THEN g.acr_level ELSE 0 END AS acr_level, \
         CASE WHEN EXISTS (SELECT 1 FROM phones p WHERE p.account_id = g.account_id \
         AND p.verified_at IS NOT NULL AND p.retired_at IS NULL) THEN g.reached_level ELSE 0 END AS reached_level, \
         g.auth_time, g.created_at, g.by_call_at"
    };
}

pub(super) use grant_columns;

statements! {
    /// Nothing is granted out of a session that has ended or to somebody who was switched off, whatever the request saw before.
    ISSUE = "INSERT INTO oidc_grants (id, account_id, client_id, session, redirect_uri, challenge, nonce, scopes, \
        id_token_claims, userinfo_claims, acr_level, reached_level, auth_time, created_at, code_hash, code_expires_at, by_call_at) \
        SELECT CAST($1 AS TEXT), s.account_id, CAST($3 AS TEXT), s.handle, CAST($5 AS TEXT), CAST($6 AS TEXT), \
        CAST($7 AS TEXT), CAST($8 AS TEXT), CAST($9 AS TEXT), CAST($10 AS TEXT), CAST($11 AS BIGINT), \
        CAST($12 AS BIGINT), CAST($13 AS BIGINT), CAST($14 AS BIGINT), $15, CAST($16 AS BIGINT), s.by_call_at \
        FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.handle = $4 AND s.account_id = $2 \
        AND s.ended_at IS NULL AND s.level >= $12 AND a.disabled_at IS NULL";
    SPEND = "UPDATE oidc_grants SET code_used_at = $3 WHERE code_hash = $1 AND client_id = $2 AND code_used_at IS NULL \
        AND code_expires_at > $3 AND ended_at IS NULL AND EXISTS (SELECT 1 FROM accounts a \
        WHERE a.id = oidc_grants.account_id AND a.disabled_at IS NULL) RETURNING id";
    GRANT = concat!("SELECT ", grant_columns!(), " FROM oidc_grants g WHERE g.id = $1");
    /// Shown again, by the app it was for.
    SPENT_BEFORE = "SELECT id, account_id, session FROM oidc_grants WHERE code_hash = $1 AND client_id = $2 AND code_used_at IS NOT NULL";
    OF_SESSION = "SELECT id FROM oidc_grants WHERE session = $1 AND ended_at IS NULL LIMIT 1";
    /// The same person's go over, where the next session can reach as much; others end with the session that gives way.
    HAND_ON = "UPDATE oidc_grants SET session = CASE WHEN account_id = $3 AND reached_level <= $5 THEN $2 ELSE session END, \
        ended_at = CASE WHEN account_id = $3 AND reached_level <= $5 THEN NULL ELSE CAST($4 AS BIGINT) END \
        WHERE session = $1 AND ended_at IS NULL";
}

record! {
    pub(super) struct GrantRow {
        pub(super) id: String,
        pub(super) account_id: String,
        pub(super) session: String,
        pub(super) client_id: String,
        pub(super) redirect_uri: String,
        pub(super) challenge: Option<String>,
        pub(super) nonce: Option<String>,
        pub(super) scopes: String,
        pub(super) id_token_claims: String,
        pub(super) userinfo_claims: String,
        pub(super) acr_level: i64,
        pub(super) reached_level: i64,
        pub(super) auth_time: i64,
        pub(super) created_at: i64,
        pub(super) by_call_at: Option<i64>,
    }
}

impl GrantRow {
    pub(super) fn read(self) -> Result<Grant> {
        let level = |number| Level::stored(number).ok_or(Error::Unknown("level of a grant"));
        let challenge = match self.challenge {
            None => None,
            // One that cannot be read must not become none.
            Some(text) => Some(CodeChallenge::parse(&text).ok_or(Error::Unknown("kind of challenge"))?),
        };
        Ok(Grant {
            id: GrantId::stored(self.id),
            account: AccountId::stored(self.account_id),
            session: SessionHandle::stored(self.session),
            client: ClientId::stored(self.client_id),
            redirect_uri: self.redirect_uri,
            challenge,
            nonce: self.nonce,
            scopes: Scopes::parse(&self.scopes),
            claims: (Claims::parse(&self.id_token_claims), Claims::parse(&self.userinfo_claims)),
            acr: level(self.acr_level)?,
            reached: level(self.reached_level)?,
            by_call: self.by_call_at.is_some(),
            auth_time: at(self.auth_time),
            created_at: at(self.created_at),
        })
    }
}

/// A grant as it stands.
pub(super) async fn read(tx: &mut Tx, id: &str) -> Result<Option<Grant>> {
    let row: Option<GrantRow> = optional!(tx, GRANT, id)?;
    row.map(GrantRow::read).transpose()
}

/// Something of a grant was shown a second time: it ends with everything that came out of it, and the log says so.
pub(super) async fn shown_again(
    tx: &mut Tx,
    grant: &Granted,
    client: &ClientId,
    trail: &Trail,
) -> Result<()> {
    if super::end(tx, &grant.id, trail.at).await? > 0 {
        grant.tell(tx, EventKind::TokenReused, client, trail).await?;
    }
    Ok(())
}

impl Store {
    pub(super) async fn issue_in(
        &self,
        grant: &NewGrant,
        request: Option<&RequestId>,
        trail: &Trail,
    ) -> Result<Issued> {
        let mut tx = self.db.begin(Whose::Account(grant.account.as_str())).await?;
        // The grant before the request: as removing an app goes, so that neither waits for the other.
        let written = execute!(
            tx,
            ISSUE,
            grant.id.as_str(),
            grant.account.as_str(),
            grant.client.as_str(),
            grant.session.as_str(),
            &grant.redirect_uri,
            grant.challenge.as_ref().map(CodeChallenge::as_str),
            grant.nonce.as_deref(),
            grant.scopes.to_text(),
            grant.claims.0.to_text(),
            grant.claims.1.to_text(),
            grant.acr.number(),
            grant.reached.number(),
            grant.auth_time.as_millis(),
            trail.at.as_millis(),
            grant.code.as_bytes(),
            grant.code_until.as_millis(),
        );
        let written = match written {
            // The account is there: its row was read for this one, and rows of accounts stay.
            Err(error) if error.is_orphan() => return tx.finish(Step::Undo(Issued::AppGone)).await,
            written => written?,
        };
        if written == 0 {
            return tx.finish(Step::Undo(Issued::SessionOver)).await;
        }
        if let Some(request) = request
            && !requests::answer(&mut tx, request, trail.at).await?
        {
            return tx.finish(Step::Undo(Issued::RequestOver)).await;
        }
        let event = Event::of(EventKind::CodeGranted, &grant.account).detail(grant.client.as_str());
        events::write(&mut tx, &[event], trail).await?;
        tx.finish(Step::Keep(Issued::Done)).await
    }

    pub(super) async fn spend_in(
        &self,
        code: &BearerHash,
        client: &ClientId,
        trail: &Trail,
    ) -> Result<Spent> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        let (hash, id) = (code.as_bytes(), client.as_str());
        let row: Option<(String,)> = optional!(tx, SPEND, hash, id, trail.at.as_millis())?;
        if let Some((grant,)) = row {
            let spent = read(&mut tx, &grant).await?.map_or(Spent::Not, |grant| Spent::Now(Box::new(grant)));
            return tx.finish(Step::Keep(spent)).await;
        }
        let before: Option<Granted> = optional!(tx, SPENT_BEFORE, hash, id)?;
        let Some(grant) = before else {
            let not = if super::gone(&mut tx, client).await? { Spent::AppGone } else { Spent::Not };
            return tx.finish(Step::Undo(not)).await;
        };
        shown_again(&mut tx, &grant, client, trail).await?;
        tx.finish(Step::Keep(Spent::Before)).await
    }

    /// What was granted out of one session belongs to the next one, if that is the same person's and can reach as much; otherwise it ends.
    pub(in crate::store) async fn hand_on_in(
        &self,
        old: &SessionHandle,
        new: &SessionHandle,
        account: &AccountId,
        level: Level,
        now: Timestamp,
    ) -> Result<()> {
        // Most sign-ins have nothing to hand on: they are spared a turn of the writer.
        let some: Option<(String,)> = optional!(self.db.read(), OF_SESSION, old.as_str())?;
        if some.is_none() {
            return Ok(());
        }
        // Several rows at once: in the account's turn, as all that ends grants of several sessions.
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        later!(tx, HAND_ON, old.as_str(), new.as_str(), account.as_str(), now.as_millis(), level.number())?;
        tx.finish(Step::Keep(())).await
    }
}
