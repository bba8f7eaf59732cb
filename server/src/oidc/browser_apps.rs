//! Apps that live in a browser: scripts of their own origin redeem codes, renew and give back tokens, and ask about their person.
//!
//! Any origin may, rather than those of registered addresses. What a list of origins protects are cookies, and none is read on these
//! routes or let along: whoever calls shows a code with its verifier, a token or a secret, and with those in hand needs no browser at
//! all. Such a list would also have to be the sum of all apps', because the question a browser asks beforehand names none, and apps
//! whose address is a scheme of their own have no origin in it. OpenID Connect Discovery §3 wants it of what apps call directly, RFC 9700
//! §2.6 forbids it to the authorization endpoint; pages have none of it either, nor has introspection, which only apps with a secret may
//! call.
use crate::web::machine::Machine;
use http::{Method, header};
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer, Vary};

/// A browser remembers that long what a script may send.
const REMEMBERED: Duration = Duration::from_secs(3600);

/// The same route, for scripts of any page too.
#[must_use]
pub fn open(route: Machine) -> Machine {
    // Never with credentials: a browser then neither sends a cookie nor lets the answer to one be read.
    let any = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([header::WWW_AUTHENTICATE])
        .max_age(REMEMBERED)
        // The same for every origin.
        .vary(Vary::list([]));
    Machine { browser_apps: true, serve: route.serve.layer(any), ..route }
}
