//! How far a message got, and why not further.

use super::Millis;

/// Why a message could not be brought to a number: the closed list of what a person is told.
/// Which provider error means which is the providers' business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unreachable {
    /// We cannot send at the moment, whatever the number.
    Unavailable,
    /// Asked too soon.
    Wait,
    /// Did not get through; a new code may.
    Retry,
    /// The phone seems to be off or out of reach.
    Off,
    /// Too slow; withdrawn because the code had run out.
    Late,
    /// The number cannot receive our codes.
    Check,
    /// Text messages cannot reach the number.
    NoTexts,
    /// The number does not seem to be in service.
    Dead,
    /// We do not send to this country.
    Country,
    /// Cannot be reached, no more is said.
    Other,
    /// The number has opted out of our messages.
    Stop,
    /// The number could not be called.
    NoCall,
    /// A call found the line taken.
    Busy,
    /// Nobody took a call up.
    NoAnswer,
    /// A call ended before its code was read out.
    NotHeard,
}

impl Unreachable {
    /// Whether the next one by the same way would end alike.
    #[must_use]
    pub const fn lasts(self) -> bool {
        matches!(self, Self::Check | Self::Country | Self::Dead | Self::NoCall | Self::NoTexts)
    }

    /// Every value.
    pub const ALL: [Self; 15] = [
        Self::Unavailable,
        Self::Wait,
        Self::Retry,
        Self::Off,
        Self::Late,
        Self::Check,
        Self::NoTexts,
        Self::Dead,
        Self::Country,
        Self::Other,
        Self::Stop,
        Self::NoCall,
        Self::Busy,
        Self::NoAnswer,
        Self::NotHeard,
    ];
}

/// How far a message got. "Sent out", "handed to the network" and "delivered" are three facts. Of a call they are "started", "answered"
/// and "read out".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// Not handed over yet.
    Waiting,
    /// The message service took it.
    SentOut,
    /// The phone rings; calls only.
    Ringing,
    /// The phone network has it.
    HandedOver,
    /// The network confirmed that it arrived.
    Delivered,
    /// The message service did not take it.
    Refused(Unreachable),
    /// Taken, but the network gave up.
    NotDelivered(Unreachable),
    /// Nobody knows: no answer from the message service.
    Unknown,
}

/// The last known step of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// It is a call, not a text.
    pub by_call: bool,
    /// How far it got.
    pub state: DeliveryState,
    /// When that became known.
    pub at: Millis,
    /// Milliseconds from making the code to this step, where worth telling.
    pub took_ms: Option<u32>,
}
