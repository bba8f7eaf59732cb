//! Vonage's error codes as data: what kind each is, what the person is told, what the operator should do (R85).
//!
//! The codes are those of its Messages API, in answers and in callbacks alike; those of other channels are left out. A code that is not
//! here falls back on the name in the problem's type, and that on the HTTP status.
use crate::sms::problem::{Class, Entry, Row, look_up};
use Class::{Config, Geography, Limit, Number, Passing};
use domain::delivery::SendProblem::{
    self, Call, Check, Country, Dead, Late, Off, Other, Retry, Stop, Unavailable, Wait,
};
use domain::progress::Lasting;

const TABLE: &[Row] = &[
    // Account and request.
    (
        &[1000],
        Passing,
        Wait,
        Lasting::No,
        "more messages at once than the account may send: ask Vonage for more, or lower limits.sends_per_minute",
    ),
    (
        &[1010, 1020, 1021, 1022, 1090, 1130, 1150, 1400, 1410, 1440, 1450],
        Config,
        Unavailable,
        Lasting::No,
        "Vonage refused a parameter of the request: report this as a defect",
    ),
    (&[1030], Passing, Retry, Lasting::No, "a fault at Vonage: see Vonage's status page"),
    (&[1060], Config, Unavailable, Lasting::No, "the account is barred from sending: ask Vonage's support"),
    (
        &[1070],
        Config,
        Unavailable,
        Lasting::No,
        "the account has no credit or is over its quota: top it up in Vonage's dashboard",
    ),
    (
        &[1080, 1140],
        Config,
        Unavailable,
        Lasting::No,
        "the account may not use the Messages API for text messages: ask Vonage's support",
    ),
    (&[1100, 1331], Passing, Retry, Lasting::No, "Vonage could not reach the next service on the way"),
    (
        &[1110],
        Config,
        Unavailable,
        Lasting::No,
        "the account wants signed requests, which the Messages API has not: ask Vonage's support",
    ),
    (
        &[1120, 1420],
        Config,
        Unavailable,
        Lasting::No,
        "the sender is not accepted for the country: check sms.vonage.from, and register it where that is needed",
    ),
    (
        &[1160],
        Config,
        Unavailable,
        Lasting::No,
        "a trial account, and the destination is not on its list: add it in Vonage's dashboard, or upgrade",
    ),
    (
        &[1460],
        Limit,
        Unavailable,
        Lasting::No,
        "the sender is over its daily number of messages: register it for more (10DLC)",
    ),
    (
        &[1480, 1481, 1482, 1483, 1484],
        Config,
        Unavailable,
        Lasting::No,
        "the country's rules want sender, text or consent registered: do so in Vonage's dashboard",
    ),
    // Destination.
    (&[1040], Number, Check, Lasting::No, "no network is known for the beginning of this number"),
    (&[1050], Number, Other, Lasting::No, "the number is on Vonage's block list: watch for fraud"),
    (&[1170, 1430], Number, Check, Lasting::Yes, "the destination is no number that can receive messages"),
    (&[1190], Number, Dead, Lasting::Yes, "the number is no longer in service"),
    (&[1200], Number, Other, Lasting::No, "the number changed its carrier and is not reachable yet"),
    (&[1240], Number, Stop, Lasting::Yes, "the recipient opted out (STOP)"),
    (
        &[1241],
        Limit,
        Wait,
        Lasting::No,
        "too many messages to one number: our own send limits failed, look for the cause",
    ),
    (&[1260], Number, Other, Lasting::No, "the number could not be reached"),
    (
        &[1270, 1280],
        Number,
        Other,
        Lasting::No,
        "the recipient's carrier blocks such messages: watch the rate",
    ),
    (&[1290], Number, Other, Lasting::No, "the recipient's prepaid account is empty"),
    (&[1300], Number, Check, Lasting::No, "the number is not one of the network it was sent to"),
    (&[1310], Number, Call, Lasting::Yes, "the recipient's device cannot receive text messages"),
    // On the way.
    (&[1180, 1220], Passing, Off, Lasting::Repeated, "the handset is unreachable or busy"),
    (
        &[1210, 1282],
        Config,
        Retry,
        Lasting::No,
        "filtered by the carrier: check the sender's registration and the text",
    ),
    (&[1230], Passing, Retry, Lasting::No, "a failure of the network"),
    (
        &[1250, 1251],
        Config,
        Retry,
        Lasting::No,
        "no route from this sender to the number's network: check sms.vonage.from, or ask Vonage's support",
    ),
    (&[1320], Passing, Retry, Lasting::No, "Vonage says that it sent this message before"),
    (&[1330], Passing, Retry, Lasting::No, "unknown delivery error"),
    (
        &[1360],
        Passing,
        Late,
        Lasting::No,
        "the time to live ran out before delivery: the sender is too slow, ask Vonage for more throughput",
    ),
    // Fraud.
    (
        &[1470],
        Geography,
        Country,
        Lasting::No,
        "Fraud Defender blocks the beginning of this number: align allowed_countries with its traffic rules",
    ),
    (
        &[1472, 1473],
        Geography,
        Other,
        Lasting::No,
        "Fraud Defender stepped in: look for an attack; do not switch it off",
    ),
];

