//! The provider for a first look: messages stay in memory, and a page shows them as a phone would.
//!
//! Memory and not the database, because a database file must never hold a code that can be read (R9, R12). A restart
//! empties it. A call rings nowhere: it is as if a key had been pressed at once, so that the whole way can be seen. The start refuses this provider unless `public_url` is a loopback address.
use async_trait::async_trait;
use domain::channel::Channel;
use domain::delivery::{SendOutcome, SendReport, SmsMessage};
use domain::lang::Lang;
use domain::ports::Sms;
use domain::time::{Clock, Timestamp};
use domain::voice::Spoken;
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The name of this provider in settings, records and logs.
pub const NAME: &str = "outbox";

/// The oldest message goes when one more than this comes.
const KEPT: usize = 1000;

/// A message as the inbox shows it: the shape of `/dev/phone.json`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct OutboxMessage {
    /// Destination, E.164.
    pub to: String,
    /// The whole text; of a call, all that is spoken.
    pub body: String,
    /// How it was sent: `sms` or `voice`.
    pub channel: &'static str,
    /// RFC 3339, UTC.
    pub sent_at: String,
}

/// Keeps messages instead of sending them.
pub struct Outbox {
    clock: Arc<dyn Clock>,
    kept: Mutex<VecDeque<OutboxMessage>>,
}

impl Outbox {
    /// An empty one.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, kept: Mutex::default() }
    }

    /// Messages to one destination, or all of them; newest first.
    #[must_use]
    pub fn list(&self, to: Option<&str>) -> Vec<OutboxMessage> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().rev().filter(|message| to.is_none_or(|to| message.to == to)).cloned().collect()
    }

    fn keep(&self, message: &SmsMessage, channel: Channel, body: String) {
        self.put(OutboxMessage {
            to: message.to.reveal().to_owned(),
            body,
            channel: channel.name(),
            sent_at: rfc3339(self.clock.now()),
        });
    }

    fn put(&self, message: OutboxMessage) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(message);
    }
}

#[async_trait]
impl Sms for Outbox {
    async fn send(&self, message: &SmsMessage) -> SendReport {
        self.keep(message, Channel::Sms, message.body.as_str().to_owned());
        tracing::info!(delivery.ref = %message.reference, "Outbox: message kept for /dev/phone");
        taken(None)
    }

    fn calls(&self) -> bool {
        true
    }

    async fn call(&self, greeting: &SmsMessage, _: Lang) -> SendReport {
        tracing::info!(delivery.ref = %greeting.reference, "Outbox: call kept for /dev/phone");
        taken(Some(format!("call-{}", greeting.reference)))
    }

    fn shows_calls(&self) -> bool {
        true
    }

    fn show_call(&self, greeting: &SmsMessage, spoken: &Spoken) {
        let body = format!("{} {}", greeting.body.as_str(), spoken.to_read().as_str());
        self.keep(greeting, Channel::Voice, body);
    }
}

fn taken(provider_id: Option<String>) -> SendReport {
    SendReport { provider_id, ..SendReport::bare(NAME, SendOutcome::Taken) }
}

fn rfc3339(at: Timestamp) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.as_millis()) * 1_000_000)
        .ok()
        .and_then(|at| at.format(&Rfc3339).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;
    impl Clock for Fixed {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(1_700_000_000_500)
        }
    }

    fn message(to: &str, body: &str) -> OutboxMessage {
        OutboxMessage {
            to: to.to_owned(),
            body: body.to_owned(),
            channel: "sms",
            sent_at: rfc3339(Fixed.now()),
        }
    }

    #[test]
    fn the_inbox_lists_the_newest_message_first_and_filters_by_destination() {
        let outbox = Outbox::new(Arc::new(Fixed));
        for (to, body) in [("+12015550123", "one"), ("+12015550199", "two"), ("+12015550123", "three")] {
            outbox.put(message(to, body));
        }
        let bodies = |to| outbox.list(to).into_iter().map(|message| message.body).collect::<Vec<_>>();
        assert_eq!(bodies(None), ["three", "two", "one"]);
        assert_eq!(bodies(Some("+12015550123")), ["three", "one"]);
        assert!(bodies(Some("+12015550100")).is_empty());
    }

    #[test]
    fn the_inbox_never_grows_beyond_its_bound() {
        let outbox = Outbox::new(Arc::new(Fixed));
        for n in 0..=KEPT {
            outbox.put(message("+12015550123", &n.to_string()));
        }
        let list = outbox.list(None);
        assert_eq!(list.len(), KEPT);
        assert_eq!(list.first().map(|m| m.body.as_str()), Some("1000"));
        assert_eq!(list.last().map(|m| m.body.as_str()), Some("1"));
    }

    #[test]
    fn the_json_of_a_message_is_the_one_that_is_promised() {
        let json = serde_json::to_string(&message("+12015550123", "Hello")).unwrap();
        assert_eq!(
            json,
            r#"{"to":"+12015550123","body":"Hello","channel":"sms","sent_at":"2023-11-14T22:13:20.5Z"}"#
        );
    }
}
