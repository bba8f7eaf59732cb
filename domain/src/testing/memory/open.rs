//! Writing down a code: flow, phone, code, message and counts at once.
use super::{ChallengeRow, DeliveryRow, FlowRow, PhoneRow, World};
use crate::challenge::{FlowPlan, NewCode, PhonePlan, SilentFlow};
use crate::delivery::{Delivery, DeliveryState};
use crate::events::{Event, EventKind, Trail};
use crate::id::{AccountId, PhoneId};
use crate::phone::{KnownNumber, Phone};
use crate::ports::Opened;
use crate::purpose::{Counter, Purpose};
use std::time::Duration;

impl World {
    /// See [`crate::ports::Challenges::open`].
    pub(super) fn open(&mut self, new: NewCode, events: &[Event], trail: &Trail) -> Opened {
        if let Err(why) = self.may_open(&new, trail) {
            return why;
        }
        if let Some(wait) = self.wait(&new.rules, trail.at) {
            return Opened::Wait(wait);
        }
        if let Some(closed) = self.count_send(new.day_cap, trail.at) {
            return Opened::Wait(closed.wait(trail.at));
        }
        self.hit(&new.rules, trail.at);
        let (account, kind, phone) = match new.plan {
            FlowPlan::New { account, session, purpose, phone, expires_at, overtakes, .. } => {
                if overtakes {
                    let name = purpose.name();
                    self.end_flows(trail.at, |flow| flow.session == session && flow.purpose.name() == name);
                }
                let (phone, pending) = match phone {
                    PhonePlan::Existing(id) => (id, None),
                    PhonePlan::Pending { id, known, label, replaces, .. } => {
                        (id.clone(), Some((id, known, label, replaces)))
                    }
                };
                if let Some((id, known, label, replaces)) = pending {
                    self.add_pending(&account, id, known, label, replaces, trail);
                }
                let kind = purpose.name();
                let silent =
                    SilentFlow { id: new.flow.clone(), account, session, purpose, phone, expires_at };
                let account = silent.account.clone();
                let phone = silent.phone.clone();
                self.push_flow(silent, trail);
                (account, kind, phone)
            }
            FlowPlan::Again { phone, .. } => match self.flow(&new.flow) {
                Some(flow) => (flow.account.clone(), flow.purpose.name(), phone),
                None => return Opened::Overtaken,
            },
        };
        let Some(flow) = self.flow_mut(&new.flow) else { return Opened::Overtaken };
        flow.sends += 1;
        flow.last_sent_at = Some(trail.at);
        flow.phone = phone.clone();
        let base = flow.spent;
        self.challenges.push(ChallengeRow {
            id: new.challenge.clone(),
            flow: new.flow,
            phone: phone.clone(),
            digest: new.digest,
            reference: new.reference.clone(),
            channel: new.channel,
            created_at: trail.at,
            expires_at: new.expires_at,
            standing: true,
            used_at: None,
            base,
        });
        self.deliveries.push(DeliveryRow {
            delivery: Delivery {
                id: new.delivery,
                kind: kind.to_owned(),
                channel: new.channel,
                reference: new.reference,
                state: DeliveryState::Queued,
                provider: None,
                created_at: trail.at,
                settled_at: None,
                heard: None,
            },
            account,
            phone,
            challenge: Some(new.challenge),
            body: Some(new.body),
            spoken: new.spoken.map(|spoken| (spoken.lang(), spoken.to_keep())),
            lang: trail.lang,
            expires_at: new.expires_at,
            callback_token: new.callback_token,
            claimed_at: None,
            provider_id: None,
            bill: crate::bill::Bill::default(),
            steps: Vec::new(),
        });
        self.note(events, trail);
        Opened::Written
    }

    /// See [`crate::ports::Challenges::open_silent`].
    pub(super) fn open_silent(&mut self, silent: SilentFlow, trail: &Trail) {
        let name = silent.purpose.name();
        self.end_flows(trail.at, |flow| flow.session == silent.session && flow.purpose.name() == name);
        self.push_flow(silent, trail);
    }

