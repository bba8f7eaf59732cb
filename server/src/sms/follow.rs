//! Asks a provider how far a message got, where it has no way to tell us by itself: a few times, ever more seldom, until it arrived, will
//! not, or is of no use any more. Only what a page shows depends on it, so a node that ends takes its questions with it.
use super::news;
use domain::events::Trail;
use domain::ports::{Deliveries, Sms};
use domain::progress::ASK_AFTER;
use domain::time::Clock;
use domain::watch::Watch;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tracing::Instrument as _;

/// Messages asked after at the same time; of more, nobody hears.
const AT_ONCE: usize = 200;

/// Follows messages after they were taken.
#[derive(Clone)]
pub struct Follower {
    deliveries: Arc<dyn Deliveries>,
    clock: Arc<dyn Clock>,
    watch: Arc<dyn Watch>,
    places: Arc<Semaphore>,
}

/// A message that was taken.
pub struct Taken {
    /// The provider's id of it.
    pub provider_id: String,
    /// Names it in what is heard.
    pub token: String,
    /// So long it is of use.
    pub life: Duration,
}

impl Follower {
    /// What is heard goes to `deliveries`.
    #[must_use]
    pub fn new(deliveries: Arc<dyn Deliveries>, clock: Arc<dyn Clock>, watch: Arc<dyn Watch>) -> Self {
        Self { deliveries, clock, watch, places: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Begins to ask, in a task of its own.
    pub fn follow(&self, provider: &Arc<dyn Sms>, taken: Taken, trail: &Trail) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return };
        let (own, provider, mut trail) = (self.clone(), Arc::clone(provider), trail.clone());
        let followed = async move {
            let _place = place;
            let mut passed = Duration::ZERO;
            let mut over = false;
            for after in ASK_AFTER {
                if after > taken.life {
                    return;
                }
                tokio::time::sleep(after.saturating_sub(passed)).await;
                passed = after;
                let Some(news) = provider.ask(&taken.provider_id, &taken.token).await else { continue };
                trail.at = own.clock.now();
                if let Err(fault) = news::take_in(&news, &*own.deliveries, &*own.watch, &trail).await {
                    tracing::warn!(while_ = fault.what, cause = %fault.cause, "news of a message could not be kept");
                }
                // The price comes a little later: it is asked for once more, and no oftener.
                if news.progress.is_final() && (over || news.bill.price.is_some()) {
                    return;
                }
                over = news.progress.is_final();
            }
        };
        tokio::spawn(followed.in_current_span());
    }
}
