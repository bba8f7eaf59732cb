//! The web: requests become use cases, outcomes become pages. Nothing is decided here about codes, phones, limits or levels.
//!
//! A new page: a file with `get` and `post`, a line in `crate::router`, a view model and a page in `app`, words in both
//! languages, stories with scripts on and off.
pub mod agent;
pub mod answer;
pub mod assets;
pub mod brand;
pub mod client_ip;
pub mod confirm_identity;
pub mod context;
pub mod cookies;
pub mod csrf;
pub mod dev_phone;
pub mod error;
pub mod first_page;
pub mod form;
pub mod gate;
pub mod guard;
pub mod headers;
pub mod health;
pub mod host;
pub mod known_browser;
pub mod live;
pub mod login;
pub mod logout;
pub mod machine;
pub mod news;
pub mod request_id;
pub mod return_to;
pub mod root;
pub mod route;
pub mod security;
pub mod session;
pub mod shown;
pub mod site;
pub mod well_known;
