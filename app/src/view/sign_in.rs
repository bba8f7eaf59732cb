//! Sign-in pages: user name and password, then the code.

use super::{DeliveryState, ForApp, MaskedNumber, News, Problem};

/// `/login`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoginPage {
    /// What was typed as user name before.
    pub username: String,
    /// The app that is signed in to, by name.
    pub app: Option<String>,
    /// Its request: all that the page carries of it.
    pub resume: Option<String>,
    /// Why the last try did not work.
    pub problem: Option<Problem>,
    /// What just happened.
    pub news: Option<News>,
}

/// What a code is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeStep {
    /// `/login/otp`
    SignIn,
    /// `/security/phones/confirm` of a new number.
    NewPhone {
        /// Id of the pending number, for cancelling.
        id: String,
    },
    /// `/security/phones/confirm` of a number that takes another's place.
    ReplacePhone {
        /// Id of the pending number, for cancelling.
        id: String,
        /// The number that serves until then.
        old: MaskedNumber,
    },
}

/// The account's other numbers that a code can go to instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherNumber {
    /// Id of the phone, for the field `phone`.
    pub id: String,
    /// The number.
    pub number: MaskedNumber,
    /// The name its owner gave it; empty where the second step is still to come, as it may tell too much.
    pub label: String,
    /// Codes go here first.
    pub preferred: bool,
    /// The last codes did not arrive.
    pub needs_attention: bool,
    /// It is a fixed line: codes come by call.
    pub fixed_line: bool,
}

/// A code that was sent and is waited for: what the page tells about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeWait {
    /// Where it went.
    pub number: MaskedNumber,
    /// It is spoken in a call.
    pub by_call: bool,
    /// The code that counts was told in a call: the same as `by_call`, but where the newest message was refused and an earlier code stays.
    pub code_by_call: bool,
    /// The number is a fixed line: there is no text instead.
    pub fixed_line: bool,
    /// The reference that stands in the message too, as `K7Q2`.
    pub reference: String,
    /// How many digits it has.
    pub digits: u8,
    /// Seconds it still lives; 0: it is over.
    pub seconds_left: u32,
    /// Guesses left; 0: dead.
    pub tries_left: u8,
    /// How the sending went.
    pub delivery: DeliveryState,
    /// Its message was refused, and none before it went out: there is nothing to type.
    pub none_out: bool,
    /// More may be heard of the message.
    pub moving: bool,
    /// Where news of the message comes from, on a page that moves.
    pub live: Option<String>,
    /// Seconds until a new code may be asked for, 0: now. None: the number is locked.
    pub resend_in: Option<u32>,
    /// Seconds until a call may be asked for, 0: now. None: no call is offered.
    pub call_in: Option<u32>,
}

/// `/login/otp` and `/security/phones/confirm`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodePage {
    /// What the code is for.
    pub step: CodeStep,
    /// The app that waits for it.
    pub for_app: Option<ForApp>,
    /// The code.
    pub wait: CodeWait,
    /// Other numbers the code can go to (sign-in only).
    pub others: Vec<OtherNumber>,
    /// Why the last try did not work.
    pub problem: Option<Problem>,
    /// What just happened.
    pub news: Option<News>,
}
