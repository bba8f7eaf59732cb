//! The browser's session: what the rules make of it, kept under an id in the cookie that is new after each step (R56).
//!
//! What is changed here is written by the session layer once the handler is done; a failing store turns the answer into an
//! error, so nobody is told of a sign-in that was not kept.
use domain::challenge::Flow;
use domain::core::Core;
use domain::events::Trail;
use domain::id::{AccountId, FlowId, RequestId, SessionHandle};
use domain::level::Proof;
use domain::ports::Fault;
use domain::session::{SessionState, Who};
use domain::session_begin;
use domain::sign_in::Entry;
use domain::time::Timestamp;
use std::sync::{Mutex, PoisonError};
use tower_sessions::Session;

const KEY: &str = "state";

/// The session of one request.
pub struct BrowserSession {
    layer: Session,
    state: Mutex<Option<SessionState>>,
}

impl BrowserSession {
    /// As the cookie says; nothing for a cookie that is unknown, over or ended.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load(layer: Session) -> Result<Self, Fault> {
        // The layer does not say more, but what keeps a session from being read is a database that is away.
        let away = |e| Fault::new("loading a session", e).if_passing(true);
        let state = layer.get::<SessionState>(KEY).await.map_err(away)?;
        Ok(Self { layer, state: Mutex::new(state) })
    }

    /// Who it is.
    #[must_use]
    pub fn state(&self) -> Option<SessionState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its public name, where there is a session.
    #[must_use]
    pub fn handle(&self) -> Option<SessionHandle> {
        self.state().map(|state| state.handle)
    }

    /// The half sign-in under way, if this is one.
    #[must_use]
    pub fn half(&self) -> Option<(FlowId, SessionHandle)> {
        match self.state() {
            Some(SessionState { who: Who::Half { flow }, handle, .. }) => Some((flow, handle)),
            _ => None,
        }
    }

    /// The password was right: the session of a half sign-in, under the handle its flow was begun with. `resume`: the app's request
    /// that is gone on with afterwards.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn half_enter(
        &self,
        core: &Core,
        flow: FlowId,
        handle: SessionHandle,
        resume: Option<RequestId>,
        trail: &Trail,
    ) -> Result<(), Fault> {
        let before = self.state();
        let begun = session_begin::half_sign_in(core, before.as_ref(), (flow, handle), resume, trail).await?;
        self.put(begun).await
    }

    /// Signed in: a session of its own. The one before it ends for good; what apps were granted out of it goes over if it was the same
    /// person's.
    ///
    /// # Errors
    /// When the store fails: nobody is signed in then.
    pub async fn enter(&self, core: &Core, entry: &Entry, trail: &Trail) -> Result<(), Fault> {
        let before = self.state();
        let begun = session_begin::signed_in(core, before.as_ref(), entry, trail).await?;
        self.put(begun).await
    }

    /// A phone was added in this session, by this right code, on the way to an app: it rests on two factors from now on. Gives the app's
    /// request; `None`: no app waits, nothing is changed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn raise(&self, core: &Core, right: &Flow, trail: &Trail) -> Result<Option<RequestId>, Fault> {
        let Some(state) = self.state() else { return Ok(None) };
        let Some((raised, request)) = session_begin::raised(core, &state, right, trail).await? else {
            return Ok(None);
        };
        self.put(raised).await?;
        Ok(Some(request))
    }

    /// Remembers the app's request that is gone on with once what is missing is there.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn wait_for(&self, request: &RequestId) -> Result<(), Fault> {
        let Some(mut state) = self.state() else { return Ok(()) };
        state.resume = Some(request.clone());
        self.keep(state).await
    }

    /// No app's request is gone on with any more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn wait_no_more(&self) -> Result<(), Fault> {
        let Some(mut state) = self.state().filter(|state| state.resume.is_some()) else { return Ok(()) };
        state.resume = None;
        self.keep(state).await
    }

    /// The app's request that is gone on with afterwards.
    #[must_use]
    pub fn resume(&self) -> Option<RequestId> {
        self.state().and_then(|state| state.resume)
    }

    /// Who is signed in by the password alone, and since when: what a code can come on top of.
    #[must_use]
    pub fn by_password(&self) -> Option<(AccountId, Timestamp)> {
        self.state()?.by_password().map(|(account, since)| (account.clone(), since))
    }

    /// Identity was freshly proven; gives the own path that was waiting for it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn prove(&self, fresh: Proof) -> Result<Option<String>, Fault> {
        let Some(mut state) = self.state() else { return Ok(None) };
        let back = state.prove(fresh);
        self.put(state).await?;
        Ok(back)
    }

    /// A new id for the same session, after a step that changed what protects the account.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn renew(&self) -> Result<(), Fault> {
        match self.state() {
            Some(state) => self.put(state).await,
            None => Ok(()),
        }
    }

    /// Remembers an own path to go to after the proof.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remember(&self, path: &str) -> Result<(), Fault> {
        let Some(mut state) = self.state() else { return Ok(()) };
        state.return_to = Some(path.to_owned());
        self.keep(state).await
    }

    async fn put(&self, state: SessionState) -> Result<(), Fault> {
        // Without a row there is nothing to give a new id to: the layer makes one when it writes.
        if self.layer.id().is_some() {
            self.layer.cycle_id().await.map_err(|e| Fault::new("renewing a session", e))?;
        }
        self.keep(state).await
    }

    async fn keep(&self, state: SessionState) -> Result<(), Fault> {
        self.layer.insert(KEY, &state).await.map_err(|e| Fault::new("keeping a session", e))?;
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
        Ok(())
    }
}
