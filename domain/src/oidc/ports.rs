//! What the use cases of OpenID Connect need of the store: atomic steps, each deciding its race by itself.
//!
//! ```text
//! request:  asked ──(its person signs in; looked at any number of times)──> answered, once; or over after an hour
//! grant:    code out ──(redeemed once)──> tokens out ──> over
//!              └──(redeemed twice, signed out, factors changed, ended by its person, switched off)──> ended, with all its tokens
//! ```
use crate::client::ClientId;
use crate::events::{Event, Trail};
use crate::id::{AccountId, GrantId, RequestId, SessionHandle};
use crate::lang::Lang;
use crate::level::Level;
use crate::method::Acr;
use crate::oidc::claims::Person;
use crate::oidc::pkce::CodeChallenge;
use crate::oidc::request::AuthorizationRequest;
use crate::oidc::scope::{Claims, Scopes};
use crate::oidc::token::BearerHash;
use crate::ports::Fault;
use crate::time::Timestamp;
use async_trait::async_trait;

/// The browser a request belongs to: a hash of something only that browser has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserMark(pub String);

/// An authorization request that waits for its person.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Its id: all that pages carry of it (R99).
    pub id: RequestId,
    /// Who asks.
    pub client: ClientId,
    /// For what.
    pub asked: AuthorizationRequest,
    /// When.
    pub created_at: Timestamp,
    /// The browser it belongs to; `None` until that is known (a form posted from elsewhere carries no cookie).
    pub browser: Option<BrowserMark>,
    /// The session that was there when it came: a sign-in for this request is another one.
    pub asked_in: Option<SessionHandle>,
    /// Who has agreed on the page about the app.
    pub agreed: Option<AccountId>,
}

/// What an app is granted with a code: everything that the code is bound to (R102).
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// Its name.
    pub id: GrantId,
    /// What is kept of the code.
    pub code: BearerHash,
    /// Whom it is about.
    pub account: AccountId,
    /// The browser session it came out of.
    pub session: SessionHandle,
    /// For which app.
    pub client: ClientId,
    /// The address that the code went to.
    pub redirect_uri: String,
    /// What the code's redeemer must show.
    pub challenge: Option<CodeChallenge>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// What was granted.
    pub scopes: Scopes,
    /// Claims asked for by name, for the ID token and for userinfo.
    pub claims: (Claims, Claims),
    /// The level that the app is told.
    pub acr: Level,
    /// The level of the session.
    pub reached: Level,
    /// When the oldest factor was shown.
    pub auth_time: Timestamp,
    /// Until when the code counts.
    pub code_until: Timestamp,
}

/// How granting went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issued {
    /// The code counts.
    Done,
    /// The session has ended, or its account was switched off, in the meantime: nothing is written.
    SessionOver,
    /// The request was answered before, or is over: nothing is written.
    RequestOver,
    /// The app was removed in the meantime: nothing is written.
    AppGone,
}

/// A grant as it was kept.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Its name.
    pub id: GrantId,
    /// Whom it is about.
    pub account: AccountId,
    /// The browser session it came out of.
    pub session: SessionHandle,
    /// For which app.
    pub client: ClientId,
    /// The address that the code went to.
    pub redirect_uri: String,
    /// What the code's redeemer must show.
    pub challenge: Option<CodeChallenge>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// What was granted.
    pub scopes: Scopes,
    /// Claims asked for by name, for the ID token and for userinfo.
    pub claims: (Claims, Claims),
    /// The level that the app was told; lower by now where its factor is gone (R33).
    pub acr: Level,
    /// The level of the session; lower by now where its factor is gone.
    pub reached: Level,
    /// The code that it rests on was spoken in a call (R116).
    pub by_call: bool,
    /// When the oldest factor was shown.
    pub auth_time: Timestamp,
    /// When the code was made.
    pub created_at: Timestamp,
}

/// What showing a code led to.
#[derive(Clone, Debug)]
pub enum Spent {
    /// It counts, for this caller alone.
    Now(Box<Grant>),
    /// It was shown before: the grant has ended with all its tokens (R103).
    Before,
    /// Unknown, too old, another app's, or its grant has ended.
    Not,
    /// The app was removed in the meantime, with all that it was granted.
    AppGone,
}

/// How keeping the first tokens went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// They count.
    Done,
    /// The grant has ended, or its account was switched off, in the meantime: nothing is written.
    GrantOver,
    /// The app was removed in the meantime: nothing is written.
    AppGone,
}

/// Tokens to be kept.
#[derive(Clone, Debug)]
pub struct NewTokens {
    /// What is kept of the access token.
    pub access: BearerHash,
    /// Until when it counts.
    pub access_until: Timestamp,
    /// What is kept of the refresh token, if there is one.
    pub refresh: Option<BearerHash>,
    /// What the access token is for, where that is less than what was granted.
    pub scopes: Option<Scopes>,
}

/// What showing a refresh token led to.
#[derive(Clone, Debug)]
pub enum Renewed {
    /// It was the newest of its family, which goes on with another; the new tokens are kept.
    Done(Box<Grant>),
    /// It was shown before: the family has ended (R107).
    Before,
    /// Unknown, too old, another app's, or its grant has ended.
    Not,
    /// More was asked for than was granted: nothing is changed.
    TooMuch,
    /// The app was removed in the meantime, with all that it was granted.
    AppGone,
}

