//! Answers at the doors that take codes: which of them are open, what is typed, and what came of it.
use crate::drive::Drive;
use crate::model::{Answer, Code, Kind, UNHEARD, Verdict, check};
use crate::ops::{Guess, Typed};
use domain::challenge::{Flow, Standing};
use domain::events::Trail;
use domain::fresh_proof::Asked;
use domain::id::{AccountId, FlowId, RequestId};
use domain::level::Level;
use domain::otp::Checked;
use domain::ports::Fault;
use domain::session::Who;
use domain::session_begin;
use domain::sign_in::{Entry, Finished};
use domain::testing::{Planned, block_on};
use domain::time::Timestamp;

/// A door that takes codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    SignIn,
    Confirm,
    Proof,
    Test,
}

impl Drive {
    /// Types a code in one of the transactions that are under way in a browser.
    pub fn code(&mut self, browser: usize, which: usize, typed: Typed) -> Verdict {
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
            self.messages((Self::owner(browser), browser), Kind::New, None, seen)?;
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

    pub fn waiting(&self, browser: usize, flow: &FlowId) -> Option<Flow> {
        block_on(self.w.sign_in().half(flow, &self.browsers[browser], &self.trail(browser))).unwrap()
    }

    pub fn sign_in_code(&mut self, browser: usize, id: &FlowId, typed: Typed) -> Verdict {
        let Some(flow) = self.waiting(browser, id) else { return Ok(()) };
        let mine = self.model.txns.get(id).is_some_and(|txn| txn.browser == browser);
        check(mine, || "P6: a sign-in is seen from another browser".to_owned())?;
        let (person, began) = (self.model.txns[id].person, self.model.txns[id].began);
        let since = self.on_top_of(browser).map_or(began, |(_, since)| since);
        // As its request came: the store ends it with the code.
        let before = self.at_hand(browser);
        match self.at_door(Door::SignIn, browser, flow, typed)? {
            Some(entry) => {
                check(entry.level() == Level::TwilioSms, || "P1: a code leads to level 10".to_owned())?;
                check(entry.auth_time() == since, || "R117: not the time of the password".to_owned())?;
                self.enter(person, browser, before.as_ref(), &entry)
            }
            None => Ok(()),
        }
    }

    /// The sign-in by the password alone that a code in this browser comes on top of.
    fn on_top_of(&self, browser: usize) -> Option<(AccountId, Timestamp)> {
        match self.session(browser)?.who {
            Who::Person { account, level: Level::Password, auth_time, .. } => Some((account, auth_time)),
            Who::Person { .. } | Who::Half { .. } => None,
        }
    }

    pub fn test(&self, browser: usize) -> Option<Flow> {
        let person = Self::owner(browser);
        let flow = self.tests[person].as_ref()?;
        block_on(self.w.tests().one(&self.people[person], flow)).unwrap()
    }

    /// What is typed for a guess.
    pub fn text(&self, id: &FlowId, guess: Guess) -> String {
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
                let heard = |code: &&Code| code.text != UNHEARD;
                let mut codes: Vec<_> = others.flat_map(|(_, txn)| &txn.codes).filter(heard).collect();
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
            let posted = self.post(door, browser, flow.clone(), &text);
            self.w.memory.heal();
            let (answer, entry) = posted?;
            match answer {
                Answer::Right => self.did.right += 1,
                Answer::Wrong => self.did.wrong += 1,
                Answer::Fault => self.did.fault = true,
                Answer::Nothing => {}
            }
            self.model.typed(&flow.id, browser, &text, answer, self.w.now())?;
            if let Some(entry) = &entry {
                let by_call = self.model.txns[&flow.id].codes.iter().any(|code| code.used && code.by_call);
                check(entry.by_call() == by_call, || "R116: the code came by another way".to_owned())?;
            }
            if door == Door::Confirm {
                match answer {
                    Answer::Right => self.proven(browser, &flow)?,
                    Answer::Fault => self.apps.doubt(Self::owner(browser)),
                    Answer::Wrong | Answer::Nothing => {}
                }
            }
            entered = entered.or(entry);
        }
        Ok(entered)
    }

    pub fn post(
        &self,
        door: Door,
        browser: usize,
        flow: Flow,
        text: &str,
    ) -> Result<(Answer, Option<Entry>), String> {
        let trail = &self.trail(browser);
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
            Door::SignIn => match block_on(self.sign_in_post(browser, flow, text, trail)) {
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

    async fn sign_in_post(
        &self,
        browser: usize,
        flow: Flow,
        text: &str,
        trail: &Trail,
    ) -> Result<Finished, Fault> {
        let service = self.w.sign_in();
        match self.on_top_of(browser).filter(|(account, _)| *account == flow.account) {
            Some((_, since)) => service.code(since, flow, text, trail).await,
            None => service.code(flow.created_at, flow, text, trail).await,
        }
    }

    /// A number was proven: other sessions have ended, and on the way to an app this one rests on two factors now.
    fn proven(&mut self, browser: usize, flow: &Flow) -> Verdict {
        let person = Self::owner(browser);
        let (beside, in_place) = &mut self.did.proven;
        *(if flow.purpose.old_phone().is_some() { in_place } else { beside }) += 1;
        self.factors_changed(person, Some(browser));
        let handle = self.browsers[browser].clone();
        let Some(mut state) = self.session(browser) else { return Ok(()) };
        // Which app waits is the drive's to know; to the session it is the name of a request.
        state.resume = self.waits[browser].map(|_| RequestId::new(&*self.w.core.entropy));
        let trail = self.trail(browser);
        let raised = block_on(session_begin::raised(&self.w.core, &state, flow, &trail)).unwrap();
        let Some((raised, _)) = raised else { return Ok(()) };
        let Who::Person { account, level, .. } = &raised.who else { return Ok(()) };
        let rested_on_less = matches!(&state.who, Who::Person { level: before, .. } if before < level);
        self.did.raised += usize::from(rested_on_less);
        check(*account == self.people[person], || "P1: somebody else's session is raised".to_owned())?;
        self.earned.insert((person, handle.clone()), *level);
        self.apps.tally.raised += 1;
        self.w.keep(raised);
        self.go_on(browser)
    }
}
