//! Twilio's error codes as data: what kind each is, what the person is told, what the operator should do.
//!
//! Twilio warns not to build logic on its codes: this table chooses words and alarms and marks numbers; it decides no
//! access (R85). A code that is not here falls back on its HTTP status and its range.
use Class::{Config, Geography, Limit, Number, Passing};
use domain::delivery::SendProblem::{
    Call, Check, Country, Dead, Late, NoCall, Off, Other, Retry, Stop, Unavailable, Wait,
};

pub use crate::sms::problem::{Class, Entry};
use crate::sms::problem::{Row, look_up};
use domain::progress::Lasting;

const TABLE: &[Row] = &[
    // Account and credentials.
    (
        &[20003],
        Config,
        Unavailable,
        Lasting::No,
        "credentials are wrong or belong to another region: check account_sid, auth_token or the API key, edge and region",
    ),
    (
        &[20005, 10001],
        Config,
        Unavailable,
        Lasting::No,
        "the Twilio account is not active: check funds and suspension in the Twilio console",
    ),
    (
        &[30002],
        Config,
        Unavailable,
        Lasting::No,
        "the Twilio account was suspended after queueing: check funds and suspension in the Twilio console",
    ),
    (&[20006, 20403], Config, Unavailable, Lasting::No, "access is denied: check the rights of the API key"),
    (
        &[20008],
        Config,
        Unavailable,
        Lasting::No,
        "test credentials are configured: use the live account_sid and auth_token",
    ),
    (&[20404], Config, Unavailable, Lasting::No, "not found: check account_sid and base_url"),
    (
        &[20001, 20422],
        Config,
        Unavailable,
        Lasting::No,
        "Twilio refused a parameter of the request: report this as a defect",
    ),
    (
        &[20429],
        Passing,
        Wait,
        Lasting::No,
        "too many requests at once: raise the account's concurrency at Twilio or lower ours",
    ),
    (
        &[20500, 20503],
        Passing,
        Retry,
        Lasting::No,
        "a fault at Twilio; whether the message went out is unknown: see status.twilio.com",
    ),
    // Destination.
    (
        &[14107],
        Limit,
        Wait,
        Lasting::No,
        "more than 15 messages in 30 seconds between two numbers: our own send limits failed, look for the cause",
    ),
    (&[21211, 21265], Number, Check, Lasting::Yes, "the destination is no number that can receive messages"),
    (&[21266], Number, Check, Lasting::No, "the destination is the sender itself"),
    (&[21268], Geography, Check, Lasting::No, "premium or information number: watch for fraud"),
    (&[21614], Number, Call, Lasting::Yes, "the destination is not a mobile number"),
    (&[21635], Number, Call, Lasting::Yes, "the destination is a landline"),
    (
        &[21612],
        Number,
        Call,
        Lasting::No,
        "no route from this sender to the destination: check the routes of the sender",
    ),
    (&[21610], Number, Stop, Lasting::Yes, "the recipient opted out (STOP)"),
    (
        &[21408],
        Geography,
        Country,
        Lasting::No,
        "the country is not enabled at Twilio: align allowed_countries with Twilio's SMS geo permissions",
    ),
    // Sender and request.
    (&[21212], Config, Unavailable, Lasting::No, "the sender is invalid: check from_number"),
    (
        &[21606, 21659, 21660, 21661],
        Config,
        Unavailable,
        Lasting::No,
        "the sender is not ours, of another country or cannot send SMS: check from_number",
    ),
    (
        &[21663],
        Config,
        Unavailable,
        Lasting::No,
        "the sender belongs to another region: check edge and region",
    ),
    (
        &[21608],
        Config,
        Unavailable,
        Lasting::No,
        "trial account or no approved profile, and the destination is not verified: upgrade, or verify the number at Twilio",
    ),
    (
        &[21609],
        Config,
        Unavailable,
        Lasting::No,
        "the status callback address is invalid: check public_url (no underscore in its host)",
    ),
    (
        &[21602, 21603, 21604, 21605, 21617, 21618],
        Config,
        Unavailable,
        Lasting::No,
        "text or address is missing, too long or cannot be sent: report this as a defect, or see if the text is filtered",
    ),
    (
        &[21624, 30045, 90007, 30012, 30013],
        Config,
        Unavailable,
        Lasting::No,
        "the validity period is out of range: report this as a defect",
    ),
    (
        &[21701, 21703, 21704, 21705],
        Config,
        Unavailable,
        Lasting::No,
        "the Messaging Service is missing, empty, invalid or has no fitting sender: check messaging_service_sid and its sender pool",
    ),
    // On the way.
    (
        &[30036],
        Passing,
        Late,
        Lasting::No,
        "the validity period ran out in the queue: the sender is too slow, add senders or use a Messaging Service",
    ),
    (&[21611, 30001], Limit, Late, Lasting::No, "the queue of the sender is full: add senders"),
    (&[30003], Passing, Off, Lasting::Repeated, "the handset is unreachable"),
    (&[30004], Number, Other, Lasting::No, "blocked by recipient or carrier: watch the rate"),
    (&[30005], Number, Dead, Lasting::Yes, "the number is unknown to its carrier"),
    (&[30006], Number, Call, Lasting::Yes, "landline, or a carrier that cannot be reached"),
    (
        &[30007],
        Config,
        Retry,
        Lasting::No,
        "filtered by Twilio or the carrier: check sender registration and text",
    ),
    (&[30008], Passing, Retry, Lasting::No, "unknown delivery error"),
    (
        &[30010],
        Config,
        Unavailable,
        Lasting::No,
        "above the maximum price: look for MaxPrice in the account's settings",
    ),
    (&[30017], Passing, Late, Lasting::No, "the carrier is congested"),
    (
        &[30018, 30024],
        Config,
        Unavailable,
        Lasting::No,
        "the sender id is not registered for the country: register it",
    ),
    (
        &[30022, 30023, 30027],
        Limit,
        Late,
        Lasting::No,
        "US 10DLC rate or daily cap reached: get more capacity",
    ),
    (&[30032], Config, Unavailable, Lasting::No, "the toll-free sender is not verified: verify it"),
    (
        &[30033, 30034, 30035],
        Config,
        Unavailable,
        Lasting::No,
        "10DLC campaign suspended, number unregistered or still being set up: register it",
    ),
    (&[30038], Number, Check, Lasting::No, "the receiver is a Twilio number, where codes are filtered"),
    (&[30410], Passing, Retry, Lasting::No, "timeout at the carrier's side"),
    (
        &[30450, 30453],
        Geography,
        Other,
        Lasting::No,
        "SMS pumping protection stepped in: look for an attack; do not switch the risk check off",
    ),
    (
        &[60728, 63038],
        Limit,
        Unavailable,
        Lasting::No,
        "the account is over its hourly or daily message cap: ask Twilio to raise it",
    ),
    // Calls.
    (
        &[21201, 21203, 21205],
        Config,
        NoCall,
        Lasting::No,
        "call refused: no destination, calls abroad not enabled, or a bad address: check the configuration",
    ),
    (
        &[21210],
        Config,
        Unavailable,
        Lasting::No,
        "the caller is not ours or not verified: check from_number and its voice capability",
    ),
    (&[21202], Geography, NoCall, Lasting::No, "premium number: watch for fraud"),
    (&[21214, 21217], Number, NoCall, Lasting::No, "the number cannot be called"),
    (
        &[21215, 13227],
        Geography,
        Country,
        Lasting::No,
        "the country is not enabled for calls: check Twilio's voice geo permissions",
    ),
    (
        &[21216, 13225],
        Geography,
        NoCall,
        Lasting::No,
        "the number is on Twilio's block list: watch for fraud",
    ),
    (
        &[21219],
        Config,
        Unavailable,
        Lasting::No,
        "trial account and the destination is not verified: upgrade",
    ),
    (
        &[11200, 11205],
        Config,
        Unavailable,
        Lasting::No,
        "Twilio could not reach our callback address: check public_url, TLS and the firewall",
    ),
];

