//! The settings: whether a start is possible with them. What `latchkey config check` says of them, without a database.
use super::Check;
use super::providers::Examinations;
use crate::config::ConfigError;
use crate::web::site::Site;
use crate::words::Catalogue;

const NAME: &str = "settings";

pub(super) fn check(
    refused: Option<ConfigError>,
    site: Option<&Site>,
    digits: Option<u8>,
    providers: &Examinations,
) -> Check {
    if let Some(error) = refused {
        return Check::refused(NAME, &error.to_string());
    }
    if let (Some(site), Some(digits)) = (site, digits)
        && let Err(error) = Catalogue::new(&site.brand, &site.host, digits)
    {
        return Check::refused(NAME, &error.to_string());
    }
    if let Some(error) = providers.iter().find_map(|provider| provider.as_ref().err()) {
        return Check::refused(NAME, error);
    }
    Check::ok(NAME, site.map_or_else(String::new, |site| format!("good; public_url is {}", site.origin)))
}
