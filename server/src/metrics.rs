//! Figures for Prometheus: what this node did since its start. Served on `server.admin_listen` alone (R138, R142).
//!
//! No label names a person: countries stand as calling codes, pages as they are in the table of routes.
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use domain::delivery::SendOutcome;
use domain::delivery_health::DeliveryHealth;
use domain::progress::Progress;
use domain::watch::{Seen, Watch};
use http::Method;
use http::header::CONTENT_TYPE;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::Arc;
use std::time::Duration;

/// Names and values of one series, in a fixed order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Labels(Vec<(&'static str, String)>);

impl EncodeLabelSet for Labels {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), std::fmt::Error> {
        self.0.encode(encoder)
    }
}

fn labels<const N: usize>(pairs: [(&'static str, &str); N]) -> Labels {
    Labels(pairs.map(|(name, value)| (name, value.to_owned())).to_vec())
}

/// Upper ends of the classes of a page's time, in seconds.
const CLASSES: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0];

/// Upper ends of the classes of a message's time to the phone, in seconds.
const ARRIVALS: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 120.0, 300.0];

/// Upper ends of the classes of the time from a code's making to its return, in seconds.
const RETURNS: [f64; 9] = [5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0];

/// Everything that is counted.
pub struct Metrics {
    registry: Registry,
    sent: Family<Labels, Counter>,
    segments: Family<Labels, Counter>,
    codes_sent: Family<Labels, Counter>,
    codes_returned: Family<Labels, Counter>,
    returned: Family<Labels, Histogram>,
    told: Family<Labels, Counter>,
    arrived: Family<Labels, Histogram>,
    typed: Family<Labels, Counter>,
    phones_off: Family<Labels, Counter>,
    passwords: Family<Labels, Counter>,
    held: Family<Labels, Counter>,
    signed_in: Family<Labels, Counter>,
    pages: Family<Labels, Histogram>,
    waiting_hashes: Gauge,
    open_lines: Gauge,
    delivery_health: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("latchkey");
        let counters = |registry: &mut Registry, name: &str, help: &str| {
            let family = Family::<Labels, Counter>::default();
            registry.register(name, help, family.clone());
            family
        };
        let pages =
            Family::<Labels, Histogram, fn() -> Histogram>::new_with_constructor(|| Histogram::new(CLASSES));
        let waiting_hashes = Gauge::default();
        let open_lines = Gauge::default();
        let sent = counters(
            &mut registry,
            "messages",
            "Messages by provider, channel, country and what the provider said",
        );
        let told =
            counters(&mut registry, "messages_told", "Messages by how far they got, as providers told later");
        let arrived =
            Family::<Labels, Histogram, fn() -> Histogram>::new_with_constructor(|| Histogram::new(ARRIVALS));
        registry.register(
            "message_arrival_seconds",
            "From writing a message to its arrival",
            arrived.clone(),
        );
        let segments = counters(
            &mut registry,
            "message_segments",
            "Segments of messages by provider and country, as the provider counts them",
        );
        let codes_sent =
            counters(&mut registry, "codes_sent", "Codes that went out, by purpose, country and channel");
        let codes_returned = counters(
            &mut registry,
            "codes_returned",
            "Codes that came back right, by purpose, country and channel",
        );
        let returned =
            Family::<Labels, Histogram, fn() -> Histogram>::new_with_constructor(|| Histogram::new(RETURNS));
        registry.register(
            "code_return_seconds",
            "From making a code to its coming back right",
            returned.clone(),
        );
        let typed =
            counters(&mut registry, "codes_typed", "Codes that were compared, by purpose and country");
        let phones_off =
            counters(&mut registry, "phones_off", "Numbers that were switched off after wrong codes");
        let passwords = counters(&mut registry, "passwords", "Passwords that came in");
        let held = counters(&mut registry, "limits_held", "How often which limit held");
        let signed_in = counters(&mut registry, "sign_ins", "Completed sign-ins by acr");
        registry.register("request_seconds", "Time of requests by page and status class", pages.clone());
        let delivery_health = Gauge::default();
        registry.register(
            "delivery_health",
            "Whether text messages get through: 0 well, 1 late or not at all for some, 2 not for many",
            delivery_health.clone(),
        );
        registry.register("lines_open", "Pages that wait for news of a message", open_lines.clone());
        registry.register("hashes_waiting", "Passwords that wait to be hashed", waiting_hashes.clone());
        Self {
            registry,
            sent,
            segments,
            codes_sent,
            codes_returned,
            returned,
            told,
            arrived,
            typed,
            phones_off,
            passwords,
            held,
            signed_in,
            pages,
            waiting_hashes,
            open_lines,
            delivery_health,
        }
    }
}

