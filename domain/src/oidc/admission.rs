//! Whether an app is who it says at the token, revocation and introspection endpoints (R105).
//!
//! A right secret always passes: secrets are 256 random bits of ours, nobody guesses one, and so nobody can lock an app out by showing
//! wrong ones in its name. What is limited are those wrong ones: beyond the limit they are turned away without a line in the
//! security log.
use crate::client::{Client, ClientAuthUsed, ClientId, ClientSecret};
use crate::core::Core;
use crate::events::{Actor, Event, EventKind, Trail};
use crate::limits;
use crate::ports::Fault;
use crate::watch::Seen;

/// Who a request says it is, by which way, with which secret. No `Debug`.
pub struct Shown {
    /// `None`: a text that is no client's id.
    pub id: Option<ClientId>,
    /// Where the secret stood.
    pub way: ClientAuthUsed,
    /// The secret, if there is one.
    pub secret: Option<ClientSecret>,
}

/// Why an app is not taken as itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAdmitted {
    /// No such client, a wrong secret, or not the registered way: the same answer for all.
    Unknown,
    /// Too many wrong secrets of this client.
    Wait {
        /// When the next one is looked into.
        seconds: u64,
    },
}

/// Takes an app as itself if what it shows is what is registered.
///
/// # Errors
/// When the store fails: nobody is admitted then.
pub async fn admit(core: &Core, shown: &Shown, trail: &Trail) -> Result<Result<Client, NotAdmitted>, Fault> {
    let found = match &shown.id {
        Some(id) => core.clients.with_secrets(id).await?,
        None => None,
    };
    match found {
        Some((client, kept)) if client.admits(shown.way, shown.secret.as_ref(), &kept, trail.at) => {
            Ok(Ok(client))
        }
        found => refuse(core, found.map(|(client, _)| client.id), trail).await.map(Err),
    }
}

async fn refuse(core: &Core, known: Option<ClientId>, trail: &Trail) -> Result<NotAdmitted, Fault> {
    let rule = limits::for_wrong_secret(known.as_ref(), &trail.address);
    if let Some(wait) = core.limits.hit(&[rule], trail.at).await? {
        core.watch.saw(Seen::Held(wait.limit));
        return Ok(NotAdmitted::Wait { seconds: wait.seconds(trail.at) });
    }
    // A text that is no client's could be anything: a password, for instance.
    let of = known.as_ref().map_or("unknown", ClientId::as_str);
    let trail = Trail { actor: Actor::App, ..trail.clone() };
    core.accounts.note(&[Event::anonymous(EventKind::ClientRefused).detail(of)], &trail).await?;
    Ok(NotAdmitted::Unknown)
}
