//! Sending oneself a test: the very pipeline of a sign-in, worth no right (R13).
use crate::challenge::Flow;
use crate::core::Core;
use crate::events::Trail;
use crate::id::{AccountId, FlowId, PhoneId, SessionHandle};
use crate::otp::{Checked, OtpService, Started, Target};
use crate::ports::Fault;
use crate::purpose::Purpose;
use crate::time::Timestamp;
use std::sync::Arc;

/// So many tests of each phone are kept, for 90 days at most; others go a day after their end.
pub const KEPT: u32 = 10;

/// The use cases of `/security/tests`.
#[derive(Clone)]
pub struct DeliveryTests {
    core: Arc<Core>,
    otp: OtpService,
}

impl DeliveryTests {
    /// On this core.
    #[must_use]
    pub fn new(core: Arc<Core>) -> Self {
        let otp = OtpService::new(Arc::clone(&core));
        Self { core, otp }
    }

    /// Sends a test code to a proven phone. `None`: no such phone in this account (R143).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn start(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        phone: &PhoneId,
        trail: &Trail,
    ) -> Result<Option<Started>, Fault> {
        let phones = self.core.phones.of(account).await?;
        let Some(phone) = phones.iter().find(|known| known.id == *phone && !known.pending()) else {
            return Ok(None);
        };
        self.otp.start(account, session, Purpose::Test, Target::Phone(phone), trail).await.map(Some)
    }

    /// When the next test of this phone may be sent from this browser; a moment in the past: at once.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn next_at(
        &self,
        session: &SessionHandle,
        phone: &PhoneId,
        trail: &Trail,
    ) -> Result<Timestamp, Fault> {
        let latest = self.core.challenges.latest(session, &[Purpose::Test.name()]).await?;
        let running = latest.filter(|test| test.phone == *phone && test.is_running(trail.at));
        Ok(running.map_or(trail.at, |test| test.next_send_at(&self.core.policy.otp)))
    }

    /// A test of this account.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn one(&self, account: &AccountId, test: &FlowId) -> Result<Option<Flow>, Fault> {
        self.core.challenges.test(test, account).await
    }

    /// The last tests of a phone, newest first, whichever browser sent them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn last(&self, account: &AccountId, phone: &PhoneId) -> Result<Vec<Flow>, Fault> {
        self.core.challenges.tests(account, phone, KEPT).await
    }

    /// The received code as typed: closes the test, nothing more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn check(&self, flow: Flow, typed: &str, trail: &Trail) -> Result<Checked, Fault> {
        self.otp.check(flow, &[Purpose::Test.name()], typed, trail).await
    }
}
