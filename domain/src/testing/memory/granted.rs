//! What apps were granted, in memory: the rows, how they look to the rules, and what ends them.
use super::World;
use crate::client::ClientId;
use crate::events::{Event, EventKind, Trail};
use crate::id::{AccountId, GrantId, RequestId, SessionHandle};
use crate::level::Level;
use crate::oidc::life;
use crate::oidc::ports::{Grant, Live, NewGrant, NewTokens, Pending};
use crate::oidc::scope::Scopes;
use crate::oidc::token::BearerHash;
use crate::session::Who;
use crate::time::Timestamp;

/// A request of an app.
#[derive(Clone, Debug)]
pub struct RequestRow {
    /// As it was kept, with the browser it belongs to and the word of its person.
    pub request: Pending,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
}

/// A grant with its code and its family of refresh tokens.
#[derive(Clone, Debug)]
pub struct GrantRow {
    /// As it was granted: its levels are worked out anew each time it is looked at.
    pub grant: Grant,
    /// The code.
    pub code: BearerHash,
    /// Until when the code counts.
    pub code_until: Timestamp,
    /// The code was used.
    pub code_used: bool,
    /// The refresh token that counts.
    pub refresh: Option<BearerHash>,
    /// The ones before it.
    pub spent: Vec<BearerHash>,
    /// No refresh token of it counts any more.
    pub refresh_ended: bool,
    /// Over with everything that came out of it.
    pub ended: bool,
}

/// An access token.
#[derive(Clone, Debug)]
pub struct AccessRow {
    /// What is kept of it.
    pub token: BearerHash,
    /// What it belongs to.
    pub grant: GrantId,
    /// What it is for, where that is less than what was granted.
    pub scopes: Option<Scopes>,
    /// When it was made.
    pub since: Timestamp,
    /// Until when it counts.
    pub until: Timestamp,
}

impl World {
    /// A request that waits: neither answered nor over.
    pub(super) fn waiting(&mut self, id: &RequestId, now: Timestamp) -> Option<&mut RequestRow> {
        self.requests.iter_mut().find(|row| {
            let lives = life::lives(row.request.created_at, life::REQUEST, now);
            row.request.id == *id && row.answered_at.is_none() && lives
        })
    }

    /// The request is answered by this. False: it was before, or is over.
    pub(super) fn answer(&mut self, id: &RequestId, now: Timestamp) -> bool {
        let waiting = self.waiting(id, now);
        waiting.map(|row| row.answered_at = Some(now)).is_some()
    }

    /// A session that still holds what a grant is made of.
    pub(super) fn bears(&self, grant: &NewGrant) -> bool {
        let session = self.sessions.get(&grant.session);
        let holds = session.is_some_and(|info| match &info.state.who {
            Who::Person { account, level, .. } => *account == grant.account && *level >= grant.reached,
            Who::Half { .. } => false,
        });
        holds && self.is_enabled(&grant.account)
    }

    /// A grant that has not ended and whose account is switched on.
    pub(super) fn counting(&self, which: impl Fn(&GrantRow) -> bool) -> Option<&GrantRow> {
        let counts = |row: &&GrantRow| !row.ended && self.is_enabled(&row.grant.account);
        self.grants.iter().filter(counts).find(|row| which(row))
    }

    /// The same, to be changed.
    pub(super) fn counting_mut(&mut self, which: impl Fn(&GrantRow) -> bool) -> Option<&mut GrantRow> {
        let id = self.counting(which)?.grant.id.clone();
        self.grants.iter_mut().find(|row| row.grant.id == id)
    }

    /// A grant as it stands: its level falls with the last proven number (R33).
    pub(super) fn standing_of(&self, row: &GrantRow) -> Grant {
        let most = Level::highest(&self.phones_of(&row.grant.account));
        let (acr, reached) = (row.grant.acr.min(most), row.grant.reached.min(most));
        Grant { acr, reached, ..row.grant.clone() }
    }

    /// Keeps an access token.
    pub(super) fn keep_access(&mut self, grant: &GrantId, tokens: &NewTokens, now: Timestamp) {
        self.access.push(AccessRow {
            token: tokens.access.clone(),
            grant: grant.clone(),
            scopes: tokens.scopes,
            since: now,
            until: tokens.access_until,
        });
    }

    /// An access token that counts.
    pub(super) fn live_access(&self, token: &BearerHash, now: Timestamp) -> Option<Live> {
        let access = self.access.iter().find(|row| row.token == *token && row.until > now)?;
        let grant = self.standing_of(self.counting(|row| row.grant.id == access.grant)?);
        let scopes = access.scopes.unwrap_or(grant.scopes);
        Some(Live { grant, scopes, since: access.since, until: access.until })
    }

    /// A refresh token that counts, of a family begun after `oldest`.
    pub(super) fn family(
        &mut self,
        refresh: &BearerHash,
        client: Option<&ClientId>,
        oldest: Timestamp,
    ) -> Option<&mut GrantRow> {
        self.counting_mut(|row| {
            row.refresh.as_ref() == Some(refresh)
                && client.is_none_or(|client| row.grant.client == *client)
                && !row.refresh_ended
                && row.grant.created_at > oldest
        })
    }

    /// Ends the grants that `which` picks; says whose they were.
    pub(super) fn end_grants(&mut self, which: impl Fn(&GrantRow) -> bool) -> Option<AccountId> {
        let mut whose = None;
        for row in self.grants.iter_mut().filter(|row| !row.ended && which(row)) {
            row.ended = true;
            whose = Some(row.grant.account.clone());
        }
        whose
    }

    /// Something of a grant was shown a second time: it ends, and the log says so.
    pub(super) fn shown_again(&mut self, grant: &GrantId, client: &ClientId, trail: &Trail) {
        if let Some(account) = self.end_grants(|row| row.grant.id == *grant) {
            self.note(&[Event::of(EventKind::TokenReused, &account).detail(client.as_str())], trail);
        }
    }

    /// What was granted out of sessions of an account but `keep` ends.
    pub(super) fn end_grants_of_others(&mut self, account: &AccountId, keep: Option<&SessionHandle>) {
        self.end_grants(|row| row.grant.account == *account && Some(&row.grant.session) != keep);
    }

    /// After a change of password or phones: of no session does a refresh token count any more, nor a code that nobody redeemed yet.
    pub(super) fn end_unredeemed_and_refreshing(&mut self, account: &AccountId) {
        self.end_grants(|row| row.grant.account == *account && !row.code_used);
        for row in self.grants.iter_mut().filter(|row| row.grant.account == *account && !row.ended) {
            row.refresh_ended = true;
        }
    }

    /// What was granted out of one session belongs to the next one, if that is the same person's and can reach as much; otherwise it ends.
    pub(super) fn hand_grants_on(
        &mut self,
        old: &SessionHandle,
        new: &SessionHandle,
        account: &AccountId,
        level: Level,
    ) {
        for row in &mut self.grants {
            if row.grant.session != *old || row.ended {
                continue;
            }
            if row.grant.account == *account && row.grant.reached <= level {
                row.grant.session = new.clone();
            } else {
                row.ended = true;
            }
        }
    }

    /// Everything of an app goes with it.
    pub(super) fn forget_app(&mut self, client: &ClientId) {
        self.requests.retain(|row| row.request.client != *client);
        self.grants.retain(|row| row.grant.client != *client);
        self.apps.retain(|(_, app), _| app != client);
    }
}
