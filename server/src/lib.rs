//! Server.
pub mod sms;
