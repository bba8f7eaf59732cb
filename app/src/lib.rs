//! What is shown: pages, parts, islands and words. A view model goes in, a whole HTML document comes out.
//!
//! `ssr` is the server's side (pages, words), `hydrate` the browser's (islands only). Rules about codes, phones, limits and
//! levels are not decided here: a view model says what is so, a page says it in words.

pub mod view;

#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod text;
