//! What must hold, told from the outside: from what people do, what they are answered, and what the provider is handed.
//! Nothing here looks into the store.
use crate::ops::FIXED_LINE;
use domain::channel::Channel;
use domain::id::FlowId;
use domain::testing::Sent;
use domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A message handed to the provider: when, to which number, for which person and from which address; notices are for nobody.
type Handed = (Timestamp, usize, Option<(usize, usize)>);

/// Stands for a code that no call has told yet: nobody knows it, so nobody types it.
pub const UNHEARD: &str = "unheard";

/// What goes wrong when something goes wrong.
pub type Verdict = Result<(), String>;

/// The figures of a run.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub ttl: u64,
    pub tries: u32,
    pub lock: u32,
    pub number_hour: usize,
    pub number_day: usize,
    pub account_day: usize,
    pub address_hour: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    SignIn,
    New,
    Replace,
    Proof,
    Test,
}

impl Kind {
    pub fn binds(self) -> bool {
        matches!(self, Self::New | Self::Replace)
    }

    fn life(self) -> Duration {
        Duration::from_secs(if self == Self::SignIn { 600 } else { 3600 })
    }
}

/// What is known of a person's numbers. After a fault nobody outside can tell what was written: hence the doubt.
#[derive(Debug, Default)]
pub struct Person {
    /// Proven for sure, or possibly gone again since.
    pub proven: BTreeSet<usize>,
    /// Possibly proven.
    pub maybe: BTreeSet<usize>,
    /// There is a second step, although it is not known by which number.
    pub swapped: bool,
    /// Wrong passwords in a row, and until when the next one waits.
    pub wrong_passwords: (u32, Timestamp),
    /// A fault happened: what ought to work may not.
    pub doubt: bool,
}

impl Person {
    /// The password alone must not be enough.
    pub fn has_second_step(&self) -> bool {
        self.swapped || !self.proven.is_empty()
    }
}

#[derive(Debug)]
pub struct Code {
    pub text: String,
    pub by_call: bool,
    pub number: usize,
    pub sent_at: Timestamp,
    pub arrived: bool,
    /// Refused, or overtaken by one that was taken.
    pub dead: bool,
    pub used: bool,
    /// Guesses that it was compared with.
    pub guesses: u32,
    /// Guesses made in its transaction before it was sent.
    base: u32,
}

/// One browser transaction.
#[derive(Debug)]
pub struct Txn {
    pub person: usize,
    pub browser: usize,
    pub kind: Kind,
    /// The number that is to be bound.
    pub binds: Option<usize>,
    /// The number that is to be replaced.
    pub old: Option<usize>,
    pub began: Timestamp,
    /// Finished, given up, overtaken, ended by a change of factors.
    pub closed: bool,
    pub spent: u32,
    pub floor: u32,
    pub codes: Vec<Code>,
}

/// How a typed code was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Right,
    Wrong,
    /// Nothing was compared.
    Nothing,
    /// A fault: nobody can tell what was written.
    Fault,
}

/// What has come up, so that a run cannot pass by doing nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub right: [u32; 5],
    pub wrong: u32,
    pub locked: u32,
    pub tries_spent: u32,
    pub second_of_two: u32,
    pub faults: u32,
    pub sends: u32,
    /// Messages after which an address has none left for an hour.
    pub addresses_full: u32,
    /// Calls, and those of them in which a key was pressed.
    pub calls: u32,
    pub heard: u32,
    /// Changes of factors after which other sessions were looked for.
    pub changes: u32,
}

pub struct Model {
    figures: Figures,
    pub people: Vec<Person>,
    pub txns: BTreeMap<FlowId, Txn>,
    /// Consecutive wrong codes of (person, number, for binding).
    failures: BTreeMap<(usize, usize, bool), u32>,
    sends: Vec<Handed>,
    pub tally: Tally,
}

