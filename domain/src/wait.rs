//! Until when somebody must wait, and for what.
use crate::time::Timestamp;

/// Which limit holds: for the log and for the words on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// The pause between two messages of one flow.
    Pause,
    /// Messages to one number.
    Number,
    /// Messages for one account.
    Account,
    /// Messages asked for from one address.
    Address,
    /// Messages of the whole installation.
    Installation,
    /// Messages of the whole installation in a day.
    Day,
    /// An operator has stopped all messages.
    Stopped,
    /// Numbers of one block that nobody proves.
    Block,
    /// Numbers of one country that nobody proves.
    Country,
    /// Sign-ins tried from one address.
    SignIns,
    /// Wrong passwords for one name.
    Passwords,
    /// Wrong secrets of one client.
    Clients,
    /// Requests of apps that wait, by address.
    Requests,
}

impl Limit {
    /// The name it is logged under.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Number => "number",
            Self::Account => "account",
            Self::Address => "address",
            Self::Installation => "installation",
            Self::Day => "day",
            Self::Stopped => "stopped",
            Self::Block => "block",
            Self::Country => "country",
            Self::SignIns => "sign_ins",
            Self::Passwords => "passwords",
            Self::Clients => "clients",
            Self::Requests => "requests",
        }
    }
}

/// A limit holds until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// When the next try may succeed.
    pub until: Timestamp,
    /// Which limit it is.
    pub limit: Limit,
}

impl Wait {
    /// Whole seconds from `now` on, one at least.
    #[must_use]
    pub fn seconds(&self, now: Timestamp) -> u64 {
        self.until.seconds_from(now).max(1)
    }
}
