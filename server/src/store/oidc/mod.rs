//! Requests of apps, grants and tokens. What ends them with their session or account is in `ends`.
mod apps;
mod grants;
mod requests;
mod tokens;

use super::record::record;
use super::tx::{Step, Tx, Whose, execute, optional, statements, steadily};
use super::{Doing as _, Result, Store, events};
use async_trait::async_trait;
use domain::client::ClientId;
use domain::events::{Event, EventKind, Trail};
use domain::id::{AccountId, RequestId, SessionHandle};
use domain::lang::Lang;
use domain::oidc::claims::Person;
use domain::oidc::ports::{
    BrowserMark, Grant, Grants, Issued, Kept, Live, NewGrant, NewTokens, Pending, Renewed, SignedInTo, Spent,
};
use domain::oidc::token::BearerHash;
use domain::ports::Fault;
use domain::time::Timestamp;

/// The statements of all files here, by file.
pub(in crate::store) const ALL: [(&str, &[(&str, &str)]); 5] = [
    ("oidc", STATEMENTS),
    ("oidc/apps", apps::STATEMENTS),
    ("oidc/grants", grants::STATEMENTS),
    ("oidc/requests", requests::STATEMENTS),
    ("oidc/tokens", tokens::STATEMENTS),
];

statements! {
    /// Ends a grant with everything that came out of it: codes and tokens count only while it does.
    END = "UPDATE oidc_grants SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    /// An app as it stands in this transaction.
    APP = "SELECT id FROM clients WHERE id = $1";
    /// What waited for the end of a sign-in that began in its browser, and was not finished. A half sign-in's session may have begun
    /// another flow meanwhile; its row is kept for longer than any flow runs.
    ABANDONED = "UPDATE oidc_grants SET ended_at = $1 WHERE ended_at IS NULL AND session IN (SELECT f.session FROM flows f \
        WHERE f.expires_at <= $1 AND f.expires_at > $2 AND f.purpose = 'sign_in' AND f.finished_at IS NULL) \
        AND EXISTS (SELECT 1 FROM sessions s WHERE s.handle = oidc_grants.session AND s.account_id IS NULL) \
        AND NOT EXISTS (SELECT 1 FROM flows r WHERE r.session = oidc_grants.session AND r.purpose = 'sign_in' AND r.expires_at > $1)";
    FORGET_REQUESTS = "DELETE FROM oidc_requests WHERE created_at <= $1";
    FORGET_ACCESS = "DELETE FROM oidc_access WHERE expires_at <= $1";
    /// Tokens go with their grant.
    FORGET_GRANTS = "DELETE FROM oidc_grants WHERE created_at <= $1";
    FORGET_APPS = "DELETE FROM oidc_apps WHERE last_at <= $1";
}

/// Whether an app was removed, after it had shown who it is. What it was granted went with it.
async fn gone(tx: &mut Tx, client: &ClientId) -> Result<bool> {
    let known: Option<(String,)> = optional!(tx, APP, client.as_str())?;
    Ok(known.is_none())
}

async fn end(tx: &mut Tx, grant: &str, now: Timestamp) -> Result<u64> {
    Ok(execute!(tx, END, grant, now.as_millis())?)
}

record! {
    /// What the security log says of a grant.
    struct Granted {
        id: String,
        account_id: String,
        session: String,
    }
}

impl Granted {
    fn of(grant: &Grant) -> Self {
        Self {
            id: grant.id.to_string(),
            account_id: grant.account.to_string(),
            session: grant.session.to_string(),
        }
    }

    /// Writes what an app did with it. An app comes without a session: the one that it was granted out of is named.
    async fn tell(&self, tx: &mut Tx, kind: EventKind, client: &ClientId, trail: &Trail) -> Result<()> {
        let event = Event::of(kind, &AccountId::stored(self.account_id.clone())).detail(client.as_str());
        let session = Some(SessionHandle::stored(self.session.clone()));
        events::write(tx, &[event], &Trail { session, ..trail.clone() }).await
    }
}

