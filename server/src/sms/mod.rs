//! Providers of text messages. Each implements [`domain::ports::Sms`] and knows nothing of the others.
//!
//! To add one: a module here, its settings checked where they are read, its errors as a table of data that ends in
//! [`domain::delivery::SendProblem`], and the three outcomes kept apart: taken, refused, and *nobody can tell*.

mod breaker;
pub mod callback;
pub mod dispatch;
pub mod follow;
pub mod handover;
pub mod http;
pub mod news;
pub mod outbox;
pub mod problem;
pub mod settings_error;
pub mod twilio;
mod typed;
mod verdict;
pub mod vonage;
