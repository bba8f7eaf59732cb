//! Messages on their way: what is handed to a provider, and what became of it.
use crate::channel::Channel;
use crate::id::DeliveryId;
use crate::phone::E164;
use crate::progress::Heard;
pub use crate::send_problem::SendProblem;
use crate::time::Timestamp;
use std::time::Duration;
use zeroize::Zeroizing;

/// A message that nobody has taken up for so long was forgotten: a crash between writing and sending (D14).
pub const FORGOTTEN: Duration = Duration::from_secs(5);

/// Nobody hands a message over for so long: the sender is gone, and what became of it nobody can tell (D14).
pub const LOST: Duration = Duration::from_secs(60);

/// How handing over went, in the three ways that differ for us (R8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The provider has it.
    Taken,
    /// The provider said no: certainly not sent.
    Refused(SendProblem),
    /// Nobody can tell. Never sent again by us (D14).
    Unknown(SendProblem),
}

/// The kind of messages that tell of a change and hold no code; of the others it is the name of their purpose.
pub const NOTICE: &str = "notice";

/// Whether a code may be on its way after a message of this kind was handed over: it holds one, and it was not certainly kept back.
#[must_use]
pub fn code_went_out(kind: &str, outcome: SendOutcome) -> bool {
    kind != NOTICE && !matches!(outcome, SendOutcome::Refused(_))
}

/// One message for a provider. No `Debug`: it holds a number and a code.
pub struct SmsMessage {
    /// Our row.
    pub delivery: DeliveryId,
    /// Where to.
    pub to: E164,
    /// The whole text; of a call, what is said before a key is pressed: no code is in it (R22).
    pub body: Zeroizing<String>,
    /// Seconds for which it is of use (R20).
    pub valid_for_seconds: u32,
    /// For log lines.
    pub reference: String,
    /// Names this message in status callbacks; random, 128 bits.
    pub callback_token: String,
}

/// What a provider answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendReport {
    /// How it went.
    pub outcome: SendOutcome,
    /// The provider's name.
    pub provider: &'static str,
    /// False: nothing was asked of it. It is left alone for a while, or the code lives too short to be sent.
    pub asked: bool,
    /// The provider's id of the message.
    pub provider_id: Option<String>,
    /// The provider's own word for its state.
    pub status: Option<String>,
    /// How many segments it counted.
    pub segments: Option<u32>,
    /// The provider's error code.
    pub code: Option<u32>,
    /// The answer says something about the number itself: it needs attention (R42).
    pub marks_number: bool,
}

impl SendReport {
    /// Of a message that the provider was not asked to send, and why.
    #[must_use]
    pub fn not_asked(provider: &'static str, why: SendProblem) -> Self {
        Self { asked: false, ..Self::bare(provider, SendOutcome::Refused(why)) }
    }

    /// Of a message about which the provider said nothing beside how it went.
    #[must_use]
    pub fn bare(provider: &'static str, outcome: SendOutcome) -> Self {
        Self {
            outcome,
            provider,
            asked: true,
            provider_id: None,
            status: None,
            segments: None,
            code: None,
            marks_number: false,
        }
    }
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// Written, not yet taken up.
    Queued,
    /// Being handed over by somebody.
    Claimed,
    /// The provider has it.
    Taken,
    /// The provider said no.
    Refused(SendProblem),
    /// Nobody can tell.
    Unknown(SendProblem),
}

/// A message as pages show it: no number, no text.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Our row.
    pub id: DeliveryId,
    /// What it was for; [`NOTICE`] for notices.
    pub kind: String,
    /// By which way it goes.
    pub channel: Channel,
    /// The reference in the text.
    pub reference: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Who carried it.
    pub provider: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its outcome was known.
    pub settled_at: Option<Timestamp>,
    /// The farthest step that the provider told of since.
    pub heard: Option<Heard>,
}

/// So long after it was written something new may be heard of a message; what comes later is kept, and nobody waits for it.
pub const FOLLOWED: Duration = Duration::from_secs(600);

impl Delivery {
    /// Whether more may be heard of it soon.
    #[must_use]
    pub fn may_move(&self, now: Timestamp) -> bool {
        let open = !matches!(self.state, DeliveryState::Refused(_));
        let on_its_way = self.heard.is_none_or(|heard| !heard.progress.is_final());
        open && on_its_way && now.since(self.created_at) < FOLLOWED
    }

    /// As it may be shown to somebody who has proven the password only.
    #[must_use]
    pub fn before_second_step(&self) -> Self {
        let heard = self
            .heard
            .map(|heard| Heard { problem: heard.problem.map(SendProblem::before_second_step), ..heard });
        let state = match self.state {
            DeliveryState::Refused(problem) => DeliveryState::Refused(problem.before_second_step()),
            state => state,
        };
        Self { state, heard, ..self.clone() }
    }
}
