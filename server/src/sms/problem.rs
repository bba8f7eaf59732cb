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

/// What is known of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose turn it is.
    pub class: Class,
    /// What the person is told.
    pub problem: SendProblem,
    /// Does it say something lasting about the number (R42)?
    pub lasting: Lasting,
    /// For the operator's log: what it means and what to do.
    pub remedy: &'static str,
}

/// A line of a provider's table: codes that mean the same, and what.
pub(crate) type Row = (&'static [u32], Class, SendProblem, Lasting, &'static str);

/// What a code means, where the table has it.
pub(crate) fn look_up(table: &[Row], code: u32) -> Option<Entry> {
    let &(_, class, problem, lasting, remedy) = table.iter().find(|(codes, ..)| codes.contains(&code))?;
    Some(Entry { class, problem, lasting, remedy })
}
