//! Access and refresh tokens: they count while their grant does (R106, R107).
use super::grants::{self, grant_columns};
use super::{APP, Granted};
use crate::store::record::record;
use crate::store::tx::{Step, Tx, Whose, execute, later, optional, statements};
use crate::store::{Result, Store, at};
use domain::client::ClientId;
use domain::events::{EventKind, Trail};
use domain::oidc::life;
use domain::oidc::ports::{Grant, Kept, Live, NewTokens, Renewed};
use domain::oidc::scope::Scopes;
use domain::oidc::token::BearerHash;
use domain::time::Timestamp;

statements! {
    /// The first refresh token of a grant; also where there is none, to see that the grant still counts.
    FIRST = "UPDATE oidc_grants SET refresh_hash = $2 WHERE id = $1 AND ended_at IS NULL AND EXISTS \
        (SELECT 1 FROM accounts a WHERE a.id = oidc_grants.account_id AND a.disabled_at IS NULL)";
    ACCESS = "INSERT INTO oidc_access (token_hash, grant_id, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    SIGNED_IN_TO = "INSERT INTO oidc_apps (account_id, client_id, first_at, last_at) VALUES ($1, $2, $3, $3) \
        ON CONFLICT (account_id, client_id) DO UPDATE SET last_at = excluded.last_at";
    /// The newest refresh token of its family gives way to the next: for one caller, because the row is no longer found by it then.
    RENEW = "UPDATE oidc_grants SET refresh_hash = $3 WHERE refresh_hash = $1 AND client_id = $2 AND ended_at IS NULL \
        AND refresh_ended_at IS NULL AND created_at > $4 AND EXISTS (SELECT 1 FROM accounts a \
        WHERE a.id = oidc_grants.account_id AND a.disabled_at IS NULL) RETURNING id";
    SPENT = "INSERT INTO oidc_spent (token_hash, grant_id) VALUES ($1, $2)";
    SPENT_BEFORE = "SELECT g.id, g.account_id, g.session FROM oidc_spent s JOIN oidc_grants g ON g.id = s.grant_id \
        WHERE s.token_hash = $1 AND g.client_id = $2";
    LIVE_ACCESS = concat!("SELECT ", grant_columns!(), ", t.scopes AS own_scopes, t.created_at AS since, t.expires_at \
        FROM oidc_access t JOIN oidc_grants g ON g.id = t.grant_id JOIN accounts a ON a.id = g.account_id \
        WHERE t.token_hash = $1 AND t.expires_at > $2 AND g.ended_at IS NULL AND a.disabled_at IS NULL");
    LIVE_REFRESH = concat!("SELECT ", grant_columns!(), ", CAST(NULL AS TEXT) AS own_scopes, g.created_at AS since, \
        g.created_at AS expires_at FROM oidc_grants g JOIN accounts a ON a.id = g.account_id \
        WHERE g.refresh_hash = $1 AND g.created_at > $2 AND g.ended_at IS NULL AND g.refresh_ended_at IS NULL \
        AND a.disabled_at IS NULL");
    /// One that counts no more is left to the tidying.
    REVOKE_ACCESS = "DELETE FROM oidc_access WHERE token_hash = $1 AND expires_at > $3 AND grant_id IN \
        (SELECT id FROM oidc_grants WHERE client_id = $2 AND ended_at IS NULL) RETURNING grant_id";
    OF_ACCESS = "SELECT id, account_id, session FROM oidc_grants WHERE id = $1";
    OF_REFRESH = "SELECT g.id, g.account_id, g.session FROM oidc_grants g WHERE g.client_id = $2 AND (g.refresh_hash = $1 \
        OR g.id IN (SELECT s.grant_id FROM oidc_spent s WHERE s.token_hash = $1))";
}

record! {
    struct LiveRow {
        id: String,
        account_id: String,
        session: String,
        client_id: String,
        redirect_uri: String,
        challenge: Option<String>,
        nonce: Option<String>,
        scopes: String,
        id_token_claims: String,
        userinfo_claims: String,
        acr_level: i64,
        reached_level: i64,
        auth_time: i64,
        created_at: i64,
        by_call_at: Option<i64>,
        own_scopes: Option<String>,
        since: i64,
        expires_at: i64,
    }
}

impl LiveRow {
    fn read(self) -> Result<Live> {
        let (own, since, until) = (self.own_scopes, at(self.since), at(self.expires_at));
        let row = grants::GrantRow {
            id: self.id,
            account_id: self.account_id,
            session: self.session,
            client_id: self.client_id,
            redirect_uri: self.redirect_uri,
            challenge: self.challenge,
            nonce: self.nonce,
            scopes: self.scopes,
            id_token_claims: self.id_token_claims,
            userinfo_claims: self.userinfo_claims,
            acr_level: self.acr_level,
            reached_level: self.reached_level,
            auth_time: self.auth_time,
            created_at: self.created_at,
            by_call_at: self.by_call_at,
        };
        let grant = row.read()?;
        let scopes = own.map_or(grant.scopes, |own| Scopes::parse(&own));
        Ok(Live { grant, scopes, since, until })
    }
}

