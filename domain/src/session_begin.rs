//! Sessions that begin in a browser or rest on more than before, and what becomes of the one whose place they take.
//!
//! The id in the browser's cookie is new after each of these steps (R56); that is the door's to do.
use crate::challenge::Flow;
use crate::core::Core;
use crate::events::Trail;
use crate::id::{AccountId, FlowId, RequestId, SessionHandle};
use crate::level::{Level, Proof};
use crate::ports::Fault;
use crate::session::{SessionState, Who};
use crate::sign_in::Entry;

/// The password was right and a code is waited for: the session of a half sign-in, under the handle that its flow was begun with. What
/// the browser held `before` is over, unless it is this half sign-in that goes on. `resume`: the app's request that is gone on with
/// afterwards.
///
/// # Errors
/// When the store fails.
pub async fn half_sign_in(
    core: &Core,
    before: Option<&SessionState>,
    (flow, handle): (FlowId, SessionHandle),
    resume: Option<RequestId>,
    trail: &Trail,
) -> Result<SessionState, Fault> {
    if let Some(before) = before.filter(|before| before.handle != handle) {
        // The same person's apps go on with the sign-in under way; who it is, and how surely, shows at its end.
        if let Who::Person { account, .. } = &before.who {
            core.sessions.hand_on(&before.handle, &handle, account, Level::TwilioSms, trail.at).await?;
        }
        give_way(core, before, None, trail).await?;
    }
    Ok(SessionState { resume, ..begun(handle, Who::Half { flow }, trail) })
}

/// Signed in: a session of its own. The one `before` ends for good; what apps were granted out of it goes over if it was the same
/// person's and rests on no more than this one (P8).
///
/// # Errors
/// When the store fails: nobody is signed in then.
pub async fn signed_in(
    core: &Core,
    before: Option<&SessionState>,
    entry: &Entry,
    trail: &Trail,
) -> Result<SessionState, Fault> {
    let handle = SessionHandle::ordered(trail.at, &*core.entropy);
    if let Some(before) = before {
        core.sessions.hand_on(&before.handle, &handle, entry.account(), entry.level(), trail.at).await?;
        let over = entry.ended_its_half_sign_in() && matches!(before.who, Who::Half { .. });
        if !over {
            give_way(core, before, Some(entry.account()), trail).await?;
        }
    }
    let who = Who::Person {
        account: entry.account().clone(),
        level: entry.level(),
        auth_time: entry.auth_time(),
        proof: Proof { level: entry.level(), at: trail.at },
    };
    let state = begun(handle, who, trail);
    Ok(SessionState { apps_only: entry.apps_only(), by_call: entry.by_call(), ..state })
}

/// A phone was added in this session, by this right code, on the way to an app: it rests on two factors from now on. Gives it with the
/// app's request, which waits no more; `None`: no app waits, nothing is changed.
///
/// # Errors
/// When the store fails.
pub async fn raised(
    core: &Core,
    state: &SessionState,
    right: &Flow,
    trail: &Trail,
) -> Result<Option<(SessionState, RequestId)>, Fault> {
    let (Some(request), Some(raised)) = (state.resume.clone(), state.raised_by(right)) else {
        return Ok(None);
    };
    if let Some(event) = state.told_of(&raised) {
        core.accounts.note(&[event], trail).await?;
    }
    Ok(Some((SessionState { resume: None, ..raised }, request)))
}

/// A session ends because a sign-in was begun in its place. `next`: who is signed in now.
async fn give_way(
    core: &Core,
    before: &SessionState,
    next: Option<&AccountId>,
    trail: &Trail,
) -> Result<(), Fault> {
    let trail = Trail { session: Some(before.handle.clone()), ..trail.clone() };
    core.sessions.end(&before.handle, &before.told_of_end(next), &trail).await
}

fn begun(handle: SessionHandle, who: Who, trail: &Trail) -> SessionState {
    SessionState {
        handle,
        who,
        return_to: None,
        resume: None,
        apps_only: false,
        by_call: false,
        created_at: trail.at,
        address: trail.address.clone(),
        agent: trail.agent.clone(),
    }
}
