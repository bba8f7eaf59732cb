//! Messages in memory, and how codes follow their outcome.
use super::{DeliveryRow, Memory, World};
use crate::channel::Channel;
use crate::delivery::{Delivery, DeliveryState, FORGOTTEN, LOST, SendOutcome, SendReport, SmsMessage};
use crate::delivery_health::Fate;
use crate::events::{Event, EventKind, Trail};
use crate::id::{ChallengeId, DeliveryId, PhoneId};
use crate::ports::{Claimed, Deliveries, Fault};
use crate::progress::{About, Heard, Lasting, Moved, News};
use crate::time::Timestamp;
use crate::voice::{KeyPressed, Spoken};
use async_trait::async_trait;
use zeroize::Zeroizing;

#[async_trait]
impl Deliveries for Memory {
    async fn claim(&self, id: &DeliveryId, now: Timestamp) -> Result<Option<Claimed>, Fault> {
        self.step("claiming a message", |world| Ok(world.claim(id, now))).await
    }

    async fn settle(&self, id: &DeliveryId, report: &SendReport, trail: &Trail) -> Result<(), Fault> {
        self.step("settling a message", |world| {
            world.settle(id, report, trail);
            Ok(())
        })
        .await
    }

    async fn passed_on(&self, id: &DeliveryId, report: &SendReport, trail: &Trail) -> Result<(), Fault> {
        self.step("noting that the next provider is asked", |world| {
            let row = world.deliveries.iter().find(|row| row.delivery.id == *id);
            let Some((account, phone)) = row.map(|row| (row.account.clone(), row.phone.clone())) else {
                return Ok(());
            };
            let event = Event::of(EventKind::DeliveryPassedOn, &account).phone(&phone);
            world.note(&[event.detail(report.provider)], trail);
            Ok(())
        })
        .await
    }

    async fn leftovers(&self, now: Timestamp) -> Result<Vec<DeliveryId>, Fault> {
        self.step("looking for leftovers", |world| {
            let left = |row: &&DeliveryRow| match row.delivery.state {
                DeliveryState::Queued => now.since(row.delivery.created_at) >= FORGOTTEN,
                DeliveryState::Claimed => row.claimed_at.is_some_and(|at| now.since(at) >= LOST),
                DeliveryState::Taken | DeliveryState::Refused(_) | DeliveryState::Unknown(_) => false,
            };
            Ok(world.deliveries.iter().filter(left).map(|row| row.delivery.id.clone()).collect())
        })
        .await
    }

    async fn recent(&self, phone: &PhoneId, most: u32) -> Result<Vec<Delivery>, Fault> {
        self.step("reading messages", |world| {
            let mine = world.deliveries.iter().rev().filter(|row| row.phone == *phone);
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            Ok(mine.take(most).map(|row| row.delivery.clone()).collect())
        })
        .await
    }

    async fn hear(&self, news: &News, trail: &Trail) -> Result<Option<About>, Fault> {
        self.step("hearing of a message", |world| Ok(world.hear(news, trail))).await
    }

    async fn charge(&self, news: &News) -> Result<Option<About>, Fault> {
        self.step("noting what a message costs", |world| Ok(world.charge(news))).await
    }

    async fn read_out(&self, pressed: &KeyPressed, trail: &Trail) -> Result<Option<(Spoken, About)>, Fault> {
        self.step("reading a code out", |world| Ok(world.read_out(pressed, trail))).await
    }

    async fn steps(&self, delivery: &DeliveryId) -> Result<Vec<Heard>, Fault> {
        self.step("reading the steps of a message", |world| {
            let row = world.deliveries.iter().find(|row| row.delivery.id == *delivery);
            let mut steps = row.map(|row| row.steps.clone()).unwrap_or_default();
            steps.sort_by_key(|heard| heard.progress);
            Ok(steps)
        })
        .await
    }

    async fn moved(&self, since: Timestamp, most: u32) -> Result<Vec<Moved>, Fault> {
        self.step("looking for news of messages", |world| {
            let flow = |row: &DeliveryRow| {
                let code = world.challenges.iter().find(|code| Some(&code.id) == row.challenge.as_ref());
                code.map(|code| code.flow.clone())
            };
            let mut heard: Vec<(Timestamp, Moved)> = Vec::new();
            for row in &world.deliveries {
                for step in row.steps.iter().filter(|step| step.at >= since) {
                    let (delivery, phone) = (row.delivery.id.clone(), row.phone.clone());
                    let moved = Moved { delivery, progress: step.progress, flow: flow(row), phone };
                    heard.push((step.at, moved));
                }
            }
            heard.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            Ok(heard.into_iter().take(most).map(|(_, moved)| moved).collect())
        })
        .await
    }

