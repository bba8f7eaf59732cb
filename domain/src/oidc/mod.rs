//! OpenID Connect: what apps may ask, what is enough for them, and what they are told. Pure rules, and the use cases on them.
//!
//! Where things are: what an authorization request must look like in [`request`], whether a session is enough for it in [`decide`], the
//! words of refusals in [`error`], how long codes and tokens live in [`life`], who learns what in [`claims`]; which app it
//! is in [`admission`]; the use cases in [`provider`] and [`redeem`], what they need of the store in [`ports`].
pub mod admission;
pub mod claims;
pub mod decide;
pub mod error;
pub mod life;
pub mod pkce;
pub mod ports;
pub mod prompt;
pub mod provider;
pub mod redeem;
pub mod request;
pub mod scope;
pub mod token;
