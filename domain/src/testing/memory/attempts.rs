//! Spending a try, and using up a code.
use super::{ChallengeRow, Count, World};
use crate::challenge::{Candidate, Taken};
use crate::channel::Channel;
use crate::events::{Event, EventKind, Trail};
use crate::id::{AccountId, ChallengeId};
use crate::level::Level;
use crate::notice::NewNotice;
use crate::phone::{Mask, NumberHash, PROVEN_TO};
use crate::ports::{AttemptKey, Effect};
use crate::purpose::{Counter, Purpose};
use crate::time::Timestamp;
use std::collections::BTreeMap;

impl World {
    /// See [`crate::ports::Challenges::take_attempt`].
    pub(super) fn take_attempt(&mut self, key: &AttemptKey<'_>, now: Timestamp) -> Option<Taken> {
        let flow = self.flow(key.flow)?;
        let fits = flow.account == *key.account
            && flow.session == *key.session
            && flow.purpose == *key.purpose
            && flow.is_running(now);
        if !fits || !self.is_enabled(&flow.account) {
            return None;
        }
        let counter = flow.purpose.counter();
        // One, or two after an unknown outcome: an older one is not typed any more.
        let candidates: Vec<&ChallengeRow> = self
            .standing(key.flow)
            .take(2)
            .filter(|code| code.expires_at > now && self.counts_for(code, counter))
            .collect();
        let tries_left = key.tries.checked_sub(flow.spent - flow.floor)?.checked_sub(1)?;
        // Where two codes count and went to two numbers, both numbers pay: a guess is compared with either.
        let account = flow.account.clone();
        let mut paid: BTreeMap<NumberHash, u32> = BTreeMap::new();
        let mut taken = Taken { candidates: Vec::new(), tries_left };
        for code in candidates {
            let hash = self.hash(&code.phone)?;
            let failures = self.count(&account, &hash, counter).failures;
            let Some(failures_left) = key.failures_before_lock.checked_sub(failures + 1) else { continue };
            paid.insert(hash, failures + 1);
            let (id, digest, phone) = (code.id.clone(), code.digest.clone(), code.phone.clone());
            taken.candidates.push(Candidate { id, digest, phone, failures_left });
        }
        if taken.candidates.is_empty() {
            return None;
        }
        for (hash, failures) in paid {
            let count = Count { failures, locked: failures >= key.failures_before_lock };
            self.counts.insert((account.clone(), hash, counter), count);
        }
        self.flow_mut(key.flow)?.spent += 1;
        if taken.tries_left == 0 {
            let codes = self.challenges.iter().filter(|code| code.flow == *key.flow);
            let codes: Vec<ChallengeId> = codes.map(|code| code.id.clone()).collect();
            self.silence(|row| row.challenge.as_ref().is_some_and(|code| codes.contains(code)));
        }
        for phone in taken.off() {
            self.silence(|row| row.phone == *phone);
        }
        Some(taken)
    }

    /// The phone of a code is there, and not off for what the code is for.
    fn counts_for(&self, code: &ChallengeRow, counter: Counter) -> bool {
        let Some(flow) = self.flow(&code.flow) else { return false };
        let Some(row) = self.phone(&flow.account, &code.phone) else { return false };
        let proven = !row.phone.pending() || counter == Counter::Binding;
        proven && !self.count(&flow.account, &row.phone.hash, counter).locked
    }

