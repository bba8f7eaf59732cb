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

impl Whose<'_> {
    /// The beginning of the transaction, with the account's lock in the same message. Ids are letters and digits: nothing else
    /// can stand in the text.
    pub(super) fn begin(self) -> Result<String, SqlError> {
        let account = match self {
            Self::Nobody => return Ok("BEGIN".to_owned()),
            Self::Key(key) => {
                return Ok(format!("BEGIN; SELECT pg_advisory_xact_lock({})", super::number(key)));
            }
            Self::Account(id) => format!("'{}'", plain(id)?),
            Self::Flow(id) => format!("(SELECT account_id FROM flows WHERE id = '{}')", plain(id)?),
            Self::Delivery(id) => format!("(SELECT account_id FROM deliveries WHERE id = '{}')", plain(id)?),
            Self::Session(id) => format!(
                "(SELECT COALESCE(s.account_id, f.account_id) FROM sessions s LEFT JOIN flows f ON f.id = s.flow_id \
                 WHERE s.handle = '{}')",
                plain(id)?
            ),
        };
        Ok(format!("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended({account}, 0))"))
    }
}

fn plain(id: &str) -> Result<&str, SqlError> {
    if id.bytes().all(|byte| byte.is_ascii_alphanumeric()) { Ok(id) } else { Err(SqlError::NotAnId) }
}
