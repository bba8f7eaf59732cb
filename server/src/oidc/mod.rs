//! OpenID Connect: what apps ask for.
pub mod client_auth;
pub mod jwks;
