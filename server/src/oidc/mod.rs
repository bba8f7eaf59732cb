//! OpenID Connect: what apps ask for.
pub mod jwks;
