//! `POST /webhooks/vonage/status/{token}`: how far a message got.
use super::{CallbackOutcome, heard};
use crate::sms::vonage::callback::STATUS_PATH;
use crate::web::machine::Received;
use domain::ports::Fault;
use http::{HeaderMap, header};

/// Takes news of a message in.
///
/// # Errors
/// When the store fails: Vonage calls again.
pub async fn status(call: Received) -> Result<CallbackOutcome, Fault> {
    let Some(callbacks) = &call.app.vonage_callbacks else { return Ok(CallbackOutcome::Nothing) };
    if !is_json(&call.headers) {
        return Ok(CallbackOutcome::Malformed);
    }
    let mut proofs = call.headers.get_all(header::AUTHORIZATION).iter();
    let Some(proof) = proofs.next() else { return Ok(CallbackOutcome::Malformed) };
    let (Ok(proof), None) = (proof.to_str(), proofs.next()) else { return Ok(CallbackOutcome::Forged) };
    let Some(jwt) = bearer(proof) else { return Ok(CallbackOutcome::Malformed) };
    // Vonage signs no address: what stands behind the token is nobody's word.
    let token = call.address.strip_prefix(STATUS_PATH).unwrap_or_default();
    heard(&call, callbacks.status(token, jwt, &call.body, call.trail.at)).await
}

fn bearer(proof: &str) -> Option<&str> {
    let (scheme, jwt) = proof.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| jwt.trim_matches(' '))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}
