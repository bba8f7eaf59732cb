//! Headers that every answer carries (R64, R66, R67, R68, R74).
use super::site::Site;
use http::{HeaderMap, HeaderName, HeaderValue, header};

const PERMISSIONS: &str = "otp-credentials=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), \
accelerometer=(), autoplay=(), bluetooth=(), camera=(), clipboard-read=(), clipboard-write=(), \
compute-pressure=(), cross-origin-isolated=(), display-capture=(), encrypted-media=(), \
fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), \
keyboard-map=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), \
serial=(), storage-access=(), usb=(), web-share=(), window-management=(), xr-spatial-tracking=()";

const PLAIN_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
frame-ancestors 'none'; base-uri 'none'";

/// Puts in what is the same for every answer; what a handler has set stays.
pub fn common(headers: &mut HeaderMap, site: &Site) {
    headers.reserve(10);
    let mut put = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    put(header::X_FRAME_OPTIONS, "DENY");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    put(header::CONTENT_SECURITY_POLICY, PLAIN_POLICY);
    put(header::CACHE_CONTROL, "no-store");
    if site.secure {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
}

/// What is the same for everybody may be read by a script of any page: keys and discovery (R67).
pub fn for_any_page(headers: &mut HeaderMap) {
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
}

/// The policy of a page with islands. The nonce is new for every answer.
#[must_use]
pub fn live_policy(nonce: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ))
    .ok()
}

/// Reported, not enforced: the renderer still writes through `innerHTML` (D11).
pub const TRUSTED_TYPES: &str = "require-trusted-types-for 'script'";
