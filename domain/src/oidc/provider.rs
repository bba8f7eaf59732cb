//! The use cases of a browser: asking for a sign-in, coming back to it, getting a code. What an app makes of the code is in [`super::redeem`].
use crate::client::Client;
use crate::core::Core;
use crate::events::{Event, EventKind, Trail};
use crate::id::{AccountId, GrantId, RequestId, SessionHandle};
use crate::limits;
use crate::oidc::decide::{Goal, Next, SecondStep, SessionFacts, decide};
use crate::oidc::error::{AuthorizeError, Refusal};
use crate::oidc::life;
use crate::oidc::ports::{BrowserMark, Grants, Issued, NewGrant, Pending};
use crate::oidc::request::AuthorizationRequest;
use crate::oidc::scope::{Claims, Scopes};
use crate::oidc::token::Bearer;
use crate::ports::Fault;
use crate::session::{SessionState, Who};
use crate::watch::Seen;
use std::sync::Arc;

/// The use cases of OpenID Connect.
#[derive(Clone)]
pub struct Provider {
    pub(super) core: Arc<Core>,
    pub(super) grants: Arc<dyn Grants>,
}

/// Where an answer to an app goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnAddress {
    /// The registered address, as it was asked for.
    pub redirect_uri: String,
    /// Goes back as it came.
    pub state: Option<String>,
}

/// What an authorization request led to.
pub enum Authorized {
    /// The app gets a code.
    Code {
        /// Where to.
        to: ReturnAddress,
        /// The code.
        code: Bearer,
    },
    /// The app is told why not.
    Refused {
        /// Where to.
        to: ReturnAddress,
        /// Why.
        why: Refusal,
    },
    /// Its person has to do something first. The request waits.
    Waits {
        /// By this name.
        request: RequestId,
        /// What is to be done.
        missing: Missing,
    },
    /// The request is over, was answered, or belongs to another browser.
    Over,
    /// Too many were kept for this address within a minute: nothing is.
    TooMany {
        /// Until one more is.
        seconds: u64,
    },
    /// The app was removed while it was answered: the same as for one that never was.
    UnknownApp,
}

/// What is missing before an app gets its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A sign-in.
    SignIn,
    /// A code to a phone of this account.
    Code(AccountId),
    /// A phone.
    Phone,
    /// The person's word on the page about the app.
    Consent,
}

/// What the sign-in page needs to know of the request it is shown for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRequest {
    /// The app's name.
    pub app: String,
    /// Fills the field of the name, and nothing else (R119).
    pub login_hint: Option<String>,
    /// The app asked for the password alone.
    pub password_alone: bool,
    /// Only what is shown after it asked will do.
    pub asks_anew: bool,
}

/// What the page about an app shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The app's name.
    pub app: String,
    /// What it asks for.
    pub scopes: Scopes,
    /// What it would be told, by its scopes and by name.
    pub claims: Claims,
    /// Where its person is sent back to.
    pub redirect_uri: String,
}

impl Provider {
    /// On this core and this port.
    #[must_use]
    pub fn new(core: Arc<Core>, grants: Arc<dyn Grants>) -> Self {
        Self { core, grants }
    }

    /// The port, for what needs no rule.
    #[must_use]
    pub fn grants(&self) -> &dyn Grants {
        &*self.grants
    }

    /// A sound request of a known app, as it comes. The session is enough: answered at once, nothing is kept of it.
    ///
    /// # Errors
    /// When the store fails: the app gets nothing then.
    pub async fn authorize(
        &self,
        client: &Client,
        asked: AuthorizationRequest,
        session: Option<&SessionState>,
        browser: &BrowserMark,
        trail: &Trail,
    ) -> Result<Authorized, Fault> {
        let request = Pending {
            id: RequestId::new(&*self.core.entropy),
            client: client.id.clone(),
            asked,
            created_at: trail.at,
            browser: Some(browser.clone()),
            asked_in: session.map(|session| session.handle.clone()),
            agreed: None,
        };
        self.answer(request, client, session, false, trail).await
    }

