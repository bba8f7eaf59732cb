//! The browser's session: who it is, and the steps that change it. The id in the cookie is new after each (R56).
//!
//! What is changed here is written by the session layer once the handler is done; a failing store turns the answer into an
//! error, so nobody is told of a sign-in that was not kept.
use domain::core::Core;
use domain::events::Trail;
use domain::id::{FlowId, SessionHandle};
use domain::level::Proof;
use domain::ports::Fault;
use domain::session::{SessionState, Who};
use domain::sign_in::Entry;
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

    /// The password was right: the session of a half sign-in, under the handle its flow was begun with.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn half_enter(
        &self,
        core: &Core,
        flow: FlowId,
        handle: SessionHandle,
        trail: &Trail,
    ) -> Result<(), Fault> {
        let before = self.state();
        if let Some(before) = before.filter(|before| before.handle != handle) {
            core.sessions.end(&before.handle, &[], trail).await?;
        }
        self.put(begun(handle, Who::Half { flow }, trail)).await
    }

    /// Signed in: a session of its own. The one before it ends for good.
    ///
    /// # Errors
    /// When the store fails: nobody is signed in then.
    pub async fn enter(&self, core: &Core, entry: &Entry, trail: &Trail) -> Result<(), Fault> {
        let over =
            |before: &SessionState| entry.ended_its_half_sign_in() && matches!(before.who, Who::Half { .. });
        if let Some(before) = self.state().filter(|before| !over(before)) {
            core.sessions.end(&before.handle, &[], trail).await?;
        }
        let who = Who::Person {
            account: entry.account().clone(),
            level: entry.level(),
            auth_time: trail.at,
            proof: Proof { level: entry.level(), at: trail.at },
        };
        self.put(begun(SessionHandle::new(&*core.entropy), who, trail)).await
    }

    /// Identity was freshly proven; gives the own path that was waiting for it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn prove(&self, fresh: Proof) -> Result<Option<String>, Fault> {
        let Some(mut state) = self.state() else { return Ok(None) };
        let back = state.return_to.take();
        if let Who::Person { proof, .. } = &mut state.who {
            *proof = fresh;
        }
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

fn begun(handle: SessionHandle, who: Who, trail: &Trail) -> SessionState {
    SessionState {
        handle,
        who,
        return_to: None,
        created_at: trail.at,
        address: trail.address.clone(),
        agent: trail.agent.clone(),
    }
}