impl Model {
    pub fn new(figures: Figures, people: usize) -> Self {
        Self {
            figures,
            people: (0..people).map(|_| Person::default()).collect(),
            txns: BTreeMap::new(),
            failures: BTreeMap::new(),
            sends: Vec::new(),
            tally: Tally::default(),
        }
    }

    /// A transaction is under way in a browser: a new one, or one known already.
    pub fn begin(&mut self, id: &FlowId, new: Txn) -> Verdict {
        if let Some(known) = self.txns.get(id) {
            let same = known.person == new.person && known.browser == new.browser && known.kind == new.kind;
            return check(same && !known.closed, || format!("P6: {new:?} goes on in {known:?}"));
        }
        self.overtake(new.person, new.browser, new.kind, new.binds);
        self.txns.insert(id.clone(), new);
        Ok(())
    }

    /// A new transaction of this kind began here: the one before it ends, and any other that binds the same number.
    pub fn overtake(&mut self, person: usize, browser: usize, kind: Kind, binds: Option<usize>) {
        if kind == Kind::Test {
            return;
        }
        for txn in self.txns.values_mut() {
            let same_place = txn.browser == browser && txn.kind == kind;
            // A number that is proven already is not begun anew but set free in its place.
            let fresh = binds.is_some_and(|number| !self.people[person].proven.contains(&number));
            let same_number = fresh && txn.person == person && txn.binds == binds;
            txn.closed |= same_place || same_number;
        }
    }

    /// Messages the provider was handed while `person` did something in the transaction `flow`, from an address.
    pub fn sent(
        &mut self,
        (person, address): (usize, usize),
        kind: Kind,
        flow: Option<&FlowId>,
        messages: &[Sent],
        number_of: impl Fn(&str) -> usize,
    ) -> Verdict {
        for message in messages {
            let number = number_of(&message.to);
            self.tally.sends += 1;
            let by_call = message.channel == Channel::Voice;
            let text = match message.code() {
                Some(text) => text,
                None if by_call => UNHEARD,
                None => {
                    self.count_send(message.at, number, None)?;
                    continue;
                }
            };
            check(by_call || number != FIXED_LINE, || "R25: a text to a fixed line".to_owned())?;
            self.count_send(message.at, number, Some((person, address)))?;
            let who = &self.people[person];
            if !kind.binds() {
                let proven = who.proven.contains(&number) || who.maybe.contains(&number);
                check(proven, || format!("P5: a {kind:?} code to number {number}, which is not proven"))?;
            }
            // A confirmation whose message was refused is given up at once.
            let Some(txn) = flow.and_then(|flow| self.txns.get_mut(flow)) else { continue };
            check(!txn.closed, || format!("a code for a transaction that is over: {txn:?}"))?;
            check(txn.binds.is_none_or(|binds| binds == number), || {
                format!("a code to {number} for {txn:?}")
            })?;
            check(!by_call || number == FIXED_LINE || !txn.codes.is_empty(), || {
                format!("R22: a call before any text: {txn:?}")
            })?;
            txn.sent(text.to_owned(), number, message);
            self.tally.calls += u32::from(by_call);
            self.tally.heard += u32::from(by_call && message.spoken.is_some());
        }
        Ok(())
    }

    /// P4: in no window that ends now there are more than allowed; so in none at all.
    fn count_send(&mut self, at: Timestamp, number: usize, by: Option<(usize, usize)>) -> Verdict {
        self.sends.push((at, number, by));
        let (person, address) = (by.map(|(person, _)| person), by.map(|(_, address)| address));
        let within = |seconds, which: &dyn Fn(&Handed) -> bool| {
            let recent = |sent: &&Handed| at.since(sent.0) < Duration::from_secs(seconds);
            self.sends.iter().filter(recent).filter(|sent| which(sent)).count()
        };
        let hour = within(3600, &|sent| sent.1 == number);
        let day = within(86_400, &|sent| sent.1 == number);
        let account = within(86_400, &|sent| person.is_some() && sent.2.map(|(person, _)| person) == person);
        let here = within(3600, &|sent| address.is_some() && sent.2.map(|(_, address)| address) == address);
        let f = &self.figures;
        check(hour <= f.number_hour, || format!("P4: {hour} messages to number {number} within an hour"))?;
        check(day <= f.number_day, || format!("P4: {day} messages to number {number} within a day"))?;
        self.tally.addresses_full += u32::from(here == f.address_hour);
        check(here <= f.address_hour, || {
            format!("P4: {here} messages from address {address:?} within an hour")
        })?;
        check(account <= f.account_day, || {
            format!("P4: {account} messages for person {person:?} within a day")
        })
    }

