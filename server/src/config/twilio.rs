//! `[sms.twilio]`: handed to the provider, which checks the rest when it starts.
use super::ConfigError;
use super::raw::RawTwilio;
use super::secret::secret;
use crate::sms::twilio::TwilioOptions;
use crate::web::site::Site;

/// What Twilio is started with.
///
/// # Errors
/// A secret that cannot be read, or callbacks that are neither on nor off.
pub(super) fn options(raw: RawTwilio, site: &Site) -> Result<TwilioOptions, ConfigError> {
    let reachable = match raw.callbacks.as_str() {
        "auto" => !site.loopback,
        "always" => true,
        "never" => false,
        _ => {
            return Err(ConfigError(
                "sms.twilio.callbacks: must be \"auto\", \"always\" or \"never\"".to_owned(),
            ));
        }
    };
    Ok(TwilioOptions {
        account_sid: raw.account_sid,
        auth_token: secret("sms.twilio.auth_token", raw.auth_token, raw.auth_token_file.as_deref())?,
        api_key_sid: raw.api_key_sid,
        api_key_secret: secret(
            "sms.twilio.api_key_secret",
            raw.api_key_secret,
            raw.api_key_secret_file.as_deref(),
        )?,
        from_number: raw.from_number,
        messaging_service_sid: raw.messaging_service_sid,
        edge: raw.edge,
        region: raw.region,
        base_url: raw.base_url,
        status_callback: reachable.then(|| site.origin.clone()),
    })
}
