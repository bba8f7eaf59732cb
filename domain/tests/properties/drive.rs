//! Does what an operation says with the use cases of people, and tells the model what was done and answered. How they
//! sign in is in `sign_ins`, what is typed at the doors that take codes in `doors`, what apps do in `apps`.
use crate::after::{Before, Did, Earned, audited, sessions_hold};
use crate::apps::Apps;
use crate::doors::Door;
use crate::model::{Answer, Figures, Kind, Model, Txn, Verdict, check};
use crate::ops::{BROWSERS, NUMBERS, Op, PEOPLE};
use domain::channel::Channel;
use domain::events::Trail;
use domain::fresh_proof::Asked;
use domain::id::{AccountId, FlowId, SessionHandle};
use domain::phone::Phone;
use domain::phones::Begun;
use domain::policy::OtpPolicy;
use domain::ports::Removed;
use domain::session::SessionState;
use domain::testing::{TestWorld, block_on, world_with};

pub struct Drive {
    pub w: TestWorld,
    pub model: Model,
    pub apps: Apps,
    pub people: Vec<AccountId>,
    /// The session of each browser, or what its next one begins with: another one after each sign-in (R56).
    pub browsers: Vec<SessionHandle>,
    /// The code that a sign-in in a browser waits for.
    pub half: Vec<Option<FlowId>>,
    /// The sessions of these half sign-ins; those of people are the store's.
    pub half_session: Vec<Option<SessionState>>,
    /// The request of an app that a browser goes on with once what is missing is there.
    pub waits: Vec<Option<usize>>,
    /// All sign-ins ever begun.
    pub sign_ins: Vec<FlowId>,
    /// The newest test of each person.
    pub tests: Vec<Option<FlowId>>,
    pub earned: Earned,
    pub did: Did,
}

impl Drive {
    /// `start`: bit `4p + n` gives person `p` number `n`, proven; `tight`: limits that are reached.
    pub fn new(start: u8, tight: bool) -> Self {
        let (number_hour, number_day, account_day, address_hour) =
            if tight { (3, 6, 8, 5) } else { (60, 90, 120, 120) };
        let figures =
            Figures { ttl: 300, tries: 3, lock: 8, number_hour, number_day, account_day, address_hour };
        let w = world_with(|policy| {
            policy.otp = OtpPolicy::new(6, 300, figures.tries, figures.lock, &[30, 60]).unwrap();
            policy.limits.per_number_hour = u32::try_from(number_hour).unwrap();
            policy.limits.per_number_day = u32::try_from(number_day).unwrap();
            policy.limits.per_account_day = u32::try_from(account_day).unwrap();
            policy.limits.per_address_hour = Some(u32::try_from(address_hour).unwrap());
        });
        let people: Vec<AccountId> = (0..PEOPLE).map(|p| w.account(&format!("person{p}"))).collect();
        let mut model = Model::new(figures, PEOPLE);
        for (person, id) in people.iter().enumerate() {
            for (number, text) in NUMBERS.iter().enumerate() {
                if start & (1 << (4 * person + number)) != 0 {
                    w.phone(id, text);
                    model.people[person].proven.insert(number);
                }
            }
        }
        let browsers = (0..BROWSERS).map(|_| w.browser()).collect();
        let (half, tests) = (vec![None; BROWSERS], vec![None; PEOPLE]);
        let apps = Apps::new(&w);
        Self {
            w,
            model,
            apps,
            people,
            browsers,
            half,
            half_session: vec![None; BROWSERS],
            waits: vec![None; BROWSERS],
            sign_ins: Vec::new(),
            tests,
            earned: Earned::new(),
            did: Did::default(),
        }
    }

    pub fn trail(&self, browser: usize) -> Trail {
        self.trail_of(browser, &self.browsers[browser])
    }

    /// Of a session that a browser has, or had.
    pub fn trail_of(&self, browser: usize, session: &SessionHandle) -> Trail {
        let address = format!("192.0.2.{}", Self::address(browser));
        Trail { address, ..self.w.trail(session) }
    }

    /// Each address has browsers of two people behind it.
    fn address(browser: usize) -> usize {
        browser % 2
    }

    /// Whose browser it is: all but signing in is done by its owner.
    pub fn owner(browser: usize) -> usize {
        browser / 2
    }

    pub fn phones(&self, person: usize) -> Vec<Phone> {
        block_on(self.w.book().all(&self.people[person])).unwrap()
    }

    pub fn phone(&self, person: usize, at: usize) -> Option<Phone> {
        let phones = self.phones(person);
        phones.get(at % phones.len().max(1)).cloned()
    }

    fn number_of(phone: &Phone) -> usize {
        NUMBERS.iter().position(|number| number.ends_with(&phone.mask.last_digits)).unwrap()
    }

