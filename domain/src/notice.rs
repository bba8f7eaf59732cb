//! News about the account's safety: a banner, and a text to every other number (R16, R31).
use crate::id::{NoticeId, PhoneId, SessionHandle};
use crate::phone::Mask;
use crate::time::Timestamp;
use std::time::Duration;

/// At most one notice about unfinished sign-ins of an account in this time (R16).
pub const UNFINISHED_AGAIN_AFTER: Duration = Duration::from_secs(3600);

/// How long the text of a notice is of use.
pub const TEXT_LIFE: Duration = Duration::from_secs(600);

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// A number was added.
    PhoneAdded,
    /// A number took the place of another.
    PhoneReplaced,
    /// A number was removed.
    PhoneRemoved,
    /// A number is off after too many wrong codes.
    PhoneLocked,
    /// The password was set by an operator.
    PasswordSet,
    /// Somebody knew the password but did not finish the second step (R16).
    UnfinishedSignIn,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::PhoneAdded,
        Self::PhoneReplaced,
        Self::PhoneRemoved,
        Self::PhoneLocked,
        Self::PasswordSet,
        Self::UnfinishedSignIn,
    ];

    /// The name it is stored under.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PhoneAdded => "phone_added",
            Self::PhoneReplaced => "phone_replaced",
            Self::PhoneRemoved => "phone_removed",
            Self::PhoneLocked => "phone_locked",
            Self::PasswordSet => "password_set",
            Self::UnfinishedSignIn => "unfinished_sign_in",
        }
    }

    /// Back from its name.
    #[must_use]
    pub fn stored(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A banner as shown until put away.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// What it is about.
    pub kind: NoticeKind,
    /// When that happened.
    pub at: Timestamp,
    /// The number concerned, masked.
    pub mask: Option<Mask>,
    /// Browser and system that did it; may be empty.
    pub agent: String,
    /// The session it was written from, where there was one.
    pub session: Option<SessionHandle>,
}

impl Notice {
    /// Whether it is news in this session: who has just done it there knows it (R31 asks for every *other* way).
    #[must_use]
    pub fn is_news_in(&self, session: &SessionHandle) -> bool {
        self.session.as_ref() != Some(session)
    }
}

/// A notice to be written, and the texts that go with it.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// Its id.
    pub id: NoticeId,
    /// What it is about.
    pub kind: NoticeKind,
    /// When that happened: for an unfinished sign-in, when it began, not when it is told (R16).
    pub at: Timestamp,
    /// Browser and system that did it; may be empty.
    pub agent: String,
    /// The number concerned, masked.
    pub mask: Option<Mask>,
    /// Texts for other numbers of the account; those over their number's limit are left out, the banner stays.
    pub texts: Vec<NoticeText>,
}

/// One text about a notice. It holds no code.
#[derive(Clone, Debug)]
pub struct NoticeText {
    /// The row it gets.
    pub delivery: crate::id::DeliveryId,
    /// Which phone of the account; a phone that is being retired still gets its own.
    pub phone: PhoneId,
    /// The whole text.
    pub body: String,
    /// The reference in it.
    pub reference: String,
    /// The limits of that number.
    pub rules: Vec<crate::limits::Rule>,
    /// The day's messages, of which it is one.
    pub day_cap: crate::day_cap::DayCap,
}
