//! Sessions in memory.
use super::{Memory, World};
use crate::events::{Event, Trail};
use crate::id::{AccountId, SessionHandle};
use crate::level::Level;
use crate::ports::{Fault, Sessions};
use crate::session::{SessionInfo, SessionState, Who};
use crate::time::Timestamp;
use async_trait::async_trait;
use std::cmp::Reverse;

#[async_trait]
impl Sessions for Memory {
    async fn end(&self, session: &SessionHandle, events: &[Event], trail: &Trail) -> Result<(), Fault> {
        self.step("ending a session", |world| {
            world.sessions.remove(session);
            world.end_flows(trail.at, |flow| flow.session == *session);
            world.end_grants(|row| row.grant.session == *session);
            world.note(events, trail);
            Ok(())
        })
        .await
    }

    async fn holds(&self, session: &SessionHandle, _now: Timestamp) -> Result<bool, Fault> {
        self.step("looking for a session", |world| Ok(world.sessions.contains_key(session))).await
    }

    async fn of(&self, account: &AccountId, _now: Timestamp) -> Result<Vec<SessionInfo>, Fault> {
        self.step("listing sessions", |world| {
            let mine = |info: &&SessionInfo| holder(&info.state) == Some(account);
            let mut infos: Vec<SessionInfo> = world.sessions.values().filter(mine).cloned().collect();
            infos.sort_by_key(|info| Reverse(info.last_seen_at));
            Ok(infos)
        })
        .await
    }

    async fn hand_on(
        &self,
        old: &SessionHandle,
        new: &SessionHandle,
        account: &AccountId,
        level: Level,
        _now: Timestamp,
    ) -> Result<(), Fault> {
        self.step("handing grants on to a session", |world| {
            world.hand_grants_on(old, new, account, level);
            Ok(())
        })
        .await
    }
}

/// The account a session belongs to; a half sign-in belongs to nobody yet.
fn holder(state: &SessionState) -> Option<&AccountId> {
    match &state.who {
        Who::Person { account, .. } => Some(account),
        Who::Half { .. } => None,
    }
}

impl World {
    /// Ends all sessions of an account but one, with what apps were granted out of them.
    pub fn end_sessions(&mut self, account: &AccountId, keep: Option<&SessionHandle>) {
        self.end_grants_of_others(account, keep);
        self.sessions.retain(|handle, info| Some(handle) == keep || holder(&info.state) != Some(account));
    }
}
