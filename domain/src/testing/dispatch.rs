//! Carries messages at once and on the spot: claim, send, settle.
use super::memory::Memory;
use super::sms::RecordingSms;
use crate::delivery::{SendOutcome, SendProblem};
use crate::events::Trail;
use crate::id::DeliveryId;
use crate::ports::{Deliveries, Dispatch};
use async_trait::async_trait;

/// The carrier of tests.
#[derive(Clone)]
pub struct DirectDispatch {
    /// Where messages are written.
    pub memory: Memory,
    /// Who carries them.
    pub sms: RecordingSms,
}

#[async_trait]
impl Dispatch for DirectDispatch {
    async fn deliver(&self, id: &DeliveryId, trail: &Trail) -> SendOutcome {
        let lost = SendOutcome::Unknown(SendProblem::Retry);
        let Ok(Some(claimed)) = self.memory.claim(id, trail.at).await else { return lost };
        let Some(report) = self.sms.hand_over(&claimed.message) else { return lost };
        match self.memory.settle(id, &report, trail).await {
            Ok(()) => report.outcome,
            Err(_) => lost,
        }
    }

    fn nudge(&self, ids: Vec<DeliveryId>, trail: &Trail) {
        for id in ids {
            super::block_on(self.deliver(&id, trail));
        }
    }
}
