//! Whose rows a transaction changes: that account's lock comes first.
use super::value::Value;

/// Whose rows a transaction changes.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) enum Whose<'a> {
    /// This account's.
    Account(&'a str),
    /// Those of the account that this flow is about.
    Flow(&'a str),
    /// … this message.
    Delivery(&'a str),
    /// … this browser session.
    Session(&'a str),
    /// Nobody's; what is counted under this key, and nothing else.
    Key(&'a str),
    /// Nobody's in particular, or new ones.
    Nobody,
}

const ACCOUNT: &str = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
const OF_FLOW: &str =
    "SELECT pg_advisory_xact_lock(hashtextextended((SELECT account_id FROM flows WHERE id = $1), 0))";
const OF_DELIVERY: &str =
    "SELECT pg_advisory_xact_lock(hashtextextended((SELECT account_id FROM deliveries WHERE id = $1), 0))";
const OF_SESSION: &str = "SELECT pg_advisory_xact_lock(hashtextextended((SELECT COALESCE(s.account_id, f.account_id) \
    FROM sessions s LEFT JOIN flows f ON f.id = s.flow_id WHERE s.handle = $1), 0))";
/// Those of several limits, in the order in which they are listed.
pub(super) const KEYS: &str = "SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(string_to_array($1, ',') AS BIGINT[])) \
    WITH ORDINALITY AS keys (k, nth) ORDER BY nth";
const KEY: &str = "SELECT pg_advisory_xact_lock($1)";

impl<'a> Whose<'a> {
    /// The statement that waits for the lock, where there is one to wait for.
    pub(super) fn lock(self) -> Option<(&'static str, Value<'a>)> {
        Some(match self {
            Self::Nobody => return None,
            Self::Key(key) => (KEY, Value::Number(Some(super::number(key)))),
            Self::Account(id) => (ACCOUNT, Value::of(id)),
            Self::Flow(id) => (OF_FLOW, Value::of(id)),
            Self::Delivery(id) => (OF_DELIVERY, Value::of(id)),
            Self::Session(id) => (OF_SESSION, Value::of(id)),
        })
    }
}
