//! What Twilio's words and codes say of a message or a call, whether it calls us or we ask.
use super::NAME;
use super::errors;
use super::voice;
use crate::sms::callback::{self, Of};
use domain::progress::{Lasting, News, Progress};

/// Twilio's words for a message; those that say nothing about its way are none of ours.
pub(crate) fn progress(word: &str) -> Option<Progress> {
    Some(match word {
        "accepted" | "scheduled" => Progress::Accepted,
        "queued" => Progress::Queued,
        "sending" => Progress::Sending,
        "sent" => Progress::Sent,
        "canceled" => Progress::Canceled,
        "failed" => Progress::Failed,
        "undelivered" => Progress::Undelivered,
        "delivered" => Progress::Delivered,
        "read" => Progress::Read,
        _ => return None,
    })
}

/// News of the message `sid`.
pub(crate) fn news(token: &str, sid: &str, progress: Progress, code: Option<u32>) -> News {
    callback::news(&Of { provider: NAME, token, provider_id: sid }, progress, code, errors::delivery)
}

/// News of the call `sid`; nothing where the word is none that we know.
pub(crate) fn news_of_call(token: &str, sid: &str, word: &str, code: Option<u32>) -> Option<News> {
    let (progress, problem) = voice::step(word)?;
    let code = code.filter(|_| problem.is_some());
    let entry = code.and_then(errors::known);
    Some(News {
        problem: problem.map(|problem| entry.map_or(problem, |entry| entry.problem)),
        code,
        // A line that is busy today says nothing lasting about its number.
        lasting: Lasting::No,
        remedy: entry.map_or("", |entry| entry.remedy),
        ..news(token, sid, progress, None)
    })
}
