//! Apps in front of the real router: the certification plans by the names of their modules, levels, a real client library.
mod basic;
mod client_library;
mod config;
mod journeys;
mod logout;
pub mod party;
