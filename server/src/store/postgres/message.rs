//! Several statements in one message.
//!
//! Each message is a way to the server and back, with locks held meanwhile; to one at a distance that takes longer than what it asks
//! for. The driver puts one statement into each. So those of a transaction whose answers nobody needs wait here for the next whose
//! answer is needed, and go with it. They are prepared once for each connection; their values are written out, see [`Value`].
use super::value::Value;
use std::collections::HashMap;

/// Statements in the order in which they are carried out.
#[derive(Debug, Default)]
pub(super) struct Message(Vec<Part>);

#[derive(Debug)]
enum Part {
    Word(&'static str),
    Statement { sql: &'static str, kinds: Vec<&'static str>, values: String },
}

/// The statements that a connection has prepared, and the number by which it knows each.
pub(super) type Known = HashMap<&'static str, usize>;

/// A message as it is sent.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) text: String,
    /// How many statements it has: each is answered.
    pub(super) statements: usize,
    /// Those that its connection has prepared once all went well.
    pub(super) new: Vec<&'static str>,
}

impl Message {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// A word of its own, such as `COMMIT`.
    pub(super) fn word(&mut self, word: &'static str) {
        self.0.push(Part::Word(word));
    }

    /// A statement with its values.
    pub(super) fn statement(&mut self, sql: &'static str, values: &[Value<'_>]) {
        let kinds = values.iter().map(|value| value.kind()).collect();
        let mut text = String::new();
        for value in values {
            text.push_str(if text.is_empty() { "" } else { ", " });
            value.write(&mut text);
        }
        self.0.push(Part::Statement { sql, kinds, values: text });
    }

    /// For a connection that knows these statements. What it does not know it is asked to prepare first.
    pub(super) fn written(&self, known: &Known) -> Written {
        let (mut first, mut rest) = (String::new(), String::new());
        let mut new: Vec<&'static str> = Vec::new();
        for part in &self.0 {
            match part {
                Part::Word(word) => rest.push_str(word),
                Part::Statement { sql, kinds, values } => {
                    let number = known.get(sql).copied().unwrap_or_else(|| {
                        let place = new.iter().position(|other| other == sql).unwrap_or_else(|| {
                            let kinds = listed(&kinds.join(", "));
                            first
                                .push_str(&format!("PREPARE s{}{kinds} AS {sql}; ", known.len() + new.len()));
                            new.push(sql);
                            new.len() - 1
                        });
                        known.len() + place
                    });
                    rest.push_str(&format!("EXECUTE s{number}{}", listed(values)));
                }
            }
            rest.push_str("; ");
        }
        Written { text: first + &rest, statements: self.0.len() + new.len(), new }
    }
}

/// In brackets, which may not stand around nothing.
fn listed(values: &str) -> String {
    if values.is_empty() { String::new() } else { format!("({values})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_asked_to_prepare_what_it_does_not_know_once() {
        let mut message = Message::default();
        message.word("BEGIN");
        message.statement("A $1", &[Value::of("x")]);
        message.statement("B", &[]);
        message.statement("A $1", &[Value::of("y")]);
        let known = Known::from([("B", 0)]);
        let Written { text, statements, new } = message.written(&known);
        assert_eq!(text, "PREPARE s1(TEXT) AS A $1; BEGIN; EXECUTE s1('x'); EXECUTE s0; EXECUTE s1('y'); ");
        assert_eq!((statements, new), (5, vec!["A $1"]));
    }
}
