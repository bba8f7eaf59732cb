//! Requests, grants and tokens of apps in memory.
use super::granted::{GrantRow, RequestRow};
use super::{Memory, World};
use crate::client::ClientId;
use crate::events::{Event, EventKind, Trail};
use crate::id::{AccountId, GrantId, RequestId, SessionHandle};
use crate::lang::Lang;
use crate::oidc::claims::Person;
use crate::oidc::life;
use crate::oidc::ports::{
    BrowserMark, Grant, Grants, Issued, Kept, Live, NewGrant, NewTokens, Pending, Renewed, SignedInTo, Spent,
};
use crate::oidc::token::BearerHash;
use crate::phone::first_choice;
use crate::ports::Fault;
use crate::time::Timestamp;
use async_trait::async_trait;
use std::cmp::Reverse;

#[async_trait]
impl Grants for Memory {
    async fn ask(&self, request: &Pending) -> Result<bool, Fault> {
        self.step("keeping a request", |world| {
            if !world.clients.contains_key(&request.client) {
                return Ok(false);
            }
            world.requests.push(RequestRow { request: request.clone(), answered_at: None });
            Ok(true)
        })
        .await
    }

    async fn pending(
        &self,
        id: &RequestId,
        browser: &BrowserMark,
        session: Option<&SessionHandle>,
        now: Timestamp,
    ) -> Result<Option<Pending>, Fault> {
        self.step("reading a request", |world| {
            let Some(row) = world.waiting(id, now) else { return Ok(None) };
            if row.request.browser.is_none() {
                row.request.browser = Some(browser.clone());
                row.request.asked_in = session.cloned();
            }
            Ok(Some(row.request.clone()).filter(|request| request.browser.as_ref() == Some(browser)))
        })
        .await
    }

    async fn language(
        &self,
        id: &RequestId,
        browser: &BrowserMark,
        now: Timestamp,
    ) -> Result<Option<Lang>, Fault> {
        self.step("reading the language of a request", |world| {
            let waiting = world.waiting(id, now).map(|row| &row.request);
            let theirs = waiting.filter(|request| request.browser.as_ref().is_none_or(|own| own == browser));
            Ok(theirs.and_then(|request| request.asked.lang))
        })
        .await
    }

    async fn agree(&self, id: &RequestId, account: &AccountId, trail: &Trail) -> Result<bool, Fault> {
        self.step("agreeing to a request", |world| {
            let Some(row) = world.waiting(id, trail.at) else { return Ok(false) };
            row.request.agreed = Some(account.clone());
            let client = row.request.client.clone();
            let event = Event::of(EventKind::ConsentGiven, account).detail(client.as_str());
            world.note(&[event], trail);
            Ok(true)
        })
        .await
    }

    async fn refuse(&self, id: &RequestId, events: &[Event], trail: &Trail) -> Result<bool, Fault> {
        self.step("answering a request", |world| {
            let answered = world.answer(id, trail.at);
            if answered {
                world.note(events, trail);
            }
            Ok(answered)
        })
        .await
    }

    async fn issue(
        &self,
        grant: &NewGrant,
        request: Option<&RequestId>,
        trail: &Trail,
    ) -> Result<Issued, Fault> {
        self.step("granting a code", |world| Ok(world.issue(grant, request, trail))).await
    }

    async fn spend(&self, code: &BearerHash, client: &ClientId, trail: &Trail) -> Result<Spent, Fault> {
        self.step("redeeming a code", |world| Ok(world.spend(code, client, trail))).await
    }

    async fn keep(&self, grant: &Grant, tokens: &NewTokens, trail: &Trail) -> Result<Kept, Fault> {
        self.step("keeping tokens", |world| {
            if !world.clients.contains_key(&grant.client) {
                return Ok(Kept::AppGone);
            }
            let Some(row) = world.counting_mut(|row| row.grant.id == grant.id) else {
                return Ok(Kept::GrantOver);
            };
            row.refresh.clone_from(&tokens.refresh);
            world.keep_access(&grant.id, tokens, trail.at);
            let app = (grant.account.clone(), grant.client.clone());
            world.apps.entry(app).or_insert((trail.at, trail.at)).1 = trail.at;
            let event = Event::of(EventKind::TokensGiven, &grant.account).detail(grant.client.as_str());
            world.note(&[event], trail);
            Ok(Kept::Done)
        })
        .await
    }

