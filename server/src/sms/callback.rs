//! What a provider's call to us amounts to, whichever provider it is. Each reads and judges its own.
use super::problem::Entry;
use domain::bill::Bill;
use domain::delivery::SendProblem;
use domain::progress::{Lasting, News, Progress};

/// Why a callback is not taken in. Nothing was looked up by then (R80).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nobody signed it, or it is nothing that can be read.
    NotSigned,
    /// Signed by somebody else, for another address, body or account, or too long ago.
    Forged,
    /// What is needed is missing, stands there twice or is ill-formed.
    Fields,
}

/// What a callback means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// News of a message.
    News(News),
    /// Of another account or channel, or in a word we do not know: nothing follows.
    Nothing,
}

/// The message that a provider tells of: its own name, the token in the address, its id of the message.
pub(crate) struct Of<'a> {
    pub(crate) provider: &'static str,
    pub(crate) token: &'a str,
    pub(crate) provider_id: &'a str,
}

/// What a provider's word and code say about a message; of what has not failed a code says nothing. `meaning` is its table.
pub(crate) fn news(of: &Of<'_>, progress: Progress, code: Option<u32>, meaning: fn(u32) -> Entry) -> News {
    let code = code.filter(|_| progress.has_failed());
    let entry = code.map(meaning);
    let problem = progress.has_failed().then(|| entry.map_or(SendProblem::Retry, |entry| entry.problem));
    News {
        provider: of.provider,
        token: of.token.to_owned(),
        provider_id: of.provider_id.to_owned(),
        progress,
        problem,
        code,
        lasting: entry.map_or(Lasting::No, |entry| entry.lasting),
        remedy: entry.map_or("", |entry| entry.remedy),
        bill: Bill::default(),
    }
}
