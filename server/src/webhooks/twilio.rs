//! `POST /webhooks/twilio/status/{token}`: how far a message got.
use super::Told;
use crate::sms::news;
use crate::sms::twilio::callback::{Refused, STATUS_PATH, Told as Read};
use crate::web::gate;
use crate::web::machine::Received;
use domain::ports::Fault;

const SIGNATURE: &str = "x-twilio-signature";

/// Takes news of a message in. Whatever it is about, what is known or not known of it is answered alike.
///
/// # Errors
/// When the store fails: Twilio may call again.
pub async fn status(call: Received) -> Result<Told, Fault> {
    let Some(callbacks) = &call.app.callbacks else { return Ok(Told::Nothing) };
    if !gate::is_form(&call.headers) {
        return Ok(Told::Malformed);
    }
    let mut signatures = call.headers.get_all(SIGNATURE).iter();
    let Some(signature) = signatures.next() else { return Ok(Told::Malformed) };
    let (Ok(signature), None) = (signature.to_str(), signatures.next()) else { return Ok(Told::Forged) };
    let token = call.address.strip_prefix(STATUS_PATH).unwrap_or_default();
    match callbacks.status(&call.address, token, signature, &call.body) {
        Err(Refused::NotSigned | Refused::Fields) => Ok(Told::Malformed),
        Err(Refused::Forged) => Ok(Told::Forged),
        Ok(Read::Nothing) => Ok(Told::Heard),
        Ok(Read::News(news)) => {
            let core = &call.app.core;
            news::take_in(&news, &*core.deliveries, &*core.watch, &call.trail).await?;
            Ok(Told::Heard)
        }
    }
}
