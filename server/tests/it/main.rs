//! All integration tests: one binary, a module per promise.
mod twilio_client;
