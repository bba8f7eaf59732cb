//! How far a message got after its provider took it, as the provider tells later. News comes in any order and more than once: the
//! farthest step stays, so what is known does not depend on the order (R81). It changes what is shown, and nothing that decides a
//! sign-in.
use crate::bill::Bill;
use crate::channel::Channel;
use crate::events::{Event, EventKind};
use crate::id::{AccountId, DeliveryId, FlowId, PhoneId};
use crate::send_problem::SendProblem;
use crate::time::Timestamp;
use std::time::Duration;

/// A step of a message, from the provider's hands to the phone. A later one is farther; the last five are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    /// The provider has it, and has not chosen a sender yet.
    Accepted,
    /// It waits at the provider.
    Queued,
    /// The provider is handing it over.
    Sending,
    /// The phone network has it. Many networks tell no more than that.
    Sent,
    /// Withdrawn before it was sent.
    Canceled,
    /// It could not be sent.
    Failed,
    /// The network gave up.
    Undelivered,
    /// The network confirmed that it arrived.
    Delivered,
    /// It was opened.
    Read,
}

impl Progress {
    /// All of them, nearest first.
    pub const ALL: [Self; 9] = [
        Self::Accepted,
        Self::Queued,
        Self::Sending,
        Self::Sent,
        Self::Canceled,
        Self::Failed,
        Self::Undelivered,
        Self::Delivered,
        Self::Read,
    ];

    /// How far it is: 0 to 8, as kept.
    #[must_use]
    pub fn rank(self) -> i64 {
        match self {
            Self::Accepted => 0,
            Self::Queued => 1,
            Self::Sending => 2,
            Self::Sent => 3,
            Self::Canceled => 4,
            Self::Failed => 5,
            Self::Undelivered => 6,
            Self::Delivered => 7,
            Self::Read => 8,
        }
    }

    /// Back from its rank.
    #[must_use]
    pub fn stored(rank: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|progress| progress.rank() == rank)
    }

    /// For the security log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Canceled => "canceled",
            Self::Failed => "failed",
            Self::Undelivered => "undelivered",
            Self::Delivered => "delivered",
            Self::Read => "read",
        }
    }

    /// The same of a call: it waits, rings, is answered, is read out. Its last step is our own mark, set at the key press.
    #[must_use]
    pub fn name_of_call(self) -> &'static str {
        match self {
            Self::Accepted | Self::Queued => "queued",
            Self::Sending => "ringing",
            Self::Sent => "answered",
            Self::Canceled => "canceled",
            Self::Failed => "failed",
            Self::Undelivered => "ended_unheard",
            Self::Delivered | Self::Read => "read_out",
        }
    }

    /// Its name on this way.
    #[must_use]
    pub fn name_on(self, channel: Channel) -> &'static str {
        match channel {
            Channel::Sms => self.name(),
            Channel::Voice => self.name_of_call(),
        }
    }

    /// Nothing more is to be expected.
    #[must_use]
    pub fn is_final(self) -> bool {
        self >= Self::Canceled
    }

    /// It will not arrive.
    #[must_use]
    pub fn has_failed(self) -> bool {
        matches!(self, Self::Canceled | Self::Failed | Self::Undelivered)
    }
}

/// So long after a message was taken its provider is asked how far it got, where it has no way to tell by itself.
pub const ASK_AFTER: [Duration; 5] = [
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(40),
];

/// What is known of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The step.
    pub progress: Progress,
    /// Why it went no farther, where it failed.
    pub problem: Option<SendProblem>,
    /// When we heard of it.
    pub at: Timestamp,
}

/// Whether a failure says something lasting about the number (R42).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// No.
    No,
    /// Yes: the number needs attention.
    Yes,
    /// If the message before this one failed alike.
    Repeated,
}

/// A provider's later word about one message. Whoever brings it has proven that it comes from the provider (R80).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// The provider's name.
    pub provider: &'static str,
    /// The token that names the message; given to this provider with it, and to nobody else.
    pub token: String,
    /// The provider's id of the message.
    pub provider_id: String,
    /// How far it got.
    pub progress: Progress,
    /// Why no farther, where it failed.
    pub problem: Option<SendProblem>,
    /// The provider's error code.
    pub code: Option<u32>,
    /// What that says about the number.
    pub lasting: Lasting,
    /// For the operator's log: what the code means and what to do; empty where there is nothing to say.
    pub remedy: &'static str,
    /// What it told of the cost; empty where it told nothing.
    pub bill: Bill,
}

/// The message that news was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The reference in its text.
    pub reference: String,
    /// By which way it goes.
    pub channel: Channel,
    /// The country it went to.
    pub calling_code: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A step that was heard of, and where it is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The message.
    pub delivery: DeliveryId,
    /// How far it got.
    pub progress: Progress,
    /// The flow whose code it carries; none for notices.
    pub flow: Option<FlowId>,
    /// Where it goes.
    pub phone: PhoneId,
}

impl News {
    /// For the security log: how it ended, and the provider's code where it told one; of a call, that it was one.
    #[must_use]
    pub fn event(&self, channel: Channel, account: &AccountId, phone: &PhoneId) -> Event {
        let code = self.code.map(|code| format!(":{code}")).unwrap_or_default();
        let call = if channel == Channel::Voice { "voice:" } else { "" };
        let detail = format!("{call}{}{code}", self.progress.name_on(channel));
        Event::of(EventKind::DeliveryEnded, account).phone(phone).detail(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r81_ranks_rise_in_order_and_come_back() {
        for (rank, progress) in (0..).zip(Progress::ALL) {
            assert_eq!(progress.rank(), rank);
            assert_eq!(Progress::stored(rank), Some(progress));
            assert!(Progress::ALL.iter().all(|other| (*other < progress) == (other.rank() < rank)));
        }
        assert_eq!(Progress::stored(9), None);
    }

    #[test]
    fn only_what_is_final_has_failed() {
        assert!(Progress::ALL.iter().all(|progress| !progress.has_failed() || progress.is_final()));
        assert!(
            Progress::Delivered.is_final() && !Progress::Delivered.has_failed() && !Progress::Sent.is_final()
        );
    }
}
