//! News of messages, whoever brings it: kept, counted, and a line for the operator.
use domain::channel::Channel;
use domain::delivery::SendProblem;
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
    let heard = deliveries.hear(news, trail).await?;
    if !news.bill.is_empty()
        && let Some(about) = deliveries.charge(news).await?
    {
        counted(watch, &about.reference, &about.calling_code, news.provider, news.bill.segments);
    }
    let Some(heard) = heard else { return Ok(()) };
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
    let why = news.problem.map_or("", SendProblem::name);
    if news.progress.has_failed() && news.remedy.is_empty() {
        // Nobody picked up, or pressed a key: nothing for an operator to do.
        tracing::info!(delivery.ref = %reference, provider, channel, step, why, "A message did not arrive");
    } else if news.progress.has_failed() {
        let (code, remedy) = (news.code, news.remedy);
        tracing::warn!(delivery.ref = %reference, provider, channel, step, why, code, remedy, "A message did not arrive");
    } else {
        tracing::info!(delivery.ref = %reference, provider, channel, step, "News of a message");
    }
    Ok(())
}

/// A provider said how many segments it counts for a message. Our texts fit into one (R19): more cost more, and mean that something was
/// put before the text or that a character of it was changed.
pub fn counted(
    watch: &dyn Watch,
    reference: &str,
    calling_code: &str,
    provider: &str,
    segments: Option<u32>,
) {
    let Some(segments) = segments.filter(|segments| *segments > 0) else { return };
    watch.saw(Seen::Counted { calling_code, provider, segments });
    if segments > 1 {
        tracing::warn!(delivery.ref = %reference, provider, segments, "A message was counted as more than one segment: each is paid for");
    }
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
