//! How many segments Twilio would bill for a text.

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// 160 septets or 70 UTF-16 units in one segment; 153 or 67 in each of several.
pub(crate) fn count(text: &str) -> usize {
    let septets = text.chars().try_fold(0usize, |sum, c| match (BASIC.contains(c), EXTENDED.contains(c)) {
        (true, _) => Some(sum + 1),
        (_, true) => Some(sum + 2),
        _ => None,
    });
    match septets {
        Some(n) if n <= 160 => 1,
        Some(n) => n.div_ceil(153),
        None => match text.encode_utf16().count() {
            n if n <= 70 => 1,
            n => n.div_ceil(67),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn segments_are_counted_by_alphabet() {
        assert_eq!(count(&"a".repeat(160)), 1);
        assert_eq!(count(&"a".repeat(161)), 2);
        assert_eq!(count(&"€".repeat(80)), 1);
        assert_eq!(count(&"€".repeat(81)), 2);
        assert_eq!(count(&"ё".repeat(70)), 1);
        assert_eq!(count(&"ё".repeat(71)), 2);
    }
}
