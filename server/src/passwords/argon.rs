//! Argon2id itself, and why by this crate.
//!
//! Hashes per second, 19 MiB, t=2, p=1, both cores of a 2-core AMD EPYC (Zen 4), release build, three idle rounds:
//!
//! | implementation | new memory each time | memory reused |
//! |---|---|---|
//! | `argon2` 0.5.3 (RustCrypto) | 116–133 | 131–137 |
//! | `argon2` 0.6.0 (RustCrypto) | 119–126 | 121–141 |
//! | libsodium 1.0.22 (by `libsodium-rs` 0.3) | 95–109 | not offered |
//! | `argon2-rust` 1.1.0 | 195–203 | **244–257** |
//!
//! The hash is nine tenths of what a sign-in costs, and RustCrypto's leaves nothing to spare on such a machine. libsodium is
//! audited, but no faster here, needs `make` and an unpacked `configure` at build time, brings a downloader into the build, and
//! knows neither p > 1 nor salts other than 16 bytes, which imported hashes have. `argon2-rust` is a port of the reference C with
//! SIMD chosen at run time (AVX-512, AVX2, SSE2, NEON), one dependency, no build-time C, and the engine of a widely used Node
//! package. It is young and not audited, so it is held on a short lead: no other feature of it is used than deriving bytes (no
//! PHC strings, no threads, no salts of its own), a known answer is computed at every start with the code this processor will
//! run, and tests compare it with RustCrypto's over many parameters. Attackers have fast code anyway; a slow one protects nobody.
//! A change of mind is this file.
use argon2_rust::params::{Memory, TagLen};
use argon2_rust::{Algorithm, Argon2, Error, Hasher, Params, Version};
use thiserror::Error;

/// What one derivation costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes it is divided into.
    pub lanes: u32,
}

impl Cost {
    /// How much one derivation does: KiB of memory times passes over it.
    #[must_use]
    pub fn work(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.passes)
    }

    /// What is to be done beside it so that it lasts as long as [`COST`], where it is cheaper: guesses at a cheaper hash of another
    /// system would be answered sooner than those at no account (R50).
    #[must_use]
    pub fn filler(self) -> Option<Self> {
        let missing = COST.work().checked_sub(self.work())?;
        let memory_kib = u32::try_from(missing).ok()? / COST.passes;
        (memory_kib >= 8 * COST.lanes).then_some(Self { memory_kib, ..COST })
    }
}

/// What new hashes cost: 19 MiB, 2 passes, 1 lane (R46, OWASP Password Storage).
pub const COST: Cost = Cost { memory_kib: 19_456, passes: 2, lanes: 1 };

/// Bytes Argon2 gives for a new hash.
pub(super) const OUTPUT: usize = 32;

/// Argon2 version 1.3, as PHC strings write it.
pub(super) const VERSION: u32 = 19;

/// Why a derivation failed: no memory, or parameters Argon2 does not know.
#[derive(Debug, Error)]
#[error("Argon2id: {0}")]
pub struct ArgonError(Error);

/// Derives bytes, over memory that is kept (wiped) from one derivation to the next.
pub(super) struct Kernel(Hasher);

