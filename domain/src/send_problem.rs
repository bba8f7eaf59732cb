//! Why a message does not get through.

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