    async fn fates(&self, since: Timestamp, most: u32) -> Result<Vec<Fate>, Fault> {
        self.step("reading the latest messages", |world| {
            let text = |row: &&DeliveryRow| row.delivery.channel == Channel::Sms;
            let settled =
                |row: &&DeliveryRow| row.delivery.settled_at.is_some() && row.delivery.created_at >= since;
            let fate = |row: &DeliveryRow| {
                let phone = world.phones.iter().find(|phone| phone.phone.id == row.phone)?;
                Some(Fate {
                    account: row.account.clone(),
                    number: phone.phone.hash.clone(),
                    state: row.delivery.state,
                    heard: row.delivery.heard,
                    created_at: row.delivery.created_at,
                })
            };
            let told = world.deliveries.iter().filter(text).filter(settled);
            let mut fates: Vec<Fate> = told.filter_map(fate).collect();
            fates.sort_by_key(|fate| std::cmp::Reverse(fate.created_at));
            fates.truncate(usize::try_from(most).unwrap_or(usize::MAX));
            Ok(fates)
        })
        .await
    }
}

impl World {
    /// A code that could still be right.
    fn of_use(&self, challenge: &ChallengeId, now: Timestamp) -> bool {
        let code = self.challenges.iter().find(|code| code.id == *challenge);
        code.is_some_and(|code| code.standing && self.flow(&code.flow).is_some_and(|f| f.is_running(now)))
    }

    /// Nothing is said any more in calls that went out and that `over` picks.
    pub(super) fn silence(&mut self, over: impl Fn(&DeliveryRow) -> bool) {
        let settled =
            |row: &DeliveryRow| !matches!(row.delivery.state, DeliveryState::Queued | DeliveryState::Claimed);
        for row in self.deliveries.iter_mut().filter(|row| settled(row) && over(row)) {
            row.spoken = None;
        }
    }

    fn read_out(&mut self, pressed: &KeyPressed, trail: &Trail) -> Option<(Spoken, About)> {
        let theirs = |row: &DeliveryRow| {
            row.callback_token == pressed.token
                && !matches!(row.delivery.state, DeliveryState::Queued | DeliveryState::Refused(_))
                && row.expires_at > trail.at
                && row.delivery.provider.as_deref().is_none_or(|own| own == pressed.provider)
                && row.provider_id.as_deref().is_none_or(|own| own == pressed.provider_id)
                && row.challenge.as_ref().is_some_and(|challenge| self.of_use(challenge, trail.at))
        };
        let place = self.deliveries.iter().position(theirs)?;
        let (lang, kept) = self.deliveries.get_mut(place)?.spoken.take()?;
        Some((Spoken::kept(lang, &kept), self.hear(&pressed.news(), trail)?))
    }

    fn claim(&mut self, id: &DeliveryId, now: Timestamp) -> Option<Claimed> {
        let row = self.deliveries.iter().find(|row| row.delivery.id == *id)?;
        let queued = row.delivery.state == DeliveryState::Queued
            && row.expires_at >= now.plus(row.delivery.channel.least_left());
        if !queued || !row.challenge.as_ref().is_none_or(|challenge| self.of_use(challenge, now)) {
            return None;
        }
        let to = self.phones.iter().find(|phone| phone.phone.id == row.phone)?.number.clone();
        let row = self.deliveries.iter_mut().find(|row| row.delivery.id == *id)?;
        row.delivery.state = DeliveryState::Claimed;
        row.claimed_at = Some(now);
        // Rounded down, so that a message never outlives its code.
        let left = row.expires_at.since(now).as_secs();
        Some(Claimed {
            message: SmsMessage {
                delivery: id.clone(),
                to,
                body: row.body.take().unwrap_or_else(|| Zeroizing::new(String::new())),
                valid_for_seconds: u32::try_from(left).unwrap_or(u32::MAX).max(1),
                reference: row.delivery.reference.clone(),
                callback_token: row.callback_token.clone(),
            },
            kind: row.delivery.kind.clone(),
            channel: row.delivery.channel,
            lang: row.lang,
        })
    }

    fn settle(&mut self, id: &DeliveryId, report: &SendReport, trail: &Trail) {
        let Some(row) = self.deliveries.iter_mut().find(|row| row.delivery.id == *id) else { return };
        // An outcome is final; only what nobody could tell may become known later.
        if matches!(row.delivery.state, DeliveryState::Taken | DeliveryState::Refused(_)) {
            return;
        }
        let (state, problem) = match report.outcome {
            SendOutcome::Taken => (DeliveryState::Taken, None),
            SendOutcome::Refused(problem) => (DeliveryState::Refused(problem), Some(problem)),
            SendOutcome::Unknown(problem) => (DeliveryState::Unknown(problem), Some(problem)),
        };
        row.delivery.state = state;
        row.delivery.settled_at = Some(trail.at);
        row.delivery.provider = Some(report.provider.to_owned());
        row.provider_id = report.provider_id.clone().or(row.provider_id.take());
        row.bill.segments = report.segments.or(row.bill.segments);
        row.body = None;
        if problem.is_some() && matches!(report.outcome, SendOutcome::Refused(_)) {
            row.spoken = None;
        }
        let (account, phone, challenge) = (row.account.clone(), row.phone.clone(), row.challenge.clone());
        if report.marks_number
            && let Some(row) = self.phone_mut(&account, &phone)
        {
            row.phone.attention = problem;
        }
        let word = match report.outcome {
            SendOutcome::Taken => "taken",
            SendOutcome::Refused(_) => "refused",
            SendOutcome::Unknown(_) => "unknown",
        };
        self.note(&[Event::of(EventKind::DeliverySettled, &account).phone(&phone).detail(word)], trail);
        if let Some(challenge) = challenge {
            self.follow(&challenge, report.outcome);
        }
    }

