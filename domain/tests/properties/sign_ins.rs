//! Signing in: name and password, the session that each step begins, and what of the one before goes over to it.
use crate::drive::Drive;
use crate::model::{Kind, Txn, Verdict, check};
use domain::channel::Channel;
use domain::id::SessionHandle;
use domain::level::Level;
use domain::password_tries::{LAST, wait_after};
use domain::session::{SessionState, Who};
use domain::sign_in::{AfterPassword, Entry, RequiredFactors};
use domain::testing::{PASSWORD, block_on};

impl Drive {
    /// What the store knows of the session of a browser.
    pub fn session(&self, browser: usize) -> Option<SessionState> {
        let handle = &self.browsers[browser];
        self.w.memory.with(|world| world.sessions.get(handle).map(|info| info.state.clone()))
    }

    /// The session of a browser gives way to another: what was under way in it ends, and what apps were granted out of it goes over
    /// if the next one is the same person's and can reach as much.
    pub fn moves(&mut self, browser: usize, next: SessionHandle, person: Option<(usize, Level)>) {
        let goes_on = person.map(|(person, _)| &self.people[person]);
        let told = self.session(browser).map(|state| state.told_of_end(goes_on)).unwrap_or_default();
        let others =
            self.person_in(browser).is_some_and(|before| Some(before) != person.map(|(person, _)| person));
        self.did.signed_out += usize::from(others);
        let old = std::mem::replace(&mut self.browsers[browser], next);
        let (new, sessions) = (&self.browsers[browser], &self.w.core.sessions);
        let trail = self.trail_of(browser, &old);
        if let Some((person, level)) = person {
            block_on(sessions.hand_on(&old, new, &self.people[person], level, trail.at)).unwrap();
            self.apps.hand_on(&old, new, person, level);
        }
        block_on(sessions.end(&old, &told, &trail)).unwrap();
        self.apps.session_ended(&old);
        self.model.close_browser(browser);
        self.half[browser] = None;
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
                self.enter(person, browser, &entry)
            }
            AfterPassword::Half { flow, .. } => {
                check(right, || "P1: half signed in with a wrong password".to_owned())?;
                if !goes_on {
                    // How surely, shows at its end.
                    let before = self.person_in(browser).map(|person| (person, Level::TwilioSms));
                    self.moves(browser, handle, before);
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

    /// Signed in: a session of its own, and on to the app that waits.
    pub fn enter(&mut self, person: usize, browser: usize, entry: &Entry) -> Verdict {
        check(*entry.account() == self.people[person], || "P1: signed in as somebody else".to_owned())?;
        self.did.entered += 1;
        let handle = self.w.browser();
        self.moves(browser, handle.clone(), Some((person, entry.level())));
        self.w.enter(entry, &handle);
        self.earned.insert((person, handle), entry.level());
        self.go_on(browser)
    }

    /// Who is signed in with a browser.
    pub fn person_in(&self, browser: usize) -> Option<usize> {
        match self.session(browser)?.who {
            Who::Person { account, .. } => self.people.iter().position(|id| *id == account),
            Who::Half { .. } => None,
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
