//! What an answer of Vonage means for a message.
use super::errors;
use crate::sms::breaker::Health;
use crate::sms::http::Answer;
use crate::sms::verdict::{Again, Reader, Remedies, Verdict, blank, health, number, text};
use domain::delivery::SendOutcome;
use domain::progress::Lasting;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// The member we keep of a yes. Unknown ones are fine, and no text of Vonage's is read.
#[derive(Deserialize)]
struct Record {
    message_uuid: Option<Value>,
}

/// A problem as RFC 7807 has it, in an answer and in a callback: the code stands behind the `#` of its type, or as its title.
#[derive(Deserialize)]
pub(super) struct Problem {
    #[serde(rename = "type")]
    kind: Option<Value>,
    title: Option<Value>,
    /// Which parameters of the request are meant.
    invalid_parameters: Option<Value>,
    /// Some callbacks wrap it once more.
    error: Option<Box<Problem>>,
}

impl Problem {
    /// The code, where it has one.
    pub(super) fn code(&self) -> Option<u32> {
        let inner = || self.error.as_deref().and_then(Problem::code);
        self.anchor()
            .and_then(|anchor| anchor.parse().ok())
            .or_else(|| self.title.as_ref().and_then(number))
            .or_else(inner)
    }

    /// What stands behind the `#` of its type: a code, or a name as `unauthorized`.
    fn anchor(&self) -> Option<&str> {
        self.kind.as_ref().and_then(Value::as_str)?.rsplit_once('#').map(|(_, anchor)| anchor)
    }

    /// Whether it is about the number that the message was for.
    fn names_destination(&self) -> bool {
        let names = self.invalid_parameters.as_ref().and_then(Value::as_array);
        names.is_some_and(|names| {
            names.iter().any(|each| each.get("name").and_then(Value::as_str) == Some("to"))
        })
    }
}

/// How answers of Vonage are read.
pub(crate) const READER: Reader = Reader {
    taken,
    refused,
    code: |answer| problem(answer).as_ref().and_then(Problem::code),
    remedies: Remedies {
        not_sent: "no connection to Vonage: check name resolution, the firewall, the clock and the system's CA certificates",
        silent: "Vonage did not answer in time; whether the message went out is unknown",
        broken: "the connection to Vonage broke; whether the message went out is unknown",
        fault: "a fault at Vonage; whether the message went out is unknown: see Vonage's status page",
        strange: "an answer that Vonage does not give, not followed: check base_url and what stands between us and Vonage",
    },
};

fn problem(answer: &Answer) -> Option<Problem> {
    serde_json::from_slice(answer.body.as_ref()?).ok()
}

fn taken(answer: &Answer) -> Verdict {
    let record = answer.body.as_ref().and_then(|body| serde_json::from_slice::<Record>(body).ok());
    let id = record.and_then(|record| text(record.message_uuid.as_ref())).map(|id| id.to_ascii_lowercase());
    let Some(id) = id.filter(|id| is_uuid(id)) else {
        return Verdict {
            health: Health::Failing,
            remedy: "Vonage's answer could not be read; whether the message went out is unknown",
            ..blank()
        };
    };
    Verdict { outcome: SendOutcome::Taken, health: Health::Well, id: Some(id), ..blank() }
}

fn refused(http: u16, answer: &Answer) -> Verdict {
    let problem = problem(answer);
    let code = problem.as_ref().and_then(Problem::code);
    let entry = match &problem {
        Some(problem) if http == 422 && problem.names_destination() => errors::DESTINATION,
        Some(problem) => errors::refusal(http, code, problem.anchor()),
        None => errors::refusal(http, None, None),
    };
    Verdict {
        outcome: SendOutcome::Refused(entry.problem),
        again: if http == 429 {
            Again::After(Duration::from_secs(answer.retry_after.unwrap_or(0)))
        } else {
            Again::Never
        },
        health: health(entry),
        code,
        marks_number: entry.lasting == Lasting::Yes,
        remedy: entry.remedy,
        ..blank()
    }
}

/// Eight, four, four, four and twelve hexadecimal digits, in lower case.
pub(super) fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let digits = text.bytes().all(|b| b == b'-' || (b.is_ascii_hexdigit() && !b.is_ascii_uppercase()));
    lengths == [8, 4, 4, 4, 12] && digits
}
