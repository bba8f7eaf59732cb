//! Carries written messages to providers: claim, send, write the outcome. In a task of its own, so that a browser that goes
//! away cancels nothing; never inside a transaction.
use super::follow::{Follower, Taken};
use super::news;
use async_trait::async_trait;
use domain::channel::Channel;
use domain::delivery::{SendOutcome, SendProblem, SendReport, code_went_out};
use domain::events::Trail;
use domain::id::DeliveryId;
use domain::ports::{Claimed, Deliveries, Dispatch, Fault, Sms};
use domain::provider_order::next_may_be_asked;
use domain::time::{Clock, Timestamp};
use domain::voice::KeyPressed;
use domain::watch::{Seen, Watch};
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument as _;

/// Takes up messages and hands them to the providers in their order of preference.
#[derive(Clone)]
pub struct Carrier {
    deliveries: Arc<dyn Deliveries>,
    providers: Arc<[Arc<dyn Sms>]>,
    follower: Follower,
    clock: Arc<dyn Clock>,
    watch: Arc<dyn Watch>,
}

const LOST: SendOutcome = SendOutcome::Unknown(SendProblem::Retry);

impl Carrier {
    /// With `providers` in order; whether the next one is asked is a rule ([`next_may_be_asked`]).
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
        let begun = self.clock.now();
        let Some(mut claimed) = self.deliveries.claim(id, begun).await? else {
            // Somebody else has it, or it is of no use any more. Whoever has it writes the outcome.
            return Ok(LOST);
        };
        let life = claimed.message.valid_for_seconds;
        let mut report: Option<(&Arc<dyn Sms>, SendReport)> = None;
        let mut passed_on: Vec<(Timestamp, SendReport)> = Vec::new();
        let country = claimed.message.to.mask().calling_code;
        for provider in self.providers.iter() {
            let asked = match claimed.channel {
                Channel::Sms => true,
                Channel::Voice => provider.calls(),
            };
            if !asked {
                continue;
            }
            if let Some((_, refused)) = report.take() {
                passed_on.push((self.clock.now(), refused));
            }
            // What the one before has used up is gone: no provider delivers a code past its end (R20).
            let spent = u32::try_from(self.clock.now().since(begun).as_secs()).unwrap_or(u32::MAX);
            claimed.message.valid_for_seconds = life.saturating_sub(spent);
            let answer = match claimed.channel {
                Channel::Sms => provider.send(&claimed.message).await,
                Channel::Voice => provider.call(&claimed.message, claimed.lang).await,
            };
            self.watch.saw(Seen::Sent {
                calling_code: &country,
                provider: answer.provider,
                channel: claimed.channel,
                outcome: answer.outcome,
                asked: answer.asked,
            });
            news::counted(
                &*self.watch,
                &claimed.message.reference,
                &country,
                answer.provider,
                answer.segments,
            );
            let goes_on = next_may_be_asked(answer.outcome);
            report = Some((provider, answer));
            if !goes_on {
                break;
            }
        }
        self.keep(id, passed_on, trail).await;
        let mut settled = trail.clone();
        settled.at = self.clock.now();
        let Some((provider, report)) = report else {
            // The settings changed since it was written: nobody is left to carry it.
            let nobody = SendReport::bare("", SendOutcome::Refused(SendProblem::Unavailable));
            self.deliveries.settle(id, &nobody, &settled).await?;
            return Ok(nobody.outcome);
        };
        if code_went_out(&claimed.kind, report.outcome) {
            self.watch.saw(Seen::CodeSent {
                purpose: &claimed.kind,
                calling_code: &country,
                channel: claimed.channel,
            });
        }
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

    /// Keeps for whoever traces the message which providers were asked before, and when it passed on: once it has, because somebody waits
    /// for it. Where that fails nothing hangs on it.
    async fn keep(&self, id: &DeliveryId, passed_on: Vec<(Timestamp, SendReport)>, trail: &Trail) {
        let mut trail = trail.clone();
        for (at, refused) in passed_on {
            trail.at = at;
            if let Err(fault) = self.deliveries.passed_on(id, &refused, &trail).await {
                let provider = refused.provider;
                tracing::warn!(
                    provider, while_ = fault.what, cause = %fault.cause,
                    "that a provider did not send a message could not be kept"
                );
            }
        }
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
                delivery.id = %id,
                while_ = fault.what,
                cause = %fault.cause,
                "a message could not be followed to its end"
            );
            LOST
        })
    }
}

/// Around every line about a message: the id of the request that asked for it, which a page shows and `latchkey trace` knows. At the
/// highest level, so that it stands there whichever level is set.
fn of_request(trail: &Trail) -> tracing::Span {
    tracing::error_span!("message", request.id = trail.request)
}

#[async_trait]
impl Dispatch for Carrier {
    async fn deliver(&self, id: &DeliveryId, trail: &Trail) -> SendOutcome {
        let (carrier, id, trail) = (self.clone(), id.clone(), trail.clone());
        let span = of_request(&trail);
        let task = tokio::spawn(async move { carrier.carry_and_log(&id, &trail).await }.instrument(span));
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
        let span = of_request(&trail);
        let carried = async move {
            for id in ids {
                carrier.carry_and_log(&id, &trail).await;
            }
        };
        tokio::spawn(carried.instrument(span));
    }
}