    /// A transaction goes on, with the messages handed over meanwhile.
    pub fn under_way(&mut self, flow: Option<&FlowId>, new: Txn, seen: usize) -> Verdict {
        let (person, browser, kind) = (new.person, new.browser, new.kind);
        let messages = self.w.sms.since(seen);
        match flow {
            Some(flow) => self.model.begin(flow, new)?,
            // Begun, refused and given up in one go.
            None if messages.iter().any(|sent| sent.channel == Channel::Voice || sent.code().is_some()) => {
                self.model.overtake(person, new.browser, kind, new.binds);
            }
            None => {}
        }
        self.messages((person, browser), kind, flow, seen)
    }

    /// … that this browser of a person's brought about.
    pub fn messages(
        &mut self,
        (person, browser): (usize, usize),
        kind: Kind,
        flow: Option<&FlowId>,
        seen: usize,
    ) -> Verdict {
        let by = (person, Self::address(browser));
        let number_of = |to: &str| NUMBERS.iter().position(|number| *number == to).unwrap();
        self.model.sent(by, kind, flow, &self.w.sms.since(seen), number_of)
    }

    /// The factors of a person changed, in this browser of theirs or by an operator.
    pub fn factors_changed(&mut self, person: usize, browser: Option<usize>) {
        self.did.changed = Some((person, browser));
        self.did.apps = true;
        self.apps.factors_changed(person, browser.map(|browser| &self.browsers[browser]));
    }

    /// Does it, and looks at what must hold after every step.
    pub fn apply(&mut self, op: &Op) -> Verdict {
        let before = Before::of(self);
        self.did = Did::default();
        self.step(op)?;
        self.model.tally.changes += u32::from(self.did.changed.is_some());
        audited(self, before)?;
        sessions_hold(self)?;
        if self.did.apps { self.tokens_hold() } else { Ok(()) }
    }

    fn step(&mut self, op: &Op) -> Verdict {
        let seen = self.w.sms.count();
        let now = self.w.now();
        match *op {
            Op::Password { person, browser, right, for_app } => {
                self.password(person, browser, right, for_app, seen)
            }
            Op::App(act) => self.act(act),
            Op::Code { browser, which, typed } => self.code(browser, which, typed),
            Op::SignInCodeElsewhere { browser, which, typed } => {
                let at = self.sign_ins.len().checked_sub(1 + which);
                match at.map(|at| self.sign_ins[at].clone()) {
                    Some(flow) => self.sign_in_code(browser, &flow, typed),
                    None => Ok(()),
                }
            }
            Op::Resend { browser, phone, channel, script, patient } => {
                if patient
                    && let Some(flow) = &self.half[browser]
                    && let Some(flow) = self.waiting(browser, flow)
                {
                    let next = flow.next_send_at(&self.w.core.policy.otp);
                    self.w.clock.pass_seconds(next.seconds_from(now));
                }
                self.w.sms.clear_script();
                self.w.sms.next(script);
                let done = self.resend(browser, phone, channel, seen);
                self.w.sms.clear_script();
                done
            }
            Op::Cancel { browser } => {
                let Some(flow) = self.half[browser].clone() else { return Ok(()) };
                self.cancel(browser, &flow);
                Ok(())
            }
            Op::Enrol { browser, number } => self.enrol(browser, number),
            Op::Replace { browser, phone, number } => {
                let person = Self::owner(browser);
                let Some(old) = self.phone(person, phone) else { return Ok(()) };
                let trail = self.trail(browser);
                let book = self.w.book();
                let (id, session) = (&self.people[person], &self.browsers[browser]);
                let begun =
                    block_on(book.begin_replacement(id, session, &old.id, NUMBERS[number], &trail)).unwrap();
                let (binds, old) = (Some(number), Some(Self::number_of(&old)));
                self.begun(&begun, Txn { binds, old, ..Txn::new(person, browser, Kind::Replace, now) }, seen)
            }
            Op::ResendConfirmation { browser, channel } => {
                let trail = self.trail(browser);
                let book = self.w.book();
                let Some(flow) = block_on(book.confirming(&self.browsers[browser], &trail)).unwrap() else {
                    return Ok(());
                };
                block_on(book.resend(&flow, channel, &trail)).unwrap();
                let kind = if flow.purpose.old_phone().is_some() { Kind::Replace } else { Kind::New };
                self.messages((Self::owner(browser), browser), kind, Some(&flow.id), seen)
            }
            Op::Remove { browser, phone } => self.remove(browser, phone, seen),
            Op::Prefer { browser, phone } => {
                let person = Self::owner(browser);
                let Some(phone) = self.phone(person, phone) else { return Ok(()) };
                let done = self.w.book();
                let done =
                    block_on(done.prefer(&self.people[person], &phone.id, &self.trail(browser))).unwrap();
                self.did.preferred += usize::from(done);
                check(done != phone.pending(), || "only a proven phone is preferred".to_owned())
            }
            Op::SendProof { browser, phone, channel } => {
                let person = Self::owner(browser);
                let to = phone.and_then(|at| self.phone(person, at)).map(|phone| phone.id);
                let trail = self.trail(browser);
                let proof = self.w.proof();
                let (id, session) = (&self.people[person], &self.browsers[browser]);
                block_on(proof.send(id, session, to.as_ref(), channel, &trail)).unwrap();
                let flow = match block_on(proof.asked(id, session, &trail)).unwrap() {
                    Asked::Code { flow, .. } => Some(flow.id),
                    Asked::Password | Asked::Choose { .. } => None,
                };
                self.under_way(flow.as_ref(), Txn::new(person, browser, Kind::Proof, now), seen)
            }
            Op::StartTest { browser, phone } => {
                let person = Self::owner(browser);
                let Some(phone) = self.phone(person, phone) else { return Ok(()) };
                let tests = self.w.tests();
                let (id, session) = (&self.people[person], &self.browsers[browser]);
                let started = block_on(tests.start(id, session, &phone.id, &self.trail(browser))).unwrap();
                let Some(flow) = started.and_then(|started| started.flow) else { return Ok(()) };
                self.tests[person] = Some(flow.clone());
                self.under_way(Some(&flow), Txn::new(person, browser, Kind::Test, now), seen)
            }
            Op::TestCodeElsewhere { browser, typed } => {
                for door in [Door::SignIn, Door::Confirm, Door::Proof] {
                    let Some(flow) = self.test(browser) else { return Ok(()) };
                    let text = self.text(&flow.id, typed.guess);
                    let (answer, _) = self.post(door, browser, flow, &text)?;
                    check(answer == Answer::Nothing, || {
                        format!("R7: a test at the door {door:?}: {answer:?}")
                    })?;
                }
                Ok(())
            }
            Op::Pass { seconds } => {
                self.w.clock.pass_seconds(seconds);
                Ok(())
            }
            Op::Next(script) => {
                self.w.sms.clear_script();
                self.w.sms.next(script);
                Ok(())
            }
            Op::Answers(answers) => {
                self.w.sms.set_unanswered(!answers);
                Ok(())
            }
            Op::Sweep => {
                self.w.sweep(&self.browsers[0]);
                let sent = self.w.sms.since(seen);
                // Notices of a step whose answer was lost were never carried; codes were.
                check(sent.iter().all(|sent| sent.channel == Channel::Sms && sent.code().is_none()), || {
                    "D14: a code was sent again".to_owned()
                })?;
                self.messages((0, 0), Kind::New, None, seen)
            }
        }
    }

