//! What somebody can do whose code did not come, in words. What is named first, and whether at all, is decided in `ways.rs`.

use crate::text::{Value, Words};
use crate::view::{Frame, Unreachable};
use crate::ways::{Offered, Plan, Way};

/// The ways that a page has, with what their words need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ways {
    /// The ways.
    pub offered: Offered,
    /// The words of a code of the same kind.
    pub again: &'static str,
    /// The page has a link to help at its foot.
    pub help_here: bool,
}

impl Ways {
    /// Of a page that has these.
    pub const fn of(frame: &Frame, offered: Offered) -> Self {
        Self { offered, again: "way-again", help_here: frame.support_url.is_some() }
    }

    /// What helps after `reason`, in a sentence.
    pub fn after(self, words: Words, reason: Unreachable) -> Option<String> {
        self.sentence(words, &self.offered.after(reason))
    }

    /// "You can choose a call or use another number."; nothing where there is nothing to name.
    pub fn sentence(self, words: Words, plan: &Plan) -> Option<String> {
        let help = if self.help_here { "way-help-here" } else { "way-help" };
        let named = plan.named().into_iter().map(|way| self.key(way));
        list(words, &named.chain(plan.asks_for_help().then_some(help)).collect::<Vec<_>>())
    }

    const fn key(self, way: Way) -> &'static str {
        match way {
            Way::Again => self.again,
            Way::Call => "way-call",
            Way::Text => "way-text",
            Way::OwnNumber => "way-others",
            Way::TypedNumber => "way-other",
            Way::Replace => "way-replace",
        }
    }
}

fn list(words: Words, ways: &[&'static str]) -> Option<String> {
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
        offered: Offered {
            by_call: false,
            again: true,
            call: true,
            text: true,
            others: true,
            elsewhere: crate::ways::Elsewhere::No,
            pausing: false,
        },
        again: "way-again",
        help_here: false,
    };

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
            assert_eq!(list(words, &["way-call"]).as_deref(), Some(one));
            assert_eq!(PAGE.after(words, Unreachable::Other).as_deref(), Some(three));
            assert_eq!(PAGE.after(words, Unreachable::Unavailable), None);
        }
    }

    #[test]
    fn help_is_named_where_it_is() {
        let alone = Ways { offered: Offered::default(), ..PAGE };
        let said = |ways: Ways| ways.after(Words(Lang::En), Unreachable::Dead);
        assert_eq!(said(alone).as_deref(), Some("You can ask your administrator."));
        let here = Ways { help_here: true, ..alone };
        assert_eq!(said(here).as_deref(), Some("You can get help at the foot of this page."));
    }
}
