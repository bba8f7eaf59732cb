//! `POST /webhooks/twilio/status/{token}`: how far a message or call got. `POST /webhooks/twilio/voice/{token}`: a key was pressed in a
//! call, what is to be said?
use super::{Told, Twiml};
use crate::sms::news;
use crate::sms::twilio::NAME;
use crate::sms::twilio::callback::{Callbacks, Refused, STATUS_PATH, Told as Read, VOICE_PATH};
use crate::sms::twilio::voice;
use crate::web::gate;
use crate::web::machine::Received;
use domain::ports::Fault;
use zeroize::Zeroizing;

const SIGNATURE: &str = "x-twilio-signature";

/// Takes news of a message in. Whatever it is about, what is known or not known of it is answered alike.
///
/// # Errors
/// When the store fails: Twilio may call again.
pub async fn status(call: Received) -> Result<Told, Fault> {
    let (callbacks, signature) = match signed(&call) {
        Ok(signed) => signed,
        Err(told) => return Ok(told),
    };
    let token = call.address.strip_prefix(STATUS_PATH).unwrap_or_default();
    match callbacks.status(&call.address, token, signature, &call.body) {
        Err(refused) => Ok(no(refused)),
        Ok(Read::Nothing) => Ok(Told::Heard),
        Ok(Read::News(news)) => {
            let core = &call.app.core;
            news::take_in(&news, &*core.deliveries, &*core.watch, &call.trail).await?;
            Ok(Told::Heard)
        }
    }
}

/// Says what a call says once a key was pressed: the code, the first time. A second time, of a code that is of no use any more, or of a
/// call that nobody knows: nothing but the end of it (R22).
///
/// # Errors
/// When the store fails: nothing is said then.
pub async fn voice(call: Received) -> Result<Told, Fault> {
    let (callbacks, signature) = match signed(&call) {
        Ok(signed) => signed,
        Err(told) => return Ok(told),
    };
    let token = call.address.strip_prefix(VOICE_PATH).unwrap_or_default();
    let pressed = match callbacks.voice(&call.address, token, signature, &call.body) {
        Err(refused) => return Ok(no(refused)),
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
    Ok(Told::Do(Twiml(document)))
}

/// What is needed to judge a call, where it has the shape of one.
fn signed(call: &Received) -> Result<(&Callbacks, &str), Told> {
    let Some(callbacks) = &call.app.callbacks else { return Err(Told::Nothing) };
    if !gate::is_form(&call.headers) {
        return Err(Told::Malformed);
    }
    let mut signatures = call.headers.get_all(SIGNATURE).iter();
    let Some(signature) = signatures.next() else { return Err(Told::Malformed) };
    let (Ok(signature), None) = (signature.to_str(), signatures.next()) else { return Err(Told::Forged) };
    Ok((callbacks, signature))
}

fn no(refused: Refused) -> Told {
    match refused {
        Refused::NotSigned | Refused::Fields => Told::Malformed,
        Refused::Forged => Told::Forged,
    }
}