impl Kernel {
    /// Takes no memory yet.
    pub(super) fn new() -> Self {
        Self(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT).hasher())
    }

    /// Fills `output`, whose length goes into the result.
    pub(super) fn derive(
        &mut self,
        cost: Cost,
        version: u32,
        password: &[u8],
        salt: &[u8],
        output: &mut [u8],
    ) -> Result<(), ArgonError> {
        let version = if version == VERSION { Version::V0x13 } else { Version::V0x10 };
        self.with(cost, version, output.len())?.hash_into(password, salt, output).map_err(ArgonError)?;
        if cost.memory_kib > COST.memory_kib {
            // An imported hash may have asked for far more; it is renewed to ours, and this block is not wanted again.
            self.rest();
        }
        Ok(())
    }

    /// Whether it holds memory.
    pub(super) fn holds_memory(&self) -> bool {
        self.0.reserved_blocks() > 0
    }

    /// Gives its memory back to the system; the next derivation takes it again.
    pub(super) fn rest(&mut self) {
        self.0.clear();
    }

    /// Computes the Argon2id example of RFC 9106 §5.3 with the code this processor gets.
    pub(super) fn knows_its_answer(&mut self) -> bool {
        const ANSWER: [u8; 32] = [
            0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53, 0xc9,
            0xd0, 0x1e, 0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b, 0x01, 0xe6, 0x59,
        ];
        let mut output = [0u8; 32];
        let cost = Cost { memory_kib: 32, passes: 3, lanes: 4 };
        let done = self.with(cost, Version::V0x13, output.len()).and_then(|hasher| {
            hasher.hash_into_with_ad(&[1; 32], &[2; 16], &[3; 8], &[4; 12], &mut output).map_err(ArgonError)
        });
        done.is_ok() && output == ANSWER
    }

    fn with(&mut self, cost: Cost, version: Version, output: usize) -> Result<&mut Hasher, ArgonError> {
        let params = Params::builder()
            .memory(Memory::kib(u64::from(cost.memory_kib)))
            .passes(cost.passes)
            .lanes(cost.lanes)
            .threads(1)
            .tag_len(TagLen::bytes(u64::try_from(output).unwrap_or(u64::MAX)))
            .build()
            .map_err(ArgonError)?;
        self.0.set_argon2(Argon2::new(Algorithm::Argon2id, version, params));
        Ok(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rfc_9106_gives_the_answer_of_the_rfc() {
        assert!(Kernel::new().knows_its_answer());
    }

    #[test]
    fn memory_of_a_costly_import_is_not_kept() {
        let mut kernel = Kernel::new();
        let mut output = [0; 16];
        kernel.derive(COST, VERSION, b"p", b"saltsalt", &mut output).unwrap();
        assert!(kernel.holds_memory());
        let costly = Cost { memory_kib: 40_000, passes: 1, lanes: 1 };
        kernel.derive(costly, VERSION, b"p", b"saltsalt", &mut output).unwrap();
        assert!(!kernel.holds_memory());
    }

    fn second_opinion(cost: Cost, version: u32, password: &[u8], salt: &[u8], length: usize) -> Vec<u8> {
        let params = argon2::Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(length)).unwrap();
        let version = if version == VERSION { argon2::Version::V0x13 } else { argon2::Version::V0x10 };
        let mut output = vec![0; length];
        argon2::Argon2::new(argon2::Algorithm::Argon2id, version, params)
            .hash_password_into(password, salt, &mut output)
            .unwrap();
        output
    }

    #[test]
    fn two_implementations_agree_at_our_cost() {
        let mut kernel = Kernel::new();
        for password in ["", "correct horse battery staple", "пароль из пятнадцати", &"x".repeat(1024)]
        {
            let mut output = [0; OUTPUT];
            kernel.derive(COST, VERSION, password.as_bytes(), b"0123456789abcdef", &mut output).unwrap();
            assert_eq!(
                output.as_slice(),
                second_opinion(COST, VERSION, password.as_bytes(), b"0123456789abcdef", OUTPUT)
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn two_implementations_agree(
            lanes in 1u32..=8,
            per_lane in 8u32..96,
            odd in 0u32..8,
            passes in 1u32..=4,
            old in any::<bool>(),
            length in 16usize..=64,
            password in prop::collection::vec(any::<u8>(), 0..300),
            salt in prop::collection::vec(any::<u8>(), 8..=64),
        ) {
            let cost = Cost { memory_kib: lanes * per_lane + odd, passes, lanes };
            let version = if old { 16 } else { VERSION };
            let mut output = vec![0; length];
            Kernel::new().derive(cost, version, &password, &salt, &mut output).unwrap();
            prop_assert_eq!(output, second_opinion(cost, version, &password, &salt, length));
        }
    }
}
