//! What is looked at for each provider of messages.
//!
//! A new provider: its questions in its own room (`sms`), a file here that judges the answers and implements [`Examination`], a line in
//! [`of`].
use super::twilio::TwilioExamination;
use super::vonage::VonageExamination;
use super::{Check, Examination, Findings};
use crate::config::Provider;
use async_trait::async_trait;

/// One for each provider in their order; where its settings are no good, why and what to do.
pub(super) type Examinations = Vec<Result<Box<dyn Examination>, String>>;

/// Those of these providers.
pub(super) fn of(providers: Vec<Provider>, allowed_countries: &[String]) -> Examinations {
    let examination = |provider| -> Result<Box<dyn Examination>, String> {
        Ok(match provider {
            Provider::Outbox => Box::new(OutboxExamination),
            Provider::Twilio(options) => Box::new(TwilioExamination::new(*options, allowed_countries)?),
            Provider::Vonage(options) => Box::new(VonageExamination::new(*options)?),
        })
    };
    providers.into_iter().map(examination).collect()
}

/// The built-in provider has nothing to ask.
struct OutboxExamination;

#[async_trait]
impl Examination for OutboxExamination {
    async fn examine(&self, findings: &mut Findings<'_>) {
        findings.add(Check::warn(
            "outbox",
            "messages are kept in the built-in inbox at /dev/phone; nobody receives them",
            "for a first look this is right; for people, set sms.providers to one that sends",
        ));
    }
}