    async fn renew(
        &self,
        refresh: &BearerHash,
        client: &ClientId,
        tokens: &NewTokens,
        oldest: Timestamp,
        trail: &Trail,
    ) -> Result<Renewed, Fault> {
        self.step("renewing tokens", |world| Ok(world.renew(refresh, client, tokens, oldest, trail))).await
    }

    async fn end(&self, grant: &Grant, trail: &Trail) -> Result<(), Fault> {
        self.step("ending a grant", |world| {
            if world.end_grants(|row| row.grant.id == grant.id).is_some() {
                let refused =
                    Event::of(EventKind::GrantRefused, &grant.account).detail(grant.client.as_str());
                world.note(&[refused], trail);
            }
            Ok(())
        })
        .await
    }

    async fn access(&self, token: &BearerHash, now: Timestamp) -> Result<Option<Live>, Fault> {
        self.step("reading an access token", |world| Ok(world.live_access(token, now))).await
    }

    async fn refresh(&self, token: &BearerHash, oldest: Timestamp) -> Result<Option<Live>, Fault> {
        self.step("reading a refresh token", |world| {
            let Some(row) = world.family(token, None, oldest).cloned() else { return Ok(None) };
            let grant = world.standing_of(&row);
            let (scopes, since) = (grant.scopes, grant.created_at);
            Ok(Some(Live { grant, scopes, since, until: since.plus(life::REFRESH) }))
        })
        .await
    }

    async fn revoke(&self, token: &BearerHash, client: &ClientId, trail: &Trail) -> Result<(), Fault> {
        self.step("revoking a token", |world| {
            let own: Vec<GrantId> = world
                .grants
                .iter()
                .filter(|row| row.grant.client == *client)
                .map(|row| row.grant.id.clone())
                .collect();
            world.access.retain(|row| row.token != *token || !own.contains(&row.grant));
            let of_family = |row: &GrantRow| row.refresh.as_ref() == Some(token) || row.spent.contains(token);
            let ended = world.end_grants(|row| row.grant.client == *client && of_family(row));
            if let Some(account) = ended {
                let event = Event::of(EventKind::TokensRevoked, &account).detail(client.as_str());
                world.note(&[event], trail);
            }
            Ok(())
        })
        .await
    }

    async fn person(&self, account: &AccountId) -> Result<Option<Person>, Fault> {
        self.step("reading what apps are told", |world| {
            let row = world.accounts.iter().find(|row| row.id == *account && !row.disabled);
            Ok(row.map(|row| {
                let chosen = first_choice(&world.phones_of(account)).map(|phone| phone.id.clone());
                let phone = chosen.and_then(|id| world.phone(account, &id)).map(|row| row.number.clone());
                Person { username: row.username.clone(), email: None, phone }
            }))
        })
        .await
    }

    async fn signed_in_to(&self, account: &AccountId) -> Result<Vec<SignedInTo>, Fault> {
        self.step("listing apps", |world| {
            let own = world.apps.iter().filter(|((whose, _), _)| whose == account);
            let mut apps: Vec<SignedInTo> = own
                .filter_map(|((_, id), (first_at, last_at))| {
                    let (client, _) = world.clients.get(id)?;
                    let (name, least) = (client.name.clone(), client.min_acr.clone());
                    let (first_at, last_at) = (*first_at, *last_at);
                    Some(SignedInTo { client: id.clone(), name, least, first_at, last_at })
                })
                .collect();
            apps.sort_by_key(|app| Reverse(app.last_at));
            Ok(apps)
        })
        .await
    }