    fn push_flow(&mut self, new: SilentFlow, trail: &Trail) {
        self.flows.push(FlowRow {
            id: new.id,
            account: new.account,
            session: new.session,
            purpose: new.purpose,
            phone: new.phone,
            spent: 0,
            floor: 0,
            sends: 0,
            last_sent_at: None,
            created_at: trail.at,
            expires_at: new.expires_at,
            finished_at: None,
            ended_at: None,
            agent: trail.agent.clone(),
        });
    }

    /// What was true when the use case looked must be true still.
    fn may_open(&self, new: &NewCode, trail: &Trail) -> Result<(), Opened> {
        if let FlowPlan::New { session, purpose, seen, .. } = &new.plan
            && self.newest_flow(session, &[purpose.name()]).map(|flow| &flow.id) != seen.as_ref()
        {
            return Err(Opened::Overtaken);
        }
        if let FlowPlan::New { account, .. } = &new.plan
            && !self.is_enabled(account)
        {
            return Err(Opened::Overtaken);
        }
        let fine = match &new.plan {
            FlowPlan::Again { seen_sends, phone } => self.flow(&new.flow).is_some_and(|flow| {
                flow.is_running(trail.at)
                    && flow.sends == *seen_sends
                    && self.may_send(&flow.account, &flow.purpose, phone)
            }),
            FlowPlan::New { account, purpose, phone: PhonePlan::Existing(id), .. } => {
                self.may_send(account, purpose, id)
            }
            FlowPlan::New {
                account,
                phone: PhonePlan::Pending { known, replaces, max_per_account, .. },
                ..
            } => {
                let mine = self.phones_of(account);
                let old = |id: &PhoneId| mine.iter().any(|phone| phone.id == *id && !phone.pending());
                let twin = mine.iter().any(|phone| phone.hash == known.hash && !phone.pending());
                // The phone that is to be replaced, and an older try at the same number, make room.
                let makes_room =
                    |phone: &Phone| phone.hash == known.hash || Some(&phone.id) == replaces.as_ref();
                let others = mine.iter().filter(|phone| !makes_room(phone)).count();
                if others >= *max_per_account {
                    return Err(Opened::TooManyPhones);
                }
                !twin && replaces.as_ref().is_none_or(old)
            }
        };
        if fine { Ok(()) } else { Err(Opened::Overtaken) }
    }

    /// A code for using a number goes to one that serves; a code for binding it to one that can still be bound (P5).
    fn may_send(&self, account: &AccountId, purpose: &Purpose, phone: &PhoneId) -> bool {
        let Some(row) = self.phone(account, phone) else { return false };
        let proven = !row.phone.pending() || purpose.counter() == Counter::Binding;
        proven && !self.count(account, &row.phone.hash, purpose.counter()).locked
    }

    fn add_pending(
        &mut self,
        account: &AccountId,
        id: PhoneId,
        known: KnownNumber,
        label: String,
        replaces: Option<PhoneId>,
        trail: &Trail,
    ) {
        let older: Vec<PhoneId> = self
            .phones_of(account)
            .into_iter()
            .filter(|phone| phone.hash == known.hash && phone.pending())
            .map(|phone| phone.id)
            .collect();
        for old in older {
            self.end_flows(trail.at, |flow| flow.phone == old);
            if let Some(row) = self.phone_mut(account, &old) {
                row.gone_at = Some(trail.at);
            }
        }
        // No two phones of an account are of the same age: they are listed oldest first.
        let newest = self.phones.iter().map(|row| row.phone.added_at).max();
        let after = newest.map(|at| at.plus(Duration::from_millis(1)));
        self.note(&[Event::of(EventKind::PhoneAdded, account).phone(&id)], trail);
        self.phones.push(PhoneRow {
            phone: Phone {
                id,
                account: account.clone(),
                mask: known.number.mask(),
                hash: known.hash,
                fixed_line: known.fixed_line,
                label,
                verified_at: None,
                proven_at: None,
                resting: false,
                preferred: false,
                locked: false,
                attention: None,
                added_at: after.map_or(trail.at, |after| after.max(trail.at)),
                replaces,
            },
            number: known.number,
            gone_at: None,
        });
    }
}