    fn hear(&mut self, news: &News, trail: &Trail) -> Option<About> {
        let theirs = |row: &DeliveryRow| {
            row.callback_token == news.token
                && row.delivery.state != DeliveryState::Queued
                && row.delivery.provider.as_deref().is_none_or(|own| own == news.provider)
                && row.provider_id.as_deref().is_none_or(|own| own == news.provider_id)
        };
        let place = self.deliveries.iter().position(theirs)?;
        let before = self.deliveries.iter().take(place).rev();
        let row = self.deliveries.get(place)?;
        let before = before.clone().find(|other| other.phone == row.phone);
        let alike = before.and_then(|other| other.delivery.heard).is_some_and(|heard| {
            heard.progress.has_failed() && heard.problem.is_some() && heard.problem == news.problem
        });
        let lasting = match news.lasting {
            Lasting::No => false,
            Lasting::Yes => true,
            Lasting::Repeated => alike,
        };
        let row = self.deliveries.get_mut(place)?;
        if row.steps.iter().any(|heard| heard.progress == news.progress) {
            return None;
        }
        let channel = row.delivery.channel;
        if channel == Channel::Voice && news.progress.has_failed() {
            // A call that was read out ends like any other.
            if row.delivery.heard.is_some_and(|known| known.progress > news.progress) {
                return None;
            }
            row.spoken = None;
        }
        let heard = Heard { progress: news.progress, problem: news.problem, at: trail.at };
        row.steps.push(heard);
        row.provider_id = Some(news.provider_id.clone());
        row.delivery.provider = Some(news.provider.to_owned());
        let farthest = row.delivery.heard.is_none_or(|known| known.progress < news.progress);
        if farthest {
            row.delivery.heard = Some(heard);
        }
        let (account, phone) = (row.account.clone(), row.phone.clone());
        let (reference, created_at) = (row.delivery.reference.clone(), row.delivery.created_at);
        if farthest
            && lasting
            && let Some(row) = self.phone_mut(&account, &phone)
        {
            row.phone.attention = news.problem;
        }
        if news.progress.is_final() {
            self.note(&[news.event(channel, &account, &phone)], trail);
        }
        let calling_code = self.phone_mut(&account, &phone).map(|row| row.phone.mask.calling_code.clone());
        Some(About { reference, channel, calling_code: calling_code.unwrap_or_default(), created_at })
    }

    fn charge(&mut self, news: &News) -> Option<About> {
        let theirs = |row: &&mut DeliveryRow| {
            row.callback_token == news.token
                && row.delivery.provider.as_deref() == Some(news.provider)
                && row.provider_id.as_deref() == Some(news.provider_id.as_str())
        };
        let row = self.deliveries.iter_mut().find(theirs)?;
        let known = row.bill.segments.is_some();
        row.bill.segments = row.bill.segments.or(news.bill.segments);
        row.bill.price = row.bill.price.take().or_else(|| news.bill.price.clone());
        if known || news.bill.segments.is_none() {
            return None;
        }
        let (account, phone) = (row.account.clone(), row.phone.clone());
        let (reference, created_at) = (row.delivery.reference.clone(), row.delivery.created_at);
        let channel = row.delivery.channel;
        let calling_code = self.phone_mut(&account, &phone).map(|row| row.phone.mask.calling_code.clone());
        Some(About { channel, reference, calling_code: calling_code.unwrap_or_default(), created_at })
    }

    /// Code and flow follow the outcome of the message (R8).
    fn follow(&mut self, challenge: &ChallengeId, outcome: SendOutcome) {
        let Some(at) = self.challenges.iter().position(|code| code.id == *challenge) else { return };
        let (older, rest) = self.challenges.split_at_mut(at);
        let Some(code) = rest.first_mut() else { return };
        let id = code.flow.clone();
        let standing_before = older.iter_mut().rev().filter(|row| row.flow == id && row.standing);
        let overtaken = match outcome {
            SendOutcome::Taken => 0,
            SendOutcome::Unknown(_) => 1,
            SendOutcome::Refused(_) => {
                code.standing = false;
                usize::MAX
            }
        };
        for row in standing_before.skip(overtaken) {
            row.standing = false;
        }
        let base = code.base;
        let newest = self.standing(&id).next().map(|row| row.phone.clone());
        let Some(flow) = self.flow_mut(&id) else { return };
        match outcome {
            SendOutcome::Taken => flow.floor = flow.floor.max(base),
            SendOutcome::Unknown(_) => {}
            // The code before it counts again, and with it the phone it went to.
            SendOutcome::Refused(_) => flow.phone = newest.unwrap_or_else(|| flow.phone.clone()),
        }
    }
}
