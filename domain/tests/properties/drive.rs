//! Does what an operation says at the doors of the core, and tells the model what was done and answered.
use crate::after::{Did, Earned, audited, sessions_hold};
use crate::model::{Answer, Figures, Kind, Model, Txn, Verdict, check};
use crate::ops::{BROWSERS, Guess, NUMBERS, Op, PEOPLE, Typed};
use domain::challenge::{Flow, Standing};
use domain::events::Trail;
use domain::fresh_proof::Asked;
use domain::id::{AccountId, FlowId, SessionHandle};
use domain::level::Level;
use domain::otp::Checked;
use domain::password_tries::{LAST, wait_after};
use domain::phone::Phone;
use domain::phones::Begun;
use domain::policy::OtpPolicy;
use domain::ports::{Fault, Removed};
use domain::sign_in::{Entry, Finished, Knocked};
use domain::testing::{PASSWORD, Planned, TestWorld, block_on, world_with};

/// A door that takes codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    SignIn,
    Confirm,
    Proof,
    Test,
}

pub struct Drive {
    pub w: TestWorld,
    pub model: Model,
    people: Vec<AccountId>,
    browsers: Vec<SessionHandle>,
    /// The half sign-in a browser is in.
    half: Vec<Option<FlowId>>,
    /// All sign-ins ever begun.
    sign_ins: Vec<FlowId>,
    /// The newest test of each person.
    tests: Vec<Option<FlowId>>,
    earned: Earned,
    did: Did,
}

