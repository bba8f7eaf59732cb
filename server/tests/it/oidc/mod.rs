//! Apps in front of the real router: the certification plans by the names of their modules, levels, a real client library.
mod basic;
mod browser_apps;
mod by_call;
mod changed_app;
mod client_library;
mod config;
mod declining;
mod journeys;
mod languages;
mod logout;
pub mod party;
mod removed_app;
mod telling;