/// Names that stand in place of a code, for what is refused before a message is looked at.
const NAMES: &[(&[&str], Class, SendProblem, &str)] = &[
    (
        &["unauthorized", "unathorized", "invalid-api-key", "invalid-signature"],
        Config,
        Unavailable,
        "credentials are wrong: check sms.vonage.api_key and api_secret",
    ),
    (
        &["low-balance", "out-of-credit"],
        Config,
        Unavailable,
        "the account's balance is too low: top it up in Vonage's dashboard",
    ),
    (
        &["forbidden", "unprovisioned"],
        Config,
        Unavailable,
        "the account may not use the Messages API: check its rights in Vonage's dashboard",
    ),
    (&["account-suspended"], Config, Unavailable, "the account is suspended: ask Vonage's support"),
    (&["not-found"], Config, Unavailable, "not found: check sms.vonage.base_url"),
    (
        &["throttled", "rate-limit"],
        Passing,
        Wait,
        "more requests at once than the account may make: ask Vonage for more",
    ),
];

/// A request whose destination Vonage calls invalid, without a code that says how.
pub(super) const DESTINATION: Entry = Entry {
    class: Number,
    problem: Check,
    lasting: Lasting::No,
    remedy: "Vonage does not take the destination for a number that can receive messages",
};

const UNKNOWN_CONFIG: Entry = Entry {
    class: Config,
    problem: Unavailable,
    lasting: Lasting::No,
    remedy: "a refusal without an entry of its own: look the code up at developer.vonage.com/api-errors/messages",
};

const UNKNOWN_PASSING: Entry = Entry {
    class: Passing,
    problem: Retry,
    lasting: Lasting::No,
    remedy: "a fault without an entry of its own: look the code up at developer.vonage.com/api-errors/messages",
};

/// What a code means, where the table has it.
#[must_use]
pub fn known(code: u32) -> Option<Entry> {
    look_up(TABLE, code)
}

fn named(name: &str) -> Option<Entry> {
    let &(_, class, problem, remedy) = NAMES.iter().find(|(names, ..)| names.contains(&name))?;
    Some(Entry { class, problem, lasting: Lasting::No, remedy })
}

/// What a refusal means: by code where it is known, then by the name in its type, else by HTTP status. 429 comes first: Vonage's own
/// examples have a code in it that means something else.
#[must_use]
pub fn refusal(http: u16, code: Option<u32>, name: Option<&str>) -> Entry {
    let by_status = |name| named(name).unwrap_or(UNKNOWN_CONFIG);
    if http == 429 {
        return by_status("throttled");
    }
    let told = code.and_then(known).or_else(|| name.and_then(named));
    told.unwrap_or_else(|| match http {
        401 => by_status("unauthorized"),
        402 => by_status("low-balance"),
        403 => by_status("forbidden"),
        404 => by_status("not-found"),
        _ => UNKNOWN_CONFIG,
    })
}

/// What the error code of a callback means.
#[must_use]
pub fn delivery(code: u32) -> Entry {
    known(code).unwrap_or(UNKNOWN_PASSING)
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
    fn no_code_and_no_name_stands_in_two_rows() {
        let mut seen = HashSet::new();
        assert!(codes().all(|code| seen.insert(code)));
        assert_eq!(seen.len(), 56);
        let mut seen = HashSet::new();
        assert!(NAMES.iter().flat_map(|(names, ..)| names.iter()).all(|name| seen.insert(name)));
    }

    #[test]
    fn what_has_no_entry_falls_back_on_its_name_and_its_status() {
        for (http, code, name, class, problem) in [
            (401, None, Some("unathorized"), Config, Unavailable),
            (403, None, Some("account-suspended"), Config, Unavailable),
            (402, None, Some("low-balance"), Config, Unavailable),
            (422, Some(1170), Some("1170"), Number, Check),
            (422, Some(9999), Some("9999"), Config, Unavailable),
            (418, None, None, Config, Unavailable),
            // The example of Vonage's own page.
            (429, Some(1010), Some("1010"), Passing, Wait),
            (429, None, None, Passing, Wait),
        ] {
            let entry = refusal(http, code, name);
            assert_eq!((entry.class, entry.problem), (class, problem), "{http} {code:?} {name:?}");
        }
        assert_eq!(delivery(9999), UNKNOWN_PASSING);
    }

    #[test]
    fn every_remedy_says_something_of_its_own() {
        let mut seen = HashSet::new();
        let all = TABLE.iter().map(|(.., remedy)| remedy).chain(NAMES.iter().map(|(.., remedy)| remedy));
        for remedy in all {
            assert!(remedy.len() > 15 && seen.insert(remedy), "{remedy}");
        }
    }
}
