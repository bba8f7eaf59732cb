//! Providers of text messages. Each implements [`domain::ports::Sms`] and knows nothing of the others.
//!
//! To add one: a module here, its settings checked where they are read ([`settings_error`] says what is wrong with them), its errors as a
//! table of data ([`problem`]) that ends in [`domain::delivery::SendProblem`], its callbacks read into what all of them amount to
//! ([`callback`]), and the three outcomes kept apart: taken, refused, and *nobody can tell*. `handover` starts it, asks it, and leaves it
//! alone where it fails. Its codes are explained to operators by a line in `services/codes.rs`.

mod breaker;
pub mod callback;
pub mod dispatch;
pub mod follow;
pub mod handover;
pub mod http;
pub mod live_secret;
pub mod news;
pub mod outbox;
pub mod problem;
pub mod settings_error;
pub mod twilio;
mod typed;
mod verdict;
pub mod vonage;
