//! All integration tests: one binary, a module per promise.
mod fake_twilio;
mod twilio_client;
