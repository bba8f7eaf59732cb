//! Phones in memory.
use super::{Memory, PhoneRow, World};
use crate::events::{Event, EventKind, Trail};
use crate::id::{AccountId, PhoneId};
use crate::level::Level;
use crate::notice::NewNotice;
use crate::phone::Phone;
use crate::ports::{Fault, Phones, Removed};
use crate::purpose::Counter;
use crate::session::Who;
use async_trait::async_trait;

#[async_trait]
impl Phones for Memory {
    async fn of(&self, account: &AccountId) -> Result<Vec<Phone>, Fault> {
        self.step("reading phones", |world| Ok(world.phones_of(account))).await
    }

    async fn rename(
        &self,
        account: &AccountId,
        phone: &PhoneId,
        label: &str,
        trail: &Trail,
    ) -> Result<bool, Fault> {
        self.step("renaming a phone", |world| {
            let Some(row) = world.phone_mut(account, phone) else { return Ok(false) };
            label.clone_into(&mut row.phone.label);
            world.note(&[Event::of(EventKind::PhoneRenamed, account).phone(phone)], trail);
            Ok(true)
        })
        .await
    }

    async fn prefer(&self, account: &AccountId, phone: &PhoneId, trail: &Trail) -> Result<bool, Fault> {
        self.step("preferring a phone", |world| {
            if world.phone(account, phone).is_none_or(|row| row.phone.pending()) {
                return Ok(false);
            }
            world.prefer(account, phone);
            world.note(&[Event::of(EventKind::PhonePreferred, account).phone(phone)], trail);
            Ok(true)
        })
        .await
    }

    async fn remove(
        &self,
        account: &AccountId,
        phone: &PhoneId,
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Result<Removed, Fault> {
        self.step("removing a phone", |world| {
            let Some(row) = world.phone_mut(account, phone) else { return Ok(Removed::Unknown) };
            row.gone_at = Some(trail.at);
            let pending = row.phone.pending();
            world.note(&[Event::of(EventKind::PhoneRemoved, account).phone(phone)], trail);
            if pending {
                world.end_flows(trail.at, |flow| flow.phone == *phone);
                return Ok(Removed::GivenUp);
            }
            world.write_notices(account, notices, trail);
            world.factor_changed(account, None, trail);
            world.prefer_someone(account);
            let left = world.phones_of(account);
            if Level::highest(&left) != Level::Password {
                return Ok(Removed::Done);
            }
            world.lower(trail);
            Ok(Removed::Last)
        })
        .await
    }
}

impl World {
    /// All phones of an account that are not gone, oldest first.
    #[must_use]
    pub fn phones_of(&self, account: &AccountId) -> Vec<Phone> {
        let mine = |row: &&PhoneRow| row.phone.account == *account && row.gone_at.is_none();
        let seen = |row: &PhoneRow| {
            let locked = self.count(account, &row.phone.hash, Counter::Using).locked;
            Phone { locked: locked && !row.phone.pending(), ..row.phone.clone() }
        };
        self.phones.iter().filter(mine).map(seen).collect()
    }

    /// Prefers one phone over all others.
    pub(super) fn prefer(&mut self, account: &AccountId, phone: &PhoneId) {
        for row in self.phones.iter_mut().filter(|row| row.phone.account == *account) {
            row.phone.preferred = row.phone.id == *phone;
        }
    }

    /// Where no proven phone is preferred, the one proven first becomes so.
    pub(super) fn prefer_someone(&mut self, account: &AccountId) {
        let phones = self.phones_of(account);
        let mut proven: Vec<&Phone> = phones.iter().filter(|phone| !phone.pending()).collect();
        proven.sort_by_key(|phone| (phone.locked, phone.verified_at));
        if proven.iter().any(|phone| phone.preferred) {
            return;
        }
        if let Some(next) = proven.first() {
            self.prefer(account, &next.id);
        }
    }

    /// The session of the trail falls to level 0 (R33).
    fn lower(&mut self, trail: &Trail) {
        let session = trail.session.as_ref().and_then(|handle| self.sessions.get_mut(handle));
        if let Some(Who::Person { level, proof, .. }) = session.map(|info| &mut info.state.who) {
            *level = Level::Password;
            proof.level = Level::Password;
        }
    }
}
