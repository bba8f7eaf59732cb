//! The rules of Latchkey: codes, phones, limits, sessions. Pure: no IO, no clock, no randomness of its own; all three come in
//! through [`ports`], [`time::Clock`] and [`entropy::Entropy`].
//!
//! Where things are: a rule about codes in [`otp`] and [`challenge`], about numbers in [`phone`], about how often in
//! [`limits`] and [`password_tries`], about figures in [`policy`], about the keys of tokens in [`signing_keys`], about apps in [`oidc`]; the
//! journeys in [`sign_in`], [`phones`], [`fresh_proof`], [`delivery_test`].
pub mod bill;
pub mod challenge;
pub mod channel;
pub mod client;
pub mod client_change;
pub mod code;
pub mod conversion;
pub mod core;
pub mod day_cap;
pub mod delivery;
pub mod delivery_health;
pub mod delivery_test;
pub mod email;
pub mod entropy;
pub mod events;
pub mod fresh_proof;
pub mod guessing;
pub mod id;
pub mod lang;
pub mod level;
pub mod limits;
pub mod message;
pub mod method;
pub mod notice;
pub mod notices;
pub mod oidc;
pub mod otp;
pub mod password;
mod password_check;
pub mod password_tries;
pub mod phone;
pub mod phones;
pub mod policy;
pub mod ports;
pub mod progress;
pub mod provider_order;
pub mod purpose;
pub mod redirect_uri;
pub mod send_problem;
pub mod session;
pub mod session_begin;
pub mod sign_in;
pub mod signing;
pub mod signing_keys;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
pub mod voice;
pub mod wait;
pub mod watch;
