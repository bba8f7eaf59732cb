//! Counts tests in what test runners print, for the summary line.

use std::fmt;

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Tally {
    /// Reads one line of `cargo test` or of Playwright; other lines change nothing.
    pub fn read(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            let counts = result.split_once(". ").map_or("", |(_, counts)| counts);
            counts.split(';').for_each(|part| self.count(part));
        } else {
            self.count(line);
        }
    }

    /// `12 passed`, with or without a time behind it in brackets.
    fn count(&mut self, part: &str) {
        let mut words = part.split_whitespace();
        let (Some(number), Some(kind)) = (words.next(), words.next()) else { return };
        let Ok(number) = number.parse::<u64>() else { return };
        if words.next().is_some_and(|more| !more.starts_with('(')) {
            return;
        }
        match kind {
            "passed" => self.passed += number,
            "failed" => self.failed += number,
            "ignored" | "skipped" => self.skipped += number,
            _ => {}
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runners_are_counted() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result: ok. 12 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 1 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "  1 failed",
            "    [desktop] › sign-in.spec.ts:3:1 › 7 passed words in a title",
            "  3 skipped",
            "  40 passed (1.2m)",
            "7 passed by the gate",
        ] {
            tally.read(line);
        }
        assert_eq!(tally, Tally { passed: 53, failed: 5, skipped: 5 });
    }
}
