//! Log lines: words for people or JSON for machines, on standard error.
use crate::config::LogConfig;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Our own crates: the level that is set is theirs. What we stand on speaks up from `warn` only, because its talk at lower
/// levels may hold what passes through it: bytes of requests, cookies, values (R12, R129).
const OURS: [&str; 4] = ["server", "latchkey", "domain", "app"];

/// Starts logging. A second call in one process changes nothing.
pub fn start(config: LogConfig) {
    let level = LevelFilter::from_level(config.level);
    let others = level.min(LevelFilter::WARN);
    let filter = Targets::new().with_default(others).with_targets(OURS.map(|name| (name, level)));
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    let started = if config.json {
        registry.with(layer.json().flatten_event(true)).try_init()
    } else {
        registry.with(layer.with_ansi(false)).try_init()
    };
    drop(started);
}
