//! What an operator or a reader looks up is there: each line of the log, each figure, each number of a rule.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const OPERATE: &str = include_str!("../../../docs/operate.md");
const RULES: &str = include_str!("../../../docs/rules.md");

fn files_below(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, endings, found);
        } else if path.extension().is_some_and(|ending| endings.iter().any(|one| *one == ending)) {
            found.push(path);
        }
    }
}

fn texts(folders: &[&str], endings: &[&str]) -> Vec<(PathBuf, String)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    folders.iter().for_each(|folder| files_below(&top.join(folder), endings, &mut found));
    found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// What a call of a macro says: the last text in it.
fn said(call: &str) -> Option<String> {
    let (mut open, mut text, mut last) = (1, None::<String>, None);
    let mut letters = call.chars();
    while let Some(c) = letters.next() {
        match (&mut text, c) {
            (Some(_), '"') => last = text.take(),
            (Some(text), '\\') => text.extend(letters.next().filter(|next| !next.is_whitespace())),
            (Some(text), c) => text.push(c),
            (None, '"') => text = Some(String::new()),
            (None, '(') => open += 1,
            (None, ')') => open -= 1,
            (None, _) => {}
        }
        if open == 0 {
            break;
        }
    }
    last
}

/// Without what is filled in.
fn fixed(line: &str) -> String {
    let mut depth = 0;
    let outside = line.chars().filter(|c| {
        depth += i32::from(*c == '{');
        let is_out = depth == 0;
        depth -= i32::from(*c == '}');
        is_out
    });
    outside.collect()
}

/// Whether a line stands among these, whole or by its beginning; or behind the name of a provider. A single word lists that line alone:
/// it stands in many.
fn is_listed(line: &str, quoted: &[&str]) -> bool {
    let own = line.trim_matches(['.', ' ']);
    let is_it = |quoted: &str| {
        own == quoted || quoted.contains(' ') && (line.contains(quoted) || quoted.contains(own))
    };
    quoted.iter().any(|quoted| is_it(quoted))
}

#[test]
fn every_line_of_the_log_stands_in_the_operators_pages() {
    let (_, listed) = OPERATE.split_once("## Log lines to look for").unwrap();
    let listed = listed.split("\n## ").next().unwrap();
    let rows = listed.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let quoted: Vec<&str> = rows.flat_map(|row| row.split('`').skip(1).step_by(2)).collect();
    assert!(
        !is_listed("the disk is full and no code could be made", &quoted),
        "a line that nobody has described"
    );
    let mut seen = 0;
    for (path, text) in texts(&["server/src"], &["rs"]) {
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for level in ["info", "warn", "error"] {
            for call in text.split(&format!("tracing::{level}!(")).skip(1) {
                let line = fixed(&said(call).unwrap_or_else(|| panic!("{}: says nothing", path.display())));
                if line.chars().filter(|c| c.is_alphabetic()).count() < 4 {
                    continue;
                }
                seen += 1;
                assert!(is_listed(&line, &quoted), "{}: {line:?}", path.display());
            }
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn every_figure_stands_in_the_operators_pages() {
    let source = include_str!("../../src/metrics.rs");
    let source = source.split("#[cfg(test)]").next().unwrap();
    let mut seen = 0;
    for (made, ending) in [("counters(&mut registry,", "_total"), ("registry.register(", "")] {
        // However the call is broken into lines.
        let source = source.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(");
        let names = source
            .split(made)
            .skip(1)
            .filter_map(|call| call.trim_start().strip_prefix('"')?.split('"').next());
        for name in names.map(|name| format!("latchkey_{name}{ending}")) {
            assert!(OPERATE.contains(&format!("| `{name}` |")), "{name}");
            seen += 1;
        }
    }
    assert_eq!(seen, 16, "each that is registered");
}

/// The numbers of rules in a text: `R8`, and `r08_…` at the head of a name.
fn numbers(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let number = |word: &str| {
        let name = word.split_once('_').map(|(head, _)| head.to_ascii_uppercase());
        let word = name.unwrap_or_else(|| word.to_owned());
        let (kind, digits) = word.split_at_checked(1)?;
        let counts = (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let digits = digits.trim_start_matches('0');
        (counts && !digits.is_empty() && ["R", "A", "P", "D"].contains(&kind))
            .then(|| format!("{kind}{digits}"))
    };
    words.filter_map(number).collect()
}

#[test]
fn every_number_of_a_rule_in_the_code_is_explained() {
    assert_eq!(
        numbers("r08_x (R143, D2) R8b a1_y R0 p3"),
        ["A1", "D2", "R143", "R8"].map(str::to_owned).into()
    );
    let listed: BTreeSet<String> = RULES
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
        .map(str::to_owned)
        .collect();
    let folders =
        ["domain/src", "domain/tests", "app/src", "server/src", "server/tests/it", "server/tests/store"];
    let more = ["xtask", "migrations", "end2end/stories", "style"];
    let mut seen = 0;
    for (path, text) in texts(&[&folders[..], &more[..]].concat(), &["rs", "sql", "ts", "css", "md"]) {
        for number in numbers(&text) {
            assert!(listed.contains(&number), "{}: {number} is not in docs/rules.md", path.display());
            seen += 1;
        }
    }
    assert!(seen > 500, "{seen}");
}
