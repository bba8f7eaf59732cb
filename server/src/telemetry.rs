//! Log lines: words for people or JSON for machines, on standard error, one line an event whatever is in it.
//!
//! What we stand on logs through `tracing` too, but speaks up from `warn` only; the `log` crate is not listened to at all,
//! because some libraries write whole telephone numbers to it (R12, R129).
use crate::config::LogConfig;
use std::io;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

/// Our own crates: the level that is set is theirs. The talk of others at lower levels may hold what passes through them:
/// bytes of requests, cookies, values.
const OURS: [&str; 4] = ["server", "latchkey", "domain", "app"];

/// Starts logging. A second call in one process changes nothing.
pub fn start(config: LogConfig) {
    if tracing::subscriber::set_global_default(subscriber(config, io::stderr)).is_ok() {
        std::panic::set_hook(Box::new(|panic| tell_panic(panic.location())));
    }
}

/// Where a panic happened, never with which words: they may hold what was being worked on (R12).
fn tell_panic(place: Option<&std::panic::Location<'_>>) {
    match place {
        Some(place) => {
            tracing::error!(
                file = place.file(),
                line = place.line(),
                "A fault of Latchkey; please report it"
            );
        }
        None => tracing::error!("A fault of Latchkey; please report it"),
    }
}

fn subscriber<W>(config: LogConfig, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer =
        tracing_subscriber::fmt::layer().with_writer(OneLine(writer)).with_target(false).with_ansi(false);
    let layer = if config.json {
        layer.json().flatten_event(true).with_span_list(false).boxed()
    } else {
        layer.boxed()
    };
    tracing_subscriber::registry().with(heard(config.level)).with(layer)
}

fn heard(level: Level) -> Targets {
    let ours = LevelFilter::from_level(level);
    let others = ours.min(LevelFilter::WARN);
    Targets::new()
        .with_default(others)
        // It suspects whoever comes with the cookie of a session that has ended: every other browser, after a change of numbers.
        .with_target("tower_sessions_core", LevelFilter::ERROR.min(others))
        .with_targets(OURS.map(|name| (name, ours)))
}

/// Keeps each event on one line and visible: what could break the line, colour the terminal or turn the direction of reading
/// is written as `\u000a` (R129). The formatters hand over a whole event at once.
struct OneLine<W>(W);

struct Line<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for OneLine<W> {
    type Writer = Line<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(self.0.make_writer())
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> Self::Writer {
        Line(self.0.make_writer_for(metadata))
    }
}

impl<W: io::Write> io::Write for Line<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let (body, end) = text.strip_suffix('\n').map_or((&*text, ""), |body| (body, "\n"));
        if body.contains(misleads) {
            self.0.write_all(escape(body).as_bytes())?;
            self.0.write_all(end.as_bytes())?;
        } else {
            self.0.write_all(event)?;
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Control characters, line and paragraph separators, direction marks, and characters nobody sees.
fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// In the way of JSON, which people can read too.
fn escape(text: &str) -> String {
    use std::fmt::Write as _;
    text.chars().fold(String::with_capacity(text.len() + 16), |mut out, c| {
        if misleads(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    const NASTY: &str =
        "a\n{\"level\":\"ERROR\"}\r\u{1b}[31m\u{9b}\u{202e}\u{2066}\u{2028}\u{200f}\u{feff}\u{e0041}\0z";

    #[derive(Clone)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn heard_of(json: bool, level: Level, events: impl FnOnce()) -> String {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let sink = Sink(Arc::clone(&kept));
        let listener = subscriber(LogConfig { json, level }, move || sink.clone());
        tracing::subscriber::with_default(listener, events);
        String::from_utf8(kept.lock().unwrap().clone()).unwrap()
    }

    fn nasty_events() {
        let span = tracing::info_span!(target: "server", "request", name = NASTY, shown = %NASTY);
        let _inside = span.enter();
        tracing::info!(target: "server", text = NASTY, shown = %NASTY, told = ?NASTY, "message {NASTY}");
    }

    #[test]
    fn r129_no_value_breaks_a_line_or_hides_in_it() {
        for json in [false, true] {
            let told = heard_of(json, Level::INFO, nasty_events);
            assert_eq!(told.matches('\n').count(), 1, "json {json}: {told}");
            assert!(!told.trim_end_matches('\n').contains(misleads), "json {json}: {told:?}");
            assert!(told.contains("\\u202e") && told.contains('z'), "json {json}: {told}");
        }
    }

    #[test]
    fn r129_json_reads_back_as_what_was_said() {
        let told = heard_of(true, Level::INFO, nasty_events);
        let line: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!(line["text"], NASTY);
        assert_eq!(line["message"], format!("message {NASTY}"));
        assert_eq!(line["level"], "INFO");
    }

    #[test]
    fn ordinary_text_of_any_language_stays_as_it_is() {
        let told =
            heard_of(false, Level::INFO, || tracing::info!(target: "server", who = "Zoë 李 שלום", "¡hola!"));
        assert!(told.contains("Zoë 李 שלום") && told.contains("¡hola!"), "{told}");
    }

    #[test]
    fn r12_what_we_stand_on_is_quiet_below_warn_even_at_trace() {
        let told = heard_of(false, Level::TRACE, || {
            tracing::trace!(target: "hyper::proto", "cookie: hush-hush");
            tracing::info!(target: "sqlx::query", "hush-hush");
            tracing::warn!(target: "sqlx::pool", "slow");
            tracing::trace!(target: "server::web", "ours");
        });
        assert!(!told.contains("hush-hush") && told.contains("slow") && told.contains("ours"), "{told}");
        let told = heard_of(false, Level::ERROR, || {
            tracing::warn!(target: "sqlx::pool", "slow");
            tracing::warn!(target: "server::web", "ours");
        });
        assert!(told.is_empty(), "{told}");
    }

    #[test]
    fn the_id_of_a_request_stands_beside_what_is_said_within_it_whichever_level_is_set() {
        for json in [false, true] {
            let told = heard_of(json, Level::ERROR, || {
                let span = tracing::error_span!(target: "server", "message", request.id = "4f1d");
                let _inside = span.enter();
                tracing::error!(target: "server", "Refused");
            });
            assert!(told.contains("4f1d"), "{told}");
            if json {
                let line: serde_json::Value = serde_json::from_str(&told).unwrap();
                assert_eq!((&line["span"]["request.id"], line.get("spans")), (&"4f1d".into(), None));
            }
        }
    }

    #[test]
    fn r12_a_panic_tells_its_place_and_not_its_words() {
        let told = heard_of(false, Level::INFO, || tell_panic(Some(std::panic::Location::caller())));
        assert!(told.contains("telemetry.rs") && told.contains("fault"), "{told}");
    }
}