    /// A sound request that came as a form from elsewhere, without the browser's cookies: it is kept, and its browser comes back with
    /// [`Self::resume`] (R70).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn put_aside(
        &self,
        client: &Client,
        asked: AuthorizationRequest,
        trail: &Trail,
    ) -> Result<Authorized, Fault> {
        let id = RequestId::new(&*self.core.entropy);
        let request = Pending {
            id: id.clone(),
            client: client.id.clone(),
            asked,
            created_at: trail.at,
            browser: None,
            asked_in: None,
            agreed: None,
        };
        if let Some(not) = self.keep(&request, trail).await? {
            return Ok(not);
        }
        Ok(Authorized::Waits { request: id, missing: Missing::SignIn })
    }

    /// Keeps a request, or says why it is not kept.
    async fn keep(&self, request: &Pending, trail: &Trail) -> Result<Option<Authorized>, Fault> {
        let rule = limits::for_kept_request(&trail.address);
        if let Some(wait) = self.core.limits.hit(&[rule], trail.at).await? {
            self.core.watch.saw(Seen::Held(wait.limit));
            return Ok(Some(Authorized::TooMany { seconds: wait.seconds(trail.at) }));
        }
        Ok((!self.grants.ask(request).await?).then_some(Authorized::UnknownApp))
    }

    /// Comes back to a request that waits. Who is signed in, the app and the methods are looked at anew.
    ///
    /// # Errors
    /// When the store fails: the app gets nothing then.
    pub async fn resume(
        &self,
        id: &RequestId,
        session: Option<&SessionState>,
        browser: &BrowserMark,
        trail: &Trail,
    ) -> Result<Authorized, Fault> {
        let Some((request, client)) = self.waiting_request(id, session, browser, trail).await? else {
            return Ok(Authorized::Over);
        };
        self.answer(request, &client, session, true, trail).await
    }

    async fn waiting_request(
        &self,
        id: &RequestId,
        session: Option<&SessionState>,
        browser: &BrowserMark,
        trail: &Trail,
    ) -> Result<Option<(Pending, Client)>, Fault> {
        let handle = session.map(|session| &session.handle);
        let Some(request) = self.grants.pending(id, browser, handle, trail.at).await? else {
            return Ok(None);
        };
        let client = self.core.clients.find(&request.client).await?;
        // An operator may have taken the address away meanwhile.
        let client = client.filter(|client| client.redirect_uri(&request.asked.redirect_uri).is_some());
        Ok(client.map(|client| (request, client)))
    }

    /// What the sign-in page needs to know; nothing where the request waits no more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn waiting(
        &self,
        id: &RequestId,
        session: Option<&SessionState>,
        browser: &BrowserMark,
        trail: &Trail,
    ) -> Result<Option<PendingRequest>, Fault> {
        let Some((request, client)) = self.waiting_request(id, session, browser, trail).await? else {
            return Ok(None);
        };
        let goal = Goal::of(&request.asked, &client, &self.core.methods.all().await?);
        Ok(Some(PendingRequest {
            app: client.name,
            asks_anew: request.asked.prompt.login || request.asked.max_age.is_some(),
            login_hint: request.asked.login_hint,
            password_alone: goal.is_ok_and(|goal| goal.is_password_alone()),
        }))
    }

    /// What the page about an app shows; nothing where the request waits no more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn about(
        &self,
        id: &RequestId,
        session: &SessionState,
        browser: &BrowserMark,
        trail: &Trail,
    ) -> Result<Option<About>, Fault> {
        let found = self.waiting_request(id, Some(session), browser, trail).await?;
        Ok(found.map(|(request, client)| About {
            app: client.name,
            scopes: request.asked.scopes,
            claims: (request.asked.scopes.claims())
                .and(request.asked.claims.id_token)
                .and(request.asked.claims.userinfo),
            redirect_uri: request.asked.redirect_uri,
        }))
    }

    /// The person's word on the page about an app. Yes: [`Self::resume`] goes on. No: the app is told so.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn consent(
        &self,
        id: &RequestId,
        yes: bool,
        session: &SessionState,
        browser: &BrowserMark,
        trail: &Trail,
    ) -> Result<Authorized, Fault> {
        let Some((request, _)) = self.waiting_request(id, Some(session), browser, trail).await? else {
            return Ok(Authorized::Over);
        };
        let Who::Person { account, .. } = &session.who else { return Ok(Authorized::Over) };
        if yes {
            let agreed = self.grants.agree(id, account, trail).await?;
            return if agreed {
                self.resume(id, Some(session), browser, trail).await
            } else {
                Ok(Authorized::Over)
            };
        }
        self.said_no(request, Some(account), trail).await
    }

    /// The person gives the sign-in up that an app asked for, wherever that stands: the app is told so.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn decline(
        &self,
        id: &RequestId,
        session: Option<&SessionState>,
        browser: &BrowserMark,
        trail: &Trail,
    ) -> Result<Authorized, Fault> {
        let Some((request, _)) = self.waiting_request(id, session, browser, trail).await? else {
            return Ok(Authorized::Over);
        };
        let account = session.and_then(|session| match &session.who {
            Who::Person { account, .. } => Some(account),
            Who::Half { .. } => None,
        });
        self.said_no(request, account, trail).await
    }

    async fn said_no(
        &self,
        request: Pending,
        account: Option<&AccountId>,
        trail: &Trail,
    ) -> Result<Authorized, Fault> {
        let kind = EventKind::ConsentRefused;
        let refused = account.map_or_else(|| Event::anonymous(kind), |account| Event::of(kind, account));
        let refused = refused.detail(request.client.as_str());
        if !self.grants.refuse(&request.id, &[refused], trail).await? {
            return Ok(Authorized::Over);
        }
        let why = Refusal::new(AuthorizeError::AccessDenied, "the person said no");
        Ok(Authorized::Refused { to: address_of(request.asked), why })
    }

    async fn answer(
        &self,
        request: Pending,
        client: &Client,
        session: Option<&SessionState>,
        kept: bool,
        trail: &Trail,
    ) -> Result<Authorized, Fault> {
        let methods = self.core.methods.all().await?;
        let signed = match session {
            Some(session) => self.signed(&request, session).await?,
            None => None,
        };
        let missing = match decide(&request.asked, client, &methods, signed.as_ref(), trail.at) {
            Next::Enough(acr) => match (signed, session) {
                (Some(signed), Some(session)) => {
                    return self.grant(request, signed, &session.handle, acr, kept, trail).await;
                }
                _ => Missing::SignIn,
            },
            Next::Refuse(why) => {
                if kept && !self.grants.refuse(&request.id, &[], trail).await? {
                    return Ok(Authorized::Over);
                }
                return Ok(Authorized::Refused { to: address_of(request.asked), why });
            }
            Next::SignIn => Missing::SignIn,
            Next::StepUp => signed.map_or(Missing::SignIn, |signed| Missing::Code(signed.account)),
            Next::Enrol => Missing::Phone,
            Next::Consent => Missing::Consent,
        };
        if !kept && let Some(not) = self.keep(&request, trail).await? {
            return Ok(not);
        }
        Ok(Authorized::Waits { request: request.id, missing })
    }

    async fn signed(&self, request: &Pending, session: &SessionState) -> Result<Option<SessionFacts>, Fault> {
        let Who::Person { account, level, auth_time, .. } = &session.who else { return Ok(None) };
        let phones = self.core.phones.of(account).await?;
        let another = request.asked_in.as_ref() != Some(&session.handle);
        Ok(Some(SessionFacts {
            account: account.clone(),
            level: *level,
            auth_time: *auth_time,
            for_this: another && *auth_time >= request.created_at,
            second: SecondStep::of(&phones),
            agreed: request.agreed.as_ref() == Some(account),
        }))
    }

    async fn grant(
        &self,
        request: Pending,
        signed: SessionFacts,
        session: &SessionHandle,
        acr: crate::level::Level,
        kept: bool,
        trail: &Trail,
    ) -> Result<Authorized, Fault> {
        let code = Bearer::new(&*self.core.entropy);
        let asked = &request.asked;
        let grant = NewGrant {
            id: GrantId::new(&*self.core.entropy),
            code: code.hash(),
            account: signed.account,
            session: session.clone(),
            client: request.client,
            redirect_uri: asked.redirect_uri.clone(),
            challenge: asked.challenge.clone(),
            nonce: asked.nonce.clone(),
            scopes: asked.scopes,
            claims: (asked.claims.id_token, asked.claims.userinfo),
            acr,
            reached: signed.level,
            auth_time: signed.auth_time,
            code_until: trail.at.plus(life::CODE),
        };
        let id = kept.then_some(&request.id);
        Ok(match self.grants.issue(&grant, id, trail).await? {
            Issued::Done => Authorized::Code { to: address_of(request.asked), code },
            Issued::SessionOver | Issued::RequestOver => Authorized::Over,
            Issued::AppGone => Authorized::UnknownApp,
        })
    }
}

fn address_of(asked: AuthorizationRequest) -> ReturnAddress {
    ReturnAddress { redirect_uri: asked.redirect_uri, state: asked.state }
}
