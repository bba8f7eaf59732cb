//! What a provider's error code means and what to do about it, for an operator who meets one.
use crate::sms::{twilio, vonage};

/// In words; nothing of a provider that this release does not know.
#[must_use]
pub fn meaning(provider: &str, code: u32) -> Option<&'static str> {
    match provider {
        twilio::NAME => Some(twilio::errors::delivery(code).remedy),
        vonage::NAME => Some(vonage::errors::delivery(code).remedy),
        _ => None,
    }
}
