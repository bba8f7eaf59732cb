//! Vonage: whether its callbacks would reach us. It has no address that tells of a login or a sender without a message being sent.
use super::Examination;
use super::outside::{self, Post, Tried};
use super::{Check, Findings, clock};
use crate::entropy::OsEntropy;
use crate::sms::vonage::VonageOptions;
use crate::sms::vonage::callback::{Callbacks, STATUS_PATH};
use async_trait::async_trait;
use domain::entropy::hex128;

const ACCOUNT: &str = "vonage.account";
const CALLBACKS: &str = "vonage.callbacks";

/// What is looked at.
pub(super) struct VonageExamination {
    /// Where news would come to, and how it is signed.
    callbacks: Option<(String, Callbacks)>,
}

impl VonageExamination {
    /// # Errors
    /// The setting that is wrong, and what to do.
    pub(super) fn new(options: VonageOptions) -> Result<Self, String> {
        let settings = options.check().map_err(|error| error.told())?;
        Ok(Self { callbacks: settings.status_callback.zip(settings.callbacks) })
    }

    async fn callbacks(&self) -> Check {
        let Some((base, callbacks)) = &self.callbacks else {
            return Check::skipped(
                CALLBACKS,
                "none are asked for: public_url is on this machine, sms.vonage.callbacks says never, or there is no signature_secret",
            );
        };
        let place = format!("{base}{STATUS_PATH}");
        let Some(client) = outside::client(&place) else { return outside::no_tls(CALLBACKS) };
        let address = format!("{place}{}", hex128(&OsEntropy));
        let (body, proof) = callbacks.trial(&uuid(&hex128(&OsEntropy)), clock::own());
        let (right, wrong) = (format!("Bearer {proof}"), format!("Bearer {}", unsigned(&proof)));
        let (signed, forged) = (
            outside::post(&client, &address, &Post::Json(&body), ("authorization", &right)).await,
            outside::post(&client, &address, &Post::Json(&body), ("authorization", &wrong)).await,
        );
        let tried =
            Tried { check: CALLBACKS, provider: "Vonage", key: "sms.vonage.signature_secret", place: &place };
        outside::answered(&tried, &signed, &forged)
    }
}

/// The same words under a signature of nobody's: as long as a right one.
fn unsigned(proof: &str) -> String {
    let signed = proof.rsplit_once('.').map_or(proof, |(signed, _)| signed);
    format!("{signed}.{}", "A".repeat(43))
}

/// 32 hexadecimal digits in the groups of a UUID.
fn uuid(digits: &str) -> String {
    let mut text = String::with_capacity(36);
    for (at, digit) in digits.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

#[async_trait]
impl Examination for VonageExamination {
    async fn examine(&self, findings: &mut Findings<'_>) {
        findings.add(Check::skipped(
            ACCOUNT,
            "Vonage tells nothing of a login or a sender without a message; `latchkey sms test` sends one",
        ));
        findings.add(self.callbacks().await);
    }
}
