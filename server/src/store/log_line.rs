//! A line of the security log, as operators read it.
use domain::time::Timestamp;

/// What happened, and who did it from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When.
    pub at: Timestamp,
    /// What happened, by its name in the log.
    pub kind: String,
    /// More about it.
    pub detail: Option<String>,
    /// Who did it: a person, an app, an operator, the program.
    pub actor: String,
    /// Id of the request; empty for the program's own work.
    pub request: String,
    /// Client address; may be empty.
    pub address: String,
    /// Browser family; may be empty.
    pub agent: String,
    /// The node that wrote it.
    pub node: Option<String>,
}
