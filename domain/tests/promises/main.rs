//! What the rules promise, one file per subject, on a whole installation in memory.
#[cfg(test)]
mod hands;
#[cfg(test)]
mod sign_in;
