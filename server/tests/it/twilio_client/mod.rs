//! The Twilio client against the fake: what it sends, what it makes of each answer, what it never does.
mod answers;
mod breaker;
mod calls;
mod error_table;
mod failures;
mod request;
mod retries;
mod secrets;
mod signatures;
pub mod stage;
mod tls;
