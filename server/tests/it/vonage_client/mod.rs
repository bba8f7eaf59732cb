//! The client of Vonage: what it sends, what it makes of answers, when it gives up.
mod answers;
mod failures;
mod request;
mod secrets;
mod stage;
