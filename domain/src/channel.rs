//! By which way a code reaches its person.

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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        assert!(Channel::ALL.into_iter().all(|channel| Channel::stored(channel.name()) == Some(channel)));
        assert_eq!(Channel::stored("pigeon"), None);
    }
}
