//! Wrong passwords in memory.
use super::Memory;
use crate::password_tries::{Outcome, Trier, Turn, UNDER_WAY, turn, wait_after};
use crate::ports::{Fault, PasswordTries};
use crate::time::Timestamp;
use async_trait::async_trait;

/// What is counted of one trier.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tries {
    /// Wrong in a row.
    pub wrong: u32,
    /// Being looked at.
    pub under_way: u32,
    /// When the newest turn was taken.
    pub taken_at: Timestamp,
    /// Until when the next one waits.
    pub waits_until: Timestamp,
}

#[async_trait]
impl PasswordTries for Memory {
    async fn take_turn(&self, trier: &Trier, now: Timestamp) -> Result<Turn, Fault> {
        self.step("taking a turn", |world| {
            let tries = world.tries.entry(trier.clone()).or_default();
            if now.since(tries.taken_at) >= UNDER_WAY {
                tries.under_way = 0;
            }
            let turn = turn(tries.wrong, tries.under_way, tries.waits_until, now);
            if turn == Turn::Yours {
                tries.under_way += 1;
                tries.taken_at = now;
            }
            Ok(turn)
        })
        .await
    }

    async fn settle(&self, trier: &Trier, outcome: Outcome, now: Timestamp) -> Result<u32, Fault> {
        self.step("settling a try", |world| {
            if outcome == Outcome::Right {
                world.tries.remove(trier);
                return Ok(0);
            }
            let tries = world.tries.entry(trier.clone()).or_default();
            tries.under_way = tries.under_way.saturating_sub(1);
            if outcome == Outcome::Wrong {
                tries.wrong += 1;
                tries.waits_until = tries.waits_until.max(now.plus(wait_after(tries.wrong)));
            }
            Ok(tries.wrong)
        })
        .await
    }
}
