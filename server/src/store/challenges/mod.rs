//! Flows and codes: the port, and the row they are read from. What each step does is in its own file.
pub(super) mod attempt;
pub(super) mod consume;
pub(super) mod open;
pub(super) mod read;

use super::{Doing as _, Store};
use crate::store::tx::steadily;
use async_trait::async_trait;
use domain::challenge::{Flow, NewCode, SilentFlow, Taken};
use domain::channel::Channel;
use domain::events::{Event, Trail};
use domain::id::{AccountId, ChallengeId, FlowId, PhoneId, SessionHandle};
use domain::notice::NewNotice;
use domain::phone::NumberHash;
use domain::ports::{AttemptKey, Challenges, Effect, Fault, Opened};
use domain::purpose::Counter;
use domain::time::Timestamp;

#[async_trait]
impl Challenges for Store {
    async fn open(&self, new: NewCode, events: &[Event], trail: &Trail) -> Result<Opened, Fault> {
        steadily!(self.open_code(&new, events, trail).await).doing("writing a code down")
    }

    async fn open_silent(&self, flow: &SilentFlow, events: &[Event], trail: &Trail) -> Result<(), Fault> {
        steadily!(self.open_without_code(flow, events, trail).await).doing("beginning a flow")
    }

    async fn flow(&self, id: &FlowId, session: &SessionHandle) -> Result<Option<Flow>, Fault> {
        self.read_flow(id, session).await.doing("reading a flow")
    }

    async fn latest(
        &self,
        session: &SessionHandle,
        purposes: &[&'static str],
    ) -> Result<Option<Flow>, Fault> {
        self.read_latest(session, purposes).await.doing("reading a flow")
    }

    async fn test(&self, id: &FlowId, account: &AccountId) -> Result<Option<Flow>, Fault> {
        self.read_test(id, account).await.doing("reading a test")
    }

    async fn tests(&self, account: &AccountId, phone: &PhoneId, most: u32) -> Result<Vec<Flow>, Fault> {
        self.read_tests(account, phone, most).await.doing("reading tests")
    }

    async fn take_attempt(&self, key: &AttemptKey<'_>, now: Timestamp) -> Result<Option<Taken>, Fault> {
        steadily!(self.take(key, now).await).doing("spending a try")
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
        steadily!(self.use_up(account, challenge, beside, effect, notices, trail).await)
            .doing("using up a code")
    }

    async fn cancel(
        &self,
        flow: &FlowId,
        session: &SessionHandle,
        events: &[Event],
        trail: &Trail,
    ) -> Result<(), Fault> {
        steadily!(self.give_up(flow, session, events, trail).await).doing("ending a flow")
    }

    async fn locked(
        &self,
        account: &AccountId,
        number: &NumberHash,
        counter: Counter,
    ) -> Result<bool, Fault> {
        self.is_locked(account, number, counter).await.doing("reading a failure counter")
    }

    async fn unfinished_sign_in(
        &self,
        account: &AccountId,
        flow: &FlowId,
    ) -> Result<Option<(Timestamp, String)>, Fault> {
        self.unfinished_but(account, flow).await.doing("looking for an unfinished sign-in")
    }
}
