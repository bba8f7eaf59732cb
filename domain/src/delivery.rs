//! Messages on their way: what is handed to a provider, and what became of it.
use crate::channel::Channel;
use crate::id::DeliveryId;
use crate::phone::E164;
use crate::progress::Heard;
use crate::time::Timestamp;
use std::time::Duration;
use zeroize::Zeroizing;

/// What a person is told when a message does not get through. Words for each are in the message catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SendProblem {
    /// We cannot send at all: settings or account of the provider.
    Unavailable,
    /// Too fast; ask again in a moment.
    Wait,
    /// Passing: ask for a new code.
    Retry,
    /// The phone seems to be off.
    Off,
    /// Messages are slow; this one was withdrawn.
    Late,
    /// The number cannot receive codes.
    Check,
    /// Texts do not reach it; a call would.
    Call,
    /// It cannot be called.
    NoCall,
    /// Not in service.
    Dead,
    /// Its country is not served.
    Country,
    /// Not reachable at the moment.
    Other,
    /// It opted out of messages.
    Stop,
    /// A call found the line taken.
    Busy,
    /// Nobody took a call up.
    NoAnswer,
    /// A call ended before its code was read out: no key was pressed.
    NotHeard,
}

impl SendProblem {
    /// All of them, for tables and tests.
    pub const ALL: [Self; 15] = [
        Self::Unavailable,
        Self::Wait,
        Self::Retry,
        Self::Off,
        Self::Late,
        Self::Check,
        Self::Call,
        Self::NoCall,
        Self::Dead,
        Self::Country,
        Self::Other,
        Self::Stop,
        Self::Busy,
        Self::NoAnswer,
        Self::NotHeard,
    ];

    /// The name it is stored under and the key of its words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Wait => "wait",
            Self::Retry => "retry",
            Self::Off => "off",
            Self::Late => "late",
            Self::Check => "check",
            Self::Call => "call",
            Self::NoCall => "nocall",
            Self::Dead => "dead",
            Self::Country => "country",
            Self::Other => "other",
            Self::Stop => "stop",
            Self::Busy => "busy",
            Self::NoAnswer => "noanswer",
            Self::NotHeard => "notheard",
        }
    }

    /// Back from its name.
    #[must_use]
    pub fn stored(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.name() == name)
    }

    /// Whether it is the service's, a setting of ours with it, or a moment of either, so that another provider, or the same one later,
    /// may well deliver. The others are about the number, its kind, its country or its owner.
    #[must_use]
    pub fn is_the_services(self) -> bool {
        match self {
            // Settings or account, no answer at all, or left alone because it failed.
            Self::Unavailable
            // More at once than it takes. Our own limits, which protect the number, hold before any provider is asked (R15).
            | Self::Wait
            // No connection came about, or it stumbled and said so.
            | Self::Retry
            // Its queue is full.
            | Self::Late => true,
            // The phone rang, or was in use.
            Self::Busy | Self::NoAnswer | Self::NotHeard => false,
            // The handset, the number, its kind, or a block of its carrier's.
            Self::Off | Self::Check | Self::Call | Self::NoCall | Self::Dead | Self::Other
            // The owner's own word.
            | Self::Stop
            // Closed there on purpose.
            | Self::Country => false,
        }
    }

    /// As it may be shown to somebody who has proven the password only: nothing about the state of the phone.
    #[must_use]
    pub fn before_second_step(self) -> Self {
        match self {
            Self::Stop | Self::Dead | Self::Off => Self::Other,
            Self::Busy | Self::NoAnswer => Self::NotHeard,
            other => other,
        }
    }
}

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