    /// Somebody typed `text` in a transaction and was answered.
    pub fn typed(
        &mut self,
        id: &FlowId,
        browser: usize,
        text: &str,
        answer: Answer,
        now: Timestamp,
    ) -> Verdict {
        let f = self.figures;
        let Some(txn) = self.txns.get_mut(id) else {
            return check(answer != Answer::Right, || "P6: right in a transaction nobody began".to_owned());
        };
        let (person, kind) = (txn.person, txn.kind);
        let failures = |number| self.failures.get(&(person, number, kind.binds())).copied().unwrap_or(0);
        let usable = |code: &Code| {
            let who = &self.people[person];
            let there = kind.binds() || who.proven.contains(&code.number) || who.maybe.contains(&code.number);
            there && failures(code.number) < f.lock && txn.code_lives(code, f.ttl, now)
        };
        let counting: Vec<usize> = txn.counting().into_iter().filter(|at| usable(&txn.codes[*at])).collect();
        let right = counting.iter().copied().find(|at| txn.codes[*at].text == text);
        let here = kind == Kind::Test || txn.browser == browser;
        let open =
            here && !txn.closed && now.since(txn.began) < kind.life() && txn.spent - txn.floor < f.tries;
        match answer {
            Answer::Right => {
                self.tally.right[kind as usize] += 1;
                check(open && right.is_some(), || {
                    format!(
                        "P1/P2/P6: {text} was right in browser {browser} at {now:?}: {txn:?}, failures {:?}",
                        self.failures
                    )
                })?;
                if txn.counting().len() > 1 {
                    self.tally.second_of_two += 1;
                }
            }
            Answer::Wrong => {
                self.tally.wrong += 1;
                check(open && !counting.is_empty(), || {
                    format!("P3: compared in {txn:?}, failures {:?}", self.failures)
                })?;
            }
            Answer::Nothing => {}
            Answer::Fault => {
                self.tally.faults += 1;
                self.doubt(id, text);
                return Ok(());
            }
        }
        // What is right must be accepted, or nothing of all this means anything.
        let newest_off = txn.counting().first().is_some_and(|at| failures(txn.codes[*at].number) >= f.lock);
        let sure = open && right.is_some() && !newest_off && !self.people[person].doubt;
        check(!sure || answer == Answer::Right, || {
            format!("{text} was refused at {now:?}: {txn:?}, failures {:?}", self.failures)
        })?;
        if answer == Answer::Nothing {
            return Ok(());
        }
        txn.spent += 1;
        if txn.spent - txn.floor == f.tries {
            self.tally.tries_spent += 1;
        }
        let mut numbers = BTreeSet::new();
        let own = right.filter(|_| answer == Answer::Right).map(|at| txn.codes[at].number);
        for at in counting {
            let code = &mut txn.codes[at];
            code.guesses += 1;
            // A right code to one of two numbers counts on neither (R11).
            if own.is_none_or(|own| own == code.number) {
                numbers.insert(code.number);
            }
            check(code.guesses <= f.tries, || format!("P3: {code:?} was compared too often"))?;
        }
        for number in numbers {
            let count = self.failures.entry((person, number, kind.binds())).or_default();
            *count += 1;
            check(*count <= f.lock, || format!("P3: {count} wrong codes in a row for number {number}"))?;
            self.tally.locked += u32::from(*count == f.lock && answer == Answer::Wrong);
        }
        if let (Answer::Right, Some(at)) = (answer, right) {
            txn.codes[at].used = true;
            let number = txn.codes[at].number;
            self.finish(id, number);
        }
        Ok(())
    }