    /// See [`crate::ports::Challenges::consume`].
    pub(super) fn consume(
        &mut self,
        account: &AccountId,
        challenge: &ChallengeId,
        beside: &[ChallengeId],
        effect: &Effect,
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Option<Channel> {
        let now = trail.at;
        let code = self.challenges.iter().find(|row| row.id == *challenge)?;
        let (phone, channel) = (code.phone.clone(), code.channel);
        let flow = self.flow(&code.flow).filter(|flow| flow.account == *account && flow.is_running(now))?;
        let (account, flow_id, purpose) = (flow.account.clone(), flow.id.clone(), flow.purpose.clone());
        let session = flow.session.clone();
        let alive = code.standing && code.expires_at > now && self.is_enabled(&account);
        if !alive || !belongs(effect, &purpose) {
            return None;
        }
        let row = self.phone(&account, &phone)?;
        let worn = row.phone.proven_at.is_none_or(|at| now.since(at) > PROVEN_TO);
        let (hash, pending, number) = (row.phone.hash.clone(), row.phone.pending(), row.number.clone());
        if pending && purpose.counter() == Counter::Using {
            return None;
        }
        if let Effect::Swap { old } = effect {
            self.phone(&account, old).filter(|row| !row.phone.pending())?;
        }
        for row in self.challenges.iter_mut().filter(|row| row.flow == flow_id) {
            row.standing = false;
            if row.id == *challenge {
                row.used_at = Some(now);
            }
        }
        self.flow_mut(&flow_id)?.finished_at = Some(now);
        // A test is no sign of who has the number (R13).
        if worn && purpose != Purpose::Test {
            self.phone_mut(&account, &phone)?.phone.proven_at = Some(now);
        }
        self.counts.remove(&(account.clone(), hash.clone(), purpose.counter()));
        for other in beside {
            let code = self.challenges.iter().find(|row| row.id == *other);
            let paid = code.and_then(|code| self.hash(&code.phone)).filter(|paid| *paid != hash);
            if let Some(paid) = paid
                && let Some(count) = self.counts.get_mut(&(account.clone(), paid, purpose.counter()))
            {
                *count = Count { failures: count.failures.saturating_sub(1), locked: false };
            }
        }
        self.note(&[Event::of(EventKind::CodeRight, &account).phone(&phone).purpose(&purpose)], trail);
        self.write_notices(&account, notices, trail);
        match effect {
            Effect::SignedIn => {
                self.sessions.remove(&session);
                self.signed_in(&account, Level::TwilioSms, trail);
            }
            Effect::Proven | Effect::Tested => {}
            Effect::Verify | Effect::Swap { .. } => {
                for key in crate::limits::unproven_keys(&number) {
                    if let Some(hits) = self.hits.get_mut(&key).filter(|_| pending) {
                        hits.pop();
                    }
                }
                // Proven anew: whatever was wrong with using the number begins anew, too (R4).
                self.counts.remove(&(account.clone(), hash, Counter::Using));
                let mut event = Event::of(EventKind::PhoneVerified, &account);
                let old = match effect {
                    Effect::Swap { old } => self.phone_mut(&account, old),
                    _ => None,
                };
                let heritage = old.map(|row| {
                    row.gone_at = Some(now);
                    let Mask { calling_code, last_digits } = &row.phone.mask;
                    event = Event::of(EventKind::PhoneReplaced, &account)
                        .detail(format!("+{calling_code} …{last_digits}"));
                    (row.phone.label.clone(), std::mem::take(&mut row.phone.preferred))
                });
                let row = self.phone_mut(&account, &phone)?;
                row.phone.verified_at = Some(now);
                row.phone.replaces = None;
                row.phone.attention = None;
                if let Some((label, preferred)) = heritage {
                    row.phone.label = label;
                    row.phone.preferred = preferred;
                }
                self.prefer_someone(&account);
                self.note(&[event.phone(&phone)], trail);
                self.factor_changed(&account, Some(&flow_id), trail);
            }
        }
        Some(channel)
    }
}

/// An effect is applied for its own purpose only (R7).
fn belongs(effect: &Effect, purpose: &Purpose) -> bool {
    match (effect, purpose) {
        (Effect::SignedIn, Purpose::SignIn)
        | (Effect::Verify, Purpose::NewPhone)
        | (Effect::Proven, Purpose::FreshProof)
        | (Effect::Tested, Purpose::Test) => true,
        (Effect::Swap { old }, Purpose::ReplacePhone { old: meant }) => old == meant,
        _ => false,
    }
}
