//! OpenID Connect: what apps ask for. Requests become use cases of `domain::oidc`, outcomes become redirects, pages and JSON.
//!
//! Three kinds of route: pages that a browser sees (`authorize`, `consent`, `logout`) are in the table of pages; what programs call
//! (`token`, `userinfo`, `revoke`, `introspect`, `discovery`) is made by [`machine`], without a session and without form tokens;
//! `jwks` and `discovery` are the same for everybody.
pub mod authorize;
pub mod browser_apps;
pub mod claims;
pub mod client_auth;
pub mod consent;
pub mod decline;
pub mod discovery;
pub mod id_token;
pub mod introspect;
pub mod jwks;
pub mod logout;
pub mod machine;
pub mod reply;
pub mod revoke;
pub mod token;
pub mod userinfo;
