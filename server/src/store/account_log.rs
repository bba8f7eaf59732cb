//! The security log of one account, for an operator whom its person has called. No code, no full number.
use super::log_line::LogLine;
use super::record::record;
use super::tx::{all, statements};
use super::{Doing as _, Result, Store, at};
use domain::id::AccountId;
use domain::ports::Fault;

statements! {
    NEWEST = "SELECT e.at, e.kind, e.purpose, e.detail, p.calling_code, p.last_digits, e.actor, e.request, e.address, e.agent, \
        e.session, e.node FROM events e LEFT JOIN phones p ON p.id = e.phone_id WHERE e.account_id = $1 \
        ORDER BY e.at DESC, e.id DESC LIMIT $2";
}

record! {
    struct Row {
        at: i64,
        kind: String,
        purpose: Option<String>,
        detail: Option<String>,
        calling_code: Option<String>,
        last_digits: Option<String>,
        actor: String,
        request: String,
        address: String,
        agent: String,
        session: Option<String>,
        node: Option<String>,
    }
}

/// What happened to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountEvent {
    /// The line.
    pub line: LogLine,
    /// What a code was for.
    pub purpose: Option<String>,
    /// Calling code and last two digits of the phone that it was about; nothing where that is gone.
    pub phone: Option<(String, String)>,
    /// The browser session, by its public name.
    pub session: Option<String>,
}

impl Store {
    /// The newest lines of an account, oldest first; at most so many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log_of(&self, account: &AccountId, most: u32) -> Result<Vec<AccountEvent>, Fault> {
        let rows = all!(self.db.read(), NEWEST, account.as_str(), i64::from(most));
        let rows: Result<Vec<Row>> = rows.map_err(Into::into);
        Ok(rows.doing("reading the security log")?.into_iter().rev().map(Row::read).collect())
    }
}

impl Row {
    fn read(self) -> AccountEvent {
        AccountEvent {
            line: LogLine {
                at: at(self.at),
                kind: self.kind,
                detail: self.detail,
                actor: self.actor,
                request: self.request,
                address: self.address,
                agent: self.agent,
                node: self.node,
            },
            purpose: self.purpose,
            phone: self.calling_code.zip(self.last_digits),
            session: self.session,
        }
    }
}
