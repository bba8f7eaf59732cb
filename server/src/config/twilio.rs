//! `[sms.twilio]`: handed to the provider, which checks the rest when it starts.
use super::ConfigError;
use super::raw::RawTwilio;
use super::secret::live_secret;
use crate::sms::settings_error::SettingsError;
use crate::sms::twilio::TwilioOptions;
use crate::web::site::Site;

/// What Twilio is started with.
///
/// # Errors
/// A secret that cannot be read, or callbacks that are neither on nor off.
pub(super) fn options(raw: RawTwilio, site: &Site) -> Result<TwilioOptions, ConfigError> {
    let reachable = reachable("sms.twilio.callbacks", &raw.callbacks, site)?;
    Ok(TwilioOptions {
        account_sid: raw.account_sid,
        auth_token: live_secret("sms.twilio.auth_token", raw.auth_token, raw.auth_token_file.as_deref())?,
        api_key_sid: raw.api_key_sid,
        api_key_secret: live_secret(
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

/// What is impossible whether Twilio is used or not.
///
/// # Errors
/// An address that is not Twilio's, or callbacks that are neither on nor off.
pub(super) fn unused(raw: RawTwilio, site: &Site) -> Result<(), ConfigError> {
    reachable("sms.twilio.callbacks", &raw.callbacks, site)?;
    let RawTwilio { edge, region, base_url, .. } = raw;
    impossible(TwilioOptions { edge, region, base_url, ..TwilioOptions::default() }.check().err())
}

/// What is missing is no fault of a provider that is not used.
pub(super) fn impossible(error: Option<SettingsError>) -> Result<(), ConfigError> {
    match error {
        Some(error @ SettingsError::Invalid { .. }) => Err(ConfigError(error.told())),
        Some(SettingsError::Missing { .. } | SettingsError::Tls { .. }) | None => Ok(()),
    }
}

/// Whether a provider is asked to call us.
///
/// # Errors
/// What is neither yes nor no.
pub(super) fn reachable(key: &str, typed: &str, site: &Site) -> Result<bool, ConfigError> {
    match typed {
        "auto" => Ok(!site.loopback),
        "always" => Ok(true),
        "never" => Ok(false),
        _ => Err(ConfigError(format!("{key}: must be \"auto\", \"always\" or \"never\""))),
    }
}
