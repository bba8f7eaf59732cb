//! Redeeming, renewing, giving back, leaving; and what counts after each step (P7, P8).
use crate::apps::acts::{Asking, CLIENTS, Showing};
use crate::apps::drive::scopes;
use crate::apps::model::{Access, Granted, VERIFIER};
use crate::drive::Drive;
use crate::model::{Verdict, check};
use domain::client::Client;
use domain::id::AccountId;
use domain::level::Level;
use domain::oidc::claims::{amr, seconds};
use domain::oidc::error::TokenError;
use domain::oidc::life;
use domain::oidc::redeem::{TokenKind, Tokens};
use domain::oidc::scope::Scopes;
use domain::oidc::token::BearerHash;
use domain::testing::block_on;

impl Drive {
    /// What was granted so many before the newest.
    fn granted(&self, which: usize) -> Option<usize> {
        self.apps.granted.len().checked_sub(1 + which)
    }

    /// The same of what has refresh tokens; what is over comes up where nothing else is left.
    fn renewable(&self, which: usize) -> Option<usize> {
        let all =
            || self.apps.granted.iter().enumerate().rev().filter(|(_, granted)| !granted.refresh.is_empty());
        let mut at: Vec<usize> = all().filter(|(_, granted)| !granted.over).map(|(at, _)| at).collect();
        if at.is_empty() {
            at = all().map(|(at, _)| at).collect();
        }
        at.get(which % at.len().max(1)).copied()
    }

    /// The app of a grant, or another one.
    fn shown_by(&self, granted: usize, by_another: bool) -> Client {
        let own = self.apps.granted[granted].ask.client;
        self.apps.clients[(own + usize::from(by_another)) % CLIENTS].clone()
    }

    pub fn redeem(&mut self, which: usize, by_another: bool, showing: Showing) -> Verdict {
        let Some(at) = self.granted(which) else { return Ok(()) };
        let (client, now) = (self.shown_by(at, by_another), self.w.now());
        let granted = &self.apps.granted[at];
        let committed = self.has_challenge(&granted.ask);
        let own = &self.apps.clients[granted.ask.client];
        let uri = own.redirect_uris[usize::from(showing == Showing::AnotherAddress)].as_str();
        let another = VERIFIER.replacen('d', "e", 1);
        let verifier = match showing {
            Showing::NoVerifier => None,
            Showing::AnotherVerifier => Some(another.as_str()),
            Showing::What | Showing::AnotherAddress => Some(VERIFIER).filter(|_| committed),
        };
        let fits = match showing {
            Showing::What => true,
            Showing::NoVerifier => !committed,
            Showing::AnotherAddress | Showing::AnotherVerifier => false,
        };
        self.did.doubt |= granted.doubt;
        let trail = self.w.operator();
        let redeemed =
            block_on(self.w.provider().redeem(&client, &granted.code, Some(uri), verifier, &trail));
        self.w.memory.heal();
        let told = block_on(self.w.core.methods.all()).unwrap().is_on(granted.told);
        let (counted, apps) = (granted.code_counts(now), &mut self.apps);
        let granted = &mut apps.granted[at];
        let Ok(redeemed) = redeemed else {
            granted.doubt = true;
            self.did.fault = true;
            return Ok(());
        };
        let right = !by_another && counted && fits && told;
        check(redeemed.is_err() || right, || format!("R102: redeemed with {showing:?}: {granted:?}"))?;
        check(redeemed.is_ok() || !right || granted.doubt, || format!("refused: {granted:?}"))?;
        match redeemed {
            Ok(tokens) => {
                granted.spent = true;
                granted.redeemed += 1;
                check(granted.redeemed == 1, || format!("R103: redeemed twice: {granted:?}"))?;
                apps.tally.redeemed += 1;
                apps.signed_in_to.insert((granted.origin.person, granted.ask.client));
                self.did.redeemed += 1;
                self.given(at, &tokens)
            }
            Err(why) => {
                check(why == TokenError::InvalidGrant, || format!("{why:?} says too much"))?;
                if by_another || granted.doubt {
                    return Ok(());
                }
                if granted.spent {
                    apps.tally.second_uses += u32::from(!granted.over);
                    granted.over = true;
                } else if counted {
                    apps.tally.misfits += u32::from(!fits);
                    apps.tally.no_longer_enough += u32::from(fits);
                    (granted.spent, granted.over) = (true, true);
                }
                Ok(())
            }
        }
    }