    /// A right code: its transaction is over, and if it changed the factors, so are all others of the person.
    fn finish(&mut self, id: &FlowId, number: usize) {
        let Some(txn) = self.txns.get_mut(id) else { return };
        txn.closed = true;
        let (person, kind, old) = (txn.person, txn.kind, txn.old);
        self.failures.remove(&(person, number, kind.binds()));
        if !kind.binds() {
            return;
        }
        self.failures.remove(&(person, number, false));
        let who = &mut self.people[person];
        if let Some(old) = old {
            who.proven.remove(&old);
            who.maybe.remove(&old);
        }
        who.proven.insert(number);
        self.end_all(person);
    }

    /// All transactions of a browser end with its session.
    pub fn close_browser(&mut self, browser: usize) {
        for txn in self.txns.values_mut().filter(|txn| txn.browser == browser) {
            txn.closed = true;
        }
    }

    /// All transactions of a person end (R32).
    pub fn end_all(&mut self, person: usize) {
        for txn in self.txns.values_mut().filter(|txn| txn.person == person) {
            txn.closed = true;
        }
    }

    /// A fault while `text` was typed: what a right code is worth may have been written.
    fn doubt(&mut self, id: &FlowId, text: &str) {
        let Some(txn) = self.txns.get(id) else { return };
        let (person, binds) = (txn.person, txn.kind.binds());
        // A right code may have been used up: then its number's count began anew.
        for code in txn.codes.iter().filter(|code| code.text == text) {
            self.failures.remove(&(person, code.number, binds));
            self.failures.remove(&(person, code.number, false));
        }
        let who = &mut self.people[txn.person];
        who.doubt = true;
        if txn.kind.binds() && txn.codes.iter().any(|code| code.text == text) {
            who.maybe.extend(txn.binds);
            if let Some(old) = txn.old {
                who.swapped |= who.proven.remove(&old);
                who.maybe.insert(old);
            }
        }
    }
}

impl Txn {
    pub fn new(person: usize, browser: usize, kind: Kind, began: Timestamp) -> Self {
        let (binds, old) = (None, None);
        Self {
            person,
            browser,
            kind,
            binds,
            old,
            began,
            closed: false,
            spent: 0,
            floor: 0,
            codes: Vec::new(),
        }
    }

    /// A message with a code was handed over; what became of it decides which codes count (R8).
    fn sent(&mut self, text: String, number: usize, message: &Sent) {
        use domain::testing::Script;
        let base = self.spent;
        match message.script {
            Script::Take => {
                self.codes.iter_mut().for_each(|code| code.dead = true);
                self.floor = base;
            }
            Script::LoseAnswer | Script::Lose | Script::Crash => {}
            Script::Refuse(_) | Script::RefuseNumber(_) => {}
        }
        let refused = matches!(message.script, Script::Refuse(_) | Script::RefuseNumber(_));
        self.codes.push(Code {
            text,
            by_call: message.channel == Channel::Voice,
            number,
            sent_at: message.at,
            arrived: message.arrived() && message.code().is_some(),
            dead: refused,
            used: false,
            guesses: 0,
            base,
        });
    }

    /// The codes that may be right: the newest that is not dead, and the one before it.
    fn counting(&self) -> Vec<usize> {
        (0..self.codes.len()).rev().filter(|at| !self.codes[*at].dead).take(2).collect()
    }

    fn code_lives(&self, code: &Code, ttl: u64, now: Timestamp) -> bool {
        let ends = code.sent_at.plus(Duration::from_secs(ttl)).min(self.began.plus(self.kind.life()));
        !code.used && code.base <= self.spent && now < ends
    }

    /// The codes that arrived, newest first.
    pub fn arrived(&self) -> impl Iterator<Item = &str> {
        self.codes.iter().rev().filter(|code| code.arrived).map(|code| code.text.as_str())
    }
}

pub fn check(holds: bool, words: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(words()) }
}
