//! Checking what was typed, and what follows from it.
use super::{Checked, OtpService};
use crate::challenge::{Dead, Flow, Standing, Taken};
use crate::channel::Channel;
use crate::code::OtpCode;
use crate::events::{Event, EventKind, Trail};
use crate::id::{ChallengeId, PhoneId};
use crate::level::Level;
use crate::limits;
use crate::notice::{NewNotice, NoticeKind};
use crate::notices::{self, Making};
use crate::ports::{AttemptKey, Effect, Fault};
use crate::purpose::Purpose;
use crate::time::Timestamp;
use crate::watch::Seen;

impl OtpService {
    /// Checks what was typed: tidy, spend a try, compare, use up. A crash in between never gives a guess for free (D3).
    /// A flow that is not for one of `purposes` is over as far as the caller is concerned: nothing is spent, used or changed
    /// in it (R7).
    ///
    /// # Errors
    /// When the store fails: nothing is gained then.
    pub async fn check(
        &self,
        flow: Flow,
        purposes: &[&'static str],
        typed: &str,
        trail: &Trail,
    ) -> Result<Checked, Fault> {
        let otp = &self.core.policy.otp;
        if !purposes.contains(&flow.purpose.name()) {
            return Ok(Checked::Dead(Dead::Ended));
        }
        if let Standing::Dead(dead) = flow.standing(otp, trail.at) {
            return Ok(Checked::Dead(dead));
        }
        let Some(typed) = OtpCode::tidy(typed, otp.digits()) else {
            // It spends no try, so it counts like a sign-in: whoever posts rubbish is held at last.
            let rules = limits::for_sign_in(&self.core.policy.limits, &trail.address);
            let Some(wait) = self.core.limits.hit(&rules, trail.at).await? else {
                return Ok(Checked::NotACode);
            };
            self.core.watch.saw(Seen::Held(wait.limit));
            return Ok(Checked::Wait(wait));
        };
        let key = AttemptKey {
            account: &flow.account,
            flow: &flow.id,
            session: &flow.session,
            purpose: &flow.purpose,
            tries: otp.tries(),
            failures_before_lock: otp.failures_before_lock(),
        };
        let Some(taken) = self.core.challenges.take_attempt(&key, trail.at).await? else {
            return self.dead(&flow, trail.at).await;
        };
        // Every candidate is compared, so that the time does not tell which one it was.
        let right = taken.candidates.iter().fold(None, |found, code| {
            if self.core.code_key.digest(&code.id, &typed).matches(&code.digest) {
                Some(&code.id)
            } else {
                found
            }
        });
        match right {
            Some(id) => self.right(id, &taken, flow, trail).await,
            None => {
                self.wrong(&flow, &taken, trail).await?;
                // The page stands and falls with the number that was asked last: an older one may be off while the code to this one
                // still counts.
                let asked = taken.candidates.iter().find(|code| code.phone == flow.phone);
                let before_lock = asked.or(taken.nearest()).map(|code| code.failures_left);
                let tries_left = taken.tries_left.min(before_lock.unwrap_or(u32::MAX));
                Ok(Checked::Wrong { tries_left, locked: before_lock == Some(0) })
            }
        }
    }

    async fn right(
        &self,
        id: &ChallengeId,
        taken: &Taken,
        mut flow: Flow,
        trail: &Trail,
    ) -> Result<Checked, Fault> {
        let effect = match &flow.purpose {
            Purpose::SignIn => Effect::SignedIn,
            Purpose::NewPhone => Effect::Verify,
            Purpose::ReplacePhone { old } => Effect::Swap { old: old.clone() },
            Purpose::FreshProof => Effect::Proven,
            Purpose::Test => Effect::Tested,
        };
        let notices = self.notices_of(&flow, trail).await?;
        let beside: Vec<ChallengeId> =
            taken.candidates.iter().map(|code| code.id.clone()).filter(|other| other != id).collect();
        let used = self.core.challenges.consume(&flow.account, id, &beside, &effect, &notices, trail).await?;
        if let Some(channel) = used {
            if let Some(code) = &mut flow.code {
                code.channel = channel;
            }
            self.typed(&flow, true);
            self.returned(&flow, trail.at);
            if flow.purpose == Purpose::SignIn {
                self.core.watch.saw(Seen::SignedIn(Level::TwilioSms));
            }
            self.core.dispatch.nudge(notices::deliveries(&notices), trail);
            return Ok(Checked::Right(Box::new(flow)));
        }
        self.dead(&flow, trail.at).await
    }

    async fn notices_of(&self, flow: &Flow, trail: &Trail) -> Result<Vec<NewNotice>, Fault> {
        let kind = match &flow.purpose {
            Purpose::NewPhone => NoticeKind::PhoneAdded,
            Purpose::ReplacePhone { .. } => NoticeKind::PhoneReplaced,
            Purpose::SignIn => {
                let unfinished = self.core.challenges.unfinished_sign_in(&flow.account, &flow.id).await?;
                let banner =
                    |(at, agent)| notices::banner(&self.core, NoticeKind::UnfinishedSignIn, at, agent);
                return Ok(unfinished.map(banner).into_iter().collect());
            }
            Purpose::FreshProof | Purpose::Test => return Ok(Vec::new()),
        };
        let phones = self.core.phones.of(&flow.account).await?;
        Ok(vec![Making::on(&self.core).to_others(kind, Some((&flow.phone, &flow.mask)), &phones, trail)?])
    }

    fn returned(&self, flow: &Flow, now: Timestamp) {
        self.core.watch.saw(Seen::CodeReturned {
            purpose: flow.purpose.name(),
            calling_code: &flow.mask.calling_code,
            channel: flow.code.as_ref().map_or(Channel::Sms, |code| code.channel),
            took: now.since(flow.code.as_ref().map_or(flow.created_at, |code| code.created_at)),
        });
    }

    fn typed(&self, flow: &Flow, right: bool) {
        let calling_code = &flow.mask.calling_code;
        self.core.watch.saw(Seen::Typed { purpose: &flow.purpose, calling_code, right });
    }

    async fn wrong(&self, flow: &Flow, taken: &Taken, trail: &Trail) -> Result<(), Fault> {
        self.typed(flow, false);
        let event = |kind, phone| Event::of(kind, &flow.account).phone(phone).purpose(&flow.purpose);
        let nearest = taken.nearest().map_or(&flow.phone, |code| &code.phone);
        let mut events = vec![event(EventKind::CodeWrong, nearest)];
        for phone in taken.off() {
            events.push(event(EventKind::PhoneLocked, phone));
            self.tell_off(flow, phone, trail).await?;
        }
        self.core.accounts.note(&events, trail).await
    }

    /// Its owner hears that a number is off (R31).
    async fn tell_off(&self, flow: &Flow, phone: &PhoneId, trail: &Trail) -> Result<(), Fault> {
        let phones = self.core.phones.of(&flow.account).await?;
        // A code may have gone to another number than the one that the flow asked last.
        let mask = phones.iter().find(|known| known.id == *phone).map_or(&flow.mask, |known| &known.mask);
        let about = Some((phone, mask));
        self.core.watch.saw(Seen::PhoneOff { calling_code: &mask.calling_code });
        let notice = Making::on(&self.core).to_others(NoticeKind::PhoneLocked, about, &phones, trail)?;
        self.core.notices.post(&flow.account, &notice, trail).await?;
        self.core.dispatch.nudge(notices::deliveries(std::slice::from_ref(&notice)), trail);
        Ok(())
    }

    /// Why nothing could be tried, read anew: another request may have been faster.
    async fn dead(&self, flow: &Flow, now: Timestamp) -> Result<Checked, Fault> {
        let standing = match self.core.challenges.flow(&flow.id, &flow.session).await? {
            Some(flow) => flow.standing(&self.core.policy.otp, now),
            None => Standing::Dead(Dead::Ended),
        };
        Ok(Checked::Dead(match standing {
            Standing::Dead(dead) => dead,
            // Something changed under our hands and is well again: ask for the code once more rather than guess why.
            Standing::Open { .. } => Dead::NoCode,
        }))
    }
}