    /// The browser's owner adds a number.
    pub fn enrol(&mut self, browser: usize, number: usize) -> Verdict {
        let (now, seen, person) = (self.w.now(), self.w.sms.count(), Self::owner(browser));
        let trail = self.trail(browser);
        let book = self.w.book();
        let (id, session) = (&self.people[person], &self.browsers[browser]);
        let begun = block_on(book.begin(id, session, NUMBERS[number], "", &trail)).unwrap();
        let new = Txn { binds: Some(number), ..Txn::new(person, browser, Kind::New, now) };
        self.begun(&begun, new, seen)
    }

    fn begun(&mut self, begun: &Begun, new: Txn, seen: usize) -> Verdict {
        match begun {
            Begun::Confirming(flow) => self.under_way(Some(flow), new, seen),
            Begun::NotSent(_) => self.under_way(None, new, seen),
            Begun::AlreadyYours => {
                let who = &self.model.people[new.person];
                let number = new.binds.unwrap();
                let known = who.proven.contains(&number) || who.maybe.contains(&number);
                check(known, || "a number is called one's own that is not proven".to_owned())
            }
            Begun::NoSuchPhone | Begun::Number(_) | Begun::Label => Ok(()),
        }
    }

    fn remove(&mut self, browser: usize, phone: usize, seen: usize) -> Verdict {
        let person = Self::owner(browser);
        let Some(phone) = self.phone(person, phone) else { return Ok(()) };
        let trail = self.trail(browser);
        let number = Self::number_of(&phone);
        let removed = block_on(self.w.book().remove(&self.people[person], &phone.id, &trail)).unwrap();
        self.did.removed += usize::from(removed != Removed::Unknown);
        if !phone.pending() {
            self.factors_changed(person, Some(browser));
        }
        if phone.pending() {
            for txn in self.model.txns.values_mut() {
                txn.closed |= txn.person == person && txn.binds == Some(number);
            }
            return Ok(());
        }
        self.model.end_all(person);
        let who = &mut self.model.people[person];
        who.proven.remove(&number);
        who.maybe.remove(&number);
        match removed {
            Removed::Last => {
                check(who.proven.is_empty(), || format!("R33: numbers are left: {:?}", who.proven))?;
                who.maybe.clear();
                who.swapped = false;
            }
            Removed::Done => {
                check(who.has_second_step() || !who.maybe.is_empty(), || "R33: none is left".to_owned())?;
            }
            Removed::GivenUp => return Err("a proven phone is given up as a pending one".to_owned()),
            Removed::Unknown => return Err("a phone that is listed is unknown".to_owned()),
        }
        self.messages((person, browser), Kind::New, None, seen)
    }
}
