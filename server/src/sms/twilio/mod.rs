//! Twilio as a provider of text messages: its REST API by our own small client.
//!
//! `settings` what an operator may configure, `http` one connection, `verdict` what an answer means, `errors` Twilio's codes
//! as data, `client` the walk through all of them. `signature` and `callback` are for what Twilio tells us later, `voice` is what its calls
//! say.

pub mod callback;
mod client;
pub mod errors;
mod http;
pub mod inspect;
mod settings;
pub mod signature;
mod verdict;
pub mod voice;

pub use super::handover::{Pause, Surroundings, TimerPause};
pub use super::http::Roots;
pub use client::Twilio;
pub use settings::{DEFAULT_BASE_URL, SettingsError, TwilioOptions};

/// The name of this provider in settings, records and logs.
pub const NAME: &str = "twilio";