    pub fn renew(&mut self, which: usize, by_another: bool, back: usize, asking: Asking) -> Verdict {
        let Some(at) = self.renewable(which) else { return Ok(()) };
        let (client, now, trail) = (self.shown_by(at, by_another), self.w.now(), self.w.operator());
        let granted = &self.apps.granted[at];
        self.did.doubt |= granted.doubt;
        let Some(shown) = granted.refresh.len().checked_sub(1 + back) else { return Ok(()) };
        let newest = back == 0;
        let scope = match asking {
            Asking::Same => None,
            Asking::Less => Some("openid"),
            Asking::More => Some("openid profile"),
        };
        let renewed =
            block_on(self.w.provider().renew(&client, &granted.refresh[shown], scope, &trail)).unwrap();
        let told = block_on(self.w.core.methods.all()).unwrap().is_on(granted.told);
        let apps = &mut self.apps;
        let granted = &mut apps.granted[at];
        let counted = !by_another && newest && granted.refresh_counts(now);
        let right = counted && asking != Asking::More && told;
        check(renewed.is_err() || right, || format!("P7, R107: renewed by {back}, {asking:?}: {granted:?}"))?;
        check(renewed.is_ok() || !right || granted.doubt, || format!("not renewed: {granted:?}"))?;
        match renewed {
            Ok(tokens) => {
                apps.tally.renewed += 1;
                self.did.renewed += 1;
                self.given(at, &tokens)
            }
            Err(_) if by_another => Ok(()),
            Err(why) if !newest => {
                check(why == TokenError::InvalidGrant, || format!("{why:?} for a used token"))?;
                apps.tally.reused += u32::from(!granted.over);
                granted.over = true;
                Ok(())
            }
            Err(TokenError::InvalidScope) => {
                check(asking == Asking::More, || "enough was granted".to_owned())
            }
            Err(_) if counted && !granted.doubt => {
                // Its level is told no more: it ends, and was not renewed.
                apps.tally.no_longer_enough += 1;
                granted.over = true;
                Ok(())
            }
            Err(_) => Ok(()),
        }
    }

    /// P8: what tokens say is what their session was worth, of its own person.
    fn given(&mut self, at: usize, tokens: &Tokens) -> Verdict {
        let (now, granted) = (self.w.now(), &mut self.apps.granted[at]);
        let (token, origin) = (&tokens.id_token, &granted.origin);
        let words = |what: &str| format!("{what}: {token:?} of {granted:?}");
        check(token.subject == self.people[origin.person], || words("another's subject"))?;
        check(token.audience == self.apps.clients[granted.ask.client].id, || words("another's audience"))?;
        check(token.session == origin.handle, || words("another session"))?;
        check(token.nonce == Some(format!("nonce of app{}", granted.ask.client)), || words("another nonce"))?;
        check(token.acr == granted.told.acr(), || words("P8: another level"))?;
        check(granted.told <= origin.level, || words("P8: more than was reached"))?;
        check(token.amr == amr(origin.level, origin.by_call), || words("R116: other factors"))?;
        let who = &self.model.people[origin.person];
        let may_have_more = who.has_second_step() || !who.maybe.is_empty();
        check(granted.told == Level::Password || may_have_more, || words("P8: more than there is"))?;
        check(token.auth_time == seconds(origin.auth_time), || words("R117: another time"))?;
        check(token.issued_at == seconds(now) && token.expires_at <= seconds(now) + 300, || words("R108"))?;
        let granted_scopes = Scopes::parse(scopes(&granted.ask));
        check(tokens.scopes.within(granted_scopes), || words("more than was granted"))?;
        check(tokens.refresh.is_some() == granted.ask.offline, || words("R107: offline access"))?;
        granted.access.push(Access {
            text: tokens.access.reveal().to_owned(),
            until: now.plus(life::ACCESS),
            given_back: false,
        });
        granted.refresh.extend(tokens.refresh.iter().map(|refresh| refresh.reveal().to_owned()));
        Ok(())
    }

