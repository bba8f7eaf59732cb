//! How many codes come back: a country to which many go and from which hardly any return is one that somebody may be paid for (R142, A24).
use std::collections::HashMap;
use std::time::Duration;

/// Codes are counted over so long, and judged when it is over: by then most that will be typed have been.
const WINDOW: Duration = Duration::from_secs(600);

/// Fewer codes than this say nothing.
const LEAST_SENT: u32 = 30;

/// At least one code in so many comes back where people are at the other end.
const ONE_IN: u32 = 5;

/// Hardly any code came back from a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fall {
    /// Codes that went there.
    pub sent: u32,
    /// Codes that came back.
    pub returned: u32,
}

#[derive(Clone, Copy, Default)]
struct Window {
    begun: Duration,
    sent: u32,
    returned: u32,
}

/// What is counted of each country. Moments are counted from any beginning.
#[derive(Default)]
pub struct Conversion(HashMap<String, Window>);

impl Conversion {
    /// A code goes to a country. Gives the time before this one, where that is one to be told of.
    pub fn sent(&mut self, calling_code: &str, now: Duration) -> Option<Fall> {
        let window =
            self.0.entry(calling_code.to_owned()).or_insert(Window { begun: now, ..Window::default() });
        let over = now.saturating_sub(window.begun) >= WINDOW;
        let Window { sent, returned, .. } = *window;
        if over {
            *window = Window { begun: now, ..Window::default() };
        }
        window.sent = window.sent.saturating_add(1);
        let fell = over && sent >= LEAST_SENT && returned.saturating_mul(ONE_IN) < sent;
        fell.then_some(Fall { sent, returned })
    }

    /// A code came back right.
    pub fn returned(&mut self, calling_code: &str) {
        if let Some(window) = self.0.get_mut(calling_code) {
            window.returned = window.returned.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes in the first minute, some typed in the second; what is said when the next one goes out after so many seconds.
    fn after(sent: u32, returned: u32, seconds: u64) -> Option<Fall> {
        let mut counted = Conversion::default();
        for _ in 0..sent {
            assert_eq!(counted.sent("44", Duration::from_secs(30)), None, "judged too early");
        }
        counted.sent("1", Duration::from_secs(60));
        (0..returned).for_each(|_| counted.returned("44"));
        counted.returned("99");
        let told = counted.sent("44", Duration::from_secs(30 + seconds));
        if told.is_some() {
            assert_eq!(counted.sent("44", Duration::from_secs(31 + seconds)), None, "told once");
        }
        told
    }

    #[test]
    fn r142_a_country_from_which_hardly_any_code_comes_back_is_told_of() {
        assert_eq!(after(60, 3, 600), Some(Fall { sent: 60, returned: 3 }));
        assert_eq!(after(30, 0, 900), Some(Fall { sent: 30, returned: 0 }));
        assert_eq!(after(30, 5, 600), Some(Fall { sent: 30, returned: 5 }));
        assert_eq!(after(30, 6, 600), None, "one in five comes back");
        assert_eq!(after(29, 0, 600), None, "too few to tell");
        assert_eq!(after(60, 0, 599), None, "people still type");
    }
}
