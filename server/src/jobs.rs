//! What is done in the background: messages nobody took up, tidying, agreeing on the time.
use domain::entropy::hex128;
use domain::events::{Actor, Trail};
use domain::ports::Fault;
use std::time::Duration;

use crate::App;
use crate::delivery_health;
use crate::outage::Outage;
use crate::sms::live_secret::LiveSecret;

const LOOK_FOR_LEFTOVERS: Duration = Duration::from_secs(5);
/// One tidying for so many looks: every ten minutes.
const LOOKS_PER_TIDYING: u32 = 120;
/// The time is asked for so often: every thirty seconds (R133).
const LOOKS_PER_CLOCK: u32 = 6;

/// Runs until the process stops.
pub async fn run(app: App) {
    let mut ticks = tokio::time::interval(LOOK_FOR_LEFTOVERS);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut look: u32 = 0;
    let mut outage = Outage::of("messages left over and tidying");
    loop {
        ticks.tick().await;
        let trail = system_trail(&app);
        outage.after(round(&app, look, &trail).await);
        look = look.wrapping_add(1);
    }
}

/// The latest messages are looked at so often: soon enough for whoever opens the sign-in page, and one query a node.
const LOOK_AT_DELIVERY: Duration = Duration::from_secs(15);

/// Looks at how text messages get through, until the process stops. Beside [`run`], which may wait for a provider that is out of order.
pub async fn watch_delivery(app: App) {
    let mut ticks = tokio::time::interval(LOOK_AT_DELIVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut outage = Outage::of("looking at how text messages get through");
    loop {
        ticks.tick().await;
        outage.after(delivery_health::look(&app).await.map(drop));
    }
}

/// Makes a signing key where there is none yet, so that nobody has to wait for it later.
pub async fn first_key(app: App) {
    if let Err(fault) = app.core.signer.key_set(app.core.clock.now()).await {
        tracing::warn!(while_ = fault.what, cause = %fault.cause, "signing keys are not ready; they are asked for again when needed");
    }
}

/// One look; every so often one tidying. Messages found are carried one after the other.
///
/// # Errors
/// When the store fails.
pub async fn round(app: &App, look: u32, trail: &Trail) -> Result<(), Fault> {
    if look.is_multiple_of(LOOKS_PER_CLOCK) {
        app.upkeep.agree_on_time().await?;
    }
    for id in app.core.deliveries.leftovers(trail.at).await? {
        app.core.dispatch.deliver(&id, trail).await;
    }
    if look.is_multiple_of(LOOKS_PER_TIDYING) {
        app.upkeep.tidy(trail.at).await?;
    }
    Ok(())
}

/// Looks whether secrets in files of their own have changed, until the process stops (R84).
pub async fn watch_secrets(app: App) {
    let mut ticks = tokio::time::interval(LOOK_FOR_LEFTOVERS);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let secrets = app.secrets.clone();
        // A folder in a network may keep its reader waiting.
        if tokio::task::spawn_blocking(move || secrets.iter().for_each(LiveSecret::look)).await.is_err() {
            return;
        }
    }
}

/// A trail for what nobody asked for.
#[must_use]
pub fn system_trail(app: &App) -> Trail {
    Trail::unattended(Actor::System, app.core.clock.now(), hex128(&*app.core.entropy))
}