    async fn leave(&self, account: &AccountId, client: &ClientId, trail: &Trail) -> Result<bool, Fault> {
        self.step("leaving an app", |world| {
            if world.apps.remove(&(account.clone(), client.clone())).is_none() {
                return Ok(false);
            }
            world.end_grants(|row| row.grant.account == *account && row.grant.client == *client);
            world.note(&[Event::of(EventKind::AppLeft, account).detail(client.as_str())], trail);
            Ok(true)
        })
        .await
    }
}

impl World {
    fn issue(&mut self, new: &NewGrant, request: Option<&RequestId>, trail: &Trail) -> Issued {
        if !self.clients.contains_key(&new.client) {
            return Issued::AppGone;
        }
        if request.is_some_and(|id| self.waiting(id, trail.at).is_none()) {
            return Issued::RequestOver;
        }
        if !self.bears(new) {
            return Issued::SessionOver;
        }
        if let Some(id) = request {
            self.answer(id, trail.at);
        }
        let by_call = self.sessions.get(&new.session).is_some_and(|info| info.state.by_call);
        self.grants.push(GrantRow {
            grant: Grant {
                id: new.id.clone(),
                account: new.account.clone(),
                session: new.session.clone(),
                client: new.client.clone(),
                redirect_uri: new.redirect_uri.clone(),
                challenge: new.challenge.clone(),
                nonce: new.nonce.clone(),
                scopes: new.scopes,
                claims: new.claims,
                acr: new.acr,
                reached: new.reached,
                by_call,
                auth_time: new.auth_time,
                created_at: trail.at,
            },
            code: new.code.clone(),
            code_until: new.code_until,
            code_used: false,
            refresh: None,
            spent: Vec::new(),
            refresh_ended: false,
            ended: false,
        });
        let event = Event::of(EventKind::CodeGranted, &new.account).detail(new.client.as_str());
        self.note(&[event], trail);
        Issued::Done
    }

    fn spend(&mut self, code: &BearerHash, client: &ClientId, trail: &Trail) -> Spent {
        let own = |row: &GrantRow| row.code == *code && row.grant.client == *client;
        let counts = |row: &GrantRow| own(row) && !row.code_used && row.code_until > trail.at;
        if let Some(row) = self.counting_mut(counts) {
            row.code_used = true;
            let row = row.clone();
            return Spent::Now(Box::new(self.standing_of(&row)));
        }
        let before = self.grants.iter().find(|row| own(row) && row.code_used);
        let Some(grant) = before.map(|row| row.grant.id.clone()) else {
            return if self.clients.contains_key(client) { Spent::Not } else { Spent::AppGone };
        };
        self.shown_again(&grant, client, trail);
        Spent::Before
    }

    fn renew(
        &mut self,
        refresh: &BearerHash,
        client: &ClientId,
        tokens: &NewTokens,
        oldest: Timestamp,
        trail: &Trail,
    ) -> Renewed {
        let Some(row) = self.family(refresh, Some(client), oldest) else {
            let spent = |row: &&GrantRow| row.grant.client == *client && row.spent.contains(refresh);
            let Some(grant) = self.grants.iter().find(spent).map(|row| row.grant.id.clone()) else {
                return if self.clients.contains_key(client) { Renewed::Not } else { Renewed::AppGone };
            };
            self.shown_again(&grant, client, trail);
            return Renewed::Before;
        };
        let granted = row.grant.scopes;
        if tokens.scopes.is_some_and(|narrower| narrower.is_empty() || !narrower.within(granted)) {
            return Renewed::TooMuch;
        }
        row.spent.push(refresh.clone());
        row.refresh.clone_from(&tokens.refresh);
        let row = row.clone();
        self.keep_access(&row.grant.id, tokens, trail.at);
        let event = Event::of(EventKind::TokensRenewed, &row.grant.account).detail(client.as_str());
        self.note(&[event], trail);
        Renewed::Done(Box::new(self.standing_of(&row)))
    }
}
