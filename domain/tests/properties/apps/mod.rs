//! Apps in the histories: what they and their people do, what must hold of what they are given (P7, P8), and the hands for it.
mod acts;
mod drive;
mod model;
mod tokens;

pub use acts::{Act, act};
pub use model::{Apps, Tally};
