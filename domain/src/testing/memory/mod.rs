//! The store of tests: all ports on one world behind one lock, so that every step is atomic by nature.
mod accounts;
mod attempts;
mod challenges;
mod clients;
mod deliveries;
mod flows;
mod granted;
mod grants;
mod limits;
mod methods;
mod notices;
mod open;
mod password_tries;
mod phones;
mod rows;
mod sessions;

pub use granted::{AccessRow, GrantRow, RequestRow};
pub use rows::{AccountRow, ChallengeRow, Count, DeliveryRow, FlowRow, NoticeRow, PhoneRow, World};

use super::lock;
use crate::ports::Fault;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

/// A fault to be met, counted in calls from the moment it is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planned {
    /// The n-th call from now fails and writes nothing; 0 is the very next.
    Before(u32),
    /// The n-th call from now writes everything, and its answer is lost.
    After(u32),
}

#[derive(Default)]
struct Inner {
    world: World,
    calls: u32,
    planned: Option<(bool, u32)>,
    met: Option<&'static str>,
    racing: bool,
}

/// Gives the turn away once.
struct LetOthers(bool);

impl Future for LetOthers {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// The world and the ports on it. Clones are one.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Inner>>);

impl Memory {
    /// Looks at, or arranges, the world past all ports.
    pub fn with<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut lock(&self.0).world)
    }

    /// How many calls the ports got so far.
    #[must_use]
    pub fn calls(&self) -> u32 {
        lock(&self.0).calls
    }

    /// Plans one fault (R14).
    pub fn fail(&self, planned: Planned) {
        let mut inner = lock(&self.0);
        let (after, from_now) = match planned {
            Planned::Before(n) => (false, n),
            Planned::After(n) => (true, n),
        };
        inner.planned = Some((after, inner.calls + from_now));
        inner.met = None;
    }

    /// Takes the plan back; names the call that failed, if it came to that.
    pub fn heal(&self) -> Option<&'static str> {
        let mut inner = lock(&self.0);
        inner.planned = None;
        inner.met.take()
    }

    /// From now on every step lets others go first, so that [`super::race`] can put steps of several requests in any order.
    pub fn set_racing(&self, racing: bool) {
        lock(&self.0).racing = racing;
    }

    /// One atomic step of a port.
    async fn step<T>(
        &self,
        what: &'static str,
        work: impl FnOnce(&mut World) -> Result<T, Fault> + Send,
    ) -> Result<T, Fault> {
        let racing = lock(&self.0).racing;
        if racing {
            LetOthers(false).await;
        }
        let mut inner = lock(&self.0);
        let call = inner.calls;
        inner.calls += 1;
        let planned = inner.planned.filter(|(_, at)| *at == call).map(|(after, _)| after);
        if planned == Some(false) {
            inner.met = Some(what);
            return Err(Fault::new(what, "planned"));
        }
        let answer = work(&mut inner.world);
        if planned == Some(true) {
            inner.met = Some(what);
            return Err(Fault::new(what, "planned, after the fact"));
        }
        answer
    }
}
