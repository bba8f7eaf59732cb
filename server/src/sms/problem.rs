//! What is known of a provider's error code: whose turn it is, what the person is told, what the operator should do. Each provider has
//! its table of them (R85).
use domain::delivery::SendProblem;
use domain::progress::Lasting;

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Configuration or account: the operator acts. Counts for the breaker.
    Config,
    /// The number: the person acts.
    Number,
    /// Passing: another try helps.
    Passing,
    /// Country or fraud.
    Geography,
    /// A limit or capacity.
    Limit,
}

/// Does it say something lasting about the number (R42)?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// No.
    No,
    /// Yes: the number needs attention.
    Yes,
    /// Only when it happens twice in a row.
    Repeated,
}

/// What is known of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose turn it is.
    pub class: Class,
    /// What the person is told.
    pub problem: SendProblem,
    /// Does it mark the number?
    pub mark: Mark,
    /// For the operator's log: what it means and what to do.
    pub remedy: &'static str,
}

/// A line of a provider's table: codes that mean the same, and what.
pub(crate) type Row = (&'static [u32], Class, SendProblem, Mark, &'static str);

/// What a code means, where the table has it.
pub(crate) fn look_up(table: &[Row], code: u32) -> Option<Entry> {
    let &(_, class, problem, mark, remedy) = table.iter().find(|(codes, ..)| codes.contains(&code))?;
    Some(Entry { class, problem, mark, remedy })
}

impl Mark {
    /// The same, as the rules call it.
    #[must_use]
    pub fn lasting(self) -> Lasting {
        match self {
            Self::No => Lasting::No,
            Self::Yes => Lasting::Yes,
            Self::Repeated => Lasting::Repeated,
        }
    }
}
