//! What is shown: pages, parts, islands and words. A view model goes in, a whole HTML document comes out.
//!
//! `ssr` is the server's side (pages, words), `hydrate` the browser's (islands only). Rules about codes, phones, limits and
//! levels are not decided here: a view model says what is so, a page says it in words.

pub mod islands;
pub mod view;

#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod text;

#[cfg(feature = "ssr")]
mod confirm_identity;
#[cfg(feature = "ssr")]
mod dev_phone;
#[cfg(feature = "ssr")]
mod error;
#[cfg(feature = "ssr")]
mod frames;
#[cfg(feature = "ssr")]
mod login;
#[cfg(feature = "ssr")]
mod oidc;
#[cfg(feature = "ssr")]
mod parts;
#[cfg(feature = "ssr")]
mod security;
#[cfg(feature = "ssr")]
mod ways;
