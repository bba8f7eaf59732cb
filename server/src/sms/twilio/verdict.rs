//! What an answer of Twilio means for a message.
use super::breaker::Health;
use super::errors::{self, Class, Entry, Mark};
use super::http::{Answer, Kind, Reply};
use super::settings::is_sid;
use domain::delivery::{SendOutcome, SendProblem};
use serde::Deserialize;
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
    pub(crate) sid: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) segments: Option<u32>,
    pub(crate) code: Option<u32>,
    pub(crate) marks_number: bool,
    /// For the operator.
    pub(crate) remedy: &'static str,
}

/// The members we keep of a message's record. All are optional, unknown ones are fine, and no text of Twilio's is read.
#[derive(Deserialize)]
struct Record {
    sid: Option<Value>,
    status: Option<Value>,
    error_code: Option<Value>,
    num_segments: Option<Value>,
}

#[derive(Deserialize)]
struct Refusal {
    code: Option<Value>,
}

/// Judges what came back.
pub(crate) fn judge(what: Kind, reply: Reply) -> Verdict {
    match reply {
        Reply::NotSent => Verdict {
            outcome: SendOutcome::Refused(SendProblem::Retry),
            again: Again::After(Duration::ZERO),
            health: Health::Failing,
            remedy: "no connection to Twilio: check name resolution, the firewall, the clock and the system's CA certificates",
            ..blank()
        },
        Reply::Lost(how) => Verdict { health: Health::Failing, remedy: lost(how), ..blank() },
        Reply::Answer(answer) => {
            let http = answer.status.as_u16();
            let verdict = match http {
                200..=299 => taken(what, &answer),
                400..=499 => refused(http, &answer),
                500..=599 => Verdict {
                    health: Health::Failing,
                    code: code_of(&answer),
                    remedy: "a fault at Twilio; whether the message went out is unknown: see status.twilio.com",
                    ..blank()
                },
                _ => Verdict {
                    health: Health::Failing,
                    remedy: "an answer that Twilio does not give, not followed: check base_url and what stands between us and Twilio",
                    ..blank()
                },
            };
            Verdict { http: Some(http), ..verdict }
        }
    }
}

/// Nobody can tell: the start of every verdict that is not a clear yes or no.
fn blank() -> Verdict {
    Verdict {
        outcome: SendOutcome::Unknown(SendProblem::Retry),
        again: Again::Never,
        health: Health::Unclear,
        http: None,
        sid: None,
        status: None,
        segments: None,
        code: None,
        marks_number: false,
        remedy: "",
    }
}

fn lost(how: &'static str) -> &'static str {
    match how {
        "timeout" => "Twilio did not answer in time; whether the message went out is unknown",
        _ => "the connection to Twilio broke; whether the message went out is unknown",
    }
}

fn taken(what: Kind, answer: &Answer) -> Verdict {
    let record = answer.body.as_ref().and_then(|body| serde_json::from_slice::<Record>(body).ok());
    let sid = record.as_ref().and_then(|record| text(record.sid.as_ref()));
    let (Some(record), Some(sid)) = (record, sid.filter(|sid| names(what, sid))) else {
        return Verdict {
            health: Health::Failing,
            remedy: "Twilio's answer could not be read; whether the message went out is unknown",
            ..blank()
        };
    };
    let status = text(record.status.as_ref()).filter(|status| is_word(status));
    let code = record.error_code.as_ref().and_then(number);
    let dead =
        matches!(status.as_deref(), Some("failed" | "undelivered" | "canceled" | "busy" | "no-answer"));
    let entry = code.map(errors::delivery);
    let outcome = match (dead, entry) {
        (false, _) => SendOutcome::Taken,
        (true, Some(entry)) => SendOutcome::Refused(entry.problem),
        (true, None) => SendOutcome::Refused(SendProblem::Retry),
    };
    Verdict {
        outcome,
        health: entry.filter(|_| dead).map_or(Health::Well, health),
        sid: Some(sid),
        status,
        segments: record.num_segments.as_ref().and_then(number),
        code,
        marks_number: dead && entry.is_some_and(|entry| entry.mark == Mark::Yes),
        remedy: entry.map_or("", |entry| entry.remedy),
        ..blank()
    }
}

/// Whether this is the id of what was asked for.
fn names(what: Kind, sid: &str) -> bool {
    match what {
        Kind::Message => is_sid("SM", sid) || is_sid("MM", sid),
        Kind::Call => is_sid("CA", sid),
    }
}

/// Status and error code of a message's record, where an answer holds one.
pub(crate) fn record_of(reply: &Reply) -> Option<(String, Option<u32>)> {
    let Reply::Answer(answer) = reply else { return None };
    if !answer.status.is_success() {
        return None;
    }
    let record: Record = serde_json::from_slice(answer.body.as_ref()?).ok()?;
    let status = text(record.status.as_ref()).filter(|status| is_word(status))?;
    Some((status, record.error_code.as_ref().and_then(number)))
}

fn refused(http: u16, answer: &Answer) -> Verdict {
    let code = code_of(answer);
    let entry = errors::refusal(http, code);
    let throttled = code == Some(20429) || (http == 429 && code.is_none());
    Verdict {
        outcome: SendOutcome::Refused(entry.problem),
        again: if throttled {
            Again::After(Duration::from_secs(answer.retry_after.unwrap_or(0)))
        } else {
            Again::Never
        },
        health: health(entry),
        code,
        marks_number: entry.mark == Mark::Yes,
        remedy: entry.remedy,
        ..blank()
    }
}

fn health(entry: Entry) -> Health {
    match entry.class {
        Class::Config => Health::Misconfigured,
        Class::Number | Class::Geography => Health::Well,
        Class::Passing | Class::Limit => Health::Unclear,
    }
}

fn code_of(answer: &Answer) -> Option<u32> {
    let body = answer.body.as_ref()?;
    serde_json::from_slice::<Refusal>(body).ok()?.code.as_ref().and_then(number)
}

/// A number, also where it is written as text.
fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

/// A status is kept and shown in logs: it must be a word, whatever comes.
pub(crate) fn is_word(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'_'))
}