    pub fn give_back(&mut self, which: usize, by_another: bool, refresh: bool) -> Verdict {
        let Some(at) = self.granted(which) else { return Ok(()) };
        let (client, trail) = (self.shown_by(at, by_another), self.w.operator());
        let granted = &mut self.apps.granted[at];
        let access = granted.access.last_mut();
        let text = if refresh {
            granted.refresh.last().cloned()
        } else {
            access.map(|access| {
                access.given_back |= !by_another;
                access.text.clone()
            })
        };
        let Some(text) = text else { return Ok(()) };
        granted.over |= refresh && !by_another;
        block_on(self.w.provider().grants().revoke(&BearerHash::of(&text), &client.id, &trail)).unwrap();
        Ok(())
    }

    pub fn leave(&mut self, person: usize, client: usize) -> Verdict {
        let (provider, trail) = (self.w.provider(), self.w.operator());
        let (account, app) = (&self.people[person], &self.apps.clients[client].id);
        let left = block_on(provider.grants().leave(account, app, &trail)).unwrap();
        let known = self.apps.signed_in_to.remove(&(person, client));
        let doubt = self.apps.granted.iter().any(|granted| granted.doubt);
        check(left == known || doubt, || format!("app{client} of person {person} was left: {left}"))?;
        self.did.left += usize::from(left);
        if left {
            self.apps.end(|granted| granted.origin.person == person && granted.ask.client == client);
        }
        Ok(())
    }

    /// P7: what counts, counts; and nothing else does, for nobody but its app.
    pub fn tokens_hold(&mut self) -> Verdict {
        let (now, trail, provider) = (self.w.now(), self.w.operator(), self.w.provider());
        for at in 0..self.apps.granted.len() {
            let granted = &self.apps.granted[at];
            if granted.seen_dead {
                continue;
            }
            let client = &self.apps.clients[granted.ask.client].id;
            for access in &granted.access {
                let live = block_on(provider.access(&access.text, &trail)).unwrap();
                let counts = granted.access_counts(access, now);
                let words = |what: &str| format!("{what}: {live:?} of {granted:?} at {now:?}");
                check(counts || live.is_none(), || words("P7: it outlives its end"))?;
                check(!counts || granted.doubt || live.is_some(), || words("it does not count"))?;
                let Some(live) = &live else { continue };
                self.holds(granted, &live.grant.account, live.grant.acr)?;
            }
            for (back, text) in granted.refresh.iter().rev().enumerate() {
                let found = block_on(provider.introspect(text, client, &trail)).unwrap();
                let counts = back == 0 && granted.refresh_counts(now);
                let words =
                    |what: &str| format!("{what}: {back} before the newest of {granted:?} at {now:?}");
                check(counts || found.is_none(), || words("P7: a refresh token outlives its end"))?;
                check(!counts || granted.doubt || found.is_some(), || words("no refresh"))?;
                let Some((live, kind)) = found else { continue };
                check(kind == TokenKind::Refresh, || words("another kind"))?;
                self.holds(granted, &live.grant.account, live.grant.acr)?;
            }
            self.apps.granted[at].seen_dead = self.apps.granted[at].over;
        }
        Ok(())
    }

    fn holds(&self, granted: &Granted, account: &AccountId, acr: Level) -> Verdict {
        let own = *account == self.people[granted.origin.person];
        check(own, || format!("another account's: {granted:?}"))?;
        check(acr <= granted.told && acr <= granted.origin.level, || format!("P8: {acr:?} of {granted:?}"))?;
        let who = &self.model.people[granted.origin.person];
        let may_have_more = who.has_second_step() || !who.maybe.is_empty();
        check(acr == Level::Password || may_have_more, || format!("P8, R33: {acr:?} of {granted:?}"))
    }
}
