//! Asking: what apps, their people and operators do until there is a code, and what ends what was granted.
use crate::apps::acts::{Act, Ask, Asking, Pages, Showing, Wanted};
use crate::apps::model::{CHALLENGE, Origin, Waiting};
use crate::drive::Drive;
use crate::model::{Kind, Txn, Verdict, check};
use crate::ops::NUMBERS;
use domain::id::AccountId;
use domain::level::Level;
use domain::oidc::life;
use domain::oidc::pkce::CodeChallenge;
use domain::oidc::ports::BrowserMark;
use domain::oidc::prompt::Prompt;
use domain::oidc::provider::{Authorized, Missing, ReturnAddress};
use domain::oidc::request::{AuthorizationRequest, ClaimsAsked};
use domain::oidc::scope::{Claims, Scopes};
use domain::session::Who;
use domain::testing::{PASSWORD, Planned, block_on};

/// Belongs to a browser as its cookie does.
fn mark(browser: usize) -> BrowserMark {
    BrowserMark(format!("browser {browser}"))
}

/// What an app asks for, as text.
pub fn scopes(ask: &Ask) -> &'static str {
    if ask.offline { "openid phone offline_access" } else { "openid phone" }
}

impl Drive {
    /// Does it.
    pub fn act(&mut self, act: Act) -> Verdict {
        self.did.apps = true;
        match act {
            Act::Authorize { browser, ask, from_elsewhere } => self.authorize(browser, ask, from_elsewhere),
            Act::Resume { browser, which } => {
                let at = self.apps.requests.len().checked_sub(1 + which);
                at.map_or(Ok(()), |at| self.resume(browser, at))
            }
            Act::Consent { browser, yes } => self.consent(browser, yes),
            Act::Redeem { which, by_another, showing, fault } => {
                if let Some((after, step)) = fault {
                    self.w.memory.fail(if after { Planned::After(step) } else { Planned::Before(step) });
                }
                let done = self.redeem(which, by_another, showing);
                self.w.memory.heal();
                done
            }
            Act::Renew { which, by_another, back, asking } => self.renew(which, by_another, back, asking),
            Act::GiveBack { which, by_another, refresh } => self.give_back(which, by_another, refresh),
            Act::Leave { person, client } => self.leave(person, client),
            Act::SignOut { browser } => {
                let (before, next) = (self.at_hand(browser), self.w.browser());
                if let Some(before) = &before {
                    let (told, trail) = (before.told_of_end(None), self.trail(browser));
                    block_on(self.w.core.sessions.end(&before.handle, &told, &trail)).unwrap();
                }
                self.moved(browser, before.as_ref(), (next, None), None);
                Ok(())
            }
            Act::SetPassword { person } => {
                self.w.clock.pass_seconds(1);
                self.w.set_password(&self.people[person], PASSWORD);
                self.model.people[person].wrong_passwords = (0, self.w.now());
                self.model.end_all(person);
                self.factors_changed(person, None);
                Ok(())
            }
            Act::SwitchOffAndOn { person } => {
                let id = self.people[person].clone();
                self.w.switch_off(&id);
                self.model.end_all(person);
                self.did.changed = Some((person, None));
                self.apps.end(|granted| granted.origin.person == person);
                self.tokens_hold()?;
                let told = block_on(self.w.provider().grants().person(&id)).unwrap();
                check(told.is_none(), || "R60: apps are told of somebody who is switched off".to_owned())?;
                self.w.switch_on(&id);
                Ok(())
            }
            Act::RemoveAndAdd { client } => {
                let trail = self.w.operator();
                let removed = self.w.core.clients.remove(&self.apps.clients[client].id, &trail);
                check(block_on(removed).unwrap(), || "a registered app is unknown".to_owned())?;
                self.apps.end(|granted| granted.ask.client == client);
                for request in self.apps.requests.iter_mut().filter(|request| request.ask.client == client) {
                    request.over = true;
                }
                self.apps.signed_in_to.retain(|(_, app)| *app != client);
                self.apps.register(&self.w, client);
                Ok(())
            }
            Act::Switch { method, on } => {
                let (methods, trail) = (&self.w.core.methods, self.w.operator());
                let news = block_on(methods.all()).unwrap().is_on(method) != on;
                self.did.switched = (usize::from(news && on), usize::from(news && !on));
                if on {
                    block_on(methods.enable(method, &trail)).unwrap();
                } else {
                    block_on(methods.disable(method, &trail)).unwrap();
                }
                // Some app renews just then.
                self.renew(0, false, 0, Asking::Same)
            }
        }
    }

