//! The registered words with which a request is refused (RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6, Unmet
//! Authentication Requirements 1.0).

/// Why an authorization request is sent back to the app without a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthorizeError {
    /// Something is missing, malformed, doubled or contradicts itself.
    InvalidRequest,
    /// The person said no.
    AccessDenied,
    /// Anything but `code`.
    UnsupportedResponseType,
    /// Without `openid` there is nothing to give.
    InvalidScope,
    /// A page would have to be shown, and none may be (`prompt=none`).
    InteractionRequired,
    /// Nobody suitable is signed in, and nobody may be asked (R118, R119).
    LoginRequired,
    /// Request objects are not taken (`request`).
    RequestNotSupported,
    /// Nor fetched (`request_uri`).
    RequestUriNotSupported,
    /// Apps do not register themselves (R127).
    RegistrationNotSupported,
    /// No enabled method is enough, or the person cannot reach it (R115).
    UnmetAuthenticationRequirements,
    /// The database is away: try again.
    TemporarilyUnavailable,
    /// A fault of ours.
    ServerError,
}

impl AuthorizeError {
    /// Every one.
    pub const ALL: [Self; 12] = [
        Self::InvalidRequest,
        Self::AccessDenied,
        Self::UnsupportedResponseType,
        Self::InvalidScope,
        Self::InteractionRequired,
        Self::LoginRequired,
        Self::RequestNotSupported,
        Self::RequestUriNotSupported,
        Self::RegistrationNotSupported,
        Self::UnmetAuthenticationRequirements,
        Self::TemporarilyUnavailable,
        Self::ServerError,
    ];

    /// The registered word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InteractionRequired => "interaction_required",
            Self::LoginRequired => "login_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }
}

/// A refusal with a word for whoever builds the app. The word is fixed text of ours: nothing of the request comes back in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The registered word.
    pub error: AuthorizeError,
    /// `error_description`: printable ASCII without `"` and `\`.
    pub why: &'static str,
}

impl Refusal {
    /// This word, because of `why`.
    #[must_use]
    pub fn new(error: AuthorizeError, why: &'static str) -> Self {
        Self { error, why }
    }
}

/// Why the token endpoint gives nothing. Who the app is has been settled before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenError {
    /// Something is missing, malformed or doubled; what it is, as [`Refusal::why`].
    InvalidRequest(&'static str),
    /// The code or refresh token is unknown, spent, too old, another app's, or does not fit what it was bound to: one word for all.
    InvalidGrant,
    /// Neither a code nor a refresh token.
    UnsupportedGrantType,
    /// More was asked for than was granted.
    InvalidScope,
    /// The app was removed after it had shown who it is: the same as for one that never was.
    InvalidClient,
}

impl TokenError {
    /// The registered word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidClient => "invalid_client",
        }
    }
    /// `error_description` for whoever builds the app: printable ASCII without `"` and `\` (RFC 6749 §5.2). It names what may be wrong
    /// and never which of it is, where that would tell a thief how far he is.
    #[must_use]
    pub fn why(self) -> &'static str {
        match self {
            Self::InvalidRequest(why) => why,
            Self::InvalidGrant => {
                "the code or refresh token is unknown, used, too old or of another client, or redirect_uri or code_verifier does not fit it"
            }
            Self::UnsupportedGrantType => "grant_type must be authorization_code or refresh_token",
            Self::InvalidScope => "scope asks for more than was granted",
            Self::InvalidClient => NOT_ADMITTED,
        }
    }
}

/// The `error_description` of `invalid_client`: the same for a client that nobody knows and for a wrong secret.
pub const NOT_ADMITTED: &str =
    "no such client, not its secret, or not the way of showing it that this client is registered for";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_what_the_standard_lets_it_be_and_is_of_one_word_for_all_that_is_wrong_with_a_grant() {
        for error in [
            TokenError::InvalidGrant,
            TokenError::UnsupportedGrantType,
            TokenError::InvalidScope,
            TokenError::InvalidClient,
        ] {
            let allowed = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
            assert!(error.why().bytes().all(allowed) && error.why().len() > 15, "{error:?}");
        }
    }
}
