//! `/confirm-identity`: fresh proof before a sensitive change (R28).

use super::{CodeWait, OtherNumber, Problem};

/// Which proof is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfirmState {
    /// No confirmed phone: the password.
    Password,
    /// A confirmed phone: choose where the code goes; nothing is sent by looking.
    Choose {
        /// The numbers, preferred first.
        numbers: Vec<OtherNumber>,
    },
    /// The code was sent and is waited for.
    Code {
        /// The code.
        wait: CodeWait,
        /// Id of the phone it went to, for a new code.
        phone_id: String,
        /// Other numbers it can go to.
        others: Vec<OtherNumber>,
    },
}

/// `/confirm-identity`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmIdentityPage {
    /// The signed-in account, also for password managers.
    pub username: String,
    /// Which proof is asked for.
    pub state: ConfirmState,
    /// Why the last try did not work.
    pub problem: Option<Problem>,
}
