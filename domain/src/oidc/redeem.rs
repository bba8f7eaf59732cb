//! The use cases of an app that has shown who it is: redeeming a code, renewing tokens, asking what one is worth.
use crate::client::{Client, ClientId};
use crate::events::Trail;
use crate::id::AccountId;
use crate::oidc::claims::{IdToken, Value, amr, id_token_ends, seconds};
use crate::oidc::error::TokenError;
use crate::oidc::life;
use crate::oidc::pkce;
use crate::oidc::ports::{Grant, Kept, Live, NewTokens, Renewed, Spent};
use crate::oidc::provider::Provider;
use crate::oidc::scope::{Scope, Scopes};
use crate::oidc::token::{Bearer, BearerHash};
use crate::ports::Fault;

/// Tokens for an app.
pub struct Tokens {
    /// The access token.
    pub access: Bearer,
    /// The refresh token, where there is one.
    pub refresh: Option<Bearer>,
    /// The ID token, to be signed.
    pub id_token: IdToken,
    /// What the access token is for.
    pub scopes: Scopes,
    /// Seconds that the access token lives.
    pub expires_in: u64,
}

/// What an app is told at userinfo.
pub struct UserInfo {
    /// `sub`
    pub subject: AccountId,
    /// All else, by name.
    pub told: Vec<(&'static str, Value)>,
}

/// Which kind of token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Opens userinfo.
    Access,
    /// Gives new tokens.
    Refresh,
}

impl Provider {
    /// Redeems a code for an app that has shown who it is.
    ///
    /// # Errors
    /// When the store fails: the code may be spent then, and its app begins anew.
    pub async fn redeem(
        &self,
        client: &Client,
        code: &str,
        redirect_uri: Option<&str>,
        verifier: Option<&str>,
        trail: &Trail,
    ) -> Result<Result<Tokens, TokenError>, Fault> {
        let invalid = Ok(Err(TokenError::InvalidGrant));
        let grant = match self.grants.spend(&BearerHash::of(code), &client.id, trail).await? {
            Spent::Now(grant) => grant,
            Spent::Before | Spent::Not => return invalid,
            Spent::AppGone => return Ok(Err(TokenError::InvalidClient)),
        };
        // The address may have been taken from the app meanwhile.
        let fits = redirect_uri == Some(&*grant.redirect_uri)
            && client.redirect_uri(&grant.redirect_uri).is_some()
            && pkce::fits(grant.challenge.as_ref(), verifier)
            && (grant.challenge.is_some() || !client.require_pkce);
        if !fits || !self.may_be_told(client, &grant).await? {
            self.grants.end(&grant, trail).await?;
            return invalid;
        }
        let refresh = grant.scopes.has(Scope::OfflineAccess).then(|| Bearer::new(&*self.core.entropy));
        let (tokens, access) = self.new_tokens(refresh.as_ref(), None, trail);
        match self.grants.keep(&grant, &tokens, trail).await? {
            Kept::Done => self.tokens(*grant, access, refresh, None, trail).await,
            Kept::GrantOver => invalid,
            Kept::AppGone => Ok(Err(TokenError::InvalidClient)),
        }
    }

