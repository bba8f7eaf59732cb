//! What a status callback of Vonage says (R81): members that are needed stand there exactly once, well-formed; anything else is ignored.
use super::NAME;
use super::errors;
use super::jwt::Tokens;
use super::verdict::{Problem, is_uuid};
use crate::sms::callback::{self, Of};
pub use crate::sms::callback::{Refused, Report};
use crate::sms::live_secret::LiveSecret;
use crate::sms::verdict::is_word;
use domain::progress::Progress;
use domain::time::Timestamp;
use serde::Deserialize;
use serde_json::json;

/// A path below `public_url`; the token of the message follows.
pub const STATUS_PATH: &str = "/webhooks/vonage/status/";

/// What is needed to take callbacks in. No `Debug`: it holds the key of their signatures.
pub struct Callbacks {
    tokens: Tokens,
}

/// The members we read. A member that stands there twice makes the whole ill-formed.
#[derive(Deserialize)]
struct Status {
    message_uuid: String,
    channel: String,
    status: String,
    error: Option<Problem>,
}

impl Callbacks {
    /// Of the account with this API key.
    #[must_use]
    pub fn new(signature_secret: LiveSecret, api_key: String) -> Self {
        Self { tokens: Tokens::new(signature_secret, api_key) }
    }

    /// A status callback about a message that is none, with its proof: to try whether callbacks get through.
    #[must_use]
    pub fn trial(&self, id: &str, now: Timestamp) -> (String, String) {
        let body = json!({ "message_uuid": id, "channel": "sms", "status": "submitted" }).to_string();
        let proof = self.tokens.sign(body.as_bytes(), now);
        (body, proof)
    }

    /// Reads a status callback that came for the message of `token`, with `jwt` as its proof.
    ///
    /// # Errors
    /// Says what is wrong with it. Nothing was looked up by then.
    pub fn status(&self, token: &str, jwt: &str, body: &[u8], now: Timestamp) -> Result<Report, Refused> {
        if !self.tokens.hold(jwt, body, now) {
            return Err(Refused::Forged);
        }
        let status: Status = serde_json::from_slice(body).map_err(|_| Refused::Fields)?;
        let id = status.message_uuid.to_ascii_lowercase();
        if !is_uuid(&id) || !is_word(&status.status) || !is_word(&status.channel) {
            return Err(Refused::Fields);
        }
        let code = status.error.as_ref().and_then(Problem::code);
        let progress = progress(&status.status).filter(|_| status.channel == "sms");
        let of = Of { provider: NAME, token, provider_id: &id };
        // What a message costs is told by another way that needs an address of its own for the whole account.
        let news = progress.map(|progress| callback::news(&of, progress, code, errors::delivery));
        Ok(news.map_or(Report::Nothing, Report::News))
    }
}

/// Vonage's words for a message. *Submitted* is said once its own SMS service has it, which is not yet the network; *undeliverable*, that
/// it could not reach that service; *rejected*, that the network, or itself, gave up.
fn progress(word: &str) -> Option<Progress> {
    Some(match word {
        "submitted" => Progress::Sending,
        "undeliverable" => Progress::Failed,
        "rejected" => Progress::Undelivered,
        "delivered" => Progress::Delivered,
        "read" => Progress::Read,
        _ => return None,
    })
}
