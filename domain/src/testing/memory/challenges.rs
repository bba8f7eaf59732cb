//! Flows and codes in memory: the port, step by step.
use super::{FlowRow, Memory};
use crate::challenge::{Flow, NewCode, SilentFlow, Taken};
use crate::channel::Channel;
use crate::events::{Event, Trail};
use crate::id::{AccountId, ChallengeId, FlowId, PhoneId, SessionHandle};
use crate::notice::NewNotice;
use crate::phone::NumberHash;
use crate::ports::{AttemptKey, Challenges, Effect, Fault, Opened};
use crate::purpose::{Counter, Purpose};
use crate::time::Timestamp;
use async_trait::async_trait;

#[async_trait]
impl Challenges for Memory {
    async fn open(&self, new: NewCode, events: &[Event], trail: &Trail) -> Result<Opened, Fault> {
        self.step("writing a code", |world| Ok(world.open(new, events, trail))).await
    }

    async fn open_silent(&self, flow: &SilentFlow, events: &[Event], trail: &Trail) -> Result<(), Fault> {
        self.step("writing a flow", |world| {
            world.open_silent(flow.clone(), trail);
            world.note(events, trail);
            Ok(())
        })
        .await
    }

    async fn flow(&self, id: &FlowId, session: &SessionHandle) -> Result<Option<Flow>, Fault> {
        self.step("reading a flow", |world| {
            let row = world.flow(id).filter(|row| row.session == *session);
            Ok(row.and_then(|row| world.view(row)))
        })
        .await
    }

    async fn latest(
        &self,
        session: &SessionHandle,
        purposes: &[&'static str],
    ) -> Result<Option<Flow>, Fault> {
        self.step("reading the newest flow", |world| {
            let row = world.newest_flow(session, purposes);
            Ok(row.and_then(|row| world.view(row)))
        })
        .await
    }

    async fn test(&self, id: &FlowId, account: &AccountId) -> Result<Option<Flow>, Fault> {
        self.step("reading a test", |world| {
            let row = world.flow(id).filter(|row| row.account == *account && row.purpose == Purpose::Test);
            Ok(row.and_then(|row| world.view(row)))
        })
        .await
    }

    async fn tests(&self, account: &AccountId, phone: &PhoneId, most: u32) -> Result<Vec<Flow>, Fault> {
        self.step("reading tests", |world| {
            let theirs = |row: &&FlowRow| {
                row.account == *account && row.phone == *phone && row.purpose == Purpose::Test
            };
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            let newest = world.flows.iter().rev().filter(theirs).take(most);
            Ok(newest.filter_map(|row| world.view(row)).collect())
        })
        .await
    }

    async fn take_attempt(&self, key: &AttemptKey<'_>, now: Timestamp) -> Result<Option<Taken>, Fault> {
        self.step("spending a try", |world| Ok(world.take_attempt(key, now))).await
    }

    async fn consume(
        &self,
        account: &AccountId,
        challenge: &ChallengeId,
        beside: &[ChallengeId],
        effect: &Effect,
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Result<Option<Channel>, Fault> {
        self.step("using up a code", |world| {
            Ok(world.consume(account, challenge, beside, effect, notices, trail))
        })
        .await
    }

    async fn cancel(
        &self,
        flow: &FlowId,
        session: &SessionHandle,
        events: &[Event],
        trail: &Trail,
    ) -> Result<(), Fault> {
        self.step("giving a flow up", |world| {
            let running =
                world.flow(flow).is_some_and(|row| row.session == *session && row.is_running(trail.at));
            if running {
                world.end_flow(flow, trail.at);
                world.note(events, trail);
            }
            Ok(())
        })
        .await
    }

    async fn locked(
        &self,
        account: &AccountId,
        number: &NumberHash,
        counter: Counter,
    ) -> Result<bool, Fault> {
        self.step("reading a counter", |world| Ok(world.count(account, number, counter).locked)).await
    }

    async fn unfinished_sign_in(
        &self,
        account: &AccountId,
        flow: &FlowId,
    ) -> Result<Option<(Timestamp, String)>, Fault> {
        self.step("reading unfinished sign-ins", |world| {
            let row = world.accounts.iter().find(|row| row.id == *account);
            let last = row.and_then(|row| row.sign_ins.last()).map(|(at, ..)| *at);
            let this = world.flow(flow).map(|row| &row.session);
            let mut newest = world.flows.iter().rev();
            let unfinished = newest.find(|row| {
                row.account == *account
                    && row.purpose == Purpose::SignIn
                    && row.finished_at.is_none()
                    && row.id != *flow
                    && Some(&row.session) != this
                    && last.is_none_or(|last| row.created_at > last)
            });
            Ok(unfinished.map(|row| (row.created_at, row.agent.clone())))
        })
        .await
    }
}
