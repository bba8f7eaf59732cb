//! The magic numbers of Twilio's test credentials, for both directions.

/// The error of a magic sender.
pub(crate) fn sender(from: &str) -> Option<u32> {
    match from {
        "+15005550001" => Some(21212),
        "+15005550007" => Some(21606),
        "+15005550008" => Some(21611),
        _ => None,
    }
}

/// The error of a magic destination.
pub(crate) fn destination(to: &str) -> Option<u32> {
    match to {
        "+15005550001" => Some(21211),
        "+15005550002" => Some(21612),
        "+15005550003" => Some(21408),
        "+15005550004" => Some(21610),
        "+15005550009" => Some(21614),
        _ => None,
    }
}
