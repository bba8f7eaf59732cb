//! Vonage as a provider of text messages: its Messages API by our own small client.
//!
//! `settings` what an operator may configure, `http` one connection, `verdict` what an answer means, `errors` Vonage's codes as data,
//! `client` what a message carries. `jwt` and `callback` are for what Vonage tells us later. It has no address where one could ask how
//! far a message got: without callbacks nobody hears of it.

pub mod callback;
mod client;
pub mod errors;
mod http;
pub mod jwt;
mod settings;
mod verdict;

use super::handover::Who;
pub use crate::sms::settings_error::SettingsError;
pub use client::Vonage;
pub use settings::{DEFAULT_BASE_URL, VonageOptions};

/// The name of this provider in settings, records and logs.
pub const NAME: &str = "vonage";

/// Its name, and how its log lines begin.
const WHO: Who = Who { name: NAME, label: "Vonage SMS" };
