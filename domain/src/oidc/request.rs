//! What an authorization request must look like (R92, R94 to R97; RFC 6749 §4.1.1, OpenID Connect Core §3.1.2).
//!
//! Who asks and where the answer goes is settled first ([`Params::address`]): while that is not sure, nobody is sent anywhere. Everything
//! else that is wrong is told to the app.
use crate::client::Client;
use crate::id::AccountId;
use crate::lang::Lang;
use crate::oidc::error::{AuthorizeError, Refusal};
use crate::oidc::pkce::CodeChallenge;
use crate::oidc::prompt::Prompt;
use crate::oidc::scope::{Claims, Scope, Scopes};

/// Longest `state`, in bytes (R96).
pub const STATE_MAX: usize = 2048;

/// Longest `nonce`, in bytes (R96).
pub const NONCE_MAX: usize = 512;

/// Longest query or form, in bytes (R96).
pub const REQUEST_MAX: usize = 16 * 1024;

/// Most parameters of a request; the standards know some thirty.
pub const PARAMS_MAX: usize = 64;

/// Most `acr` values that are looked at.
const ACR_VALUES_MAX: usize = 16;

/// Longest `acr` value that is kept, in characters.
pub const ACR_MAX: usize = 64;

/// Longest `login_hint` that is shown again, in characters.
const LOGIN_HINT_MAX: usize = 256;

/// The parameters of a request, decoded, in their order.
pub struct Params(Vec<(String, String)>);

/// Who asks, and where the answer is wanted: not judged yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// `client_id`
    pub client: &'a str,
    /// `redirect_uri`
    pub redirect_uri: &'a str,
}

/// A `claims` parameter as far as it means something here (OpenID Connect Core §5.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ClaimsAsked {
    /// Wanted in the ID token.
    pub id_token: Claims,
    /// Wanted from userinfo.
    pub userinfo: Claims,
    /// `acr` values for the ID token, in the order of preference.
    pub acr: Vec<String>,
    /// One of them must be met (R115).
    pub acr_essential: bool,
    /// The one person it may be about.
    pub sub: Option<String>,
}

/// An authorization request that is sound: what is kept while its person signs in (R99).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AuthorizationRequest {
    /// Where the answer goes, as it was asked for.
    pub redirect_uri: String,
    /// The known ones.
    pub scopes: Scopes,
    /// Goes back as it came.
    pub state: Option<String>,
    /// Goes into the ID token as it came.
    pub nonce: Option<String>,
    /// What the code will be bound to.
    pub challenge: Option<CodeChallenge>,
    /// Which pages are wanted.
    pub prompt: Prompt,
    /// How old the sign-in may be, in seconds.
    pub max_age: Option<u32>,
    /// `acr_values`: a wish, the first one preferred.
    pub acr_values: Vec<String>,
    /// `claims`
    pub claims: ClaimsAsked,
    /// Only fills the field of the sign-in page (R119).
    pub login_hint: Option<String>,
    /// The one person it may be about, where the app said so by an ID token or in `claims`. A name nobody has is met by nobody.
    pub about: Option<AccountId>,
    /// The language of the pages and messages on the way, where the app wants one that we have (`ui_locales`); it goes before the browser's.
    pub lang: Option<Lang>,
}

/// What is read off a request before the app's ID token is looked at.
pub struct Read {
    /// The request.
    pub asked: AuthorizationRequest,
    /// `id_token_hint` as it came: not believed yet.
    pub id_token_hint: Option<String>,
}

