//! All integration tests: one binary, a module per promise. `harness` has the installation they stand in front of.
#[cfg(test)]
mod alarms;
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod brand;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod fake_twilio;
#[cfg(test)]
mod fake_vonage;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod log;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod oidc;
#[cfg(test)]
mod panics;
#[cfg(test)]
mod redirect_uris;
#[cfg(test)]
mod signing;
#[cfg(test)]
mod slow_clients;
#[cfg(test)]
mod told;
#[cfg(test)]
mod twilio_client;
#[cfg(test)]
mod vonage_client;
#[cfg(test)]
mod well_known;