impl Metrics {
    /// A request was answered. `page`: as in the table of routes; nothing for what is none. Each name is one of few: what a caller can
    /// invent would be kept for good (A39).
    pub fn answered(&self, method: &Method, page: Option<&str>, status: u16, took: Duration) {
        let class = format!("{}xx", status / 100);
        let method = match *method {
            Method::GET | Method::HEAD | Method::POST | Method::OPTIONS => method.as_str(),
            _ => "other",
        };
        let series = labels([("method", method), ("page", page.unwrap_or("other")), ("status", &class)]);
        self.pages.get_or_create(&series).observe(took.as_secs_f64());
    }

    /// So it stands with text messages.
    pub fn delivery_health(&self, health: DeliveryHealth) {
        self.delivery_health.set(i64::from(health.rank()));
    }

    /// So many pages are open and wait for news of a message.
    pub fn lines_open(&self, count: usize) {
        self.open_lines.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// So many passwords wait to be hashed right now.
    pub fn hashes_waiting(&self, count: usize) {
        self.waiting_hashes.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// All figures, in the text format of OpenMetrics.
    ///
    /// # Errors
    /// None in practice: writing to memory does not fail.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl Watch for Metrics {
    fn saw(&self, what: Seen<'_>) {
        match what {
            Seen::Sent { calling_code, provider, channel, outcome, asked } => {
                let (outcome, problem) = match outcome {
                    SendOutcome::Taken => ("taken", ""),
                    SendOutcome::Refused(problem) if asked => ("refused", problem.name()),
                    // Our own word: what a provider is judged by must be its own.
                    SendOutcome::Refused(problem) => ("not_asked", problem.name()),
                    SendOutcome::Unknown(problem) => ("unknown", problem.name()),
                };
                let series = [
                    ("provider", provider),
                    ("channel", channel.name()),
                    ("country", calling_code),
                    ("outcome", outcome),
                    ("problem", problem),
                ];
                self.sent.get_or_create(&labels(series)).inc();
            }
            Seen::Counted { calling_code, provider, segments } => {
                let series = labels([("provider", provider), ("country", calling_code)]);
                self.segments.get_or_create(&series).inc_by(u64::from(segments));
            }
            Seen::CodeSent { purpose, calling_code, channel } => {
                let series =
                    labels([("purpose", purpose), ("country", calling_code), ("channel", channel.name())]);
                self.codes_sent.get_or_create(&series).inc();
                // None came back yet: a series that is not there would hide a country where none ever does.
                let _ = self.codes_returned.get_or_create(&series);
            }
            Seen::CodeReturned { purpose, calling_code, channel, took } => {
                let series =
                    labels([("purpose", purpose), ("country", calling_code), ("channel", channel.name())]);
                self.codes_returned.get_or_create(&series).inc();
                let series = labels([("country", calling_code), ("channel", channel.name())]);
                self.returned.get_or_create(&series).observe(took.as_secs_f64());
            }
            Seen::Told { calling_code, provider, channel, progress, took } => {
                let step = progress.name_on(channel);
                let way = channel.name();
                let series =
                    [("provider", provider), ("channel", way), ("country", calling_code), ("step", step)];
                self.told.get_or_create(&labels(series)).inc();
                if progress == Progress::Delivered {
                    let series =
                        labels([("provider", provider), ("channel", way), ("country", calling_code)]);
                    self.arrived.get_or_create(&series).observe(took.as_secs_f64());
                }
            }
            Seen::Typed { purpose, calling_code, right } => {
                let outcome = if right { "right" } else { "wrong" };
                let series = [("purpose", purpose.name()), ("country", calling_code), ("outcome", outcome)];
                self.typed.get_or_create(&labels(series)).inc();
            }
            Seen::PhoneOff { calling_code } => {
                self.phones_off.get_or_create(&labels([("country", calling_code)])).inc();
            }
            Seen::Password(looked) => {
                self.passwords.get_or_create(&labels([("outcome", looked.name())])).inc();
            }
            Seen::Held(limit) => {
                self.held.get_or_create(&labels([("limit", limit.name())])).inc();
            }
            Seen::SignedIn(level) => {
                self.signed_in.get_or_create(&labels([("acr", level.acr())])).inc();
            }
        }
    }
}

/// Brings what is asked for only when somebody looks up to date.
pub type Refresh = Arc<dyn Fn(&Metrics) + Send + Sync>;

/// What the admin listener serves: `/metrics`, and the probes beside it.
pub fn routes(metrics: Arc<Metrics>, refresh: Refresh) -> Router {
    const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let show = |State((metrics, refresh)): State<(Arc<Metrics>, Refresh)>| async move {
        refresh(&metrics);
        let text = metrics.text().map_err(|_| http::StatusCode::INTERNAL_SERVER_ERROR)?;
        Ok::<_, http::StatusCode>(([(CONTENT_TYPE, TEXT)], text))
    };
    Router::new().route("/metrics", get(show)).with_state((metrics, refresh))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::channel::Channel;
    use domain::delivery::SendProblem;
    use domain::limits::Limit;
    use domain::purpose::Purpose;

    #[test]
    fn r142_what_was_seen_is_counted_and_names_nobody() {
        let metrics = Metrics::default();
        for outcome in [SendOutcome::Taken, SendOutcome::Taken, SendOutcome::Refused(SendProblem::Country)] {
            let channel = Channel::Sms;
            let asked = true;
            metrics.saw(Seen::Sent { calling_code: "44", provider: "twilio", channel, outcome, asked });
        }
        metrics.saw(Seen::Sent {
            calling_code: "44",
            provider: "twilio",
            channel: Channel::Sms,
            outcome: SendOutcome::Refused(SendProblem::Unavailable),
            asked: false,
        });
        let took = Duration::from_secs(4);
        for (channel, progress) in [
            (Channel::Sms, Progress::Sent),
            (Channel::Sms, Progress::Delivered),
            (Channel::Voice, Progress::Sending),
        ] {
            metrics.saw(Seen::Told { calling_code: "44", provider: "twilio", channel, progress, took });
        }
        metrics.saw(Seen::Typed { purpose: &Purpose::SignIn, calling_code: "44", right: true });
        metrics.saw(Seen::Counted { calling_code: "44", provider: "twilio", segments: 1 });
        metrics.saw(Seen::Counted { calling_code: "44", provider: "twilio", segments: 2 });
        for calling_code in ["44", "44", "881"] {
            metrics.saw(Seen::CodeSent { purpose: "new_phone", calling_code, channel: Channel::Sms });
        }
        let took = Duration::from_secs(12);
        let back =
            Seen::CodeReturned { purpose: "new_phone", calling_code: "44", channel: Channel::Sms, took };
        metrics.saw(back);
        metrics.saw(Seen::PhoneOff { calling_code: "44" });
        metrics.saw(Seen::Held(Limit::Number));
        metrics.answered(&Method::POST, Some("/login"), 303, Duration::from_millis(7));
        metrics.answered(&Method::GET, None, 404, Duration::ZERO);
        for name in ["BREW", "M1", "M2"] {
            metrics.answered(&name.parse().unwrap(), Some("/healthz"), 405, Duration::ZERO);
        }
        metrics.hashes_waiting(3);
        metrics.delivery_health(DeliveryHealth::Broken);
        let text = metrics.text().unwrap();
        for line in [
            "latchkey_messages_told_total{provider=\"twilio\",channel=\"voice\",country=\"44\",step=\"ringing\"} 1",
            "latchkey_messages_total{provider=\"twilio\",channel=\"sms\",country=\"44\",outcome=\"taken\",problem=\"\"} 2",
            "latchkey_messages_total{provider=\"twilio\",channel=\"sms\",country=\"44\",outcome=\"refused\",problem=\"country\"} 1",
            "latchkey_messages_total{provider=\"twilio\",channel=\"sms\",country=\"44\",outcome=\"not_asked\",problem=\"unavailable\"} 1",
            "latchkey_messages_told_total{provider=\"twilio\",channel=\"sms\",country=\"44\",step=\"sent\"} 1",
            "latchkey_message_arrival_seconds_sum{provider=\"twilio\",channel=\"sms\",country=\"44\"} 4.0",
            "latchkey_message_arrival_seconds_bucket{le=\"2.0\",provider=\"twilio\",channel=\"sms\",country=\"44\"} 0",
            "latchkey_message_arrival_seconds_bucket{le=\"5.0\",provider=\"twilio\",channel=\"sms\",country=\"44\"} 1",
            "latchkey_request_seconds_count{method=\"other\",page=\"/healthz\",status=\"4xx\"} 3",
            "latchkey_phones_off_total{country=\"44\"} 1",
            "latchkey_codes_typed_total{purpose=\"sign_in\",country=\"44\",outcome=\"right\"} 1",
            "latchkey_message_segments_total{provider=\"twilio\",country=\"44\"} 3",
            "latchkey_codes_sent_total{purpose=\"new_phone\",country=\"44\",channel=\"sms\"} 2",
            "latchkey_codes_returned_total{purpose=\"new_phone\",country=\"44\",channel=\"sms\"} 1",
            "latchkey_codes_returned_total{purpose=\"new_phone\",country=\"881\",channel=\"sms\"} 0",
            "latchkey_code_return_seconds_bucket{le=\"10.0\",country=\"44\",channel=\"sms\"} 0",
            "latchkey_code_return_seconds_bucket{le=\"15.0\",country=\"44\",channel=\"sms\"} 1",
            "latchkey_limits_held_total{limit=\"number\"} 1",
            "latchkey_request_seconds_count{method=\"POST\",page=\"/login\",status=\"3xx\"} 1",
            "latchkey_request_seconds_count{method=\"GET\",page=\"other\",status=\"4xx\"} 1",
            "latchkey_hashes_waiting 3",
            "latchkey_delivery_health 2",
        ] {
            assert!(text.lines().any(|known| known == line), "{line}\nis not in\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
