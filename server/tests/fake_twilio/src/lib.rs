//! A Twilio that sends nothing: the Messages and Calls resources of its REST API, on a loopback port.
//!
//! It refuses what the real one refuses (and, on purpose, what the real one forgives: unknown, doubled and unwanted
//! parameters), answers in the same words, knows the magic numbers of Twilio's test credentials, and can be told to
//! misbehave: see [`Act`]. Every request is kept, and every message it took can be read like a phone's inbox.
//!
//! It also tells of its account, numbers, Messaging Services and countries, all at this one address; what is wrong with them is set
//! with [`Flaws`].
//!
//! Besides Twilio's own addresses it serves `GET /__inbox.json?to=`, `GET /__requests.json`, `POST /__script`,
//! `POST /__status`, `GET /__callback.json?to=&status=` and `POST /__reset`, so that tests in a browser can read codes and write scripts.

mod answer;
mod call;
mod callback;
mod check;
mod magic;
mod resources;
mod routes;
mod script;
mod segments;
mod state;
mod wire;

pub use answer::http_status;
pub use call::{Call, Document};
pub use callback::Callback;
pub use script::{Act, Script};
pub use state::{Flaws, Inbox, Request, Settings, StatusChange};

use state::State;
use std::net::SocketAddr;
use std::sync::Arc;

/// A running fake. It stops when the last handle is dropped.
pub struct FakeTwilio {
    state: Arc<State>,
    address: SocketAddr,
    serving: tokio::task::JoinHandle<()>,
}

impl FakeTwilio {
    /// Starts on a free loopback port.
    ///
    /// # Errors
    /// Where no loopback port can be had.
    pub async fn start(settings: Settings) -> std::io::Result<Self> {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), settings).await
    }

    /// Starts at an address of the caller's choice; port 0 takes a free one.
    ///
    /// # Errors
    /// Where the address is taken or not ours.
    pub async fn start_at(address: SocketAddr, settings: Settings) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::new(settings));
        let app = routes::router(Arc::clone(&state)).into_make_service_with_connect_info::<wire::Line>();
        let listener = wire::ScriptedListener::new(listener, Arc::clone(&state));
        let serving = tokio::spawn(async move {
            // Serving ends only with the task; axum's accept loop has no error of its own.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { state, address, serving })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a client takes as `base_url`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds a script; scripts for a destination go before scripts for anyone, older before younger.
    pub fn script(&self, script: Script) {
        self.state.script(script);
    }

    /// Every request to Twilio's own addresses so far, oldest first, refused ones included.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state.requests()
    }

    /// Messages taken, newest first; for one destination, or for all.
    #[must_use]
    pub fn inbox(&self, to: Option<&str>) -> Vec<Inbox> {
        self.state.inbox(to)
    }

    /// How often a client followed the redirect of [`Act::Redirect`].
    #[must_use]
    pub fn redirects_followed(&self) -> u32 {
        self.state.redirects_followed()
    }

    /// How many connections were accepted, those reset at once included.
    #[must_use]
    pub fn connections(&self) -> u32 {
        self.state.connections()
    }

    /// The callback that tells that the newest message to `to` is at `status`; nothing where it asked for none.
    #[must_use]
    pub fn callback(&self, to: &str, status: &str, code: Option<u32>) -> Option<Callback> {
        callback::of(&self.state.settings, &self.state.newest(to)?, status, code)
    }

    /// Calls taken, newest first; for one destination, or for all.
    #[must_use]
    pub fn calls(&self, to: Option<&str>) -> Vec<Call> {
        self.state.calls(to)
    }

    /// The callback that tells that the newest call to `to` is at `status`.
    #[must_use]
    pub fn call_status(&self, to: &str, status: &str) -> Option<Callback> {
        self.state.calls(Some(to)).first()?.told(&self.state.settings, status)
    }

    /// What is posted when somebody presses a key in the newest call to `to`.
    #[must_use]
    pub fn press(&self, to: &str, key: &str) -> Option<Callback> {
        self.state.calls(Some(to)).first()?.pressed(&self.state.settings, key)
    }

    /// The sid of the newest message to `to`.
    #[must_use]
    pub fn newest_sid(&self, to: &str) -> Option<String> {
        self.state.newest(to).map(|message| message.sid)
    }

    /// Sets what a message's record says from now on. False where no message has this sid.
    pub fn set_status(&self, change: &StatusChange) -> bool {
        self.state.set_status(change)
    }
}

impl Drop for FakeTwilio {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
