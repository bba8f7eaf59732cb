//! What an operator must hear of at once, as lines of the log: limits that hold because somebody may be after his money, and codes
//! that nobody types.
use crate::log_throttle::LogThrottle;
use domain::conversion::{Conversion, Fall};
use domain::limits::Limit;
use domain::watch::{Seen, Watch};
use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

/// Raises alarms, and hands on all it sees.
pub struct Alarms<W> {
    next: W,
    pumping: LogThrottle,
    used_up: LogThrottle,
    one_address: LogThrottle,
    stopped: LogThrottle,
    begun: Instant,
    conversion: Mutex<Conversion>,
}

impl<W: Watch> Alarms<W> {
    /// Before another watcher.
    pub fn before(next: W) -> Self {
        Self {
            next,
            pumping: LogThrottle::new(),
            used_up: LogThrottle::new(),
            one_address: LogThrottle::new(),
            stopped: LogThrottle::new(),
            begun: Instant::now(),
            conversion: Mutex::default(),
        }
    }

    fn sent(&self, calling_code: &str) {
        let mut conversion = self.conversion.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Fall { sent, returned }) = conversion.sent(calling_code, self.begun.elapsed()) {
            tracing::error!(
                country = calling_code,
                sent,
                returned,
                "hardly any code to this country comes back: somebody may be pumping messages, or they do not arrive; look at how far they get, \
                 and take the country out of phones.allowed_countries if nobody of yours is there"
            );
        }
    }

    fn held(&self, limit: Limit) {
        match limit {
            // Codes to new numbers that nobody types back: somebody may be paid for them (A24).
            Limit::Block | Limit::Country if self.pumping.is_due() => tracing::error!(
                limit = limit.name(),
                "many new numbers of one block or country are not proven: no more are begun there for up to an hour; somebody may be pumping messages"
            ),
            Limit::Day if self.used_up.is_due() => tracing::error!(
                "the messages of today are used up: none goes out until midnight in UTC; look for an attack, or raise limits.sends_per_day"
            ),
            // Whoever set it may have gone home.
            Limit::Stopped if self.stopped.is_due() => tracing::warn!(
                "an operator has stopped all messages: a code was asked for and not sent; `latchkey sms resume` lets them go out again"
            ),
            // All visitors behind one address: the operator's own proxy, more often than an attack.
            Limit::Address if self.one_address.is_due() => tracing::warn!(
                limit = limit.name(),
                "one address asked for more than the limits of [limits] allow; if many people stand behind it: is it a proxy that server.trusted_proxies \
                 does not name, or an office that needs a higher sends_per_address_per_hour or sign_ins_per_address_per_minute?"
            ),
            _ => {}
        }
    }
}

impl<W: Watch> Watch for Alarms<W> {
    fn saw(&self, what: Seen<'_>) {
        match what {
            Seen::Held(limit) => self.held(limit),
            Seen::CodeSent { calling_code, .. } => self.sent(calling_code),
            Seen::CodeReturned { calling_code, .. } => {
                self.conversion.lock().unwrap_or_else(PoisonError::into_inner).returned(calling_code);
            }
            // Twenty wrong codes come from somebody with the password: never many at once.
            Seen::PhoneOff { calling_code } => tracing::warn!(
                country = calling_code,
                "a number is off after too many wrong codes; who typed them has the password: see `latchkey user log` of whoever calls"
            ),
            _ => {}
        }
        self.next.saw(what);
    }
}
