//! What somebody can do whose code did not come: only what the page really offers is named.

use crate::text::{Value, Words};
use crate::view::{Frame, Unreachable};

/// How a page lets one take another number than the account's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Elsewhere {
    /// Not at all.
    #[default]
    No,
    /// It is typed here, or one step back.
    Other,
    /// A link leads to its replacement.
    Replace,
}

/// The ways that a page offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ways {
    /// It was a call that did not tell its code.
    pub by_call: bool,
    /// A code of the same kind can be asked for: in these words.
    pub again: Option<&'static str>,
    /// A call can be chosen instead.
    pub call: bool,
    /// A text message can be chosen instead.
    pub text: bool,
    /// Other numbers of the account stand on the page.
    pub others: bool,
    /// A number that is not the account's yet.
    pub elsewhere: Elsewhere,
    /// The page has a link to help at its foot.
    pub help_here: bool,
}

/// The longest list that is still a sentence.
const MOST: usize = 3;

impl Ways {
    /// Of a page that offers nothing but help.
    pub const fn of(frame: &Frame) -> Self {
        Self {
            by_call: false,
            again: None,
            call: false,
            text: false,
            others: false,
            elsewhere: Elsewhere::No,
            help_here: frame.support_url.is_some(),
        }
    }

    /// What is worth trying after `reason`, as keys of words that follow "You can": the likeliest first. Help is named where the
    /// page has nothing else.
    pub fn after(self, reason: Unreachable) -> Vec<&'static str> {
        use Unreachable::{
            Busy, Check, Country, Dead, Late, NoAnswer, NoCall, NoTexts, NotHeard, Off, Other, Retry, Stop,
            Unavailable, Wait,
        };
        let (again, another_way, another_number) = match reason {
            // Nothing but time helps, whatever the way.
            Unavailable => return Vec::new(),
            Wait => (true, false, false),
            Retry | Late => (true, true, false),
            Off | Other => (true, true, true),
            // Their advice says to try again.
            Busy | NoAnswer | NotHeard => (false, true, false),
            NoTexts | Country | Stop | NoCall => (false, true, true),
            Check | Dead => (false, false, true),
        };
        let (call, text) = (!self.by_call && self.call, self.by_call && self.text);
        let mut ways = self.numbers(another_number);
        if another_way && (call || text) {
            ways.insert(0, if call { "way-call" } else { "way-text" });
        }
        if let Some(again) = self.again.filter(|_| again) {
            ways.insert(0, again);
        }
        let tried_again = matches!(reason, Busy | NoAnswer | NotHeard) && self.again.is_some();
        if ways.is_empty() && !tried_again {
            ways.push(self.help());
        }
        ways.truncate(MOST);
        ways
    }

    /// What is left to somebody whose number takes no code any more.
    pub fn without_it(self) -> Vec<&'static str> {
        let mut ways = self.numbers(true);
        if ways.is_empty() {
            ways.push(self.help());
        }
        ways
    }

    fn numbers(self, wanted: bool) -> Vec<&'static str> {
        let others = self.others.then_some("way-others");
        let elsewhere = match self.elsewhere {
            Elsewhere::No => None,
            Elsewhere::Other => Some("way-other"),
            Elsewhere::Replace => Some("way-replace"),
        };
        others.into_iter().chain(elsewhere).filter(|_| wanted).collect()
    }

    const fn help(self) -> &'static str {
        if self.help_here { "way-help-here" } else { "way-help" }
    }
}

/// "You can choose a call or use another number."; nothing where there is nothing to name.
pub fn ways_sentence(words: Words, ways: &[&'static str]) -> Option<String> {
    let word = |at: usize| -> Value { ways.get(at).map_or("", |key| words.get(key)).into() };
    (!ways.is_empty()).then(|| {
        words.with("ways", [("n", ways.len().into()), ("a", word(0)), ("b", word(1)), ("c", word(2))])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Lang;

    const PAGE: Ways = Ways {
        by_call: false,
        again: Some("way-again"),
        call: false,
        text: false,
        others: false,
        elsewhere: Elsewhere::No,
        help_here: false,
    };

    #[test]
    fn no_way_is_named_that_the_page_does_not_offer() {
        let nothing = Ways { again: None, ..PAGE };
        for reason in Unreachable::ALL {
            for way in nothing.after(reason) {
                assert_eq!(way, "way-help", "{reason:?}");
            }
            for (one, offered) in [
                ("way-call", Ways { call: true, ..nothing }),
                ("way-text", Ways { by_call: true, text: true, ..nothing }),
                ("way-others", Ways { others: true, ..nothing }),
                ("way-other", Ways { elsewhere: Elsewhere::Other, ..nothing }),
                ("way-replace", Ways { elsewhere: Elsewhere::Replace, ..nothing }),
                ("way-again", PAGE),
            ] {
                let named = offered.after(reason);
                assert!(named.iter().all(|way| [one, "way-help"].contains(way)), "{reason:?}: {named:?}");
                assert!(named.len() < 2, "{reason:?}: help is the last resort: {named:?}");
            }
        }
    }

    #[test]
    fn the_likeliest_way_is_named_first_and_help_where_there_is_no_other() {
        let all = Ways { call: true, others: true, ..PAGE };
        assert_eq!(all.after(Unreachable::Other), ["way-again", "way-call", "way-others"]);
        assert_eq!(all.after(Unreachable::Dead), ["way-others"]);
        assert_eq!(PAGE.after(Unreachable::Dead), ["way-help"]);
        assert_eq!(Ways { help_here: true, ..PAGE }.without_it(), ["way-help-here"]);
        assert_eq!(all.without_it(), ["way-others"]);
    }

    #[test]
    fn ways_are_one_sentence_in_each_language() {
        for (lang, one, three) in [
            (
                Lang::En,
                "You can choose a call.",
                "You can ask for a new code, choose a call or choose another of your numbers.",
            ),
            (
                Lang::Es,
                "Puedes elegir una llamada.",
                "Puedes pedir un código nuevo, elegir una llamada o elegir otro de tus números.",
            ),
        ] {
            let words = Words(lang);
            assert_eq!(ways_sentence(words, &["way-call"]).as_deref(), Some(one));
            let list = ["way-again", "way-call", "way-others"];
            assert_eq!(ways_sentence(words, &list).as_deref(), Some(three));
            assert_eq!(ways_sentence(words, &[]), None);
        }
    }
}
