//! Signing in: name and password, the session that each step begins, and what of the one before goes over to it.
use crate::drive::Drive;
use crate::model::{Kind, Txn, Verdict, check};
use domain::channel::Channel;
use domain::id::{FlowId, SessionHandle};
use domain::level::Level;
use domain::password_tries::{LAST, wait_after};
use domain::session::{SessionState, Who};
use domain::session_begin;
use domain::sign_in::{AfterPassword, Entry, RequiredFactors};
use domain::testing::{PASSWORD, block_on};

impl Drive {
    /// What the store knows of the session of a browser.
    pub fn session(&self, browser: usize) -> Option<SessionState> {
        let handle = &self.browsers[browser];
        self.w.memory.with(|world| world.sessions.get(handle).map(|info| info.state.clone()))
    }

    /// The session that a request of a browser comes with: kept by the store, or that of its half sign-in.
    pub fn at_hand(&self, browser: usize) -> Option<SessionState> {
        let half = || self.half_session[browser].clone().filter(|_| self.half[browser].is_some());
        self.session(browser).or_else(half)
    }

    /// The session `before` of a browser has given way to `next`, which is this person's, or nobody's yet: what was under way in it has
    /// ended, and what apps were granted out of it about `heir` has gone over as far as the next one can reach as much.
    pub fn moved(
        &mut self,
        browser: usize,
        before: Option<&SessionState>,
        (next, person): (SessionHandle, Option<usize>),
        heir: Option<(usize, Level)>,
    ) {
        let was = before.and_then(|before| self.person_of(before));
        self.did.signed_out += usize::from(was.is_some() && was != person);
        let old = std::mem::replace(&mut self.browsers[browser], next);
        if was.is_none() {
            // In these histories owners of browsers act in them without having signed in: that is over with the handle all the same.
            let (sessions, trail) = (&self.w.core.sessions, self.trail_of(browser, &old));
            block_on(sessions.end(&old, &[], &trail)).unwrap();
        }
        if let Some((person, level)) = heir {
            self.apps.hand_on(&old, &self.browsers[browser], person, level);
        }
        self.apps.session_ended(&old);
        self.model.close_browser(browser);
        self.half[browser] = None;
        self.half_session[browser] = None;
        self.did.apps = true;
    }

    pub fn password(
        &mut self,
        person: usize,
        browser: usize,
        right: bool,
        for_app: bool,
        seen: usize,
    ) -> Verdict {
        let now = self.w.now();
        let password = if right { PASSWORD } else { "not the password" };
        let alone = for_app && self.password_alone(browser);
        let factors = if alone { RequiredFactors::PasswordAlone } else { RequiredFactors::AllOfTheAccount };
        // A half sign-in that this browser is in the middle of goes on under its handle.
        let goes_on = self.half[browser].is_some() && self.session(browser).is_none();
        let handle = if goes_on { self.browsers[browser].clone() } else { self.w.browser() };
        let trail = self.trail_of(browser, &handle);
        let service = self.w.sign_in();
        let name = format!("person{person}");
        let knocked = block_on(service.password(factors, &name, password, None, &handle, &trail)).unwrap();
        let has_second_step = self.model.people[person].has_second_step();
        let tries = &mut self.model.people[person].wrong_passwords;
        let held = tries.0 >= LAST || tries.1 > now;
        match &knocked {
            AfterPassword::Wait(_) | AfterPassword::Off => {
                return check(held, || "R48: held up too early".to_owned());
            }
            AfterPassword::Wrong => *tries = (tries.0 + 1, now.plus(wait_after(tries.0 + 1))),
            _ => *tries = (0, now),
        }
        check(!held, || "R48: a password was looked at before its time".to_owned())?;
        match knocked {
            AfterPassword::In(entry) => {
                check(right, || "P1: signed in with a wrong password".to_owned())?;
                check(!has_second_step || alone, || "P1: signed in without the code".to_owned())?;
                check(!has_second_step || entry.apps_only(), || "P1: the portal is open".to_owned())?;
                check(entry.level() == Level::Password, || "P1: level 10 by password".to_owned())?;
                check(entry.auth_time() == now, || "R117: not the time of the password".to_owned())?;
                let before = self.at_hand(browser);
                self.enter(person, browser, before.as_ref(), &entry)
            }
            AfterPassword::Half { flow, .. } => {
                check(right, || "P1: half signed in with a wrong password".to_owned())?;
                if !goes_on {
                    let before = self.at_hand(browser);
                    // How surely, shows at its end.
                    let heir = self.person_in(browser).map(|person| (person, Level::TwilioSms));
                    let (core, half) = (&self.w.core, (flow.clone(), handle.clone()));
                    let begun = session_begin::half_sign_in(core, before.as_ref(), half, None, &trail);
                    let begun = block_on(begun).unwrap();
                    self.moved(browser, before.as_ref(), (handle, None), heir);
                    self.half_session[browser] = Some(begun);
                }
                self.half[browser] = Some(flow.clone());
                self.sign_ins.push(flow.clone());
                self.under_way(Some(&flow), Txn::new(person, browser, Kind::SignIn, now), seen)
            }
            AfterPassword::Wrong => {
                self.did.wrong_passwords += 1;
                check(!right, || "the right password was refused".to_owned())
            }
            AfterPassword::Wait(_) | AfterPassword::Off | AfterPassword::Busy => {
                Err("nothing else holds a sign-in up here".to_owned())
            }
        }
    }

