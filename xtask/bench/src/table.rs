//! The table: what, the figure asked for, what was measured.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// A line of the table.
#[derive(Clone, Debug)]
pub struct Line {
    /// What is measured.
    pub what: String,
    /// The figure asked for; empty where a line only explains another.
    pub asked: &'static str,
    /// What came out, in words.
    pub measured: String,
    /// The number alone, for programs; its unit is in `what` or `measured`.
    pub value: f64,
}

/// A line of the table.
pub fn line(what: impl Into<String>, asked: &'static str, measured: impl Into<String>, value: f64) -> Line {
    Line { what: what.into(), asked, measured: measured.into(), value }
}

/// The table as text; columns are as wide as their widest cell.
pub fn text(lines: &[Line]) -> String {
    let heading = ["what", "figure asked", "measured"];
    let width = |at: usize, cell: fn(&Line) -> &str| {
        let cells = lines.iter().map(|line| cell(line).chars().count());
        cells.max().unwrap_or(0).max(heading.get(at).map_or(0, |text| text.len()))
    };
    let (what, asked) = (width(0, |line| &line.what), width(1, |line| line.asked));
    let mut table = String::new();
    let mut row = |cells: [&str; 3]| {
        let [first, second, third] = cells;
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{first:what$} | {second:asked$} | {third}");
    };
    row(heading);
    row([&"-".repeat(what), &"-".repeat(asked), &"-".repeat(8)]);
    for line in lines {
        row([&line.what, line.asked, &line.measured]);
    }
    table
}

/// The table for programs.
pub fn json(lines: &[Line]) -> Value {
    let line = |line: &Line| json!({ "what": line.what, "asked": line.asked, "measured": line.measured, "value": line.value });
    lines.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_heading() {
        let text = text(&[line("a long name of a row", "≤ 5", "3 of them", 3.0), line("b", "", "x", 0.0)]);
        let at: Vec<usize> = text.lines().map(|line| line.chars().position(|c| c == '|').unwrap()).collect();
        assert_eq!(at, [21; 4]);
        assert!(text.contains("≤ 5          | 3 of them"), "{text}");
    }
}