    fn asked(&self, ask: &Ask) -> AuthorizationRequest {
        let acr = |level: Level| vec![level.acr().to_owned()];
        let (acr_values, claims) = match ask.wanted {
            Wanted::Whatever => (Vec::new(), ClaimsAsked::default()),
            Wanted::Wish(level) => (acr(level), ClaimsAsked::default()),
            Wanted::Essential(level) => {
                (Vec::new(), ClaimsAsked { acr: acr(level), acr_essential: true, ..ClaimsAsked::default() })
            }
        };
        let client = &self.apps.clients[ask.client];
        AuthorizationRequest {
            redirect_uri: client.redirect_uris[0].as_str().to_owned(),
            scopes: Scopes::parse(scopes(ask)),
            state: Some(format!("state of app{}", ask.client)),
            nonce: Some(format!("nonce of app{}", ask.client)),
            challenge: CodeChallenge::parse(CHALLENGE).filter(|_| self.has_challenge(ask)),
            prompt: Prompt {
                none: ask.pages == Pages::None,
                login: ask.pages == Pages::Login,
                consent: ask.pages == Pages::Consent,
            },
            max_age: ask.max_age,
            acr_values,
            claims: ClaimsAsked { id_token: Claims::parse("phone_number"), ..claims },
            login_hint: None,
            about: ask.about.map(|person| self.people[person].clone()),
            lang: None,
        }
    }

    pub fn has_challenge(&self, ask: &Ask) -> bool {
        ask.pkce || self.apps.clients[ask.client].require_pkce
    }

    fn authorize(&mut self, browser: usize, ask: Ask, from_elsewhere: bool) -> Verdict {
        let (client, asked) = (self.apps.clients[ask.client].clone(), self.asked(&ask));
        let (session, trail) = (self.session(browser), self.trail(browser));
        // What comes from elsewhere carries no cookie: its browser and session are not known yet.
        let known = Some(browser).filter(|_| !from_elsewhere);
        self.apps.requests.push(Waiting {
            id: None,
            ask,
            browser: known,
            since: trail.at,
            asked_in: session.as_ref().filter(|_| known.is_some()).map(|session| session.handle.clone()),
            agreed: None,
            over: false,
        });
        let (at, provider) = (self.apps.requests.len() - 1, self.w.provider());
        if from_elsewhere {
            let aside = block_on(provider.put_aside(&client, asked, &trail)).unwrap();
            let Authorized::Waits { request, .. } = aside else { return Err("it is not kept".to_owned()) };
            self.apps.requests[at].id = Some(request);
            return self.resume(browser, at);
        }
        let authorized =
            block_on(provider.authorize(&client, asked, session.as_ref(), &mark(browser), &trail)).unwrap();
        check(!matches!(authorized, Authorized::Over), || "a new request is over".to_owned())?;
        self.answered(browser, at, authorized)
    }

    /// Whether the sign-in page of this browser is that of an app which asks for the password alone.
    pub fn password_alone(&self, browser: usize) -> bool {
        let id = self.waits[browser].and_then(|at| self.apps.requests[at].id.clone());
        let (session, trail) = (self.session(browser), self.trail(browser));
        let waiting = id.and_then(|id| {
            block_on(self.w.provider().waiting(&id, session.as_ref(), &mark(browser), &trail)).unwrap()
        });
        waiting.is_some_and(|waiting| waiting.password_alone)
    }

    /// On to the app that waits in this browser, if there is one.
    pub fn go_on(&mut self, browser: usize) -> Verdict {
        self.waits[browser].map_or(Ok(()), |at| self.resume(browser, at))
    }

    fn resume(&mut self, browser: usize, at: usize) -> Verdict {
        let Some(id) = self.apps.requests[at].id.clone() else { return Ok(()) };
        let (session, trail) = (self.session(browser), self.trail(browser));
        let request = &mut self.apps.requests[at];
        let waits = !request.over && life::lives(request.since, life::REQUEST, trail.at);
        if waits && request.browser.is_none() {
            request.browser = Some(browser);
            request.asked_in = session.as_ref().map(|session| session.handle.clone());
        }
        let own = waits && request.browser == Some(browser);
        let authorized =
            block_on(self.w.provider().resume(&id, session.as_ref(), &mark(browser), &trail)).unwrap();
        self.apps.tally.strangers += u32::from(waits && !own);
        check(own != matches!(authorized, Authorized::Over), || {
            format!("R99: waits here: {own}, and is answered otherwise: {:?}", self.apps.requests[at])
        })?;
        self.answered(browser, at, authorized)
    }

