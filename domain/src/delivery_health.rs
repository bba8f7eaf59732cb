//! Whether text messages get through at the moment, judged by what the latest ones tell: for a note to whoever is about to need one.
//!
//! Nobody may make the note appear with a phone of his own, and nothing about an account or a number is to be read out of it. So each
//! account and each number has one voice, however often it asks for codes; what is about a number or its owner (switched off, opted out, no mobile) is
//! no evidence; and fewer than three accounts prove nothing.
use crate::delivery::DeliveryState;
use crate::id::AccountId;
use crate::phone::NumberHash;
use crate::progress::{Heard, Progress};
use crate::time::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

/// What is older is not looked at: a fault that nobody met for so long may be over.
pub const WINDOW: Duration = Duration::from_secs(600);

/// So many of the newest messages are looked at: more than are needed to hear twenty accounts.
pub const MOST: u32 = 500;

/// The newest voices count. Twenty are few enough that the note goes within a dozen good sign-ins once a fault is over, and enough that
/// a tenth of messages failing by themselves is hardly ever taken for a fault.
const VOICES: usize = 20;

/// So many accounts must have met it.
const LEAST_ACCOUNTS: usize = 3;

/// With so many messages: a handful, as each of them may have asked for a second code.
const LEAST_MESSAGES: usize = 5;

/// Arrived later than this is late: most arrive within ten seconds, and people begin to ask for another code after thirty.
const LATE: Duration = Duration::from_secs(60);

/// How it stands with text messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DeliveryHealth {
    /// Nothing speaks against them.
    #[default]
    Well,
    /// At least one account in three gets its messages late or not at all.
    Slow,
    /// At least one account in two gets none.
    Broken,
}

impl DeliveryHealth {
    /// All of them, best first.
    pub const ALL: [Self; 3] = [Self::Well, Self::Slow, Self::Broken];

    /// For the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Slow => "slow",
            Self::Broken => "broken",
        }
    }

    /// For figures: 0, 1 and 2, the worse the higher.
    #[must_use]
    pub fn rank(self) -> u8 {
        match self {
            Self::Well => 0,
            Self::Slow => 1,
            Self::Broken => 2,
        }
    }
}

/// What became of one message.
#[derive(Clone, Debug)]
pub struct Fate {
    /// Whose it was.
    pub account: AccountId,
    /// Keyed hash of the number it went to.
    pub number: NumberHash,
    /// How handing it over went.
    pub state: DeliveryState,
    /// The farthest step that its provider told of since.
    pub heard: Option<Heard>,
    /// When it was written.
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tells {
    Fine,
    Late,
    Failed,
}

/// Judges the messages of the last [`WINDOW`], newest first.
#[must_use]
pub fn judge(newest_first: &[Fate], now: Timestamp) -> DeliveryHealth {
    let (mut heard, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    let mut voices = Vec::with_capacity(VOICES);
    let mut troubled = 0;
    for fate in newest_first {
        if now.since(fate.created_at) >= WINDOW {
            continue;
        }
        let Some(tells) = tells(fate, now) else { continue };
        // Only the newest message that says something counts for an account, and for a number, since one number may serve many accounts.
        let (new_account, new_number) = (heard.insert(&fate.account), numbers.insert(&fate.number));
        if new_account && new_number && voices.len() < VOICES {
            voices.push(tells);
        }
        troubled += usize::from(tells != Tells::Fine);
    }
    let of = |kind| voices.iter().filter(|voice| **voice == kind).count();
    let (failed, late) = (of(Tells::Failed), of(Tells::Late));
    if troubled < LEAST_MESSAGES {
        return DeliveryHealth::Well;
    }
    if failed >= LEAST_ACCOUNTS && failed * 2 >= voices.len() {
        return DeliveryHealth::Broken;
    }
    if failed + late >= LEAST_ACCOUNTS && (failed + late) * 3 >= voices.len() {
        return DeliveryHealth::Slow;
    }
    DeliveryHealth::Well
}

/// What a message tells about the service, as those who wait for it meet it: a message that no provider was asked to send, because all of
/// them are left alone after failing, did not come either, and counts. So does one that a provider was too busy for (`wait`, HTTP 429):
/// our own limits hold before a provider is asked, so nobody brings that about with a number of his own. Nothing where it is about its number, or where it is too early to say.
fn tells(fate: &Fate, now: Timestamp) -> Option<Tells> {
    match fate.state {
        DeliveryState::Queued | DeliveryState::Claimed => None,
        DeliveryState::Unknown(_) => Some(Tells::Failed),
        DeliveryState::Refused(problem) => problem.is_the_services().then_some(Tells::Failed),
        DeliveryState::Taken => match fate.heard {
            Some(heard) if heard.progress.has_failed() => {
                heard.problem.filter(|problem| problem.is_the_services()).map(|_| Tells::Failed)
            }
            Some(heard) if heard.progress >= Progress::Delivered => {
                Some(if heard.at.since(fate.created_at) > LATE { Tells::Late } else { Tells::Fine })
            }
            // Many networks tell no more than that they have it. Before that could have turned bad, it tells nothing.
            _ => (now.since(fate.created_at) > LATE).then_some(Tells::Fine),
        },
    }
}

#[cfg(test)]
#[path = "delivery_health_tests.rs"]
mod tests;
