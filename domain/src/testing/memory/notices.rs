//! Notices in memory.
use super::{DeliveryRow, Memory, NoticeRow, World};
use crate::channel::Channel;
use crate::delivery::{Delivery, DeliveryState, NOTICE};
use crate::events::Trail;
use crate::id::{AccountId, NoticeId};
use crate::notice::{NewNotice, Notice, NoticeKind, TEXT_LIFE, UNFINISHED_AGAIN_AFTER};
use crate::ports::{Fault, Notices};
use crate::time::Timestamp;
use async_trait::async_trait;
use zeroize::Zeroizing;

#[async_trait]
impl Notices for Memory {
    async fn open_of(&self, account: &AccountId) -> Result<Vec<Notice>, Fault> {
        self.step("reading notices", |world| {
            let open = |row: &&NoticeRow| row.account == *account && row.put_away_at.is_none();
            Ok(world.notices.iter().rev().filter(open).map(|row| row.notice.clone()).collect())
        })
        .await
    }

    async fn post(&self, account: &AccountId, notice: &NewNotice, trail: &Trail) -> Result<(), Fault> {
        self.step("writing a notice", |world| {
            world.write_notice(account, notice, trail);
            Ok(())
        })
        .await
    }

    async fn put_away(&self, account: &AccountId, notice: &NoticeId, now: Timestamp) -> Result<bool, Fault> {
        self.step("putting a notice away", |world| {
            let row = world
                .notices
                .iter_mut()
                .find(|row| row.account == *account && row.notice.id == *notice && row.put_away_at.is_none());
            Ok(row.map(|row| row.put_away_at = Some(now)).is_some())
        })
        .await
    }
}

impl World {
    /// Writes the banner, and the texts that the limits of their numbers leave room for.
    pub(super) fn write_notice(&mut self, account: &AccountId, new: &NewNotice, trail: &Trail) {
        let same = |row: &NoticeRow| {
            row.account == *account
                && row.notice.kind == new.kind
                && new.at.since(row.notice.at) < UNFINISHED_AGAIN_AFTER
        };
        if new.kind == NoticeKind::UnfinishedSignIn && self.notices.iter().any(same) {
            return;
        }
        self.notices.push(NoticeRow {
            account: account.clone(),
            notice: Notice {
                id: new.id.clone(),
                kind: new.kind,
                at: new.at,
                mask: new.mask.clone(),
                agent: new.agent.clone(),
                session: trail.session.clone(),
            },
            put_away_at: None,
        });
        for text in &new.texts {
            if self.wait(&text.rules, trail.at).is_some() || self.count_send(text.day_cap, trail.at).is_some()
            {
                continue;
            }
            self.hit(&text.rules, trail.at);
            self.deliveries.push(DeliveryRow {
                delivery: Delivery {
                    id: text.delivery.clone(),
                    channel: Channel::Sms,
                    kind: NOTICE.to_owned(),
                    reference: text.reference.clone(),
                    state: DeliveryState::Queued,
                    provider: None,
                    created_at: trail.at,
                    settled_at: None,
                    heard: None,
                },
                account: account.clone(),
                phone: text.phone.clone(),
                challenge: None,
                body: Some(Zeroizing::new(text.body.clone())),
                spoken: None,
                lang: trail.lang,
                expires_at: trail.at.plus(TEXT_LIFE),
                callback_token: String::new(),
                claimed_at: None,
                provider_id: None,
                bill: crate::bill::Bill::default(),
                steps: Vec::new(),
            });
        }
    }

    /// Writes several.
    pub(super) fn write_notices(&mut self, account: &AccountId, notices: &[NewNotice], trail: &Trail) {
        for notice in notices {
            self.write_notice(account, notice, trail);
        }
    }
}
