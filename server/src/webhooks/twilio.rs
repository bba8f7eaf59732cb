//! `POST /webhooks/twilio/status/{token}`: how far a message got.
use super::Signed;
use crate::sms::news;
use crate::sms::twilio::callback::{Refused, STATUS_PATH, Told};
use domain::ports::Fault;
use http::StatusCode;

const SIGNATURE: &str = "x-twilio-signature";

/// Takes news of a message in. Whatever it is about, what is known or not known of it is answered alike.
///
/// # Errors
/// When the store fails: Twilio may call again.
pub async fn status(call: Signed) -> Result<StatusCode, Fault> {
    let Some(callbacks) = &call.app.callbacks else { return Ok(StatusCode::NOT_FOUND) };
    let mut signatures = call.headers.get_all(SIGNATURE).iter();
    let Some(signature) = signatures.next() else { return Ok(StatusCode::BAD_REQUEST) };
    let (Ok(signature), None) = (signature.to_str(), signatures.next()) else {
        return Ok(StatusCode::FORBIDDEN);
    };
    let token = call.address.strip_prefix(STATUS_PATH).unwrap_or_default();
    match callbacks.status(&call.address, token, signature, &call.body) {
        Err(Refused::NotSigned | Refused::Fields) => Ok(StatusCode::BAD_REQUEST),
        Err(Refused::Forged) => Ok(StatusCode::FORBIDDEN),
        Ok(Told::Nothing) => Ok(StatusCode::NO_CONTENT),
        Ok(Told::News(news)) => {
            let core = &call.app.core;
            news::take_in(&news, &*core.deliveries, &*core.watch, &call.trail).await?;
            Ok(StatusCode::NO_CONTENT)
        }
    }
}