    /// Renews tokens for an app that has shown who it is.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn renew(
        &self,
        client: &Client,
        refresh: &str,
        scope: Option<&str>,
        trail: &Trail,
    ) -> Result<Result<Tokens, TokenError>, Fault> {
        let narrower = scope.map(Scopes::parse);
        let next = Bearer::new(&*self.core.entropy);
        let (tokens, access) = self.new_tokens(Some(&next), narrower, trail);
        let oldest = trail.at.minus(life::REFRESH);
        let old = BearerHash::of(refresh);
        // Before it is used up: nothing is said to be renewed that was not.
        let live = self.grants.refresh(&old, oldest).await?.filter(|live| live.grant.client == client.id);
        if let Some(live) = live
            && !self.may_be_told(client, &live.grant).await?
        {
            self.grants.end(&live.grant, trail).await?;
            return Ok(Err(TokenError::InvalidGrant));
        }
        match self.grants.renew(&old, &client.id, &tokens, oldest, trail).await? {
            Renewed::Done(grant) => self.tokens(*grant, access, Some(next), narrower, trail).await,
            Renewed::TooMuch => Ok(Err(TokenError::InvalidScope)),
            Renewed::Before | Renewed::Not => Ok(Err(TokenError::InvalidGrant)),
            Renewed::AppGone => Ok(Err(TokenError::InvalidClient)),
        }
    }

    /// Whether an app is still told the level of a grant: a method that was switched off since is in no new token (R112), and neither is
    /// one that is less than the app takes by now (R114). It asks anew, and gets what is enough now.
    async fn may_be_told(&self, client: &Client, grant: &Grant) -> Result<bool, Fault> {
        Ok(client.is_met_by(grant.acr) && self.core.methods.all().await?.is_on(grant.acr))
    }

    fn new_tokens(
        &self,
        refresh: Option<&Bearer>,
        scopes: Option<Scopes>,
        trail: &Trail,
    ) -> (NewTokens, Bearer) {
        let access = Bearer::new(&*self.core.entropy);
        let tokens = NewTokens {
            access: access.hash(),
            access_until: trail.at.plus(life::ACCESS),
            refresh: refresh.map(Bearer::hash),
            scopes,
        };
        (tokens, access)
    }

    async fn tokens(
        &self,
        grant: Grant,
        access: Bearer,
        refresh: Option<Bearer>,
        narrower: Option<Scopes>,
        trail: &Trail,
    ) -> Result<Result<Tokens, TokenError>, Fault> {
        let more = match grant.claims.0 {
            wanted if wanted.is_empty() => Vec::new(),
            wanted => match self.grants.person(&grant.account).await? {
                Some(person) => person.tell(wanted, grant.acr),
                None => return Ok(Err(TokenError::InvalidGrant)),
            },
        };
        let id_token = IdToken {
            subject: grant.account,
            audience: grant.client,
            issued_at: seconds(trail.at),
            expires_at: id_token_ends(trail.at),
            auth_time: seconds(grant.auth_time),
            nonce: grant.nonce,
            acr: grant.acr.acr(),
            amr: amr(grant.reached, grant.by_call),
            session: grant.session,
            more,
        };
        let scopes = narrower.unwrap_or(grant.scopes);
        Ok(Ok(Tokens { access, refresh, id_token, scopes, expires_in: life::ACCESS.as_secs() }))
    }

    /// What an access token tells about its person: by its scopes, and what the app asked for by name. `None`: it counts no more, or its
    /// person is gone.
    ///
    /// # Errors
    /// When the store fails: nothing is told then.
    pub async fn userinfo(&self, token: &str, trail: &Trail) -> Result<Option<UserInfo>, Fault> {
        let Some(live) = self.access(token, trail).await? else { return Ok(None) };
        let Some(person) = self.grants.person(&live.grant.account).await? else { return Ok(None) };
        let told = person.tell(live.told_at_userinfo(), live.grant.acr);
        Ok(Some(UserInfo { subject: live.grant.account, told }))
    }

    /// An access token that counts.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn access(&self, token: &str, trail: &Trail) -> Result<Option<Live>, Fault> {
        self.grants.access(&BearerHash::of(token), trail.at).await
    }

    /// Any token that counts, for the app that it was given to: others' are as unknown as none (R111).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn introspect(
        &self,
        token: &str,
        client: &ClientId,
        trail: &Trail,
    ) -> Result<Option<(Live, TokenKind)>, Fault> {
        let hash = BearerHash::of(token);
        let own = |live: &Live| live.grant.client == *client;
        if let Some(live) = self.grants.access(&hash, trail.at).await? {
            return Ok(Some((live, TokenKind::Access)).filter(|(live, _)| own(live)));
        }
        let live = self.grants.refresh(&hash, trail.at.minus(life::REFRESH)).await?;
        Ok(live.filter(own).map(|live| (live, TokenKind::Refresh)))
    }
}
