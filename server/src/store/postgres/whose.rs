//! Whose rows a transaction changes: that account's lock comes first.
use crate::store::sql::SqlError;

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

/// The locks as the server keeps them planned, once for each connection: made anew for each transaction, a plan costs more than what
/// it is for.
pub(super) const LOCKS: &str = "\
    PREPARE lock_account (TEXT) AS SELECT pg_advisory_xact_lock(hashtextextended($1, 0)); \
    PREPARE lock_of_flow (TEXT) AS SELECT pg_advisory_xact_lock(hashtextextended( \
    (SELECT account_id FROM flows WHERE id = $1), 0)); \
    PREPARE lock_of_delivery (TEXT) AS SELECT pg_advisory_xact_lock(hashtextextended( \
    (SELECT account_id FROM deliveries WHERE id = $1), 0)); \
    PREPARE lock_of_session (TEXT) AS SELECT pg_advisory_xact_lock(hashtextextended( \
    (SELECT COALESCE(s.account_id, f.account_id) FROM sessions s LEFT JOIN flows f ON f.id = s.flow_id WHERE s.handle = $1), 0)); \
    PREPARE lock_key (BIGINT) AS SELECT pg_advisory_xact_lock($1); ";

impl Whose<'_> {
    /// The beginning of the transaction, with the account's lock in the same message. Ids are letters and digits: nothing else
    /// can stand in the text.
    pub(super) fn begin(self) -> Result<String, SqlError> {
        let lock = match self {
            Self::Nobody => return Ok("BEGIN".to_owned()),
            Self::Key(key) => format!("lock_key({})", super::number(key)),
            Self::Account(id) => format!("lock_account('{}')", plain(id)?),
            Self::Flow(id) => format!("lock_of_flow('{}')", plain(id)?),
            Self::Delivery(id) => format!("lock_of_delivery('{}')", plain(id)?),
            Self::Session(id) => format!("lock_of_session('{}')", plain(id)?),
        };
        Ok(format!("BEGIN; EXECUTE {lock}"))
    }
}

fn plain(id: &str) -> Result<&str, SqlError> {
    if id.bytes().all(|byte| byte.is_ascii_alphanumeric()) { Ok(id) } else { Err(SqlError::NotAnId) }
}
