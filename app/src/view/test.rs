//! `/security/tests/{id}`: how one test message travelled.

use super::{CodeWait, MaskedNumber, Millis, Problem, Unreachable};

/// One thing that happened to the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestStepKind {
    /// The code was made; it lives so many minutes.
    CodeMade {
        /// Minutes.
        minutes: u32,
    },
    /// The message service took it.
    SentOut,
    /// The message service did not take it.
    Refused(Unreachable),
    /// The message service did not answer.
    Unknown,
    /// The phone rings; calls only.
    Ringing,
    /// The phone network has it.
    HandedOver,
    /// The network confirmed that it arrived.
    Delivered,
    /// The network gave up.
    NotDelivered(Unreachable),
    /// The right code was typed.
    Typed,
    /// The code ran out, or its tries did.
    Ended,
}

/// A step with its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TestStep {
    /// What happened.
    pub kind: TestStepKind,
    /// When.
    pub at: Millis,
}

/// How the test stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestState {
    /// The code is waited for.
    Waiting(CodeWait),
    /// The right code was typed so many milliseconds after it was made.
    Right {
        /// Milliseconds from making the code to typing it.
        took_ms: u32,
    },
    /// The code's time was over before the right one was typed.
    Expired,
    /// Too many wrong codes.
    TriesSpent,
    /// The message was refused or not delivered.
    Failed(Unreachable),
}

/// Who carried a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carrier {
    /// Nobody: it is in the built-in inbox.
    Inbox,
    /// A message service, by the name people know it under.
    Service(String),
}

/// `/security/tests/{id}`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestPage {
    /// Id of the test, for its form.
    pub id: String,
    /// Id of the phone.
    pub phone_id: String,
    /// The number.
    pub number: MaskedNumber,
    /// Its name; may be empty.
    pub label: String,
    /// The code is spoken in a call.
    pub by_call: bool,
    /// The reference that stands in the message too.
    pub reference: String,
    /// Who carried it, once that is known.
    pub carrier: Option<Carrier>,
    /// What happened so far, in order.
    pub steps: Vec<TestStep>,
    /// How it stands.
    pub state: TestState,
    /// Where news of the message comes from while more may be heard of it.
    pub live: Option<String>,
    /// Seconds until another test may be sent, 0: now.
    pub again_in: u32,
    /// Why the last try did not work.
    pub problem: Option<Problem>,
}