/// A token that counts at this moment.
#[derive(Clone, Debug)]
pub struct Live {
    /// What it belongs to.
    pub grant: Grant,
    /// What it is for.
    pub scopes: Scopes,
    /// When it was made.
    pub since: Timestamp,
    /// Until when it counts.
    pub until: Timestamp,
}

impl Live {
    /// What it tells at userinfo. Who renewed it for less than was granted gets less: what was asked for by name is not in it.
    #[must_use]
    pub fn told_at_userinfo(&self) -> Claims {
        let by_scope = self.scopes.claims();
        if self.scopes == self.grant.scopes { by_scope.and(self.grant.claims.1) } else { by_scope }
    }
}

/// An app that somebody signed in to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedInTo {
    /// Which one.
    pub client: ClientId,
    /// What people call it.
    pub name: String,
    /// What its operator asks for at the least.
    pub least: Option<Acr>,
    /// The first time.
    pub first_at: Timestamp,
    /// The last time.
    pub last_at: Timestamp,
}

impl SignedInTo {
    /// Whether a session of this level is enough for it.
    #[must_use]
    pub fn is_met_by(&self, reached: Level) -> bool {
        self.least.as_ref().is_none_or(|least| least.is_met_by(reached))
    }
}

/// Requests, grants and tokens.
#[async_trait]
pub trait Grants: Send + Sync {
    /// Keeps a request while its person signs in. False: the app was removed in the meantime, nothing is kept.
    async fn ask(&self, request: &Pending) -> Result<bool, Fault>;
    /// A request that still waits, in the browser it belongs to. One that belongs to none yet belongs to this browser and session from
    /// now on; of several browsers that come together one gets it.
    async fn pending(
        &self,
        id: &RequestId,
        browser: &BrowserMark,
        session: Option<&SessionHandle>,
        now: Timestamp,
    ) -> Result<Option<Pending>, Fault>;
    /// The language that a request asks for, while it waits in this browser. Looking changes nothing: it may belong to none yet.
    async fn language(
        &self,
        id: &RequestId,
        browser: &BrowserMark,
        now: Timestamp,
    ) -> Result<Option<Lang>, Fault>;
    /// The person has agreed; its event is written. False: the request waits no more.
    async fn agree(&self, id: &RequestId, account: &AccountId, trail: &Trail) -> Result<bool, Fault>;
    /// The request is answered without a code, and these events are written. False: it was answered before, or is over.
    async fn refuse(&self, id: &RequestId, events: &[Event], trail: &Trail) -> Result<bool, Fault>;
    /// Keeps a grant with its code and writes the event, and in the same transaction the request is answered. Nothing is written
    /// unless the session still holds, the account is not switched off and the app is still there.
    async fn issue(
        &self,
        grant: &NewGrant,
        request: Option<&RequestId>,
        trail: &Trail,
    ) -> Result<Issued, Fault>;
    /// Uses up a code of `client`: for exactly one caller (R103). Shown again, it ends its grant, and an event is written.
    async fn spend(&self, code: &BearerHash, client: &ClientId, trail: &Trail) -> Result<Spent, Fault>;
    /// Keeps the first tokens of a grant whose code was used up, and that its person signed in to the app.
    async fn keep(&self, grant: &Grant, tokens: &NewTokens, trail: &Trail) -> Result<Kept, Fault>;
    /// Uses up a refresh token of `client` and keeps what takes its place: for exactly one caller. Shown again, it ends its grant, and an
    /// event is written. `oldest`: families begun before do not count any more.
    async fn renew(
        &self,
        refresh: &BearerHash,
        client: &ClientId,
        tokens: &NewTokens,
        oldest: Timestamp,
        trail: &Trail,
    ) -> Result<Renewed, Fault>;
    /// Ends a grant whose code was shown without what it was bound to, and writes the event.
    async fn end(&self, grant: &Grant, trail: &Trail) -> Result<(), Fault>;
    /// An access token that counts.
    async fn access(&self, token: &BearerHash, now: Timestamp) -> Result<Option<Live>, Fault>;
    /// A refresh token that counts; `oldest`: families begun before do not count any more.
    async fn refresh(&self, token: &BearerHash, oldest: Timestamp) -> Result<Option<Live>, Fault>;
    /// Forgets an access token of `client`, or ends the grant of one of its refresh tokens, and writes the event. Unknown ones are no
    /// news (RFC 7009).
    async fn revoke(&self, token: &BearerHash, client: &ClientId, trail: &Trail) -> Result<(), Fault>;
    /// What can be told about a person. `None`: there is none, or the account is switched off.
    async fn person(&self, account: &AccountId) -> Result<Option<Person>, Fault>;
    /// The apps that an account signed in to, last used first.
    async fn signed_in_to(&self, account: &AccountId) -> Result<Vec<SignedInTo>, Fault>;
    /// Ends everything that an app has of an account, and takes it off the list. False: it is not on it.
    async fn leave(&self, account: &AccountId, client: &ClientId, trail: &Trail) -> Result<bool, Fault>;
}
