//! All statements, so that a test can prepare each against the migrated tables of each database.
use super::{
    account_log, accounts, calls, challenges, clean, clients, cookie, cost, day_cap, deliveries,
    delivery_health, delivery_news, directory, ends, events, examine, key_check, limits, methods, notices,
    oidc, password_tries, phones, restored, sessions, signing_keys, trace,
};

/// File, name and text of every statement.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let files: [(&'static str, &'static [(&'static str, &'static str)]); 32] = [
        ("account_log", account_log::STATEMENTS),
        ("accounts", accounts::STATEMENTS),
        ("attempt", challenges::attempt::STATEMENTS),
        ("calls", calls::STATEMENTS),
        ("clean", clean::STATEMENTS),
        ("clients", clients::STATEMENTS),
        ("consume", challenges::consume::STATEMENTS),
        ("cookie", cookie::STATEMENTS),
        ("cost", cost::STATEMENTS),
        ("day_cap", day_cap::STATEMENTS),
        ("deliveries", deliveries::STATEMENTS),
        ("delivery_health", delivery_health::STATEMENTS),
        ("delivery_news", delivery_news::STATEMENTS),
        ("directory", directory::STATEMENTS),
        ("ends", ends::STATEMENTS),
        ("events", events::STATEMENTS),
        ("examine", examine::STATEMENTS),
        ("import", directory::import::STATEMENTS),
        ("numbers", directory::numbers::STATEMENTS),
        ("remove", directory::remove::STATEMENTS),
        ("key_check", key_check::STATEMENTS),
        ("limits", limits::STATEMENTS),
        ("methods", methods::STATEMENTS),
        ("notices", notices::STATEMENTS),
        ("open", challenges::open::STATEMENTS),
        ("password_tries", password_tries::STATEMENTS),
        ("phones", phones::STATEMENTS),
        ("read", challenges::read::STATEMENTS),
        ("restored", restored::STATEMENTS),
        ("sessions", sessions::STATEMENTS),
        ("signing_keys", signing_keys::STATEMENTS),
        ("trace", trace::STATEMENTS),
    ];
    let files = files.into_iter().chain(oidc::ALL);
    files.flat_map(|(file, list)| list.iter().map(move |(name, sql)| (file, *name, *sql)))
}
