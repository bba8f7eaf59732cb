//! Randomness of the operating system: the only place that asks for it.
use domain::entropy::Entropy;
use rand::TryRng as _;
use rand::rngs::SysRng;

/// The operating system's generator (R1). No state of our own: nothing to seed, nothing a fork or a snapshot could repeat.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    /// Fills the buffer. A machine that cannot give random bytes must not go on issuing codes: the process ends (R14).
    fn fill(&self, buffer: &mut [u8]) {
        if let Err(error) = SysRng.try_fill_bytes(buffer) {
            tracing::error!(%error, "the operating system gives no random bytes; stopping");
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ_and_every_byte_is_written() {
        let draw = || {
            let mut bytes = [0u8; 64];
            OsEntropy.fill(&mut bytes);
            bytes
        };
        assert_ne!(draw(), draw());
        // A byte that stays zero over 40 draws has a chance of 256^-40.
        let seen = (0..40).map(|_| draw()).fold([0u8; 64], |mut seen, bytes| {
            seen.iter_mut().zip(bytes).for_each(|(seen, byte)| *seen |= byte);
            seen
        });
        assert!(seen.iter().all(|byte| *byte != 0));
    }
}
