//! What the web needs to know of the settings.
use super::brand::Brand;
use super::client_ip::TrustedProxies;

/// The installation as its visitors meet it.
pub struct Site {
    /// Scheme, host and port without a slash at the end: all absolute addresses begin with it (R72).
    pub origin: String,
    /// Host name without port: codes are bound to it.
    pub host: String,
    /// Host and port as a browser sends them in `Host`.
    pub authority: String,
    /// `public_url` is https: cookies are `Secure` with the `__Host-` prefix, HSTS is sent.
    pub secure: bool,
    /// `public_url` is a loopback address: any loopback name will do.
    pub loopback: bool,
    /// The installation's name.
    pub brand: String,
    /// Where people get help, if anywhere.
    pub support_url: Option<String>,
    /// Its own look, where it has one.
    pub theme: Brand,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
}
