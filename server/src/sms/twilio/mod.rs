//! Twilio as a provider of text messages: its REST API by our own small client.
//!
//! `settings` what an operator may configure, `http` one connection, `verdict` what an answer means, `errors` Twilio's codes
//! as data, `client` the walk through all of them. `signature`, `form` and `callback` are for what Twilio tells us later, `words` what its words for
//! it mean, `voice` is what its calls say.

pub mod callback;
mod client;
pub mod errors;
mod form;
mod http;
pub mod inspect;
mod settings;
mod sid;
pub mod signature;
mod verdict;
pub mod voice;
mod words;

use super::handover::Who;
pub use super::handover::{Pause, Surroundings, TimerPause};
pub use super::http::Roots;
pub use crate::sms::settings_error::SettingsError;
pub use client::Twilio;
pub use settings::{DEFAULT_BASE_URL, TwilioOptions};

/// The name of this provider in settings, records and logs.
pub const NAME: &str = "twilio";

/// Its name, and how its log lines begin.
const WHO: Who = Who { name: NAME, label: "Twilio SMS" };
