//! The breaker: stops asking a provider that is known to be out of order.
use domain::time::{Clock, Timestamp};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// So many failures of one kind within [`WINDOW`], with no success between, open it.
const FAILURES: usize = 5;
const WINDOW: Duration = Duration::from_secs(60);
/// So long it stays open; then one request is let through.
const OPEN: Duration = Duration::from_secs(30);

/// What a finished request tells about the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// It works, whatever it said of this one number.
    Well,
    /// Nothing to learn.
    Unclear,
    /// Configuration or account is wrong.
    Misconfigured,
    /// It does not answer, or with its own faults.
    Failing,
}

#[derive(Default)]
struct State {
    misconfigured: VecDeque<Timestamp>,
    failing: VecDeque<Timestamp>,
    open_until: Option<Timestamp>,
    probing: bool,
}

/// Shared by all requests to one provider.
pub(crate) struct Breaker {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

impl Breaker {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Leave to ask the provider; `None` while it is open or its one trial request is under way.
    pub(crate) fn admit(&self) -> Option<Pass<'_>> {
        let now = self.clock.now();
        let mut state = self.state();
        let probe = match state.open_until {
            None => false,
            Some(until) if now < until || state.probing => return None,
            Some(_) => true,
        };
        state.probing = probe;
        Some(Pass { breaker: self, probe, settled: false })
    }

    fn settle(&self, probe: bool, health: Health) -> bool {
        let now = self.clock.now();
        let mut state = self.state();
        match health {
            Health::Well => {
                *state = State::default();
                return false;
            }
            Health::Unclear => {
                if probe {
                    state.probing = false;
                }
                return false;
            }
            Health::Misconfigured | Health::Failing => {}
        }
        let kind = if health == Health::Failing { &mut state.failing } else { &mut state.misconfigured };
        kind.push_back(now);
        kind.retain(|at| now.since(*at) < WINDOW);
        let opens = kind.len() >= FAILURES || probe;
        if opens {
            *state = State { open_until: Some(now.plus(OPEN)), ..State::default() };
        }
        opens
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leave for one request. Dropped unsettled (the request was abandoned), it frees the trial for the next one.
pub(crate) struct Pass<'a> {
    breaker: &'a Breaker,
    probe: bool,
    settled: bool,
}

impl Pass<'_> {
    /// Says how the request ended. True where this opened the breaker.
    pub(crate) fn settle(mut self, health: Health) -> bool {
        self.settled = true;
        self.breaker.settle(self.probe, health)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.breaker.settle(self.probe, Health::Unclear);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[derive(Default)]
    struct Hand(AtomicI64);
    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::SeqCst))
        }
    }

    fn breaker() -> (Arc<Hand>, Breaker) {
        let hand = Arc::new(Hand::default());
        (Arc::clone(&hand), Breaker::new(hand))
    }

    fn after(hand: &Hand, seconds: i64) {
        hand.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    fn end(breaker: &Breaker, health: Health) -> bool {
        breaker.admit().unwrap().settle(health)
    }

    #[test]
    fn r82_five_failures_of_one_kind_within_a_minute_open_it() {
        for health in [Health::Misconfigured, Health::Failing] {
            let (_, breaker) = breaker();
            assert_eq!(
                (0..5).map(|_| end(&breaker, health)).collect::<Vec<_>>(),
                [false, false, false, false, true]
            );
            assert!(breaker.admit().is_none());
        }
    }

    #[test]
    fn kinds_are_counted_apart_and_old_failures_are_forgotten() {
        let (hand, breaker) = breaker();
        for _ in 0..4 {
            end(&breaker, Health::Failing);
            end(&breaker, Health::Misconfigured);
        }
        after(&hand, 60);
        assert!(!end(&breaker, Health::Failing));
        assert!(!end(&breaker, Health::Misconfigured));
        assert!(breaker.admit().is_some());
    }

    #[test]
    fn a_success_between_failures_keeps_it_closed() {
        let (_, breaker) = breaker();
        for _ in 0..4 {
            end(&breaker, Health::Failing);
        }
        end(&breaker, Health::Well);
        assert!(!end(&breaker, Health::Failing));
    }

    #[test]
    fn r82_after_half_a_minute_one_request_decides() {
        let (hand, breaker) = breaker();
        for _ in 0..5 {
            end(&breaker, Health::Failing);
        }
        after(&hand, 29);
        assert!(breaker.admit().is_none());
        after(&hand, 1);
        let trial = breaker.admit().unwrap();
        assert!(breaker.admit().is_none(), "only one at a time");
        assert!(trial.settle(Health::Failing));
        assert!(breaker.admit().is_none());
        after(&hand, 30);
        assert!(!end(&breaker, Health::Well));
        assert!(!end(&breaker, Health::Failing));
    }

    #[test]
    fn an_abandoned_trial_does_not_block_the_next() {
        let (hand, breaker) = breaker();
        for _ in 0..5 {
            end(&breaker, Health::Failing);
        }
        after(&hand, 30);
        drop(breaker.admit().unwrap());
        assert!(breaker.admit().is_some());
    }
}
