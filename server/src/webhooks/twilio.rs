//! `POST /webhooks/twilio/status/{token}`: how far a message or call got. `POST /webhooks/twilio/voice/{token}`: a key was pressed in a
//! call, what is to be said?
use super::{CallbackOutcome, Document, heard};
use crate::sms::news;
use crate::sms::twilio::NAME;
use crate::sms::twilio::callback::{Callbacks, STATUS_PATH, VOICE_PATH};
use crate::sms::twilio::voice;
use crate::web::gate;
use crate::web::machine::Received;
use domain::ports::Fault;
use zeroize::Zeroizing;

const SIGNATURE: &str = "x-twilio-signature";

/// What Twilio is to do with a call.
const TWIML: &str = "text/xml; charset=utf-8";

/// Takes news of a message in.
///
/// # Errors
/// When the store fails: Twilio may call again.
pub async fn status(call: Received) -> Result<CallbackOutcome, Fault> {
    let (callbacks, signature) = match signed(&call) {
        Ok(signed) => signed,
        Err(told) => return Ok(told),
    };
    let token = call.address.strip_prefix(STATUS_PATH).unwrap_or_default();
    heard(&call, callbacks.status(&call.address, token, signature, &call.body)).await
}

/// Says what a call says once a key was pressed: the code, the first time. A second time, of a code that is of no use any more, or of a
/// call that nobody knows: nothing but the end of it (R22).
///
/// # Errors
/// When the store fails: nothing is said then.
pub async fn voice(call: Received) -> Result<CallbackOutcome, Fault> {
    let (callbacks, signature) = match signed(&call) {
        Ok(signed) => signed,
        Err(told) => return Ok(told),
    };
    let token = call.address.strip_prefix(VOICE_PATH).unwrap_or_default();
    let pressed = match callbacks.voice(&call.address, token, signature, &call.body) {
        Err(refused) => return Ok(refused.into()),
        Ok(pressed) => pressed,
    };
    let core = &call.app.core;
    let spoken = match pressed {
        Some(pressed) => core.deliveries.read_out(&pressed, &call.trail).await?,
        None => None,
    };
    let document = match spoken {
        Some((spoken, about)) => {
            news::read_out(&about, NAME, &*core.watch, &call.trail);
            voice::spoken(&spoken)
        }
        None => Zeroizing::new(voice::HANG_UP.to_owned()),
    };
    Ok(CallbackOutcome::Say(Document(TWIML, document)))
}

/// What is needed to judge a call, where it has the shape of one.
fn signed(call: &Received) -> Result<(&Callbacks, &str), CallbackOutcome> {
    let Some(callbacks) = &call.app.callbacks else { return Err(CallbackOutcome::Nothing) };
    if !gate::is_form(&call.headers) {
        return Err(CallbackOutcome::Malformed);
    }
    let mut signatures = call.headers.get_all(SIGNATURE).iter();
    let Some(signature) = signatures.next() else { return Err(CallbackOutcome::Malformed) };
    let (Ok(signature), None) = (signature.to_str(), signatures.next()) else {
        return Err(CallbackOutcome::Forged);
    };
    Ok((callbacks, signature))
}
