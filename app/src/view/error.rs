//! Failures that are no page of their own, and the inbox of the built-in message provider.

use super::Millis;

/// What kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// 400: the request makes no sense.
    BadRequest,
    /// 400: an app that is not known, or an address that is not one of its (R92).
    UnknownApp,
    /// 400: an app's request that waits no more.
    RequestOver,
    /// 400: an app asks for a sign-out in a way that cannot be followed.
    SignOut,
    /// 403: the form did not come from our page, or it is too old.
    Forged,
    /// 404
    NotFound,
    /// 405
    MethodNotAllowed,
    /// 408: the rest of the request did not come.
    TooSlow,
    /// 413
    TooLarge,
    /// 429
    TooMany {
        /// Seconds to wait.
        seconds: u32,
    },
    /// 500: our fault.
    Fault,
    /// 503: not ready or overloaded.
    Unavailable,
}

impl ErrorKind {
    /// The HTTP status that goes with it.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest | Self::UnknownApp | Self::RequestOver | Self::SignOut => 400,
            Self::Forged => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TooSlow => 408,
            Self::TooLarge => 413,
            Self::TooMany { .. } => 429,
            Self::Fault => 500,
            Self::Unavailable => 503,
        }
    }
}

/// An error page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// The request's id, to be told to whoever helps.
    pub request_id: String,
}

/// One message that the built-in provider kept instead of sending it.
#[derive(Clone, PartialEq, Eq)]
pub struct DevMessage {
    /// Whole number: this page exists only where nothing is sent for real.
    pub to: String,
    /// It would have been a call.
    pub by_call: bool,
    /// The text with its code; of a call, what would have been spoken.
    pub body: String,
    /// When it would have been sent.
    pub sent_at: Millis,
}

/// Texts hold codes, so they stay out of any log.
impl std::fmt::Debug for DevMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DevMessage").field("sent_at", &self.sent_at).finish_non_exhaustive()
    }
}

/// `/dev/phone`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevPhonePage {
    /// Newest first.
    pub messages: Vec<DevMessage>,
}