impl Params {
    /// Of these pairs.
    #[must_use]
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The value of a parameter; one without a value counts as left out (RFC 6749 §3.1). The first one where it is doubled.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }

    /// How often a parameter was sent.
    #[must_use]
    pub fn times(&self, name: &str) -> usize {
        self.0.iter().filter(|(known, _)| known == name).count()
    }

    /// Who asks and where the answer is wanted. `None`: one of the two is missing or doubled.
    #[must_use]
    pub fn address(&self) -> Option<Address<'_>> {
        let once = |name| self.value(name).filter(|_| self.times(name) == 1);
        Some(Address { client: once("client_id")?, redirect_uri: once("redirect_uri")? })
    }

    /// What goes back as `state`, whatever else is wrong: nothing where it is doubled or too long.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.value("state").filter(|state| self.times("state") == 1 && state.len() <= STATE_MAX)
    }

    /// Reads the request of a known app. `claims` reads the JSON of that parameter; `None` where it is none.
    ///
    /// # Errors
    /// The first thing that is wrong, to be told to the app.
    pub fn read(
        &self,
        client: &Client,
        claims: impl FnOnce(&str) -> Option<ClaimsAsked>,
    ) -> Result<Read, Refusal> {
        let invalid = |why| Refusal::new(AuthorizeError::InvalidRequest, why);
        if self.0.iter().any(|(name, _)| self.times(name) > 1) {
            return Err(invalid("a parameter is doubled"));
        }
        for (name, error, why) in UNSUPPORTED {
            if self.value(name).is_some() {
                return Err(Refusal::new(error, why));
            }
        }
        match self.value("response_type") {
            Some("code") => {}
            Some(_) => {
                let why = "response_type must be code";
                return Err(Refusal::new(AuthorizeError::UnsupportedResponseType, why));
            }
            None => return Err(invalid("response_type is missing")),
        }
        if self.value("response_mode").is_some_and(|mode| mode != "query") {
            return Err(invalid("response_mode must be query"));
        }
        let scopes = Scopes::parse(self.value("scope").unwrap_or_default());
        if !scopes.has(Scope::OpenId) {
            return Err(Refusal::new(AuthorizeError::InvalidScope, "scope must hold openid"));
        }
        if self.value("state").is_some_and(|state| state.len() > STATE_MAX) {
            return Err(invalid("state is too long"));
        }
        if self.value("nonce").is_some_and(|nonce| nonce.len() > NONCE_MAX) {
            return Err(invalid("nonce is too long"));
        }
        // Text that not every database keeps; no app sends it on purpose.
        if ["state", "nonce"]
            .into_iter()
            .filter_map(|name| self.value(name))
            .any(|value| value.contains('\0'))
        {
            return Err(invalid("state and nonce must not hold U+0000"));
        }
        let challenge = CodeChallenge::of(self.value("code_challenge"), self.value("code_challenge_method"))?;
        if challenge.is_none() && client.require_pkce {
            return Err(invalid("code_challenge is missing"));
        }
        let max_age = match self.value("max_age") {
            None => None,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                Some(digits.parse::<u32>().map_err(|_| invalid("max_age is too large"))?)
            }
            Some(_) => return Err(invalid("max_age is no number")),
        };
        let claims = match self.value("claims") {
            Some(json) => claims(json).ok_or_else(|| invalid("claims is not understood"))?,
            None => ClaimsAsked::default(),
        };
        let about = claims.sub.as_ref().map(|sub| AccountId::stored(sub.clone()));
        // No method has a longer name: what is longer is kept cut, and is as unknown.
        let acr_values =
            self.value("acr_values").unwrap_or_default().split(' ').filter(|acr| !acr.is_empty());
        let acr_values = acr_values.map(|acr| acr.chars().take(ACR_MAX).collect());
        let asked = AuthorizationRequest {
            redirect_uri: self.value("redirect_uri").unwrap_or_default().to_owned(),
            scopes,
            state: self.value("state").map(str::to_owned),
            nonce: self.value("nonce").map(str::to_owned),
            challenge,
            prompt: Prompt::parse(self.value("prompt").unwrap_or_default())?,
            max_age,
            acr_values: acr_values.take(ACR_VALUES_MAX).collect(),
            claims,
            login_hint: self.value("login_hint").map(shown),
            about,
            lang: self.value("ui_locales").and_then(Lang::first_of),
        };
        Ok(Read { asked, id_token_hint: self.value("id_token_hint").map(str::to_owned) })
    }
}

const UNSUPPORTED: [(&str, AuthorizeError, &str); 3] = [
    ("request", AuthorizeError::RequestNotSupported, "request objects are not taken"),
    ("request_uri", AuthorizeError::RequestUriNotSupported, "request objects are not fetched"),
    ("registration", AuthorizeError::RegistrationNotSupported, "apps do not register themselves here"),
];

fn shown(hint: &str) -> String {
    hint.chars().filter(|c| !c.is_control()).take(LOGIN_HINT_MAX).collect()
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
