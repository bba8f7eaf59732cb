//! By which way a code reaches its person.

use std::time::Duration;

/// Text or call. Both share every limit, pause and budget of tries (R15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// A text message.
    Sms,
    /// A call that speaks the code once a key was pressed (R22).
    Voice,
}

impl Channel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sms, Self::Voice];

    /// The name it is stored, logged and counted under, and the value of the form field `channel`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
        }
    }

    /// Back from its name.
    #[must_use]
    pub fn stored(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }

    /// By which way the first code of a flow goes: a fixed line is called at once, anything else gets a text (R22, R25).
    #[must_use]
    pub fn first(fixed_line: bool) -> Self {
        if fixed_line { Self::Voice } else { Self::Sms }
    }

    /// By which way a further code goes, after `sends` codes of its flow, where this way is asked for and somebody `calls` or not.
    /// A fixed line is called whatever is asked for. `None`: no call is made here (R22).
    #[must_use]
    pub fn next(self, fixed_line: bool, sends: u32, calls: bool) -> Option<Self> {
        match self {
            _ if fixed_line => Some(Self::Voice),
            Self::Sms => Some(Self::Sms),
            Self::Voice => Self::call_may_be_asked_for(fixed_line, sends, calls).then_some(Self::Voice),
        }
    }

    /// A call is no way round a text that was never tried: it comes after a first code, or to a fixed line, where somebody `calls` (R22).
    #[must_use]
    pub fn call_may_be_asked_for(fixed_line: bool, sends: u32, calls: bool) -> bool {
        calls && (fixed_line || sends > 0)
    }

    /// With less life left than this a message is handed to no provider any more: whole seconds are all that one is told, and a call
    /// has to ring and to say its code twice.
    #[must_use]
    pub fn least_left(self) -> Duration {
        match self {
            Self::Sms => Duration::from_secs(1),
            Self::Voice => Duration::from_secs(45),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        assert!(Channel::ALL.into_iter().all(|channel| Channel::stored(channel.name()) == Some(channel)));
        assert_eq!(Channel::stored("pigeon"), None);
    }

    #[test]
    fn r22_a_call_comes_after_a_text_or_to_a_fixed_line_and_only_where_somebody_calls() {
        use Channel::{Sms, Voice};
        for (asked, fixed_line, sends, calls, goes) in [
            (Sms, false, 0, true, Some(Sms)),
            (Sms, false, 3, false, Some(Sms)),
            (Voice, false, 0, true, None),
            (Voice, false, 1, true, Some(Voice)),
            (Voice, false, 1, false, None),
            (Sms, true, 0, true, Some(Voice)),
            (Voice, true, 0, false, Some(Voice)),
        ] {
            assert_eq!(asked.next(fixed_line, sends, calls), goes, "{asked:?} {fixed_line} {sends} {calls}");
        }
    }
}
