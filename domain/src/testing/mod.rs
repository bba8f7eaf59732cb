//! A whole installation in memory, for tests: ports, clock, randomness, provider. Nothing of it is in the product.
//!
//! [`world`] gives all of it; [`TestWorld`] has the hands that tests need.
mod block_on;
mod clock;
mod dispatch;
mod entropy;
pub mod grants;
pub mod memory;
mod race;
mod signer;
mod simple;
mod sms;
mod test_world;

pub use block_on::block_on;
pub use clock::ManualClock;
pub use dispatch::DirectDispatch;
pub use entropy::SeededEntropy;
pub use memory::{Memory, Planned};
pub use race::{Racer, race};
pub use signer::PlainSigner;
pub use simple::{HOST, PlainNumbers, PlainPasswords, PlainWords, known};
pub use sms::{RecordingSms, Script, Sent, report};
pub use test_world::{PASSWORD, TestWorld, policy, world, world_with};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A test that failed while it held the lock must not hide its reason behind another.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
