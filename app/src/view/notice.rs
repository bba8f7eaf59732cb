//! News after a step just taken, and notices about what happened to the account (R16, R31).

use super::{MaskedNumber, Millis};

/// What the step before just did; shown once in a `role="status"` element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum News {
    /// A new code is on its way; the one before no longer works.
    CodeSent,
    /// A number was confirmed.
    NumberAdded,
    /// The new number took the old one's place.
    NumberReplaced,
    /// A number was removed.
    NumberRemoved,
    /// A number that was not confirmed yet was dropped.
    AddingCancelled,
    /// The label was saved.
    Renamed,
    /// Codes go to this number first now.
    Preferred,
    /// Signed out.
    SignedOut,
    /// The half sign-in was forgotten.
    SignInCancelled,
    /// An app's access has ended.
    AppLeft,
}

/// What happened to the account, told until it is old news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// A number was added.
    NumberAdded,
    /// `number` took another one's place.
    NumberReplaced,
    /// A number was removed.
    NumberRemoved,
    /// A number was locked after too many wrong codes.
    NumberLocked,
    /// The right password was given, but no code followed.
    UnfinishedSignIn,
    /// The password was changed.
    PasswordChanged,
}

impl NoticeKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::NumberAdded,
        Self::NumberReplaced,
        Self::NumberRemoved,
        Self::NumberLocked,
        Self::UnfinishedSignIn,
        Self::PasswordChanged,
    ];
}

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Id, for putting it away.
    pub id: String,
    /// What happened.
    pub kind: NoticeKind,
    /// When.
    pub at: Millis,
    /// The number it is about, where it is about one.
    pub number: Option<MaskedNumber>,
    /// The browser, in words such as "Firefox on Windows", where known.
    pub browser: Option<String>,
}
