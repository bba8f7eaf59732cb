//! Something breaks in the middle of the product: the next time that it asks for randomness, or what time it is, it panics.
use domain::entropy::Entropy;
use domain::testing::SeededEntropy;
use domain::time::{Clock, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the panic says: no answer and no line of the log may.
pub const INSIDE: &str = "what was in hand when it broke";

/// Breaks once when it is lit, and never by itself.
#[derive(Clone, Default)]
pub struct Fuse(Arc<AtomicBool>);

impl Fuse {
    pub fn light(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it waits to break.
    pub fn is_lit(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    fn reached(&self) {
        assert!(!self.0.swap(false, Ordering::SeqCst), "{INSIDE}");
    }
}

/// What it stands before.
pub struct Fused<T>(pub T, pub Fuse);

impl Clock for Fused<Arc<dyn Clock>> {
    fn now(&self) -> Timestamp {
        self.1.reached();
        self.0.now()
    }
}

impl Entropy for Fused<Arc<SeededEntropy>> {
    fn fill(&self, buffer: &mut [u8]) {
        self.1.reached();
        self.0.fill(buffer);
    }
}
