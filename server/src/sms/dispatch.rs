//! Carries written messages to providers: claim, send, write the outcome. In a task of its own, so that a browser that goes
//! away cancels nothing; never inside a transaction.
use super::follow::{Follower, Taken};
use super::news;
use async_trait::async_trait;
use domain::channel::Channel;
use domain::delivery::{SendOutcome, SendProblem, SendReport};
use domain::events::Trail;
use domain::id::DeliveryId;
use domain::ports::{Claimed, Deliveries, Dispatch, Fault, Sms};
use domain::time::Clock;
use domain::voice::KeyPressed;
use domain::watch::{Seen, Watch};
use std::sync::Arc;
use std::time::Duration;

/// Takes up messages and hands them to the providers in their order of preference.
#[derive(Clone)]
pub struct Carrier {
    deliveries: Arc<dyn Deliveries>,
    providers: Arc<[Arc<dyn Sms>]>,
    follower: Follower,
    clock: Arc<dyn Clock>,
    watch: Arc<dyn Watch>,
}

/// Nobody was asked.
fn nobody() -> SendReport {
    SendReport {
        outcome: SendOutcome::Refused(SendProblem::Unavailable),
        provider: "",
        provider_id: None,
        status: None,
        segments: None,
        code: None,
        marks_number: false,
    }
}

const LOST: SendOutcome = SendOutcome::Unknown(SendProblem::Retry);

impl Carrier {
    /// With `providers` in order: the next one is asked only after the one before certainly did not send.
    #[must_use]
    pub fn new(
        deliveries: Arc<dyn Deliveries>,
        providers: Vec<Arc<dyn Sms>>,
        clock: Arc<dyn Clock>,
        watch: Arc<dyn Watch>,
    ) -> Self {
        let follower = Follower::new(Arc::clone(&deliveries), Arc::clone(&clock), Arc::clone(&watch));
        Self { deliveries, providers: providers.into(), follower, clock, watch }
    }

    async fn carry(&self, id: &DeliveryId, trail: &Trail) -> Result<SendOutcome, Fault> {
        let Some(claimed) = self.deliveries.claim(id, self.clock.now()).await? else {
            // Somebody else has it, or it is of no use any more. Whoever has it writes the outcome.
            return Ok(LOST);
        };
        let mut report: Option<(&Arc<dyn Sms>, SendReport)> = None;
        let country = claimed.message.to.mask().calling_code;
        for provider in self.providers.iter() {
            let answer = match claimed.channel {
                Channel::Sms => provider.send(&claimed.message).await,
                Channel::Voice if provider.calls() => provider.call(&claimed.message, claimed.lang).await,
                Channel::Voice => continue,
            };
            self.watch.saw(Seen::Sent {
                calling_code: &country,
                provider: answer.provider,
                channel: claimed.channel,
                outcome: answer.outcome,
            });
            let refused = matches!(answer.outcome, SendOutcome::Refused(_));
            report = Some((provider, answer));
            if !refused {
                break;
            }
        }
        let mut settled = trail.clone();
        settled.at = self.clock.now();
        let Some((provider, report)) = report else {
            // The settings changed since it was written: nobody is left to carry it.
            self.deliveries.settle(id, &nobody(), &settled).await?;
            return Ok(nobody().outcome);
        };
        self.deliveries.settle(id, &report, &settled).await?;
        self.show(&claimed, &**provider, &report, &settled).await?;
        if let (SendOutcome::Taken, Some(provider_id), true) =
            (report.outcome, report.provider_id, provider.is_asked())
        {
            let life = Duration::from_secs(u64::from(claimed.message.valid_for_seconds));
            let taken = Taken { provider_id, token: claimed.message.callback_token, life };
            self.follower.follow(provider, taken, trail);
        }
        Ok(report.outcome)
    }

    /// A call that reaches a page rather than a phone: what is said after the key press is told at once.
    async fn show(
        &self,
        claimed: &Claimed,
        provider: &dyn Sms,
        report: &SendReport,
        trail: &Trail,
    ) -> Result<(), Fault> {
        let shown = claimed.channel == Channel::Voice && provider.shows_calls();
        let (true, Some(provider_id)) = (shown, report.provider_id.clone()) else { return Ok(()) };
        let token = claimed.message.callback_token.clone();
        let pressed = KeyPressed { provider: report.provider, token, provider_id };
        if let Some((spoken, about)) = self.deliveries.read_out(&pressed, trail).await? {
            news::read_out(&about, report.provider, &*self.watch, trail);
            provider.show_call(&claimed.message, &spoken);
        }
        Ok(())
    }

    async fn carry_and_log(&self, id: &DeliveryId, trail: &Trail) -> SendOutcome {
        self.carry(id, trail).await.unwrap_or_else(|fault| {
            tracing::error!(
                request.id = trail.request,
                delivery.id = %id,
                while_ = fault.what,
                cause = %fault.cause,
                "a message could not be followed to its end"
            );
            LOST
        })
    }
}

#[async_trait]
impl Dispatch for Carrier {
    async fn deliver(&self, id: &DeliveryId, trail: &Trail) -> SendOutcome {
        let (carrier, id, trail) = (self.clone(), id.clone(), trail.clone());
        let task = tokio::spawn(async move { carrier.carry_and_log(&id, &trail).await });
        task.await.unwrap_or(LOST)
    }

    fn calls(&self) -> bool {
        self.providers.iter().any(|provider| provider.calls())
    }

    fn nudge(&self, ids: Vec<DeliveryId>, trail: &Trail) {
        if ids.is_empty() {
            return;
        }
        let (carrier, trail) = (self.clone(), trail.clone());
        tokio::spawn(async move {
            for id in ids {
                carrier.carry_and_log(&id, &trail).await;
            }
        });
    }
}
