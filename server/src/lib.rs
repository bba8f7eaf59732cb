//! Latchkey's server: pages over HTTP, a database, message providers, commands. The rules are in `domain`, what is shown in `app`.
//!
//! `web` and `cli` call use cases; `store` and `sms` implement what the use cases need; `services` alone knows both sides.
pub mod alarms;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connections;
pub mod delivery_health;
pub mod entropy;
pub mod installation;
pub mod jobs;
pub mod keys;
pub mod log_throttle;
pub mod metrics;
pub mod node;
pub mod numbers;
pub mod oidc;
pub mod outage;
pub mod passwords;
pub mod paths;
pub mod router;
pub mod run;
mod secret_file;
pub mod serve;
pub mod services;
pub mod signing;
pub mod sms;
pub mod state;
pub mod store;
pub mod telemetry;
pub mod web;
pub mod webhooks;
pub mod words;

/// The application, shared by all requests.
pub type App = std::sync::Arc<state::AppState>;
