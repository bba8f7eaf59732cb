//! Whether this node can serve, and what it does now and then.
use crate::clock::{MOST_SKEW, SharedClock};
use crate::state::{Readiness, Upkeep};
use crate::store::Store;
use async_trait::async_trait;
use domain::ports::Fault;
use domain::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Looks after the store and, where nodes share it, after the time they share.
pub(super) struct Keeper {
    store: Arc<Store>,
    clock: Option<Arc<SharedClock>>,
    skewed: AtomicBool,
}

impl Keeper {
    pub(super) fn new(store: Arc<Store>, clock: Option<Arc<SharedClock>>) -> Self {
        Self { store, clock, skewed: AtomicBool::new(false) }
    }

    /// Whether this machine's clock agrees with the database's; says so once when that changes.
    fn agrees(&self) -> bool {
        let Some(clock) = &self.clock else { return true };
        let skew = clock.skew();
        let skewed = skew > MOST_SKEW;
        if self.skewed.swap(skewed, Ordering::Relaxed) != skewed {
            if skewed {
                let seconds = skew.as_secs();
                tracing::error!(
                    seconds,
                    "this machine's clock and the database's differ; not ready until they agree"
                );
            } else {
                tracing::info!("this machine's clock and the database's agree again");
            }
        }
        !skewed
    }
}

#[async_trait]
impl Readiness for Keeper {
    async fn ready(&self) -> bool {
        self.agrees() && self.store.is_ready().await
    }
}

#[async_trait]
impl Upkeep for Keeper {
    async fn tidy(&self, now: Timestamp) -> Result<(), Fault> {
        self.store.clean(now).await.map(drop)
    }

    async fn agree_on_time(&self) -> Result<(), Fault> {
        match &self.clock {
            Some(clock) => self.store.set_clock(clock).await,
            None => Ok(()),
        }
    }
}