    fn consent(&mut self, browser: usize, yes: bool) -> Verdict {
        let Some(at) = self.waits[browser] else { return Ok(()) };
        let (Some(id), Some(session)) = (self.apps.requests[at].id.clone(), self.session(browser)) else {
            return Ok(());
        };
        let (trail, person) = (self.trail(browser), self.person_in(browser));
        let waits = !self.apps.requests[at].over
            && life::lives(self.apps.requests[at].since, life::REQUEST, trail.at);
        let provider = self.w.provider();
        let authorized = block_on(provider.consent(&id, yes, &session, &mark(browser), &trail)).unwrap();
        check(waits || matches!(authorized, Authorized::Over), || "a word for what is over".to_owned())?;
        let heard = !matches!(authorized, Authorized::Over);
        self.did.consented = (usize::from(heard && yes), usize::from(heard && !yes));
        if waits && yes {
            self.apps.requests[at].agreed = person;
            self.apps.tally.consents += 1;
        }
        self.answered(browser, at, authorized)
    }

    /// What an outcome means for a request, and what its browser does next.
    fn answered(&mut self, browser: usize, at: usize, authorized: Authorized) -> Verdict {
        let (ask, now) = (self.apps.requests[at].ask, self.w.now());
        let client = &self.apps.clients[ask.client];
        let home = |to: &ReturnAddress| {
            to.redirect_uri == client.redirect_uris[0].as_str()
                && to.state == Some(format!("state of app{}", ask.client))
        };
        if !matches!(authorized, Authorized::Waits { .. }) && self.waits[browser] == Some(at) {
            self.waits[browser] = None;
        }
        match authorized {
            Authorized::Code { to, code } => {
                check(home(&to), || format!("R93: a code for {ask:?} goes to {to:?}"))?;
                self.did.granted += 1;
                let origin = self.origin(browser).ok_or("P8: a code out of no session")?;
                let methods = block_on(self.w.core.methods.all()).unwrap();
                self.apps.code(at, browser, &origin, &methods, code.reveal(), now)?;
                if ask.eager { self.redeem(0, false, Showing::What) } else { Ok(()) }
            }
            Authorized::Refused { to, .. } => {
                check(home(&to), || format!("R93: a refusal of {ask:?} goes to {to:?}"))?;
                self.apps.tally.refused += 1;
                self.apps.requests[at].over = true;
                Ok(())
            }
            Authorized::Waits { request, missing } => {
                check(ask.pages != Pages::None, || format!("R118: a page is shown for {ask:?}"))?;
                let known = self.apps.requests[at].id.get_or_insert_with(|| request.clone());
                check(*known == request, || "R99: by another name".to_owned())?;
                self.waits[browser] = Some(at);
                match missing {
                    Missing::Code(account) => self.step_up(browser, &account),
                    Missing::Consent => check(ask.pages == Pages::Consent, || "nobody asked".to_owned()),
                    Missing::Phone if self.person_in(browser) == Some(Self::owner(browser)) => {
                        self.enrol(browser, at % NUMBERS.len())
                    }
                    Missing::SignIn | Missing::Phone => Ok(()),
                }
            }
            Authorized::Over => Ok(()),
            Authorized::UnknownApp => {
                let there = self.w.memory.with(|world| world.clients.contains_key(&client.id));
                check(!there, || format!("an app that is there is called unknown: {ask:?}"))
            }
            Authorized::TooMany { .. } => Err("nothing holds requests up here".to_owned()),
        }
    }

    /// The session of a browser as a grant rests on it: never on more than was seen to be proven in it.
    fn origin(&self, browser: usize) -> Option<Origin> {
        let (person, state) = (self.person_in(browser)?, self.session(browser)?);
        let Who::Person { level, auth_time, .. } = state.who else { return None };
        let by_call = state.by_call;
        let earned = self.earned.get(&(person, state.handle.clone())).copied()?;
        Some(Origin { person, handle: state.handle, level: level.min(earned), auth_time, by_call })
    }

    /// A code on top of the password, asked for because an app wants it.
    fn step_up(&mut self, browser: usize, account: &AccountId) -> Verdict {
        let (now, seen, trail) = (self.w.now(), self.w.sms.count(), self.trail(browser));
        let person = self.person_in(browser).ok_or("nobody is signed in who could step up")?;
        check(*account == self.people[person], || "P6: somebody else steps up".to_owned())?;
        let service = self.w.sign_in();
        let handle = self.browsers[browser].clone();
        block_on(service.step_up(account, &handle, &trail)).unwrap();
        let flow = block_on(service.stepping_up(account, &handle, &trail)).unwrap().map(|flow| flow.id);
        self.half[browser].clone_from(&flow);
        self.apps.tally.steps_up += u32::from(flow.is_some());
        self.under_way(flow.as_ref(), Txn::new(person, browser, Kind::SignIn, now), seen)
    }
}
