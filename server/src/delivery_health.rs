//! How it stands with text messages, as this node knows it: looked up in the background, so that the page that shows it waits for nothing.
use crate::App;
use domain::delivery_health::{DeliveryHealth, MOST, WINDOW, judge};
use domain::ports::Fault;
use std::sync::atomic::{AtomicU8, Ordering};

/// The latest judgement.
#[derive(Default)]
pub struct LatestHealth(AtomicU8);

impl LatestHealth {
    /// As it was judged last; well before the first time.
    #[must_use]
    pub fn now(&self) -> DeliveryHealth {
        read(self.0.load(Ordering::Relaxed))
    }

    /// Puts a new judgement in place and gives the one before.
    fn renew(&self, health: DeliveryHealth) -> DeliveryHealth {
        read(self.0.swap(health.rank(), Ordering::Relaxed))
    }
}

fn read(rank: u8) -> DeliveryHealth {
    DeliveryHealth::ALL.into_iter().find(|health| health.rank() == rank).unwrap_or_default()
}

/// Looks at the latest messages and judges them; tells the operator once when the judgement changes.
///
/// # Errors
/// When the store fails: what was judged last stays.
pub async fn look(app: &App) -> Result<DeliveryHealth, Fault> {
    let now = app.core.clock.now();
    let fates = app.core.deliveries.fates(now.minus(WINDOW), MOST).await?;
    let health = judge(&fates, now);
    app.metrics.delivery_health(health);
    let before = app.delivery_health.renew(health);
    if before != health {
        let (is, was) = (health.name(), before.name());
        match health {
            DeliveryHealth::Well => tracing::info!(is, was, "text messages get through again"),
            DeliveryHealth::Slow => tracing::warn!(
                is,
                was,
                "every third account gets its text messages late or not at all, and the sign-in page says so: look for the providers' lines and their status pages"
            ),
            DeliveryHealth::Broken => tracing::error!(
                is,
                was,
                "every second account does not get its text messages, and the sign-in page says so: look for the providers' lines and their status pages"
            ),
        }
    }
    Ok(health)
}