    /// Signed in: a session of its own in place of the one `before`, and on to the app that waits.
    pub fn enter(
        &mut self,
        person: usize,
        browser: usize,
        before: Option<&SessionState>,
        entry: &Entry,
    ) -> Verdict {
        check(*entry.account() == self.people[person], || "P1: signed in as somebody else".to_owned())?;
        self.did.entered += 1;
        let trail = self.trail(browser);
        let state = block_on(session_begin::signed_in(&self.w.core, before, entry, &trail)).unwrap();
        let handle = state.handle.clone();
        self.w.keep(state);
        let heir = before.map(|_| (person, entry.level()));
        self.moved(browser, before, (handle.clone(), Some(person)), heir);
        self.earned.insert((person, handle), entry.level());
        self.go_on(browser)
    }

    /// Who is signed in with a browser.
    pub fn person_in(&self, browser: usize) -> Option<usize> {
        self.person_of(&self.session(browser)?)
    }

    fn person_of(&self, state: &SessionState) -> Option<usize> {
        match &state.who {
            Who::Person { account, .. } => self.people.iter().position(|id| id == account),
            Who::Half { .. } => None,
        }
    }

    /// Gives a sign-in up, where it still waits for its code. A half sign-in takes with it what apps still had of the session before.
    pub fn cancel(&mut self, browser: usize, flow: &FlowId) {
        let (now, trail) = (self.w.now(), self.trail(browser));
        let at_hand = self.at_hand(browser);
        self.half[browser] = None;
        let (Some(waiting), Some(state)) = (self.waiting(browser, flow), at_hand) else { return };
        block_on(self.w.sign_in().cancel(&waiting, &state.who, &trail)).unwrap();
        self.did.cancelled += usize::from(waiting.is_running(now));
        self.model.txns.get_mut(flow).unwrap().closed = true;
        if matches!(state.who, Who::Half { .. }) {
            // All that its owner began in it, too.
            self.model.close_browser(browser);
            self.apps.session_ended(&self.browsers[browser]);
            self.did.apps = true;
        }
    }

    pub fn resend(&mut self, browser: usize, phone: Option<usize>, channel: Channel, seen: usize) -> Verdict {
        let Some(id) = self.half[browser].clone() else { return Ok(()) };
        let trail = self.trail(browser);
        let service = self.w.sign_in();
        let Some(half) = self.waiting(browser, &id) else { return Ok(()) };
        let person = self.model.txns[&id].person;
        // Any phone of the account may be named, pending ones too.
        let to = phone.and_then(|at| self.phone(person, at)).map(|phone| phone.id);
        block_on(service.resend(half, to.as_ref(), channel, &trail)).unwrap();
        self.messages((person, browser), Kind::SignIn, Some(&id), seen)
    }
}
