//! What people do, through the real router, with time in the test's hand.
mod background;
mod codes_in_time;
mod delivery_news;
mod delivery_notice;
mod fail_closed;
mod language;
mod live_line;
mod phones;
mod reloads;
mod security_log;
mod security_log_apps;
mod security_log_factors;
mod sign_in;
mod two_providers;
mod unconfirmed;
mod voice;