const UNKNOWN_CONFIG: Entry = Entry {
    class: Config,
    problem: Unavailable,
    lasting: Lasting::No,
    remedy: "a refusal without an entry of its own: look the code up at twilio.com/docs/api/errors",
};

const UNKNOWN_PASSING: Entry = Entry {
    class: Passing,
    problem: Retry,
    lasting: Lasting::No,
    remedy: "a fault without an entry of its own: look the code up at twilio.com/docs/api/errors",
};

/// What a code means, where the table has it.
#[must_use]
pub fn known(code: u32) -> Option<Entry> {
    look_up(TABLE, code)
}

/// What a refusal means: by code where it is known, else by HTTP status.
#[must_use]
pub fn refusal(http: u16, code: Option<u32>) -> Entry {
    if let Some(entry) = code.and_then(known) {
        return entry;
    }
    match (http, code) {
        (429, _) => known(20429).unwrap_or(UNKNOWN_PASSING),
        (500..=599, _) | (_, Some(30_000..=30_999)) => UNKNOWN_PASSING,
        _ => UNKNOWN_CONFIG,
    }
}

/// What the error code of a message's record means.
#[must_use]
pub fn delivery(code: u32) -> Entry {
    known(code).unwrap_or(if (21_000..22_000).contains(&code) { UNKNOWN_CONFIG } else { UNKNOWN_PASSING })
}

/// Every code of the table, for tests that walk it.
pub fn codes() -> impl Iterator<Item = u32> {
    TABLE.iter().flat_map(|(codes, ..)| codes.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_code_stands_in_two_rows() {
        let mut seen = HashSet::new();
        assert!(codes().all(|code| seen.insert(code)));
        assert_eq!(seen.len(), 86);
    }

    #[test]
    fn an_unknown_code_falls_back_on_status_and_range() {
        for (http, code, class) in [
            (401, None, Config),
            (403, None, Config),
            (404, None, Config),
            (400, Some(21_999), Config),
            (400, Some(99_999), Config),
            (400, None, Config),
            (429, None, Passing),
            (429, Some(99_999), Passing),
            (503, None, Passing),
            (400, Some(30_999), Passing),
        ] {
            assert_eq!(refusal(http, code).class, class, "{http} {code:?}");
        }
        assert_eq!(delivery(30_999).class, Passing);
        assert_eq!(delivery(21_999).class, Config);
    }

    #[test]
    fn every_remedy_says_something_of_its_own() {
        let mut seen = HashSet::new();
        for (codes, _, _, _, remedy) in TABLE {
            assert!(remedy.len() > 15 && seen.insert(remedy), "{codes:?}");
        }
    }
}
