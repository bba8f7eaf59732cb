//! Wrong passwords in memory.
use super::Memory;
use crate::password_tries::{Settled, Tally, Trier};
use crate::ports::{Fault, PasswordTries};
use crate::time::Timestamp;
use async_trait::async_trait;

#[async_trait]
impl PasswordTries for Memory {
    async fn tally(&self, trier: &Trier) -> Result<Tally, Fault> {
        self.step("reading tries", |world| Ok(world.tries.get(trier).copied().unwrap_or_default())).await
    }

    async fn settle(&self, trier: &Trier, right: bool, now: Timestamp) -> Result<Settled, Fault> {
        self.step("settling a try", |world| {
            let settled = world.tries.get(trier).copied().unwrap_or_default().settle(right, now);
            match settled {
                Settled::Held(_) => {}
                Settled::Right => {
                    world.tries.remove(trier);
                }
                Settled::Wrong(tally) => {
                    world.tries.insert(trier.clone(), tally);
                }
            }
            Ok(settled)
        })
        .await
    }
}
