//! A provider that keeps every message and answers as scripted.
use super::lock;
use crate::channel::Channel;
use crate::delivery::{SendOutcome, SendProblem, SendReport, SmsMessage};
use crate::message;
use crate::ports::Sms;
use crate::time::{Clock, Timestamp};
use crate::voice::{Said, Spoken};
use async_trait::async_trait;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// How the provider treats one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Takes it.
    Take,
    /// Says no.
    Refuse(SendProblem),
    /// Says no, and that the number is the reason (R42).
    RefuseNumber(SendProblem),
    /// Carries it, but its answer is lost.
    LoseAnswer,
    /// Neither carries nor answers.
    Lose,
    /// Carries it, and the server dies before it hears the answer: the outcome is never written down.
    Crash,
}

/// A message the provider was handed.
#[derive(Clone, PartialEq, Eq)]
pub struct Sent {
    /// When.
    pub at: Timestamp,
    /// Where to, in full.
    pub to: String,
    /// By which way.
    pub channel: Channel,
    /// The whole text; of a call what was said so far.
    pub body: String,
    /// The code that a call has spoken, once a key was pressed.
    pub spoken: Option<String>,
    /// The reference.
    pub reference: String,
    /// How it was treated.
    pub script: Script,
    /// Seconds for which it is of use.
    pub valid_for_seconds: u32,
}

impl Sent {
    /// It reached the phone.
    #[must_use]
    pub fn arrived(&self) -> bool {
        matches!(self.script, Script::Take | Script::LoseAnswer | Script::Crash)
    }

    /// The code in it, read as a browser reads it, or as it was spoken; a notice has none.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.spoken.as_deref().or_else(|| message::origin(&self.body).map(|(_, code)| code))
    }
}

/// The provider. Clones are one.
#[derive(Clone)]
pub struct RecordingSms {
    clock: Arc<dyn Clock>,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    sent: Vec<Sent>,
    script: VecDeque<Script>,
    unanswered: bool,
    deaf: bool,
}

impl RecordingSms {
    /// Takes everything until told otherwise.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, inner: Arc::default() }
    }

    /// Treats one more message like this; after the script's end everything is taken.
    pub fn next(&self, script: Script) {
        lock(&self.inner).script.push_back(script);
    }

    /// From now on nobody presses a key in a call, or somebody does as soon as it is there.
    pub fn set_unanswered(&self, unanswered: bool) {
        lock(&self.inner).unanswered = unanswered;
    }

    /// Whether a call that reached its phone is answered and a key pressed.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        !lock(&self.inner).unanswered
    }

    /// From now on it cannot call, or it can.
    pub fn set_deaf(&self, deaf: bool) {
        lock(&self.inner).deaf = deaf;
    }

    /// Whether it can call.
    #[must_use]
    pub fn can_call(&self) -> bool {
        !lock(&self.inner).deaf
    }

    /// A call of this reference speaks.
    pub fn speak(&self, reference: &str, spoken: &Spoken) {
        let mut inner = lock(&self.inner);
        let call = inner.sent.iter_mut().rev().find(|sent| sent.reference == reference);
        let digits = spoken.said().find_map(|said| match said {
            Said::Digits(digits) => Some(digits.to_owned()),
            Said::Words(_) => None,
        });
        if let Some(call) = call {
            call.body = format!("{} {}", call.body, spoken.to_read().as_str());
            call.spoken = digits;
        }
    }

    /// Forgets what is left of the script.
    pub fn clear_script(&self) {
        lock(&self.inner).script.clear();
    }

    /// All messages, oldest first.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        lock(&self.inner).sent.clone()
    }

    /// How many messages.
    #[must_use]
    pub fn count(&self) -> usize {
        lock(&self.inner).sent.len()
    }

    /// Those beyond the first `seen`.
    #[must_use]
    pub fn since(&self, seen: usize) -> Vec<Sent> {
        lock(&self.inner).sent.iter().skip(seen).cloned().collect()
    }

    /// The newest code that reached this number.
    #[must_use]
    pub fn last_code(&self, number: &str) -> Option<String> {
        let inner = lock(&self.inner);
        let mut arrived = inner.sent.iter().rev().filter(|sent| sent.to == number && sent.arrived());
        arrived.find_map(Sent::code).map(str::to_owned)
    }

    /// Hands over one message. `None`: the answer is never heard.
    #[must_use]
    pub fn hand_over(&self, channel: Channel, message: &SmsMessage) -> Option<SendReport> {
        let mut inner = lock(&self.inner);
        let script = inner.script.pop_front().unwrap_or(Script::Take);
        inner.sent.push(Sent {
            at: self.clock.now(),
            to: message.to.reveal().to_owned(),
            channel,
            spoken: None,
            body: message.body.to_string(),
            reference: message.reference.clone(),
            script,
            valid_for_seconds: message.valid_for_seconds,
        });
        let outcome = match script {
            Script::Take => SendOutcome::Taken,
            Script::Refuse(problem) | Script::RefuseNumber(problem) => SendOutcome::Refused(problem),
            Script::LoseAnswer | Script::Lose => SendOutcome::Unknown(SendProblem::Retry),
            Script::Crash => return None,
        };
        let marks_number = matches!(script, Script::RefuseNumber(_));
        Some(SendReport { marks_number, ..report(outcome) })
    }
}

/// A bare report of this outcome.
#[must_use]
pub fn report(outcome: SendOutcome) -> SendReport {
    SendReport { segments: Some(1), ..SendReport::bare("recording", outcome) }
}

#[async_trait]
impl Sms for RecordingSms {
    async fn send(&self, message: &SmsMessage) -> SendReport {
        self.hand_over(Channel::Sms, message)
            .unwrap_or_else(|| report(SendOutcome::Unknown(SendProblem::Retry)))
    }
}
