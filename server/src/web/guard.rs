//! Rights are types: a handler's first argument is the proof that its caller may call it.
use super::answer::{Reply, go};
use super::context::Ctx;
use super::login;
use super::return_to::own_path;
use async_trait::async_trait;
use domain::challenge::Flow;
use domain::id::{AccountId, SessionHandle};
use domain::level::Proof;
use domain::ports::{Account, Fault};
use domain::session::{SessionState, Who};
use domain::time::Timestamp;

/// The guards by name, for the table of routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GuardKind {
    /// No right needed.
    Anyone,
    /// No right needed, and a form of any page is taken: nothing is changed by it but a request that its browser comes back to (R70).
    FromAnywhere,
    /// The password was right, the code is awaited.
    HalfSignIn,
    /// Signed in well enough for apps: by the password alone, where an app asked for no more.
    ForApps,
    /// Signed in.
    SignedIn,
    /// Signed in, with a proof young and high enough for a change of factors (R28).
    Fresh,
}

/// Admits a request or answers it.
#[async_trait]
pub trait Guard: Sized + Send + 'static {
    /// Its name.
    const KIND: GuardKind;

    /// The proof, or the answer for who lacks the right.
    async fn admit(ctx: &Ctx) -> Result<Result<Self, Reply>, Fault>;

    /// Name of the signed-in account, for the bar of the portal.
    fn username(&self) -> Option<&str> {
        None
    }
}

/// Everybody.
pub struct Anyone;

#[async_trait]
impl Guard for Anyone {
    const KIND: GuardKind = GuardKind::Anyone;

    async fn admit(_: &Ctx) -> Result<Result<Self, Reply>, Fault> {
        Ok(Ok(Self))
    }
}

/// Somebody whose password was right, and where the code stands. Nothing else of the account (R57).
pub struct HalfSignIn {
    /// The code that is waited for.
    pub flow: Flow,
    /// When the password was shown.
    pub since: Timestamp,
    /// Whose the session is: nobody's yet, or a person's who signed in by the password already, where an app asks for the code on top
    /// (R121).
    pub who: Who,
}

impl HalfSignIn {
    /// As the session stands now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find(ctx: &Ctx) -> Result<Option<Self>, Fault> {
        let Some(state) = ctx.session.state() else { return Ok(None) };
        if let Who::Half { flow } = &state.who {
            let half = ctx.app.sign_in.half(flow, &state.handle, &ctx.trail).await?;
            return Ok(half.map(|flow| Self { since: flow.created_at, flow, who: state.who }));
        }
        let Some((account, since)) = state.by_password() else { return Ok(None) };
        let flow = ctx.app.sign_in.stepping_up(account, &state.handle, &ctx.trail).await?;
        Ok(flow.map(|flow| Self { flow, since, who: state.who }))
    }
}

#[async_trait]
impl Guard for HalfSignIn {
    const KIND: GuardKind = GuardKind::HalfSignIn;

    async fn admit(ctx: &Ctx) -> Result<Result<Self, Reply>, Fault> {
        Ok(Self::find(ctx).await?.ok_or_else(|| match ctx.session.state() {
            Some(SessionState { who: Who::Person { .. }, apps_only: false, resume: None, .. }) => {
                go("/security")
            }
            _ => go(login::again(ctx)),
        }))
    }
}

/// Somebody who signed in as far as an app asked for. Nothing of the portal: the account may have more than was shown.
pub struct ForApps {
    /// The session.
    pub session: SessionState,
}

#[async_trait]
impl Guard for ForApps {
    const KIND: GuardKind = GuardKind::ForApps;

    async fn admit(ctx: &Ctx) -> Result<Result<Self, Reply>, Fault> {
        Ok(match ctx.session.state() {
            Some(session) if matches!(session.who, Who::Person { .. }) => Ok(Self { session }),
            _ => Err(go(login::again(ctx))),
        })
    }
}

/// Somebody who signed in.
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// In which session.
    pub handle: SessionHandle,
    /// When that began: at the sign-in.
    pub since: Timestamp,
    /// The latest proof of identity.
    pub proof: Proof,
}

impl SignedIn {
    /// Whose account.
    #[must_use]
    pub fn id(&self) -> &AccountId {
        &self.account.id
    }
}

#[async_trait]
impl Guard for SignedIn {
    const KIND: GuardKind = GuardKind::SignedIn;

    async fn admit(ctx: &Ctx) -> Result<Result<Self, Reply>, Fault> {
        let Some(SessionState { who: Who::Person { account, proof, .. }, handle, created_at: since, .. }) =
            ctx.session.state()
        else {
            let to = if ctx.session.half().is_some() { "/login/otp" } else { "/login" };
            return Ok(Err(go(to)));
        };
        if ctx.session.state().is_some_and(|state| state.apps_only) {
            return Ok(Err(go("/login")));
        }
        Ok(match ctx.app.core.accounts.account(&account).await? {
            Some(account) if !account.disabled => Ok(Self { account, handle, since, proof }),
            _ => Err(go("/login")),
        })
    }

    fn username(&self) -> Option<&str> {
        Some(&self.account.username)
    }
}

/// Somebody who signed in and has just proven it.
pub struct Fresh(SignedIn);

impl std::ops::Deref for Fresh {
    type Target = SignedIn;

    fn deref(&self) -> &SignedIn {
        &self.0
    }
}

#[async_trait]
impl Guard for Fresh {
    const KIND: GuardKind = GuardKind::Fresh;

    async fn admit(ctx: &Ctx) -> Result<Result<Self, Reply>, Fault> {
        let person = match SignedIn::admit(ctx).await? {
            Ok(person) => person,
            Err(reply) => return Ok(Err(reply)),
        };
        if ctx.app.fresh.holds(person.id(), person.proof, &ctx.trail).await? {
            return Ok(Ok(Self(person)));
        }
        // A picture or a script in some page must not change where the person goes on (R71).
        if let Some(page) = own_path(page_of(&ctx.path)).filter(|_| ctx.is_navigation) {
            ctx.session.remember(page).await?;
        }
        Ok(Err(go("/confirm-identity")))
    }

    fn username(&self) -> Option<&str> {
        self.0.username()
    }
}

/// The page a person comes back to after the proof: what was posted is gone, its page is there. Some posts of a phone's page
/// have none of their own.
fn page_of(path: &str) -> &str {
    // `/security/phones/confirm` is a page itself.
    let page = ["/prefer", "/confirm"].iter().find_map(|button| path.strip_suffix(button));
    page.filter(|page| *page != "/security/phones").unwrap_or(path)
}
