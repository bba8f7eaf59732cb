//! What goes wrong beside the person's doing. Logged once, here, with the request's id; the page shows nothing but that id.
use app::view::ErrorKind;
use domain::ports::Fault;
use std::error::Error as _;

/// An error page to be.
#[derive(Debug)]
pub enum WebError {
    /// One of the answers that need no explanation in the log.
    Kind(ErrorKind),
    /// A fault of ours.
    Fault(Fault),
}

impl From<Fault> for WebError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<ErrorKind> for WebError {
    fn from(kind: ErrorKind) -> Self {
        Self::Kind(kind)
    }
}

impl WebError {
    /// No such thing, or not yours: the same answer (R143).
    pub const NOT_FOUND: Self = Self::Kind(ErrorKind::NotFound);

    /// What the page says; a fault is written to the log.
    #[must_use]
    pub fn told(self, request: &str) -> ErrorKind {
        match self {
            Self::Kind(kind) => kind,
            Self::Fault(fault) => {
                let mut causes = Vec::new();
                let mut cause = fault.source();
                while let Some(error) = cause {
                    causes.push(error.to_string());
                    cause = error.source();
                }
                tracing::error!(
                    request.id = request,
                    while_ = fault.what,
                    cause = causes.join(": "),
                    "request failed"
                );
                if fault.passing { ErrorKind::Unavailable } else { ErrorKind::Fault }
            }
        }
    }
}
