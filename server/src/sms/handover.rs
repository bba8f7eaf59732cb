//! Hands a message to a provider: once, and again only where nothing can have happened (R83). The same for all providers; each brings how
//! it is asked.
use super::breaker::{Breaker, Health};
use super::http::{CONNECT, Roots};
use super::settings_error::SettingsError;
use super::verdict::{Again, Verdict};
use async_trait::async_trait;
use domain::channel::Channel;
use domain::delivery::{SendOutcome, SendProblem, SendReport, SmsMessage};
use domain::entropy::{Entropy, below};
use domain::time::Clock;
use std::sync::Arc;
use std::time::Duration;

/// From the first connection to the end of the last answer, retries and waits included (R82): a person is waiting.
pub(crate) const TOTAL: Duration = Duration::from_secs(10);
/// A retry needs so much of [`TOTAL`]: more than a connection may take, so that the end of [`TOTAL`] never falls into the
/// time before the first byte and turns a clear no into "nobody can tell".
const LEAST_TRY: Duration = CONNECT.saturating_add(Duration::from_secs(1));
const RETRIES: u32 = 2;
/// Doubled for each retry; as much again at random at the most.
const FIRST_WAIT_MS: u32 = 250;
/// Waiting between two tries; a port, so that tests of it take no time.
#[async_trait]
pub trait Pause: Send + Sync {
    /// Returns after `time`.
    async fn wait(&self, time: Duration);
}

/// Waits by the runtime's timer.
pub struct TimerPause;

#[async_trait]
impl Pause for TimerPause {
    async fn wait(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// What a provider needs of the outside.
pub struct Surroundings {
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Spreads retries.
    pub entropy: Arc<dyn Entropy>,
    /// Waits before them.
    pub pause: Arc<dyn Pause>,
    /// Which certificates are believed.
    pub roots: Roots,
}

/// Which provider it is.
#[derive(Clone, Copy)]
pub(crate) struct Who {
    /// As in settings and records.
    pub(crate) name: &'static str,
    /// As log lines begin.
    pub(crate) label: &'static str,
}

impl Who {
    /// Starts it, and says in the log how that went, in the words operators look for.
    pub(crate) fn begin<P>(
        self,
        start: impl FnOnce() -> Result<P, SettingsError>,
    ) -> Result<P, SettingsError> {
        let label = self.label;
        tracing::info!("{label}. Initialization");
        let started = start();
        match &started {
            Ok(_) => tracing::info!("{label}. Initialized successfully"),
            Err(error) => tracing::error!("{label}. {error}"),
        }
        started
    }
}

/// How one provider is asked to send a message that lives for `life` more, within a time.
#[async_trait]
pub(crate) trait Attempt: Send + Sync {
    /// By which way.
    fn channel(&self) -> Channel;
    async fn attempt(&self, message: &SmsMessage, life: Duration, within: Duration) -> Verdict;
}

/// Hands messages to one provider, which it leaves alone while it is out of order.
pub(crate) struct Handover {
    who: Who,
    breaker: Breaker,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    pause: Arc<dyn Pause>,
}

impl Handover {
    /// To this provider; what of the surroundings is for connections is taken before.
    pub(crate) fn new(
        who: Who,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        pause: Arc<dyn Pause>,
    ) -> Self {
        Self { who, breaker: Breaker::new(Arc::clone(&clock)), clock, entropy, pause }
    }

    /// One message, with one line in the log.
    pub(crate) async fn send(&self, provider: &dyn Attempt, message: &SmsMessage) -> SendReport {
        let Who { name, label } = self.who;
        let reference = &message.reference;
        // It would arrive dead (R20).
        if Duration::from_secs(u64::from(message.valid_for_seconds)) < provider.channel().least_left() {
            tracing::warn!(delivery.ref = %reference, "{label}. Not sent: too little is left of the code's life");
            return SendReport::not_asked(name, SendProblem::Late);
        }
        let Some(pass) = self.breaker.admit() else {
            tracing::warn!(delivery.ref = %reference, "{label}. Not sent: it failed repeatedly and is left alone for 30 seconds");
            return SendReport::not_asked(name, SendProblem::Unavailable);
        };
        let verdict = self.hand_over(provider, message).await;
        log(label, message, &verdict);
        if pass.settle(verdict.health) {
            tracing::error!(remedy = verdict.remedy, "{label}. Failed repeatedly: left alone for 30 seconds");
        }
        SendReport {
            provider_id: verdict.id,
            status: verdict.status,
            segments: verdict.segments,
            code: verdict.code,
            marks_number: verdict.marks_number,
            ..SendReport::bare(name, verdict.outcome)
        }
    }

    async fn hand_over(&self, provider: &dyn Attempt, message: &SmsMessage) -> Verdict {
        let started = self.clock.now();
        let life = Duration::from_secs(u64::from(message.valid_for_seconds));
        let least = provider.channel().least_left();
        let mut retries = 0;
        loop {
            let spent = self.clock.now().since(started);
            let left = life.saturating_sub(spent);
            let verdict = provider.attempt(message, left, TOTAL.saturating_sub(spent)).await;
            let Again::After(pause) = verdict.again else { return verdict };
            let wait = self.back_off(retries).max(pause);
            if retries == RETRIES || !fits(self.clock.now().since(started).saturating_add(wait), life, least)
            {
                return verdict;
            }
            retries += 1;
            tracing::debug!(delivery.ref = %message.reference, retry = retries, "{}. Trying again", self.who.label);
            self.pause.wait(wait).await;
        }
    }

    fn back_off(&self, retries: u32) -> Duration {
        let base = FIRST_WAIT_MS << retries.min(4);
        Duration::from_millis(u64::from(base + below(&*self.entropy, base)))
    }
}

/// Is there time for one more try after `spent`, of the request's and of the code's, which needs `least` to be of use?
fn fits(spent: Duration, life: Duration, least: Duration) -> bool {
    spent.saturating_add(LEAST_TRY) <= TOTAL && spent.saturating_add(least) <= life
}

/// One line per message: no number, no text, and nothing that the provider wrote but codes and its word for the state (R85).
fn log(label: &str, message: &SmsMessage, verdict: &Verdict) {
    let Verdict { http, code, status, remedy, .. } = verdict;
    let reference = &message.reference;
    match verdict.outcome {
        SendOutcome::Taken => {
            tracing::info!(delivery.ref = %reference, http, status, "{label}. Taken");
        }
        SendOutcome::Refused(_) if verdict.health == Health::Misconfigured => {
            tracing::error!(delivery.ref = %reference, http, code, remedy, "{label}. Refused");
        }
        SendOutcome::Refused(_) => {
            tracing::warn!(delivery.ref = %reference, http, code, remedy, "{label}. Refused");
        }
        SendOutcome::Unknown(_) => {
            tracing::warn!(delivery.ref = %reference, http, code, remedy, "{label}. Outcome unknown");
        }
    }
}
