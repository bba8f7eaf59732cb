//! Limits over sliding windows: which keys count what, and until when one must wait. Arithmetic only.
use crate::client::ClientId;
use crate::id::AccountId;
use crate::phone::{E164, NumberHash};
use crate::policy::SendLimits;
use crate::time::Timestamp;
pub use crate::wait::{Limit, Wait};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

/// Hits older than this matter to no rule and may be forgotten.
pub const LONGEST_WINDOW: Duration = DAY;

/// At most `max` hits of `key` within any `window`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What is counted; rules of one key share its hits.
    pub key: String,
    /// The length of the sliding window.
    pub window: Duration,
    /// Hits allowed in it.
    pub max: u32,
    /// Which limit this is.
    pub limit: Limit,
}

impl Rule {
    /// Whether one more hit at `now` is too many. `nth_newest` is the time of the `max`-th newest hit of the key, if there is one.
    #[must_use]
    pub fn wait(&self, nth_newest: Option<Timestamp>, now: Timestamp) -> Option<Wait> {
        if self.max == 0 {
            return Some(Wait { until: now.plus(self.window), limit: self.limit });
        }
        let until = nth_newest?.plus(self.window);
        (until > now).then_some(Wait { until, limit: self.limit })
    }
}

/// The rules a message must pass, whatever its purpose (R15).
#[must_use]
pub fn for_message(
    limits: &SendLimits,
    number: &NumberHash,
    account: &AccountId,
    address: &str,
) -> Vec<Rule> {
    let mut rules = for_number(limits, number);
    rules.push(Rule {
        key: format!("account:{account}"),
        window: DAY,
        max: limits.per_account_day,
        limit: Limit::Account,
    });
    if let Some(max) = limits.per_address_hour {
        rules.push(Rule { key: format!("sends:{address}"), window: HOUR, max, limit: Limit::Address });
    }
    if let Some(max) = limits.per_minute {
        rules.push(Rule { key: "sends".to_owned(), window: MINUTE, max, limit: Limit::Installation });
    }
    rules
}

/// The rules of a number alone: they hold for notices too.
#[must_use]
pub fn for_number(limits: &SendLimits, number: &NumberHash) -> Vec<Rule> {
    let key = format!("number:{}", number.as_str());
    vec![
        Rule { key: key.clone(), window: HOUR, max: limits.per_number_hour, limit: Limit::Number },
        Rule { key, window: DAY, max: limits.per_number_day, limit: Limit::Number },
    ]
}

/// The rules a number must pass that is to be proven for the first time. Who is paid for texts to his own numbers enrols one after
/// the other and types no code back: then no more go to that block, or that country, for a while (R15, A24).
#[must_use]
pub fn for_new_number(limits: &SendLimits, number: &E164) -> Vec<Rule> {
    let [block, country] = unproven_keys(number);
    let rule = |key, max: Option<u32>, limit| max.map(|max| Rule { key, window: HOUR, max, limit });
    [
        rule(block, limits.unproven_per_block_hour, Limit::Block),
        rule(country, limits.unproven_per_country_hour, Limit::Country),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What a new number is counted under until it is proven: its block, which is all but its last three digits, and its country. A
/// number that is proven counts no more.
#[must_use]
pub fn unproven_keys(number: &E164) -> [String; 2] {
    let text = number.reveal();
    let block = text.get(..text.len().saturating_sub(3)).unwrap_or_default();
    [format!("unproven:{block}"), format!("unproven in:{}", number.mask().calling_code)]
}

/// The rule a sign-in must pass before its password is looked at; and what was typed as a code and is none.
#[must_use]
pub fn for_sign_in(limits: &SendLimits, address: &str) -> Vec<Rule> {
    limits
        .sign_ins_per_address_minute
        .map(|max| Rule { key: format!("sign-ins:{address}"), window: MINUTE, max, limit: Limit::SignIns })
        .into_iter()
        .collect()
}

/// Wrong secrets of one client that are looked into within a minute (R105).
pub const WRONG_SECRETS_PER_MINUTE: u32 = 20;

/// The rule for a wrong secret: counted for the client; where there is no such client, for the address, so that made-up ids cost no
/// more rows than one.
#[must_use]
pub fn for_wrong_secret(client: Option<&ClientId>, address: &str) -> Rule {
    let key = match client {
        Some(id) => format!("client:{id}"),
        None => format!("no client:{address}"),
    };
    Rule { key, window: MINUTE, max: WRONG_SECRETS_PER_MINUTE, limit: Limit::Clients }
}

/// Requests of apps that one address may have kept within a minute: anybody can make them, without signing in.
pub const REQUESTS_PER_MINUTE: u32 = 300;

/// The rule for a request that is kept.
#[must_use]
pub fn for_kept_request(address: &str) -> Rule {
    let key = format!("request:{address}");
    Rule { key, window: MINUTE, max: REQUESTS_PER_MINUTE, limit: Limit::Requests }
}

/// The keys that one hit is written for: each once.
#[must_use]
pub fn keys(rules: &[Rule]) -> Vec<&str> {
    let mut keys: Vec<&str> = rules.iter().map(|rule| rule.key.as_str()).collect();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_window_says_when_its_oldest_hit_leaves() {
        let rule = Rule { key: "k".into(), window: HOUR, max: 5, limit: Limit::Number };
        let now = Timestamp::from_millis(10_000_000);
        assert_eq!(rule.wait(None, now), None);
        let fifth = now.minus(Duration::from_secs(3599));
        assert_eq!(rule.wait(Some(fifth), now).unwrap().until.seconds_from(now), 1);
        assert_eq!(rule.wait(Some(now.minus(HOUR)), now), None);
    }

    #[test]
    fn a_limit_of_nothing_always_holds() {
        let rule = Rule { key: "k".into(), window: MINUTE, max: 0, limit: Limit::Installation };
        assert!(rule.wait(None, Timestamp::default()).is_some());
    }
}