impl Drive {
    /// `start`: bit `4p + n` gives person `p` number `n`, proven; `tight`: limits that are reached.
    pub fn new(start: u8, tight: bool) -> Self {
        let (number_hour, number_day, account_day) = if tight { (3, 6, 8) } else { (60, 90, 120) };
        let figures = Figures { ttl: 300, tries: 3, lock: 8, number_hour, number_day, account_day };
        let w = world_with(|policy| {
            policy.otp = OtpPolicy::new(6, 300, figures.tries, figures.lock, &[30, 60]).unwrap();
            policy.limits.per_number_hour = u32::try_from(number_hour).unwrap();
            policy.limits.per_number_day = u32::try_from(number_day).unwrap();
            policy.limits.per_account_day = u32::try_from(account_day).unwrap();
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
        Self {
            w,
            model,
            people,
            browsers,
            half,
            sign_ins: Vec::new(),
            tests,
            earned: Earned::new(),
            did: Did::default(),
        }
    }

    fn trail(&self, browser: usize) -> Trail {
        self.w.trail(&self.browsers[browser])
    }

    /// Whose browser it is: all but signing in is done by its owner.
    fn owner(browser: usize) -> usize {
        browser / 2
    }

    fn phones(&self, person: usize) -> Vec<Phone> {
        block_on(self.w.book().all(&self.people[person])).unwrap()
    }

    fn phone(&self, person: usize, at: usize) -> Option<Phone> {
        let phones = self.phones(person);
        phones.get(at % phones.len().max(1)).cloned()
    }

    fn number_of(phone: &Phone) -> usize {
        NUMBERS.iter().position(|number| number.ends_with(&phone.mask.last_digits)).unwrap()
    }

    /// A transaction goes on, with the messages handed over meanwhile.
    fn under_way(&mut self, flow: Option<&FlowId>, new: Txn, seen: usize) -> Verdict {
        let (person, kind) = (new.person, new.kind);
        let messages = self.w.sms.since(seen);
        match flow {
            Some(flow) => self.model.begin(flow, new)?,
            // Begun, refused and given up in one go.
            None if messages.iter().any(|sent| sent.code().is_some()) => {
                self.model.overtake(person, new.browser, kind, new.binds);
            }
            None => {}
        }
        self.messages(person, kind, flow, seen)
    }

    fn messages(&mut self, person: usize, kind: Kind, flow: Option<&FlowId>, seen: usize) -> Verdict {
        let number_of = |to: &str| NUMBERS.iter().position(|number| *number == to).unwrap();
        self.model.sent(person, kind, flow, &self.w.sms.since(seen), number_of)
    }

    /// The accounts.
    pub fn people(&self) -> &[AccountId] {
        &self.people
    }

    /// The session of a browser.
    pub fn browser(&self, browser: usize) -> &SessionHandle {
        &self.browsers[browser]
    }

    /// Does it, and looks at what must hold after every step.
    pub fn apply(&mut self, op: &Op) -> Verdict {
        let lines = self.w.memory.with(|world| world.events.len());
        self.did = Did::default();
        self.step(op)?;
        self.model.tally.changes += u32::from(self.did.changed.is_some());
        audited(self, lines, &self.did)?;
        sessions_hold(self, &self.earned, &self.did)
    }

    fn step(&mut self, op: &Op) -> Verdict {
        let seen = self.w.sms.count();
        let now = self.w.now();
        match *op {
            Op::Password { person, browser, right } => self.password(person, browser, right, seen),
            Op::Code { browser, which, typed } => self.code(browser, which, typed),
            Op::SignInCodeElsewhere { browser, which, typed } => {
                let at = self.sign_ins.len().checked_sub(1 + which);
                match at.map(|at| self.sign_ins[at].clone()) {
                    Some(flow) => self.sign_in_code(browser, &flow, typed),
                    None => Ok(()),
                }
            }
            Op::Resend { browser, phone, script, patient } => {
                if patient
                    && let Some(flow) = &self.half[browser]
                    && let Some(flow) = self.waiting(browser, flow)
                {
                    let next = flow.next_send_at(&self.w.core.policy.otp);
                    self.w.clock.pass_seconds(next.seconds_from(now));
                }
                self.w.sms.clear_script();
                self.w.sms.next(script);
                let done = self.resend(browser, phone, seen);
                self.w.sms.clear_script();
                done
            }
            Op::Cancel { browser } => {
                let Some(flow) = self.half[browser].take() else { return Ok(()) };
                let trail = self.trail(browser);
                if let Some(waiting) = self.waiting(browser, &flow) {
                    block_on(self.w.sign_in().cancel(&waiting, &trail)).unwrap();
                    self.model.txns.get_mut(&flow).unwrap().closed = true;
                }
                Ok(())
            }
            Op::Enrol { browser, number } => {
                let person = Self::owner(browser);
                let trail = self.trail(browser);
                let book = self.w.book();
                let (id, session) = (&self.people[person], &self.browsers[browser]);
                let begun = block_on(book.begin(id, session, NUMBERS[number], "", &trail)).unwrap();
                let new = Txn { binds: Some(number), ..Txn::new(person, browser, Kind::New, now) };
                self.begun(&begun, new, seen)
            }
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
            Op::ResendConfirmation { browser } => {
                let trail = self.trail(browser);
                let book = self.w.book();
                let Some(flow) = block_on(book.confirming(&self.browsers[browser], &trail)).unwrap() else {
                    return Ok(());
                };
                block_on(book.resend(&flow, &trail)).unwrap();
                let kind = if flow.purpose.old_phone().is_some() { Kind::Replace } else { Kind::New };
                self.messages(Self::owner(browser), kind, Some(&flow.id), seen)
            }
            Op::Remove { browser, phone } => self.remove(browser, phone, seen),
            Op::Prefer { browser, phone } => {
                let person = Self::owner(browser);
                let Some(phone) = self.phone(person, phone) else { return Ok(()) };
                let done = self.w.book();
                let done =
                    block_on(done.prefer(&self.people[person], &phone.id, &self.trail(browser))).unwrap();
                check(done != phone.pending(), || "only a proven phone is preferred".to_owned())
            }
            Op::SendProof { browser, phone } => {
                let person = Self::owner(browser);
                let to = phone.and_then(|at| self.phone(person, at)).map(|phone| phone.id);
                let trail = self.trail(browser);
                let proof = self.w.proof();
                let (id, session) = (&self.people[person], &self.browsers[browser]);
                block_on(proof.send(id, session, to.as_ref(), &trail)).unwrap();
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
                    let (answer, _) = self.post(door, flow, &text, &self.trail(browser))?;
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
            Op::Sweep => {
                self.w.sweep(&self.browsers[0]);
                let sent = self.w.sms.since(seen);
                // Notices of a step whose answer was lost were never carried; codes were.
                check(sent.iter().all(|sent| sent.code().is_none()), || {
                    "D14: a code was sent again".to_owned()
                })?;
                self.messages(0, Kind::New, None, seen)
            }
        }
    }

    /// Types a code in one of the transactions that are under way in a browser.
    fn code(&mut self, browser: usize, which: usize, typed: Typed) -> Verdict {
        for round in 0..typed.times {
            let typed = Typed { fault: typed.fault.filter(|_| round == 0), ..typed };
            let open = self.open_doors(browser)?;
            let Some((door, flow)) = open.get(which % open.len().max(1)).cloned() else { return Ok(()) };
            let seen = self.w.sms.count();
            match door {
                Door::SignIn => self.sign_in_code(browser, &flow.id, typed)?,
                _ => self.at_door(door, browser, flow, typed).map(drop)?,
            }
            // Notices may go out, codes never.
            let sent = self.w.sms.since(seen);
            check(sent.iter().all(|sent| sent.code().is_none()), || "typing sends a code".to_owned())?;
            self.messages(Self::owner(browser), Kind::New, None, seen)?;
        }
        Ok(())
    }

    /// What a browser is in the middle of. What is over is a door, too, as long as nothing else is open: mostly people type
    /// where it makes sense.
    fn open_doors(&self, browser: usize) -> Result<Vec<(Door, Flow)>, String> {
        let person = Self::owner(browser);
        let (id, session, trail) = (&self.people[person], &self.browsers[browser], self.trail(browser));
        let mut open = Vec::new();
        let half = self.half[browser].as_ref().and_then(|flow| self.waiting(browser, flow));
        open.extend(half.map(|flow| (Door::SignIn, flow)));
        if let Some(flow) = block_on(self.w.book().confirming(session, &trail)).unwrap() {
            check(flow.account == *id, || "P6: somebody else's".to_owned())?;
            open.push((Door::Confirm, flow));
        }
        match block_on(self.w.proof().asked(id, session, &trail)).unwrap() {
            Asked::Code { flow, .. } => open.push((Door::Proof, *flow)),
            Asked::Choose { .. } => {}
            Asked::Password => {
                let none = !self.model.people[person].has_second_step();
                check(none, || "R28: the password is asked for although there is a second step".to_owned())?;
            }
        }
        open.extend(self.test(browser).map(|flow| (Door::Test, flow)));
        let live =
            |flow: &Flow| matches!(flow.standing(&self.w.core.policy.otp, trail.at), Standing::Open { .. });
        if open.iter().any(|(_, flow)| live(flow)) {
            open.retain(|(_, flow)| live(flow));
        }
        Ok(open)
    }

    fn password(&mut self, person: usize, browser: usize, right: bool, seen: usize) -> Verdict {
        let now = self.w.now();
        let trail = self.trail(browser);
        let password = if right { PASSWORD } else { "not the password" };
        let service = self.w.sign_in();
        let knocked = block_on(service.password(
            &format!("person{person}"),
            password,
            None,
            &self.browsers[browser],
            &trail,
        ))
        .unwrap();
        let has_second_step = self.model.people[person].has_second_step();
        let tries = &mut self.model.people[person].wrong_passwords;
        let held = tries.0 >= LAST || tries.1 > now;
        match &knocked {
            Knocked::Wait(_) | Knocked::Off => return check(held, || "R48: held up too early".to_owned()),
            Knocked::Wrong => *tries = (tries.0 + 1, now.plus(wait_after(tries.0 + 1))),
            _ => *tries = (0, now),
        }
        check(!held, || "R48: a password was looked at before its time".to_owned())?;
        match knocked {
            Knocked::In(entry) => {
                check(right, || "P1: signed in with a wrong password".to_owned())?;
                check(!has_second_step, || "P1: signed in without the code".to_owned())?;
                check(entry.level() == Level::Password, || "P1: level 10 by password".to_owned())?;
                self.enter(person, browser, &entry)
            }
            Knocked::Half { flow, .. } => {
                check(right, || "P1: half signed in with a wrong password".to_owned())?;
                self.half[browser] = Some(flow.clone());
                self.sign_ins.push(flow.clone());
                self.under_way(Some(&flow), Txn::new(person, browser, Kind::SignIn, now), seen)
            }
            Knocked::Wrong => {
                self.did.wrong_passwords += 1;
                check(!right, || "the right password was refused".to_owned())
            }
            Knocked::Wait(_) | Knocked::Off | Knocked::Busy => {
                Err("nothing else holds a sign-in up here".to_owned())
            }
        }
    }

    fn enter(&mut self, person: usize, browser: usize, entry: &Entry) -> Verdict {
        self.half[browser] = None;
        self.did.entered += 1;
        let handle = self.browsers[browser].clone();
        self.w.enter(entry, &handle);
        self.earned.insert((person, handle), entry.level());
        check(*entry.account() == self.people[person], || "P1: signed in as somebody else".to_owned())
    }

    fn waiting(&self, browser: usize, flow: &FlowId) -> Option<Flow> {
        block_on(self.w.sign_in().half(flow, &self.browsers[browser], &self.trail(browser))).unwrap()
    }

    fn sign_in_code(&mut self, browser: usize, id: &FlowId, typed: Typed) -> Verdict {
        let Some(flow) = self.waiting(browser, id) else { return Ok(()) };
        let mine = self.model.txns.get(id).is_some_and(|txn| txn.browser == browser);
        check(mine, || "P6: a sign-in is seen from another browser".to_owned())?;
        let person = self.model.txns[id].person;
        match self.at_door(Door::SignIn, browser, flow, typed)? {
            Some(entry) => {
                check(entry.level() == Level::TwilioSms, || "P1: a code leads to level 10".to_owned())?;
                self.enter(person, browser, &entry)
            }
            None => Ok(()),
        }
    }

    fn resend(&mut self, browser: usize, phone: Option<usize>, seen: usize) -> Verdict {
        let Some(id) = self.half[browser].clone() else { return Ok(()) };
        let trail = self.trail(browser);
        let service = self.w.sign_in();
        let Some(half) = self.waiting(browser, &id) else { return Ok(()) };
        let person = self.model.txns[&id].person;
        // Any phone of the account may be named, pending ones too.
        let to = phone.and_then(|at| self.phone(person, at)).map(|phone| phone.id);
        block_on(service.resend(half, to.as_ref(), &trail)).unwrap();
        self.messages(person, Kind::SignIn, Some(&id), seen)
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
            self.did.changed = Some((person, browser));
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
            Removed::Unknown => return Err("a phone that is listed is unknown".to_owned()),
        }
        self.messages(person, Kind::New, None, seen)
    }

    fn test(&self, browser: usize) -> Option<Flow> {
        let person = Self::owner(browser);
        let flow = self.tests[person].as_ref()?;
        block_on(self.w.tests().one(&self.people[person], flow)).unwrap()
    }

    /// What is typed for a guess.
    fn text(&self, id: &FlowId, guess: Guess) -> String {
        let never = || {
            let codes = || self.model.txns.values().flat_map(|txn| &txn.codes);
            (0..).map(|n| format!("{n:06}")).find(|text| !codes().any(|code| code.text == *text)).unwrap()
        };
        let back = |mut codes: Vec<&str>, at: usize| {
            codes.drain(..at.min(codes.len()));
            codes.first().map(|text| (*text).to_owned())
        };
        let own = || self.model.txns.get(id).map(|txn| txn.arrived().collect::<Vec<_>>()).unwrap_or_default();
        let found = match guess {
            Guess::Newest => back(own(), 0),
            Guess::Older(at) => back(own(), at + 1),
            Guess::Foreign(at) => {
                let others = self.model.txns.iter().filter(|(other, _)| *other != id);
                let mut codes: Vec<_> = others.flat_map(|(_, txn)| &txn.codes).collect();
                codes.sort_by_key(|code| std::cmp::Reverse(code.sent_at));
                back(codes.into_iter().map(|code| code.text.as_str()).collect(), at)
            }
            Guess::Wrong => None,
            Guess::Nonsense => Some("no code".to_owned()),
        };
        found.unwrap_or_else(never)
    }

    /// Types a code at a door, as often and with such faults as `typed` says.
    fn at_door(
        &mut self,
        door: Door,
        browser: usize,
        flow: Flow,
        typed: Typed,
    ) -> Result<Option<Entry>, String> {
        let text = self.text(&flow.id, typed.guess);
        let mut entered = None;
        for again in 0..=u8::from(typed.twice) {
            if let Some((after, step)) = typed.fault.filter(|_| again == 0) {
                self.w.memory.fail(if after { Planned::After(step) } else { Planned::Before(step) });
            }
            let posted = self.post(door, flow.clone(), &text, &self.trail(browser));
            self.w.memory.heal();
            let (answer, entry) = posted?;
            match answer {
                Answer::Right => self.did.right += 1,
                Answer::Wrong => self.did.wrong += 1,
                Answer::Fault => self.did.fault = true,
                Answer::Nothing => {}
            }
            if answer == Answer::Right && door == Door::Confirm {
                self.did.changed = Some((Self::owner(browser), browser));
            }
            self.model.typed(&flow.id, browser, &text, answer, self.w.now())?;
            entered = entered.or(entry);
        }
        Ok(entered)
    }

    fn post(
        &self,
        door: Door,
        flow: Flow,
        text: &str,
        trail: &Trail,
    ) -> Result<(Answer, Option<Entry>), String> {
        let checked = |checked: &Checked| match checked {
            Checked::Right(_) => Answer::Right,
            Checked::Wrong { .. } => Answer::Wrong,
            Checked::NotACode | Checked::Dead(_) | Checked::Wait(_) => Answer::Nothing,
        };
        let plain = |result: Result<Checked, Fault>| match result {
            Ok(done) => (checked(&done), None),
            Err(_) => (Answer::Fault, None),
        };
        Ok(match door {
            Door::SignIn => match block_on(self.w.sign_in().code(flow, text, trail)) {
                Ok(Finished::In(entry)) => (Answer::Right, Some(entry)),
                Ok(Finished::Not(Checked::Right(_))) => return Err("R7: used up for nothing".to_owned()),
                Ok(Finished::Not(why)) => (checked(&why), None),
                Err(_) => (Answer::Fault, None),
            },
            Door::Confirm => plain(block_on(self.w.book().confirm(flow, text, trail))),
            Door::Proof => match block_on(self.w.proof().by_code(flow, text, trail)) {
                Ok(Ok(_)) => (Answer::Right, None),
                Ok(Err(Checked::Right(_))) => return Err("R7: used up for nothing".to_owned()),
                Ok(Err(why)) => (checked(&why), None),
                Err(_) => (Answer::Fault, None),
            },
            Door::Test => plain(block_on(self.w.tests().check(flow, text, trail))),
        })
    }
}
