//! Carries messages at once and on the spot: claim, send, settle.
use super::memory::Memory;
use super::sms::{RecordingSms, Sent};
use crate::channel::Channel;
use crate::delivery::{SendOutcome, SendProblem};
use crate::events::Trail;
use crate::id::DeliveryId;
use crate::ports::{Deliveries, Dispatch};
use crate::voice::KeyPressed;
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
        let report = self.sms.hand_over(claimed.channel, &claimed.message);
        let outcome = match &report {
            None => lost,
            Some(report) => match self.memory.settle(id, report, trail).await {
                Ok(()) => report.outcome,
                Err(_) => lost,
            },
        };
        let arrived = self.sms.sent().last().is_some_and(Sent::arrived);
        if claimed.channel == Channel::Voice && arrived && self.sms.is_answered() {
            self.press_a_key(&claimed.message.callback_token, &claimed.message.reference, trail).await;
        }
        outcome
    }

    fn calls(&self) -> bool {
        self.sms.can_call()
    }

    fn nudge(&self, ids: Vec<DeliveryId>, trail: &Trail) {
        for id in ids {
            super::block_on(self.deliver(&id, trail));
        }
    }
}

impl DirectDispatch {
    /// Somebody presses a key in the call of this token: what is said then is heard, once.
    pub async fn press_a_key(&self, token: &str, reference: &str, trail: &Trail) {
        let pressed = KeyPressed {
            provider: "recording",
            token: token.to_owned(),
            provider_id: format!("call-{reference}"),
        };
        if let Ok(Some((spoken, _))) = self.memory.read_out(&pressed, trail).await {
            self.sms.speak(reference, &spoken);
        }
    }
}
