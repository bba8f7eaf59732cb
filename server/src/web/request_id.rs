//! Names of requests: shown by error pages, first field of their log lines. They are no secret and grant nothing; they only must not meet.
use domain::entropy::{Entropy, hex};
use std::sync::atomic::{AtomicU64, Ordering};

/// The id of a request: 16 hex digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Gives each request of this process another one: a random start, so that nodes and restarts do not meet, then one after the other.
pub struct RequestIds(AtomicU64);

/// Odd, so that all 2^64 come before one comes again; large, so that neighbours do not look alike to who reads one aloud.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl RequestIds {
    /// From a random start.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut start = [0u8; 8];
        entropy.fill(&mut start);
        Self(AtomicU64::new(u64::from_be_bytes(start)))
    }

    /// The next one.
    pub fn next(&self) -> RequestId {
        RequestId(hex(&self.0.fetch_add(STEP, Ordering::Relaxed).to_be_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::testing::SeededEntropy;
    use std::collections::HashSet;

    #[test]
    fn no_two_requests_are_named_alike() {
        let ids = RequestIds::new(&SeededEntropy::new(1));
        let seen: HashSet<String> = (0..10_000).map(|_| ids.next().0).collect();
        assert_eq!(seen.len(), 10_000);
        assert!(seen.iter().all(|id| id.len() == 16));
    }
}
