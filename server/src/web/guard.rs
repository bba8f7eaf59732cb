//! Rights are types: a handler's first argument is the proof that its caller may call it.
use super::answer::{Reply, go};
use super::context::Ctx;
use async_trait::async_trait;
use domain::challenge::Flow;
use domain::id::{AccountId, SessionHandle};
use domain::level::Proof;
use domain::ports::{Account, Fault};
use domain::session::{SessionState, Who};

/// The guards by name, for the table of routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GuardKind {
    /// No right needed.
    Anyone,
    /// The password was right, the code is awaited.
    HalfSignIn,
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
pub struct HalfSignIn(pub Flow);

#[async_trait]
impl Guard for HalfSignIn {
    const KIND: GuardKind = GuardKind::HalfSignIn;

    async fn admit(ctx: &Ctx) -> Result<Result<Self, Reply>, Fault> {
        let Some((flow, handle)) = ctx.session.half() else { return Ok(Err(go("/login"))) };
        let half = ctx.app.sign_in.half(&flow, &handle, &ctx.trail).await?;
        Ok(half.map(Self).ok_or_else(|| go("/login")))
    }
}

/// Somebody who signed in.
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// In which session.
    pub handle: SessionHandle,
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
        let Some(SessionState { who: Who::Person { account, proof, .. }, handle, .. }) = ctx.session.state()
        else {
            let to = if ctx.session.half().is_some() { "/login/otp" } else { "/login" };
            return Ok(Err(go(to)));
        };
        Ok(match ctx.app.core.accounts.account(&account).await? {
            Some(account) if !account.disabled => Ok(Self { account, handle, proof }),
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
        ctx.session.remember(page_of(&ctx.path)).await?;
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
