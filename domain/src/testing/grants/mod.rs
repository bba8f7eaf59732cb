//! What every store promises of requests, grants and tokens, told once: the world in memory and both databases are held to the same. Races
//! are each database's own, and looked at there.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that cannot begin must stop"
)]
pub mod promises;

use super::{ManualClock, SeededEntropy, TestWorld, memory::Memory};
use crate::client::{Client, ClientId, WantedClient};
use crate::events::{Actor, EventKind, Trail};
use crate::id::{AccountId, GrantId, RequestId, SessionHandle};
use crate::lang::Lang;
use crate::level::{Level, Proof};
use crate::oidc::life;
use crate::oidc::ports::{
    BrowserMark, Grant, Grants, Issued, Kept, NewGrant, NewTokens, Pending, Renewed, Spent,
};
use crate::oidc::prompt::Prompt;
use crate::oidc::request::{AuthorizationRequest, ClaimsAsked};
use crate::oidc::scope::{Claims, Scopes};
use crate::oidc::token::Bearer;
use crate::ports::{Clients, Phones, Sessions};
use crate::session::{SessionInfo, SessionState, Who};
use crate::time::{Clock as _, Timestamp};
use async_trait::async_trait;

const NUMBER: &str = "+12015550101";

/// An installation with the hands that the promises need.
#[async_trait]
pub trait Ground: Send + Sync {
    /// Its store.
    type Store: Grants + Sessions + Clients + Phones;
    /// The store.
    fn store(&self) -> &Self::Store;
    /// Its clock.
    fn clock(&self) -> &ManualClock;
    /// Its randomness.
    fn entropy(&self) -> &SeededEntropy;
    /// An act of the operator, now.
    fn operator(&self) -> Trail;
    /// An account with these numbers, proven.
    async fn account(&self, name: &str, numbers: &[&str]) -> AccountId;
    /// A new session of it.
    async fn signed_in(&self, account: &AccountId, level: Level) -> SessionHandle;
    /// Switches it on or off.
    async fn switch(&self, account: &AccountId, on: bool);
    /// Sets another password.
    async fn set_password(&self, account: &AccountId);
    /// How often the log tells of something.
    async fn happened(&self, kind: EventKind) -> usize;
}

/// Ada signed in at the highest level, and an app.
pub struct Scene<'a, G: Ground> {
    /// Where it is.
    pub ground: &'a G,
    /// She.
    pub ada: AccountId,
    /// Her session.
    pub session: SessionHandle,
    /// The app.
    pub app: ClientId,
}

/// Registers an app.
pub async fn register<G: Ground>(ground: &G, id: &str) -> ClientId {
    let wanted = WantedClient {
        id: id.to_owned(),
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        ..WantedClient::default()
    };
    let client: Client = wanted.judge(ground.clock().now()).unwrap();
    assert!(Clients::add(ground.store(), &client, None, &ground.operator()).await.unwrap());
    client.id
}

