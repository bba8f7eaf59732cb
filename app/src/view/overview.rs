//! `/security`: am I protected, by what, what should I do next?

use super::{Delivery, MaskedNumber, Millis, News, Notice};

/// The answer on top of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Signing in takes the password and a code to this number.
    On {
        /// The preferred number.
        number: MaskedNumber,
    },
    /// The password alone signs in.
    Off(NotProtected),
}

/// Why there is no second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotProtected {
    /// No number at all.
    NoNumber,
    /// Numbers, but none confirmed.
    NoneConfirmed,
    /// Every confirmed number is locked.
    AllLocked,
}

/// How a number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneState {
    /// Confirmed.
    Confirmed,
    /// Waits for its first code.
    Unconfirmed,
    /// Confirmed, but the last codes did not arrive.
    NeedsAttention,
    /// Off after too many wrong codes; serves again once confirmed anew.
    Locked,
    /// Nobody used it for a year, and another number is in use: it gets no codes until it is confirmed anew.
    Unused,
}

/// One number in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneRow {
    /// Id, for the paths.
    pub id: String,
    /// The number.
    pub number: MaskedNumber,
    /// The name its owner gave it; may be empty.
    pub label: String,
    /// How it stands.
    pub state: PhoneState,
    /// Codes go here first.
    pub preferred: bool,
    /// It is a fixed line: codes come by call.
    pub fixed_line: bool,
    /// The number whose place it takes once confirmed.
    pub replaces: Option<MaskedNumber>,
    /// The last message to it.
    pub last: Option<Delivery>,
}

/// The newest sign-in beside this session's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherSignIn {
    /// When.
    pub at: Millis,
    /// The browser, in words such as "Firefox on Windows", where known.
    pub browser: Option<String>,
    /// It came after this session's.
    pub later: bool,
}

/// `/security`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverviewPage {
    /// The answer.
    pub protection: Protection,
    /// The sign-in before this one; none: this is the first.
    pub other_sign_in: Option<OtherSignIn>,
    /// What happened to the account, newest first.
    pub notices: Vec<Notice>,
    /// The numbers, preferred first.
    pub phones: Vec<PhoneRow>,
    /// Whether one more number fits.
    pub can_add: bool,
    /// `phones.max_per_account`
    pub max_phones: u8,
    /// What just happened.
    pub news: Option<News>,
}
