//! What an answer of a provider means for a message, in our words.
use super::breaker::Health;
use super::http::{Answer, Reply};
use super::problem::{Class, Entry};
use domain::delivery::{SendOutcome, SendProblem};
use serde_json::Value;
use std::time::Duration;

/// May the same request be made again (R83)?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// No: it may have gone out, or the answer would be the same.
    Never,
    /// Yes, after at least this long: nothing has happened.
    After(Duration),
}

/// What one request led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) outcome: SendOutcome,
    pub(crate) again: Again,
    pub(crate) health: Health,
    pub(crate) http: Option<u16>,
    /// The provider's id of the message.
    pub(crate) id: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) segments: Option<u32>,
    pub(crate) code: Option<u32>,
    pub(crate) marks_number: bool,
    /// For the operator.
    pub(crate) remedy: &'static str,
}

/// Nobody can tell: the start of every verdict that is not a clear yes or no.
pub(crate) fn blank() -> Verdict {
    Verdict {
        outcome: SendOutcome::Unknown(SendProblem::Retry),
        again: Again::Never,
        health: Health::Unclear,
        http: None,
        id: None,
        status: None,
        segments: None,
        code: None,
        marks_number: false,
        remedy: "",
    }
}

/// What the operator is told where nothing of the provider's own says more.
pub(crate) struct Remedies {
    /// No connection came about.
    pub(crate) not_sent: &'static str,
    /// No answer in time.
    pub(crate) silent: &'static str,
    /// The connection broke.
    pub(crate) broken: &'static str,
    /// A fault of the provider's.
    pub(crate) fault: &'static str,
    /// An answer that the provider does not give.
    pub(crate) strange: &'static str,
}

/// How one provider's answers are read.
pub(crate) struct Reader {
    /// Of a yes, which is one only where it names the message.
    pub(crate) taken: fn(&Answer) -> Verdict,
    /// Of a no, by its HTTP status.
    pub(crate) refused: fn(u16, &Answer) -> Verdict,
    /// The error code in it.
    pub(crate) code: fn(&Answer) -> Option<u32>,
    /// For the operator.
    pub(crate) remedies: Remedies,
}

/// Judges what came back. A no is one only where not a byte was sent or the provider said it itself; a fault on the other side may have
/// come after the message went out.
pub(crate) fn judge(reply: Reply, reader: &Reader) -> Verdict {
    let remedies = &reader.remedies;
    let answer = match reply {
        Reply::NotSent => {
            return Verdict {
                outcome: SendOutcome::Refused(SendProblem::Retry),
                again: Again::After(Duration::ZERO),
                health: Health::Failing,
                remedy: remedies.not_sent,
                ..blank()
            };
        }
        Reply::Lost(how) => {
            let remedy = if how == "timeout" { remedies.silent } else { remedies.broken };
            return Verdict { health: Health::Failing, remedy, ..blank() };
        }
        Reply::Answer(answer) => answer,
    };
    let http = answer.status.as_u16();
    let verdict = match http {
        200..=299 => (reader.taken)(&answer),
        400..=499 => (reader.refused)(http, &answer),
        500..=599 => Verdict {
            health: Health::Failing,
            code: (reader.code)(&answer),
            remedy: remedies.fault,
            ..blank()
        },
        _ => Verdict { health: Health::Failing, remedy: remedies.strange, ..blank() },
    };
    Verdict { http: Some(http), ..verdict }
}

/// What a refusal tells about its provider.
pub(crate) fn health(entry: Entry) -> Health {
    match entry.class {
        Class::Config => Health::Misconfigured,
        Class::Number | Class::Geography => Health::Well,
        Class::Passing | Class::Limit => Health::Unclear,
    }
}

/// A number, also where it is written as text.
pub(crate) fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A text, where it is one.
pub(crate) fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

/// A status is kept and shown in logs: it must be a word, whatever comes.
pub(crate) fn is_word(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'_'))
}
