//! All integration tests: one binary, a module per promise.
#[cfg(test)]
mod fake_twilio;
#[cfg(test)]
mod log;
#[cfg(test)]
mod twilio_client;