impl Store {
    async fn end_grant_in(&self, grant: &Grant, trail: &Trail) -> Result<()> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        if end(&mut tx, grant.id.as_str(), trail.at).await? == 0 {
            return tx.finish(Step::Undo(())).await;
        }
        Granted::of(grant).tell(&mut tx, EventKind::GrantRefused, &grant.client, trail).await?;
        tx.finish(Step::Keep(())).await
    }

    /// Ends what apps were granted out of a session in whose place somebody began to sign in, and did not come to the end. Sign-ins
    /// that ran out since `since` are looked at.
    pub(in crate::store) async fn end_abandoned(&self, now: Timestamp, since: Timestamp) -> Result<()> {
        execute!(self.db.write(), ABANDONED, now.as_millis(), since.as_millis())?;
        Ok(())
    }

    /// Forgets what is over. `requests`, `tokens`, `grants`, `apps`: whatever ended or was used last before that moment.
    pub(in crate::store) async fn forget_oidc(
        &self,
        requests: Timestamp,
        tokens: Timestamp,
        grants: Timestamp,
        apps: Timestamp,
    ) -> Result<()> {
        let db = self.db.write();
        execute!(db, FORGET_REQUESTS, requests.as_millis())?;
        execute!(db, FORGET_ACCESS, tokens.as_millis())?;
        execute!(db, FORGET_GRANTS, grants.as_millis())?;
        execute!(db, FORGET_APPS, apps.as_millis())?;
        Ok(())
    }
}

#[async_trait]
impl Grants for Store {
    async fn ask(&self, request: &Pending) -> Result<bool, Fault> {
        self.ask_in(request).await.doing("keeping a request")
    }

    async fn pending(
        &self,
        id: &RequestId,
        browser: &BrowserMark,
        session: Option<&SessionHandle>,
        now: Timestamp,
    ) -> Result<Option<Pending>, Fault> {
        self.pending_in(id, browser, session, now).await.doing("reading a request")
    }

    async fn language(
        &self,
        id: &RequestId,
        browser: &BrowserMark,
        now: Timestamp,
    ) -> Result<Option<Lang>, Fault> {
        self.language_in(id, browser, now).await.doing("reading the language of a request")
    }

    async fn agree(&self, id: &RequestId, account: &AccountId, trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.agree_in(id, account, trail).await).doing("keeping a person's word")
    }

    async fn refuse(&self, id: &RequestId, events: &[Event], trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.refuse_in(id, events, trail).await).doing("answering a request")
    }

    async fn issue(
        &self,
        grant: &NewGrant,
        request: Option<&RequestId>,
        trail: &Trail,
    ) -> Result<Issued, Fault> {
        steadily!(self.issue_in(grant, request, trail).await).doing("granting a code")
    }

    async fn spend(&self, code: &BearerHash, client: &ClientId, trail: &Trail) -> Result<Spent, Fault> {
        steadily!(self.spend_in(code, client, trail).await).doing("redeeming a code")
    }

    async fn keep(&self, grant: &Grant, tokens: &NewTokens, trail: &Trail) -> Result<Kept, Fault> {
        steadily!(self.keep_in(grant, tokens, trail).await).doing("keeping tokens")
    }

    async fn renew(
        &self,
        refresh: &BearerHash,
        client: &ClientId,
        tokens: &NewTokens,
        oldest: Timestamp,
        trail: &Trail,
    ) -> Result<Renewed, Fault> {
        steadily!(self.renew_in(refresh, client, tokens, oldest, trail).await).doing("renewing tokens")
    }

    async fn end(&self, grant: &Grant, trail: &Trail) -> Result<(), Fault> {
        steadily!(self.end_grant_in(grant, trail).await).doing("ending a grant")
    }

    async fn access(&self, token: &BearerHash, now: Timestamp) -> Result<Option<Live>, Fault> {
        self.access_in(token, now).await.doing("reading an access token")
    }

    async fn refresh(&self, token: &BearerHash, oldest: Timestamp) -> Result<Option<Live>, Fault> {
        self.refresh_in(token, oldest).await.doing("reading a refresh token")
    }

    async fn revoke(&self, token: &BearerHash, client: &ClientId, trail: &Trail) -> Result<(), Fault> {
        steadily!(self.revoke_in(token, client, trail).await).doing("revoking a token")
    }

    async fn person(&self, account: &AccountId) -> Result<Option<Person>, Fault> {
        self.person_in(account).await.doing("reading what apps are told")
    }

    async fn signed_in_to(&self, account: &AccountId) -> Result<Vec<SignedInTo>, Fault> {
        self.signed_in_to_in(account).await.doing("listing apps")
    }

    async fn leave(&self, account: &AccountId, client: &ClientId, trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.leave_in(account, client, trail).await).doing("leaving an app")
    }
}