impl<'a, G: Ground> Scene<'a, G> {
    /// Ada with one number, signed in with all she has, and an app.
    pub async fn new(ground: &'a G) -> Scene<'a, G> {
        let ada = ground.account("ada", &[NUMBER]).await;
        let session = ground.signed_in(&ada, Level::TwilioSms).await;
        let app = register(ground, "app").await;
        Self { ground, ada, session, app }
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &G::Store {
        self.ground.store()
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.ground.clock().now()
    }

    /// An act of the operator or of an app.
    #[must_use]
    pub fn operator(&self) -> Trail {
        self.ground.operator()
    }

    /// A request of a browser session.
    #[must_use]
    pub fn trail(&self, session: &SessionHandle) -> Trail {
        Trail { session: Some(session.clone()), actor: Actor::Person, ..self.operator() }
    }

    /// A grant as an app asks for it, and its code.
    #[must_use]
    pub fn new_grant(&self) -> (NewGrant, Bearer) {
        let code = Bearer::new(self.ground.entropy());
        let grant = NewGrant {
            id: GrantId::new(self.ground.entropy()),
            code: code.hash(),
            account: self.ada.clone(),
            session: self.session.clone(),
            client: self.app.clone(),
            redirect_uri: "https://app.example/cb".to_owned(),
            challenge: None,
            nonce: Some("n-1".to_owned()),
            scopes: Scopes::parse("openid email offline_access"),
            claims: (Claims::parse("email"), Claims::parse("phone_number")),
            acr: Level::TwilioSms,
            reached: Level::TwilioSms,
            auth_time: self.now(),
            code_until: self.now().plus(life::CODE),
        };
        (grant, code)
    }

    /// A code that was granted.
    pub async fn code(&self) -> Bearer {
        let (grant, code) = self.new_grant();
        let trail = self.trail(&self.session);
        assert_eq!(self.store().issue(&grant, None, &trail).await.unwrap(), Issued::Done);
        code
    }

    /// Shows a code.
    pub async fn spend(&self, code: &Bearer) -> Spent {
        self.store().spend(&code.hash(), &self.app, &self.operator()).await.unwrap()
    }

    /// A grant with its first tokens.
    pub async fn redeemed(&self) -> (Grant, Bearer, Bearer) {
        let code = self.code().await;
        let Spent::Now(grant) = self.spend(&code).await else { panic!("the code counts") };
        let (access, refresh) = (Bearer::new(self.ground.entropy()), Bearer::new(self.ground.entropy()));
        let tokens = self.tokens(&access, Some(&refresh));
        assert_eq!(self.store().keep(&grant, &tokens, &self.operator()).await.unwrap(), Kept::Done);
        (*grant, access, refresh)
    }

    /// Tokens to be kept.
    #[must_use]
    pub fn tokens(&self, access: &Bearer, refresh: Option<&Bearer>) -> NewTokens {
        NewTokens {
            access: access.hash(),
            access_until: self.now().plus(life::ACCESS),
            refresh: refresh.map(Bearer::hash),
            scopes: None,
        }
    }

    /// Shows a refresh token; gives what takes its place.
    pub async fn renew(&self, refresh: &Bearer) -> (Renewed, Bearer) {
        let next = Bearer::new(self.ground.entropy());
        let tokens = self.tokens(&Bearer::new(self.ground.entropy()), Some(&next));
        let oldest = self.now().minus(life::REFRESH);
        let trail = self.operator();
        let renewed = self.store().renew(&refresh.hash(), &self.app, &tokens, oldest, &trail).await;
        (renewed.unwrap(), next)
    }

    /// Whether an access token counts.
    pub async fn opens(&self, access: &Bearer) -> bool {
        self.store().access(&access.hash(), self.now()).await.unwrap().is_some()
    }

    /// Whether a refresh token counts.
    pub async fn renews(&self, refresh: &Bearer) -> bool {
        let oldest = self.now().minus(life::REFRESH);
        self.store().refresh(&refresh.hash(), oldest).await.unwrap().is_some()
    }

    /// A request, of this browser or of none yet.
    #[must_use]
    pub fn request(&self, browser: Option<&str>) -> Pending {
        Pending {
            id: RequestId::new(self.ground.entropy()),
            client: self.app.clone(),
            asked: AuthorizationRequest {
                redirect_uri: "https://app.example/cb".to_owned(),
                scopes: Scopes::parse("openid phone"),
                state: Some("s +%&=#é".to_owned()),
                nonce: None,
                challenge: None,
                prompt: Prompt { login: true, ..Prompt::default() },
                max_age: Some(30),
                acr_values: vec!["twilio_sms".to_owned()],
                claims: ClaimsAsked { acr_essential: true, ..ClaimsAsked::default() },
                login_hint: Some("ada".to_owned()),
                about: Some(self.ada.clone()),
                lang: Some(Lang::Es),
            },
            created_at: self.now(),
            browser: browser.map(|mark| BrowserMark(mark.to_owned())),
            asked_in: Some(self.session.clone()),
            agreed: None,
        }
    }

    /// The request, as a browser finds it.
    pub async fn pending(&self, id: &RequestId, browser: &str) -> Option<Pending> {
        let mark = BrowserMark(browser.to_owned());
        self.store().pending(id, &mark, Some(&self.session), self.now()).await.unwrap()
    }
}

#[async_trait]
impl Ground for TestWorld {
    type Store = Memory;

    fn store(&self) -> &Memory {
        &self.memory
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    fn entropy(&self) -> &SeededEntropy {
        &self.entropy
    }

    fn operator(&self) -> Trail {
        Self::operator(self)
    }

    async fn account(&self, name: &str, numbers: &[&str]) -> AccountId {
        let account = Self::account(self, name);
        for number in numbers {
            self.phone(&account, number);
        }
        account
    }

    async fn signed_in(&self, account: &AccountId, level: Level) -> SessionHandle {
        let (handle, now) = (self.browser(), self.now());
        let proof = Proof { level, at: now };
        let state = SessionState {
            handle: handle.clone(),
            who: Who::Person { account: account.clone(), level, auth_time: now, proof },
            return_to: None,
            resume: None,
            apps_only: false,
            by_call: false,
            created_at: now,
            address: "192.0.2.1".to_owned(),
            agent: "Firefox on Linux".to_owned(),
        };
        let info = SessionInfo { state, last_seen_at: now };
        self.memory.with(|world| world.sessions.insert(handle.clone(), info));
        handle
    }

    async fn switch(&self, account: &AccountId, on: bool) {
        if on {
            self.switch_on(account);
        } else {
            self.switch_off(account);
        }
    }

    async fn set_password(&self, account: &AccountId) {
        Self::set_password(self, account, "another horse battery");
    }

    async fn happened(&self, kind: EventKind) -> usize {
        self.memory.with(|world| world.events.iter().filter(|(event, _)| event.kind == kind).count())
    }
}
