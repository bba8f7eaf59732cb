//! What an answer of Twilio means for a message.
use super::errors;
use super::http::Kind;
use super::sid::is_sid;
use crate::sms::breaker::Health;
use crate::sms::http::{Answer, Reply};
use crate::sms::verdict::{Again, Reader, Remedies, Verdict, blank, health, is_word, number, text};
use domain::bill::{Bill, Price};
use domain::delivery::{SendOutcome, SendProblem};
use domain::progress::Lasting;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// The members we keep of a message's record. All are optional, unknown ones are fine, and no text of Twilio's is read.
#[derive(Deserialize)]
struct Record {
    sid: Option<Value>,
    status: Option<Value>,
    error_code: Option<Value>,
    num_segments: Option<Value>,
    price: Option<Value>,
    price_unit: Option<Value>,
}

impl Record {
    /// A Messaging Service says 0 until it has chosen a sender: then it has not counted yet.
    fn segments(&self) -> Option<u32> {
        self.num_segments.as_ref().and_then(number).filter(|count| *count > 0)
    }
}

/// What a message's record says later.
pub(crate) struct Later {
    pub(crate) status: String,
    pub(crate) code: Option<u32>,
    /// The price comes once the message has gone out.
    pub(crate) bill: Bill,
}

#[derive(Deserialize)]
struct Refusal {
    code: Option<Value>,
}

/// How answers about messages are read.
pub(crate) const MESSAGES: Reader =
    Reader { taken: |answer| taken(Kind::Message, answer), refused, code: code_of, remedies: REMEDIES };

/// How answers about calls are read.
pub(crate) const CALLS: Reader =
    Reader { taken: |answer| taken(Kind::Call, answer), refused, code: code_of, remedies: REMEDIES };

const REMEDIES: Remedies = Remedies {
    not_sent: "no connection to Twilio: check name resolution, the firewall, the clock and the system's CA certificates",
    silent: "Twilio did not answer in time; whether the message went out is unknown",
    broken: "the connection to Twilio broke; whether the message went out is unknown",
    fault: "a fault at Twilio; whether the message went out is unknown: see status.twilio.com",
    strange: "an answer that Twilio does not give, not followed: check base_url and what stands between us and Twilio",
};

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
        id: Some(sid),
        status,
        segments: record.segments(),
        code,
        marks_number: dead && entry.is_some_and(|entry| entry.lasting == Lasting::Yes),
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

/// Status, error code and cost of a message's record, where an answer holds one.
pub(crate) fn record_of(reply: &Reply) -> Option<Later> {
    let Reply::Answer(answer) = reply else { return None };
    if !answer.status.is_success() {
        return None;
    }
    let record: Record = serde_json::from_slice(answer.body.as_ref()?).ok()?;
    let status = text(record.status.as_ref()).filter(|status| is_word(status))?;
    let price = text(record.price.as_ref()).zip(text(record.price_unit.as_ref()));
    let bill = Bill {
        segments: record.segments(),
        price: price.and_then(|(amount, currency)| Price::read(&amount, &currency)),
    };
    Some(Later { status, code: record.error_code.as_ref().and_then(number), bill })
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
        marks_number: entry.lasting == Lasting::Yes,
        remedy: entry.remedy,
        ..blank()
    }
}

fn code_of(answer: &Answer) -> Option<u32> {
    let body = answer.body.as_ref()?;
    serde_json::from_slice::<Refusal>(body).ok()?.code.as_ref().and_then(number)
}
