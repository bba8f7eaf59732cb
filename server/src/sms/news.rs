//! News of messages, whoever brings it: kept, counted, and a line for the operator.
use domain::channel::Channel;
use domain::events::Trail;
use domain::ports::{Deliveries, Fault};
use domain::progress::{About, News, Progress};
use domain::watch::{Seen, Watch};

/// Takes news in. What was known already, and what is about no message of ours, changes nothing and is not told.
///
/// # Errors
/// When the store fails: nothing is kept then.
pub async fn take_in(
    news: &News,
    deliveries: &dyn Deliveries,
    watch: &dyn Watch,
    trail: &Trail,
) -> Result<(), Fault> {
    let Some(heard) = deliveries.hear(news, trail).await? else { return Ok(()) };
    let (provider, step) = (news.provider, news.progress.name_on(heard.channel));
    let (channel, reference) = (heard.channel.name(), &heard.reference);
    watch.saw(Seen::Told {
        calling_code: &heard.calling_code,
        provider,
        channel: heard.channel,
        progress: news.progress,
        took: trail.at.since(heard.created_at),
    });
    // No number, no text, nothing that the provider wrote but its code (R85).
    if news.progress.has_failed() {
        let (code, remedy) = (news.code, news.remedy);
        tracing::warn!(delivery.ref = %reference, provider, channel, step, code, remedy, "A message did not arrive");
    } else {
        tracing::info!(delivery.ref = %reference, provider, channel, step, "News of a message");
    }
    Ok(())
}

/// A key was pressed in a call: its code is being read out.
pub fn read_out(call: &About, provider: &'static str, watch: &dyn Watch, trail: &Trail) {
    watch.saw(Seen::Told {
        calling_code: &call.calling_code,
        provider,
        channel: Channel::Voice,
        progress: Progress::Delivered,
        took: trail.at.since(call.created_at),
    });
    let step = Progress::Delivered.name_of_call();
    tracing::info!(delivery.ref = %call.reference, provider, channel = "voice", step, "News of a message");
}
