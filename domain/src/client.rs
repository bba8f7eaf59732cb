//! Clients: the operator's own apps, registered by command alone (R127), and the secrets they show at the token endpoint (R105).
//!
//! A confidential client has a secret; for a day after a rotation it has two. Of secrets only hashes are kept: 256 random bits
//! need no slower one.
use crate::level::Level;
use crate::method::{Acr, MethodSet};
use crate::phone::tidy_label;
use crate::redirect_uri::{RedirectUri, UriProblem};
use crate::time::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt;
use std::time::Duration;
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

/// The previous secret holds this long after a rotation, so that an app can be given the new one without a pause.
pub const BOTH_SECRETS_HOLD: Duration = Duration::from_secs(86_400);

/// The most addresses of one kind a client may have.
pub const URIS_MAX: usize = 32;

/// The name that a client is known by to the protocol: the operator's choice. Compared as bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ClientId(String);

impl ClientId {
    /// 1 to 64 of ASCII letters, digits and `-._~`, a letter or digit first: nothing that any encoding on the way would change.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(sound);
        (fits && text.starts_with(|c: char| c.is_ascii_alphanumeric())).then(|| Self(text.to_owned()))
    }

    /// One that was stored by us.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a client shows who it is: one way per request, and the one it is registered with (R105; RFC 6749 §2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthMethod {
    /// It cannot keep a secret: it is public, and PKCE binds its codes instead.
    None,
    /// By its secret, in either of the two ways: what an operator gets who names none, because libraries differ in which one they
    /// take and few let it be chosen.
    Secret,
    /// By its secret in the `Authorization` header alone.
    SecretBasic,
    /// By its secret in the form alone.
    SecretPost,
}

impl AuthMethod {
    /// The name it is stored and shown under; the registered name where there is one (OpenID Connect Core §9).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Secret => "client_secret",
            Self::SecretBasic => "client_secret_basic",
            Self::SecretPost => "client_secret_post",
        }
    }

    /// Whether this is a way in which it may be used.
    #[must_use]
    pub fn takes(self, way: ClientAuthUsed) -> bool {
        match self {
            Self::None => way == ClientAuthUsed::Nothing,
            Self::Secret => matches!(way, ClientAuthUsed::Basic | ClientAuthUsed::Post),
            Self::SecretBasic => way == ClientAuthUsed::Basic,
            Self::SecretPost => way == ClientAuthUsed::Post,
        }
    }

    /// Back from its name.
    #[must_use]
    pub fn stored(name: &str) -> Option<Self> {
        [Self::None, Self::Secret, Self::SecretBasic, Self::SecretPost]
            .into_iter()
            .find(|this| this.name() == name)
    }
}

/// How a request said which client it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientAuthUsed {
    /// It named the client and showed no secret.
    Nothing,
    /// Both in the `Authorization` header.
    Basic,
    /// Both in the form.
    Post,
}

/// A registered app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What it is called in the protocol.
    pub id: ClientId,
    /// What people read.
    pub name: String,
    /// Where a browser may be sent with a code; at least one.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a browser may be sent after signing out. Compared as bytes, ports included.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// It has no secret. So exactly when `auth_method` is [`AuthMethod::None`].
    pub public: bool,
    /// The least it takes, always as essential (R114). A name that this build does not know is met by nothing.
    pub min_acr: Option<Acr>,
    /// Without a `code_challenge` it gets no code. Always so for public ones (R104).
    pub require_pkce: bool,
    /// How it shows who it is.
    pub auth_method: AuthMethod,
    /// When it was registered.
    pub created_at: Timestamp,
}

impl Client {
    /// The registered address that an app means by what it asks for (R93).
    #[must_use]
    pub fn redirect_uri(&self, asked: &str) -> Option<&RedirectUri> {
        self.redirect_uris.iter().find(|registered| registered.matches(asked))
    }

    /// Whether a browser may be sent there after signing out: an exact registration alone (R124).
    #[must_use]
    pub fn may_return_after_logout(&self, asked: &str) -> bool {
        self.post_logout_redirect_uris.iter().any(|registered| registered.as_str() == asked)
    }

    /// Whether a request comes from this client: it went the registered way and, unless the client is public, showed a secret that
    /// holds (R105).
    #[must_use]
    pub fn admits(
        &self,
        way: ClientAuthUsed,
        shown: Option<&ClientSecret>,
        kept: &ClientSecrets,
        now: Timestamp,
    ) -> bool {
        self.auth_method.takes(way)
            && match shown {
                None => self.public,
                Some(shown) => !self.public && kept.hold(shown, now),
            }
    }

    /// Whether a session of this level is enough for it.
    #[must_use]
    pub fn is_met_by(&self, reached: Level) -> bool {
        self.min_acr.as_ref().is_none_or(|least| least.is_met_by(reached))
    }

    /// Whether anybody can sign in to it: some enabled method is enough for it.
    #[must_use]
    pub fn can_be_reached(&self, methods: &MethodSet) -> bool {
        methods.enabled().any(|level| self.is_met_by(level))
    }
}

/// A client as an operator wants it, as typed.
#[derive(Clone, Debug, Default)]
pub struct WantedClient {
    /// See [`Client::id`].
    pub id: String,
    /// See [`Client::name`]; without one the id serves.
    pub name: Option<String>,
    /// See [`Client::redirect_uris`].
    pub redirect_uris: Vec<String>,
    /// See [`Client::post_logout_redirect_uris`].
    pub post_logout_redirect_uris: Vec<String>,
    /// It can keep no secret.
    pub public: bool,
    /// See [`Client::min_acr`].
    pub min_acr: Option<String>,
    /// A confidential client that cannot do PKCE.
    pub waive_pkce: bool,
    /// The one way of showing its secret; without a name either will do.
    pub auth_method: Option<String>,
}

