//! Short words for what tests do all the time.
use domain::challenge::Flow;
use domain::channel::Channel;
use domain::id::{AccountId, FlowId, PhoneId, SessionHandle};
use domain::otp::{Checked, Sent};
use domain::ports::Challenges;
use domain::sign_in::{AfterPassword, Entry, Finished, RequiredFactors, Waiting};
use domain::testing::{PASSWORD, TestWorld, block_on};

/// The first number of a test, and a second one.
pub const ONE: &str = "+12015550101";
pub const TWO: &str = "+12015550102";
pub const THREE: &str = "+12015550103";

/// A world with Sam in it, who has phone `ONE`, and a browser of Sam's.
pub struct Sam {
    pub w: TestWorld,
    pub id: AccountId,
    pub phone: PhoneId,
    pub browser: SessionHandle,
}

pub fn sam() -> Sam {
    sam_in(domain::testing::world())
}

pub fn sam_in(w: TestWorld) -> Sam {
    let id = w.account("sam");
    let phone = w.phone(&id, ONE);
    let browser = w.browser();
    Sam { w, id, phone, browser }
}

impl Sam {
    pub fn knock(&self, browser: &SessionHandle, name: &str, password: &str) -> AfterPassword {
        block_on(self.w.sign_in().password(
            RequiredFactors::AllOfTheAccount,
            name,
            password,
            None,
            browser,
            &self.w.trail(browser),
        ))
        .unwrap()
    }

    /// The right password in a browser: half signed in.
    pub fn half_in(&self, browser: &SessionHandle) -> FlowId {
        match self.knock(browser, "sam", PASSWORD) {
            AfterPassword::Half { flow, .. } => flow,
            other => panic!("{other:?}"),
        }
    }

    pub fn half(&self) -> FlowId {
        self.half_in(&self.browser)
    }

    pub fn waiting_in(&self, browser: &SessionHandle, flow: &FlowId) -> Option<Waiting> {
        let half = block_on(self.w.sign_in().half(flow, browser, &self.w.trail(browser))).unwrap()?;
        Some(block_on(self.w.sign_in().waiting(half)).unwrap())
    }

    pub fn waiting(&self, flow: &FlowId) -> Waiting {
        self.waiting_in(&self.browser, flow).unwrap()
    }

    pub fn flow(&self, flow: &FlowId) -> Flow {
        let session = self.w.memory.with(|world| world.flow(flow).unwrap().session.clone());
        block_on(self.w.memory.flow(flow, &session)).unwrap().unwrap()
    }

    pub fn type_in(&self, browser: &SessionHandle, flow: &FlowId, typed: &str) -> Finished {
        let waiting = self.waiting_in(browser, flow).unwrap();
        block_on(self.w.sign_in().code(waiting.flow.created_at, waiting.flow, typed, &self.w.trail(browser)))
            .unwrap()
    }

    /// Posts a code from a page that was loaded earlier.
    pub fn post(&self, page: &Flow, typed: &str) -> Finished {
        block_on(self.w.sign_in().code(page.created_at, page.clone(), typed, &self.w.trail(&self.browser)))
            .unwrap()
    }

    pub fn code(&self, flow: &FlowId, typed: &str) -> Finished {
        self.type_in(&self.browser, flow, typed)
    }

    pub fn resend(&self, flow: &FlowId, to: Option<&PhoneId>) -> Sent {
        self.resend_by(Channel::Sms, flow, to)
    }

    pub fn resend_by(&self, channel: Channel, flow: &FlowId, to: Option<&PhoneId>) -> Sent {
        let trail = self.w.trail(&self.browser);
        block_on(self.w.sign_in().resend(self.waiting(flow).flow, to, channel, &trail)).unwrap()
    }

    pub fn last(&self, number: &str) -> String {
        self.w.sms.last_code(number).unwrap()
    }

    /// Signs in to the end in a browser.
    pub fn sign_in_with(&self, browser: &SessionHandle, number: &str) -> Entry {
        let flow = self.half_in(browser);
        let entry = entry(self.type_in(browser, &flow, &self.last(number)));
        self.w.enter(&entry, browser);
        entry
    }

    /// Seconds pass.
    pub fn pass(&self, seconds: u64) {
        self.w.clock.pass_seconds(seconds);
    }
}

/// A code that is certainly another one.
pub fn other_than(code: &str) -> String {
    let first = code.as_bytes()[0] - b'0';
    format!("{}{}", (first + 1) % 10, &code[1..])
}

pub fn entry(finished: Finished) -> Entry {
    match finished {
        Finished::In(entry) => entry,
        Finished::Not(why) => panic!("{why:?}"),
    }
}

pub fn refusal(finished: Finished) -> Checked {
    match finished {
        Finished::Not(why) => why,
        Finished::In(_) => panic!("signed in"),
    }
}
