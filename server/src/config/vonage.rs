//! `[sms.vonage]`: handed to the provider, which checks the rest when it starts.
use super::ConfigError;
use super::raw::RawVonage;
use super::secret::live_secret;
use super::twilio::{impossible, reachable};
use crate::sms::vonage::VonageOptions;
use crate::web::site::Site;

/// What Vonage is started with.
///
/// # Errors
/// A secret that cannot be read, or callbacks that are neither on nor off.
pub(super) fn options(raw: RawVonage, site: &Site) -> Result<VonageOptions, ConfigError> {
    let reachable = reachable("sms.vonage.callbacks", &raw.callbacks, site)?;
    Ok(VonageOptions {
        api_key: raw.api_key,
        api_secret: live_secret("sms.vonage.api_secret", raw.api_secret, raw.api_secret_file.as_deref())?,
        signature_secret: live_secret(
            "sms.vonage.signature_secret",
            raw.signature_secret,
            raw.signature_secret_file.as_deref(),
        )?,
        from: raw.from,
        base_url: raw.base_url,
        status_callback: reachable.then(|| site.origin.clone()),
    })
}

/// What is impossible whether Vonage is used or not.
///
/// # Errors
/// An address that is not Vonage's, or callbacks that are neither on nor off.
pub(super) fn unused(raw: RawVonage, site: &Site) -> Result<(), ConfigError> {
    reachable("sms.vonage.callbacks", &raw.callbacks, site)?;
    impossible(VonageOptions { base_url: raw.base_url, ..VonageOptions::default() }.check().err())
}
