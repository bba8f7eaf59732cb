//! What the rules tell whoever watches a node: counted there, never decided upon (R142).
use crate::channel::Channel;
use crate::delivery::SendOutcome;
use crate::level::Level;
use crate::limits::Limit;
use crate::progress::Progress;
use crate::purpose::Purpose;
use std::time::Duration;

/// Somebody who counts.
pub trait Watch: Send + Sync {
    /// This happened just now.
    fn saw(&self, what: Seen<'_>);
}

/// What can be counted. No account, no number: a country by its calling code at most.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'a> {
    /// A message was handed over, or not.
    Sent {
        /// The country it goes to.
        calling_code: &'a str,
        /// By whom.
        provider: &'a str,
        /// By which way.
        channel: Channel,
        /// How it went.
        outcome: SendOutcome,
        /// False: nothing was asked of the provider.
        asked: bool,
    },
    /// A code may be on its way: a provider took it, or nobody can tell.
    CodeSent {
        /// What it is for, by its name.
        purpose: &'a str,
        /// The country it goes to.
        calling_code: &'a str,
        /// How it goes there.
        channel: Channel,
    },
    /// A code came back right.
    CodeReturned {
        /// What it was for, by its name.
        purpose: &'a str,
        /// The country it went to.
        calling_code: &'a str,
        /// How it went there.
        channel: Channel,
        /// Since it was made.
        took: Duration,
    },
    /// A provider said how many segments it counts for a message.
    Counted {
        /// The country it goes to.
        calling_code: &'a str,
        /// By whom.
        provider: &'a str,
        /// So many.
        segments: u32,
    },
    /// A provider told of a message that it had taken.
    Told {
        /// The country it went to.
        calling_code: &'a str,
        /// By whom.
        provider: &'a str,
        /// By which way.
        channel: Channel,
        /// How far it got.
        progress: Progress,
        /// Since it was written.
        took: Duration,
    },
    /// A code was typed and compared.
    Typed {
        /// What it is for.
        purpose: &'a Purpose,
        /// The country it went to.
        calling_code: &'a str,
        /// Whether it was right.
        right: bool,
    },
    /// A number was switched off after too many wrong codes.
    PhoneOff {
        /// The country it is in.
        calling_code: &'a str,
    },
    /// A password came in.
    Password(Looked),
    /// A limit held.
    Held(Limit),
    /// Somebody signed in.
    SignedIn(Level),
}

/// What became of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// It was right.
    Right,
    /// It was wrong, or its account is off.
    Wrong,
    /// It was not looked at: the name has to wait.
    Waits,
    /// It was not looked at: too many were wrong in a row.
    Off,
    /// It was not looked at: too much is being hashed.
    Busy,
}

impl Looked {
    /// The name it is counted under.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Waits => "waits",
            Self::Off => "off",
            Self::Busy => "busy",
        }
    }
}

impl<W: Watch + ?Sized> Watch for std::sync::Arc<W> {
    fn saw(&self, what: Seen<'_>) {
        (**self).saw(what);
    }
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Watch for Nobody {
    fn saw(&self, _: Seen<'_>) {}
}
