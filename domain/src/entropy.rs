//! Randomness, handed in: the only source of codes, ids and tokens.

/// A source of unpredictable bytes (R1).
pub trait Entropy: Send + Sync {
    /// Fills the whole buffer. A source that cannot must not return.
    fn fill(&self, buffer: &mut [u8]);
}

/// A whole number in `0..below`, every value equally likely: values beyond the last full multiple are drawn again.
pub fn below(entropy: &dyn Entropy, below: u32) -> u32 {
    let below = below.max(1);
    let limit = u32::MAX - (u32::MAX % below);
    loop {
        let mut bytes = [0u8; 4];
        entropy.fill(&mut bytes);
        let value = u32::from_le_bytes(bytes);
        if value < limit {
            return value % below;
        }
    }
}

/// 128 random bits in lower-case hex: an id that may stand in a path, a token that is not secret enough to sign in.
pub fn hex128(entropy: &dyn Entropy) -> String {
    let mut bytes = [0u8; 16];
    entropy.fill(&mut bytes);
    hex(&bytes)
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 0xf));
    }
    out
}