async fn write_access(tx: &mut Tx, grant: &str, tokens: &NewTokens, now: Timestamp) -> Result<()> {
    later!(
        tx,
        ACCESS,
        tokens.access.as_bytes(),
        grant,
        tokens.scopes.map(Scopes::to_text),
        now.as_millis(),
        tokens.access_until.as_millis(),
    )?;
    Ok(())
}

impl Store {
    pub(super) async fn keep_in(&self, grant: &Grant, tokens: &NewTokens, trail: &Trail) -> Result<Kept> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        let (account, client) = (grant.account.as_str(), grant.client.as_str());
        // The list of apps before the grant: as removing an app goes, so that neither waits for the other.
        match execute!(tx, SIGNED_IN_TO, account, client, trail.at.as_millis()) {
            Err(error) if error.is_orphan() => {
                tx.finish(Step::Undo(())).await?;
                // The app was removed in between, or the account.
                let known: Option<(String,)> = optional!(self.db.read(), APP, client)?;
                return Ok(if known.is_some() { Kept::GrantOver } else { Kept::AppGone });
            }
            listed => listed?,
        };
        let refresh = tokens.refresh.as_ref().map(BearerHash::as_bytes);
        if execute!(tx, FIRST, grant.id.as_str(), refresh)? == 0 {
            return tx.finish(Step::Undo(Kept::GrantOver)).await;
        }
        write_access(&mut tx, grant.id.as_str(), tokens, trail.at).await?;
        Granted::of(grant).tell(&mut tx, EventKind::TokensGiven, &grant.client, trail).await?;
        tx.finish(Step::Keep(Kept::Done)).await
    }

    pub(super) async fn renew_in(
        &self,
        refresh: &BearerHash,
        client: &ClientId,
        tokens: &NewTokens,
        oldest: Timestamp,
        trail: &Trail,
    ) -> Result<Renewed> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        let (old, id) = (refresh.as_bytes(), client.as_str());
        let next = tokens.refresh.as_ref().map(BearerHash::as_bytes);
        let row: Option<(String,)> = optional!(tx, RENEW, old, id, next, oldest.as_millis())?;
        let Some((grant,)) = row else {
            let before: Option<Granted> = optional!(tx, SPENT_BEFORE, old, id)?;
            let Some(grant) = before else {
                let not = if super::gone(&mut tx, client).await? { Renewed::AppGone } else { Renewed::Not };
                return tx.finish(Step::Undo(not)).await;
            };
            grants::shown_again(&mut tx, &grant, client, trail).await?;
            return tx.finish(Step::Keep(Renewed::Before)).await;
        };
        let Some(found) = grants::read(&mut tx, &grant).await? else {
            return tx.finish(Step::Undo(Renewed::Not)).await;
        };
        if tokens.scopes.is_some_and(|narrower| narrower.is_empty() || !narrower.within(found.scopes)) {
            return tx.finish(Step::Undo(Renewed::TooMuch)).await;
        }
        later!(tx, SPENT, old, &grant)?;
        write_access(&mut tx, &grant, tokens, trail.at).await?;
        Granted::of(&found).tell(&mut tx, EventKind::TokensRenewed, client, trail).await?;
        tx.finish(Step::Keep(Renewed::Done(Box::new(found)))).await
    }

    pub(super) async fn access_in(&self, token: &BearerHash, now: Timestamp) -> Result<Option<Live>> {
        let row: Option<LiveRow> = optional!(self.db.read(), LIVE_ACCESS, token.as_bytes(), now.as_millis())?;
        row.map(LiveRow::read).transpose()
    }

    pub(super) async fn refresh_in(&self, token: &BearerHash, oldest: Timestamp) -> Result<Option<Live>> {
        let row: Option<LiveRow> =
            optional!(self.db.read(), LIVE_REFRESH, token.as_bytes(), oldest.as_millis())?;
        let live = row.map(LiveRow::read).transpose()?;
        Ok(live.map(|live| Live { until: live.since.plus(life::REFRESH), ..live }))
    }

    pub(super) async fn revoke_in(&self, token: &BearerHash, client: &ClientId, trail: &Trail) -> Result<()> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        let (hash, id) = (token.as_bytes(), client.as_str());
        let access: Option<(String,)> = optional!(tx, REVOKE_ACCESS, hash, id, trail.at.as_millis())?;
        let of: Option<Granted> = match &access {
            Some((grant,)) => optional!(tx, OF_ACCESS, grant)?,
            None => optional!(tx, OF_REFRESH, hash, id)?,
        };
        let Some(of) = of else { return tx.finish(Step::Undo(())).await };
        // An access token goes alone, a refresh token takes its grant along.
        if access.is_none() && super::end(&mut tx, &of.id, trail.at).await? == 0 {
            return tx.finish(Step::Undo(())).await;
        }
        of.tell(&mut tx, EventKind::TokensRevoked, client, trail).await?;
        tx.finish(Step::Keep(())).await
    }
}
