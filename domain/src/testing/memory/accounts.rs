//! Accounts in memory.
use super::Memory;
use crate::events::{Event, EventKind, Trail};
use crate::id::AccountId;
use crate::level::Level;
use crate::password::NameKey;
use crate::ports::{Account, Accounts, Credentials, Fault};
use crate::time::Timestamp;
use async_trait::async_trait;

#[async_trait]
impl Accounts for Memory {
    async fn credentials(&self, name: &NameKey) -> Result<Option<Credentials>, Fault> {
        self.step("reading credentials", |world| {
            let row = world.accounts.iter().find(|row| row.key == *name);
            Ok(row.map(|row| Credentials {
                id: row.id.clone(),
                password_hash: row.password_hash.clone(),
                disabled: row.disabled,
                password_set_at: row.password_set_at,
            }))
        })
        .await
    }

    async fn account(&self, id: &AccountId) -> Result<Option<Account>, Fault> {
        self.step("reading an account", |world| {
            let row = world.accounts.iter().find(|row| row.id == *id);
            Ok(row.map(|row| Account {
                id: row.id.clone(),
                username: row.username.clone(),
                disabled: row.disabled,
                sign_ins: row.sign_ins.iter().rev().take(2).map(|(at, _, by)| (*at, by.clone())).collect(),
            }))
        })
        .await
    }

    async fn renew_hash(&self, id: &AccountId, old: &str, new: &str) -> Result<(), Fault> {
        self.step("renewing a hash", |world| {
            let mine = world.accounts.iter_mut().find(|row| row.id == *id && row.password_hash == old);
            if let Some(row) = mine {
                new.clone_into(&mut row.password_hash);
            }
            Ok(())
        })
        .await
    }

    async fn signed_in(&self, id: &AccountId, level: Level, trail: &Trail) -> Result<(), Fault> {
        self.step("noting a sign-in", |world| {
            world.signed_in(id, level, trail);
            Ok(())
        })
        .await
    }

    async fn note(&self, events: &[Event], trail: &Trail) -> Result<(), Fault> {
        self.step("writing events", |world| {
            world.note(events, trail);
            Ok(())
        })
        .await
    }

    async fn note_unless_since(&self, event: &Event, since: Timestamp, trail: &Trail) -> Result<(), Fault> {
        self.step("writing an event", |world| {
            let same = |(other, then): &(Event, Trail)| {
                let alike = (&other.account, other.kind, &other.detail);
                then.at > since && alike == (&event.account, event.kind, &event.detail)
            };
            if !world.events.iter().any(same) {
                world.note(std::slice::from_ref(event), trail);
            }
            Ok(())
        })
        .await
    }
}

impl super::World {
    /// Remembers a sign-in and writes its event.
    pub(super) fn signed_in(&mut self, id: &AccountId, level: Level, trail: &Trail) {
        if let Some(row) = self.accounts.iter_mut().find(|row| row.id == *id) {
            row.sign_ins.push((trail.at, level, trail.agent.clone()));
        }
        self.note(&[Event::of(EventKind::SignedIn, id).detail(level.acr())], trail);
    }
}