/// Why a client is not registered. The text names the remedy.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ClientProblem {
    /// The id.
    #[error("a client ID has 1 to 64 letters, digits and - . _ ~, a letter or digit first")]
    Id,
    /// The name.
    #[error("a client's name has 1 to 64 characters, none of them invisible")]
    Name,
    /// An address. Debug spelling, so that nothing in it can move the cursor of a terminal.
    #[error("{uri:?} {problem}")]
    Uri {
        /// As typed.
        uri: String,
        /// What is wrong with it.
        problem: UriProblem,
    },
    /// No address.
    #[error("a client needs at least one --redirect-uri")]
    NoUri,
    /// Too many addresses.
    #[error("a client has at most {URIS_MAX} addresses of a kind")]
    TooManyUris,
    /// The same address twice.
    #[error("{0:?} is given twice")]
    Twice(String),
    /// A level that is none.
    #[error("INVALID_ACR: --min-acr {0:?} is no sign-in method; `latchkey method list` shows them")]
    MinAcr(String),
    /// A public client without PKCE.
    #[error(
        "a public client always needs PKCE: leave --no-require-pkce out, or leave --public out and give it its secret"
    )]
    PublicWithoutPkce,
    /// A way of showing a secret that is none, or for a client that has none.
    #[error("--auth-method is client_secret_basic or client_secret_post, and none with --public")]
    AuthMethod,
}

impl WantedClient {
    /// Judges it.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn judge(&self, now: Timestamp) -> Result<Client, ClientProblem> {
        let id = ClientId::parse(&self.id).ok_or(ClientProblem::Id)?;
        let name = match &self.name {
            None => id.as_str().to_owned(),
            Some(name) => tidy_label(name).filter(|name| !name.is_empty()).ok_or(ClientProblem::Name)?,
        };
        if self.redirect_uris.is_empty() {
            return Err(ClientProblem::NoUri);
        }
        let min_acr = match &self.min_acr {
            None => None,
            Some(typed) => {
                let known = Acr::parse(typed).filter(|acr| acr.level().is_some());
                Some(known.ok_or_else(|| ClientProblem::MinAcr(typed.clone()))?)
            }
        };
        if self.public && self.waive_pkce {
            return Err(ClientProblem::PublicWithoutPkce);
        }
        let auth_method = match (self.public, self.auth_method.as_deref()) {
            (true, None | Some("none")) => AuthMethod::None,
            (false, None) => AuthMethod::Secret,
            (false, Some("client_secret_basic")) => AuthMethod::SecretBasic,
            (false, Some("client_secret_post")) => AuthMethod::SecretPost,
            _ => return Err(ClientProblem::AuthMethod),
        };
        Ok(Client {
            id,
            name,
            redirect_uris: uris(&self.redirect_uris)?,
            post_logout_redirect_uris: uris(&self.post_logout_redirect_uris)?,
            public: self.public,
            min_acr,
            require_pkce: !self.waive_pkce,
            auth_method,
            created_at: now,
        })
    }
}

fn uris(typed: &[String]) -> Result<Vec<RedirectUri>, ClientProblem> {
    if typed.len() > URIS_MAX {
        return Err(ClientProblem::TooManyUris);
    }
    let mut uris: Vec<RedirectUri> = Vec::with_capacity(typed.len());
    for text in typed {
        let uri = RedirectUri::register(text)
            .map_err(|problem| ClientProblem::Uri { uri: text.clone(), problem })?;
        if uris.contains(&uri) {
            return Err(ClientProblem::Twice(text.clone()));
        }
        uris.push(uri);
    }
    Ok(uris)
}

/// A secret as it was made, or as somebody shows it. Wiped when dropped; has neither `Debug` nor `Display`.
pub struct ClientSecret(Zeroizing<String>);

impl ClientSecret {
    /// Of this text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text: to be shown once, to the operator. Nowhere else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self) -> SecretDigest {
        SecretDigest(Sha256::digest(self.0.as_bytes()).into())
    }
}

/// What is kept of a secret.
#[derive(Clone)]
pub struct SecretDigest([u8; 32]);

impl SecretDigest {
    /// As stored; `None` when it has not 32 bytes.
    #[must_use]
    pub fn stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// To be stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The secrets of a client as kept: none, one, or for a while two.
#[derive(Clone, Default)]
pub struct ClientSecrets {
    /// The newest.
    pub current: Option<SecretDigest>,
    /// The one before a rotation, and until when it holds.
    pub previous: Option<(SecretDigest, Timestamp)>,
}

impl ClientSecrets {
    /// Whether what was shown is one of them. Both are always compared, each in a time that does not tell where they differ (R105).
    #[must_use]
    pub fn hold(&self, shown: &ClientSecret, now: Timestamp) -> bool {
        let shown = shown.digest();
        let same = |kept: Option<&SecretDigest>| kept.map(|kept| kept.0.ct_eq(&shown.0));
        let current = same(self.current.as_ref()).is_some_and(bool::from);
        let previous = same(self.previous.as_ref().map(|(digest, _)| digest)).is_some_and(bool::from);
        let still = self.previous.as_ref().is_some_and(|(_, until)| now < *until);
        current | (previous & still)
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
