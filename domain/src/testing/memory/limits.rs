//! Limits in memory.
use super::Memory;
use crate::limits::{Rule, Wait};
use crate::ports::{Fault, Limits};
use crate::time::Timestamp;
use async_trait::async_trait;

#[async_trait]
impl Limits for Memory {
    async fn hit(&self, rules: &[Rule], now: Timestamp) -> Result<Option<Wait>, Fault> {
        self.step("counting a hit", |world| {
            let wait = world.wait(rules, now);
            if wait.is_none() {
                world.hit(rules, now);
            }
            Ok(wait)
        })
        .await
    }
}
