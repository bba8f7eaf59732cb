//! Which way out comes first for somebody whose code did not come. It is decided here alone: a page's sentence names the ways in this
//! order and its buttons stand in it. Plain values in and out, no words and no markup.

use crate::view::{CodeWait, DeliveryState, Unreachable};

/// A way to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Another code, by the way that the last one took.
    Again,
    /// A call in place of a text message.
    Call,
    /// A text message in place of a call.
    Text,
    /// Another of the account's numbers.
    OwnNumber,
    /// A number that is typed, on this page or one step back.
    TypedNumber,
    /// A new number in the place of this one.
    Replace,
}

impl Way {
    /// Whether it has to wait while the pause between two codes lasts.
    const fn waits(self) -> bool {
        matches!(self, Self::Again | Self::Call | Self::Text)
    }
}

/// How a page lets one take another number than the account's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Elsewhere {
    /// Not at all.
    #[default]
    No,
    /// It is typed here, or one step back.
    Typed,
    /// A link leads to its replacement.
    Replace,
}

/// The ways that a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offered {
    /// It was a call that did not tell its code.
    pub by_call: bool,
    /// A code of the same kind can be asked for.
    pub again: bool,
    /// A call can be chosen instead.
    pub call: bool,
    /// A text message can be chosen instead.
    pub text: bool,
    /// Other numbers of the account stand on the page.
    pub others: bool,
    /// A number that is not the account's yet.
    pub elsewhere: Elsewhere,
    /// None of the codes can be asked for yet, but soon.
    pub pausing: bool,
}

/// What may help, as far as the page has it.
#[derive(Clone, Copy)]
enum Help {
    Again,
    OtherWay,
    OtherNumber,
}

impl Offered {
    /// Of a page that can test this number and have it replaced: what lasts is mended by another number alone.
    #[must_use]
    pub const fn tested(by_call: bool, reason: Option<Unreachable>, pausing: bool) -> Self {
        let lasts = matches!(reason, Some(reason) if reason.lasts());
        let elsewhere = if lasts { Elsewhere::Replace } else { Elsewhere::No };
        Self { by_call, again: true, call: false, text: false, others: false, elsewhere, pausing }
    }

    /// After this failure.
    #[must_use]
    pub fn after(self, reason: Unreachable) -> Plan {
        use Help::{Again, OtherNumber, OtherWay};
        use Unreachable::{
            Busy, Check, Country, Dead, Late, NoAnswer, NoCall, NoTexts, NotHeard, Off, Other, Retry, Stop,
            Unavailable, Wait,
        };
        let helps: &[Help] = match reason {
            // Nothing but time, whatever the way.
            Unavailable => &[],
            Wait => &[Again],
            Retry | Late | Busy | NoAnswer | NotHeard => &[Again, OtherWay],
            Off | Other => &[Again, OtherWay, OtherNumber],
            NoTexts | Country | NoCall => &[OtherWay, OtherNumber],
            Stop => &[OtherWay, OtherNumber, Again],
            Check | Dead => &[OtherNumber],
        };
        // Another call would end the same way.
        let again = self.again && !(self.by_call && self.text && reason.lasts());
        let mut plan = Self { again, ..self }.plan(helps);
        plan.told = matches!(reason, Busy | NoAnswer | NotHeard);
        plan.hopeless = plan.likely.is_empty() && !matches!(reason, Unavailable);
        plan
    }

    /// Where the number takes no code any more.
    #[must_use]
    pub fn without_it(self) -> Plan {
        let mut plan = self.plan(&[Help::OtherNumber]);
        plan.hopeless = plan.likely.is_empty();
        plan
    }

    /// Where nothing is wrong but the code: what is said of it asks for a new one, so nothing more is named.
    #[must_use]
    pub fn anew(self) -> Plan {
        self.plan(&[])
    }

    fn plan(self, helps: &[Help]) -> Plan {
        let mut likely: Vec<Way> = helps.iter().flat_map(|help| self.having(*help)).collect();
        // What has to wait comes after what can be done at once.
        likely.sort_by_key(|way| self.pausing && way.waits());
        let all =
            [Help::Again, Help::OtherWay, Help::OtherNumber].into_iter().flat_map(|help| self.having(help));
        let rest = all.filter(|way| !likely.contains(way)).collect();
        Plan { likely, rest, pausing: self.pausing, told: false, hopeless: false }
    }

    fn having(self, help: Help) -> Vec<Way> {
        let having = |way: Way, has: bool| has.then_some(way);
        match help {
            Help::Again => having(Way::Again, self.again).into_iter().collect(),
            Help::OtherWay => having(Way::Call, self.call && !self.by_call)
                .into_iter()
                .chain(having(Way::Text, self.text && self.by_call))
                .collect(),
            Help::OtherNumber => having(Way::OwnNumber, self.others)
                .into_iter()
                .chain(having(Way::TypedNumber, self.elsewhere == Elsewhere::Typed))
                .chain(having(Way::Replace, self.elsewhere == Elsewhere::Replace))
                .collect(),
        }
    }
}

/// The longest list that is still a sentence.
const MOST: usize = 3;

/// The ways of a page, the likeliest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Those that may help.
    likely: Vec<Way>,
    /// Those that the page has besides.
    rest: Vec<Way>,
    pausing: bool,
    /// What is said of the failure says to try again.
    told: bool,
    /// Nothing that the page has is likely to help.
    hopeless: bool,
}

impl Plan {
    /// Every way, in the order of the buttons.
    #[must_use]
    pub fn ways(&self) -> Vec<Way> {
        self.likely.iter().chain(&self.rest).copied().collect()
    }

    /// The way whose button comes first, and is the filled one; none where only help is recommended.
    #[must_use]
    pub fn first(&self) -> Option<Way> {
        self.ways().first().copied().filter(|_| !self.hopeless)
    }

    /// What a sentence names: what helps and can be used now.
    #[must_use]
    pub fn named(&self) -> Vec<Way> {
        let now = self.likely.iter().filter(|way| !(self.pausing && way.waits()));
        now.filter(|way| !(self.told && **way == Way::Again)).take(MOST).copied().collect()
    }

    /// Whether help is named, for want of anything else.
    #[must_use]
    pub const fn asks_for_help(&self) -> bool {
        self.hopeless
    }
}

impl CodeWait {
    /// Why its message did not come, where that is known.
    #[must_use]
    pub(crate) const fn failure(&self) -> Option<Unreachable> {
        match self.delivery {
            DeliveryState::Refused(reason) | DeliveryState::NotDelivered(reason) => Some(reason),
            _ => None,
        }
    }

    /// What its page has, beside the numbers.
    #[must_use]
    pub(crate) fn offered(&self, others: bool, elsewhere: Elsewhere, pausing: bool) -> Offered {
        let open = self.resend_in.is_some();
        let call = open && self.call_in.is_some();
        // A fixed line that can be called gets no texts.
        let text = open && !(call && self.fixed_line);
        let again = if self.by_call { call } else { text };
        Offered { by_call: self.by_call, again, call, text, others, elsewhere, pausing }
    }
}

#[cfg(test)]
#[path = "ways_tests.rs"]
mod tests;
