//! THE core: starting, resending and checking codes, for sign-in and portal alike. No rule about codes stands anywhere else.
use crate::challenge::{Dead, Flow, FlowPlan, NewCode, PhonePlan, SilentFlow, Standing};
use crate::channel::Channel;
use crate::code::{self, OtpCode};
use crate::core::Core;
use crate::delivery::{SendOutcome, SendProblem};
use crate::entropy::hex128;
use crate::events::{Event, EventKind, Trail};
use crate::id::{AccountId, ChallengeId, DeliveryId, FlowId, PhoneId, SessionHandle};
use crate::level::Level;
use crate::limits::{self, Limit, Wait};
use crate::message;
use crate::notice::{NewNotice, NoticeKind};
use crate::notices;
use crate::phone::{E164, KnownNumber, NumberHash, Phone};
use crate::policy::{HALF_SIGN_IN, LEAST_LIFE, LEAST_LIFE_OF_CALL, OTHER_FLOWS};
use crate::ports::{AttemptKey, Effect, Fault, Opened};
use crate::purpose::{Counter, Purpose};
use crate::time::Timestamp;
use crate::watch::Seen;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Starts, resends and checks codes.
#[derive(Clone)]
pub struct OtpService {
    core: Arc<Core>,
}

/// Where a code is to go.
pub enum Target<'a> {
    /// To a phone of the account.
    Phone(&'a Phone),
    /// To a number that becomes a pending phone with it.
    Number {
        /// The number.
        known: KnownNumber,
        /// Its label, tidied.
        label: String,
    },
}

/// What became of the wish to send a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// A provider has it.
    Out,
    /// Nobody can tell; it may arrive (R8).
    Unsure(SendProblem),
    /// The provider said no.
    Refused(SendProblem),
    /// One is on its way already and its pause is not over: none was sent again.
    Already,
    /// A limit holds.
    Wait(Wait),
    /// The phone is off (R4).
    Locked,
    /// The account has as many phones as it may.
    TooManyPhones,
    /// The flow is over; begin again.
    Over,
    /// That phone is not one of the account's that serve (R143).
    NoSuchPhone,
    /// A call was asked for where none is made: nobody can call, or no text was tried before (R22). Nothing happened.
    NotByCall,
}

/// A flow and what became of its code.
#[derive(Clone, Debug)]
pub struct Started {
    /// The flow; where nothing could be begun, none.
    pub flow: Option<FlowId>,
    /// What became of the code.
    pub sent: Sent,
}

/// What a typed code led to.
#[derive(Debug)]
pub enum Checked {
    /// It was right, for the first time; its effect is written.
    Right(Box<Flow>),
    /// It is no code at all: no try is spent (R17).
    NotACode,
    /// It was wrong.
    Wrong {
        /// Guesses left on this code.
        tries_left: u32,
        /// It was one too many: the phone is off now (R4).
        locked: bool,
    },
    /// No code can be right here, whatever was typed (R10).
    Dead(Dead),
    /// A limit holds.
    Wait(Wait),
}

/// For what and whom a code is made.
struct Issue<'a> {
    flow: &'a FlowId,
    account: &'a AccountId,
    purpose: &'a Purpose,
    hash: &'a NumberHash,
    /// The number, where it is to be proven for the first time.
    new_number: Option<&'a E164>,
    flow_ends: Timestamp,
    channel: Channel,
}

impl OtpService {
    /// On this core.
    #[must_use]
    pub fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// Begins a flow and sends its first code: by text, to a fixed line by call (R22). Where a code for the same purpose and number is already on its way in this
    /// browser, that one counts: nothing is sent twice, whatever is reloaded or pressed again (R8).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn start(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        purpose: Purpose,
        target: Target<'_>,
        trail: &Trail,
    ) -> Result<Started, Fault> {
        let (hash, fixed_line) = match &target {
            Target::Phone(phone) => (phone.hash.clone(), phone.fixed_line),
            Target::Number { known, .. } => (known.hash.clone(), known.fixed_line),
        };
        let channel = Channel::first(fixed_line);
        let latest = self.core.challenges.latest(session, &[purpose.name()]).await?;
        let seen = latest.as_ref().map(|flow| flow.id.clone());
        if let Some(flow) = self.under_way(latest, account, &purpose, &hash, trail) {
            if trail.at < flow.next_send_at(&self.core.policy.otp) {
                return Ok(Started { flow: Some(flow.id), sent: Sent::Already });
            }
            if purpose != Purpose::Test {
                let sent = self.again(&flow, flow.phone.clone(), &hash, channel, trail).await?;
                // A flow in its last seconds has no room for another code: a new one begins.
                if sent != Sent::Over {
                    return Ok(Started { flow: Some(flow.id), sent });
                }
            }
        }
        let flow = FlowId::new(&*self.core.entropy);
        let life = if purpose == Purpose::SignIn { HALF_SIGN_IN } else { OTHER_FLOWS };
        let expires_at = trail.at.plus(life);
        let silent = match &target {
            Target::Phone(phone) if purpose == Purpose::SignIn => Some(SilentFlow {
                id: flow.clone(),
                account: account.clone(),
                session: session.clone(),
                purpose: purpose.clone(),
                phone: phone.id.clone(),
                expires_at,
            }),
            _ => None,
        };
        let off = match &target {
            Target::Phone(phone) if purpose.counter() == Counter::Using => phone.locked,
            _ => self.core.challenges.locked(account, &hash, purpose.counter()).await?,
        };
        if off {
            let begun = self.begin_silent(silent, trail).await?;
            return Ok(Started { flow: begun.then_some(flow), sent: Sent::Locked });
        }
        if channel == Channel::Voice && !self.core.dispatch.calls() {
            let begun = self.begin_silent(silent, trail).await?;
            return Ok(Started { flow: begun.then_some(flow), sent: Sent::Refused(SendProblem::Call) });
        }
        let phone = match target {
            Target::Phone(phone) => PhonePlan::Existing(phone.id.clone()),
            Target::Number { known, label } => PhonePlan::Pending {
                id: PhoneId::new(&*self.core.entropy),
                known,
                label,
                replaces: purpose.old_phone().cloned(),
                max_per_account: self.core.policy.phones.max_per_account(),
            },
        };
        let new_number = match &phone {
            PhonePlan::Pending { known, .. } => Some(known.number.clone()),
            PhonePlan::Existing(_) => None,
        };
        let pending = new_number.is_some();
        let plan = FlowPlan::New {
            account: account.clone(),
            session: session.clone(),
            purpose: purpose.clone(),
            phone,
            expires_at,
            overtakes: purpose != Purpose::Test,
            seen,
        };
        let code = Issue {
            flow: &flow,
            account,
            purpose: &purpose,
            hash: &hash,
            new_number: new_number.as_ref(),
            flow_ends: expires_at,
            channel,
        };
        let sent = self.issue(code, plan, trail).await?;
        let begun = match sent {
            Sent::Out | Sent::Unsure(_) => true,
            // Texts do not reach it, and a call may: the number waits for that.
            Sent::Refused(SendProblem::Call) if channel == Channel::Sms && self.core.dispatch.calls() => true,
            Sent::Refused(_) if pending => {
                self.core.challenges.cancel(&flow, session, &[], trail).await?;
                false
            }
            Sent::Refused(_) => true,
            Sent::Wait(_) => self.begin_silent(silent, trail).await?,
            // The same was pressed twice: the flow of the faster one counts for both.
            Sent::Already => {
                let latest = self.core.challenges.latest(session, &[purpose.name()]).await?;
                let faster = self.under_way(latest, account, &purpose, &hash, trail);
                return Ok(Started { flow: faster.map(|flow| flow.id), sent });
            }
            _ => false,
        };
        Ok(Started { flow: begun.then_some(flow), sent })
    }

    /// Sends a new code in a flow, to the same phone or to `other` of the account's. The old code dies when the provider has
    /// taken the new one (R8). By call only where a code went out in this flow before; a fixed line is called whatever was asked
    /// for (R22).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn resend(
        &self,
        flow: &Flow,
        other: Option<&Phone>,
        channel: Channel,
        trail: &Trail,
    ) -> Result<Sent, Fault> {
        let now = trail.at;
        if !flow.is_running(now) {
            return Ok(Sent::Over);
        }
        let fixed_line = other.map_or(flow.fixed_line, |phone| phone.fixed_line);
        let channel = if fixed_line { Channel::Voice } else { channel };
        if channel == Channel::Voice && !fixed_line && (flow.sends == 0 || !self.core.dispatch.calls()) {
            return Ok(Sent::NotByCall);
        }
        let next = flow.next_send_at(&self.core.policy.otp);
        if now < next {
            return Ok(Sent::Wait(Wait { until: next, limit: Limit::Pause }));
        }
        match other {
            Some(phone) if !phone.serves() => Ok(if phone.locked { Sent::Locked } else { Sent::NoSuchPhone }),
            Some(phone) => self.again(flow, phone.id.clone(), &phone.hash, channel, trail).await,
            None if flow.locked => Ok(Sent::Locked),
            None => self.again(flow, flow.phone.clone(), &flow.hash, channel, trail).await,
        }
    }

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
            let rules = limits::for_sign_in(&self.core.policy.limits, &trail.address);
            return Ok(match self.core.limits.hit(&rules, trail.at).await? {
                Some(wait) => Checked::Wait(wait),
                None => Checked::NotACode,
            });
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
        let right = taken.candidates.iter().fold(None, |found, (id, digest)| {
            if self.core.code_key.digest(id, &typed).matches(digest) { Some(id) } else { found }
        });
        match right {
            Some(id) => self.right(id, flow, trail).await,
            None => {
                let locked = taken.failures_left == 0;
                self.wrong(&flow, &taken.phone, locked, trail).await?;
                Ok(Checked::Wrong { tries_left: taken.tries_left, locked })
            }
        }
    }

    async fn right(&self, id: &ChallengeId, mut flow: Flow, trail: &Trail) -> Result<Checked, Fault> {
        let effect = match &flow.purpose {
            Purpose::SignIn => Effect::SignedIn,
            Purpose::NewPhone => Effect::Verify,
            Purpose::ReplacePhone { old } => Effect::Swap { old: old.clone() },
            Purpose::FreshProof => Effect::Proven,
            Purpose::Test => Effect::Tested,
        };
        let notices = self.notices_of(&flow, trail).await?;
        let used = self.core.challenges.consume(&flow.account, id, &effect, &notices, trail).await?;
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
        Ok(vec![notices::to_others(&self.core, kind, &flow.phone, &flow.mask, &phones, trail)?])
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

    async fn wrong(&self, flow: &Flow, phone: &PhoneId, locked: bool, trail: &Trail) -> Result<(), Fault> {
        self.typed(flow, false);
        let event = |kind| Event::of(kind, &flow.account).phone(phone).purpose(&flow.purpose);
        let mut events = vec![event(EventKind::CodeWrong)];
        if locked {
            events.push(event(EventKind::PhoneLocked));
            let phones = self.core.phones.of(&flow.account).await?;
            let notice =
                notices::to_others(&self.core, NoticeKind::PhoneLocked, phone, &flow.mask, &phones, trail)?;
            self.core.notices.post(&flow.account, &notice, trail).await?;
            self.core.dispatch.nudge(notices::deliveries(std::slice::from_ref(&notice)), trail);
        }
        self.core.accounts.note(&events, trail).await
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

    /// The newest flow of this browser for a purpose, if its code can still be typed and it is for the same person and number.
    fn under_way(
        &self,
        latest: Option<Flow>,
        account: &AccountId,
        purpose: &Purpose,
        hash: &NumberHash,
        trail: &Trail,
    ) -> Option<Flow> {
        latest.filter(|flow| {
            let open = matches!(flow.standing(&self.core.policy.otp, trail.at), Standing::Open { .. });
            open && flow.account == *account && flow.purpose == *purpose && flow.hash == *hash
        })
    }

    async fn again(
        &self,
        flow: &Flow,
        phone: PhoneId,
        hash: &NumberHash,
        channel: Channel,
        trail: &Trail,
    ) -> Result<Sent, Fault> {
        if channel == Channel::Voice && !self.core.dispatch.calls() {
            return Ok(Sent::Refused(SendProblem::Call));
        }
        let plan = FlowPlan::Again { seen_sends: flow.sends, phone };
        let code = Issue {
            flow: &flow.id,
            account: &flow.account,
            purpose: &flow.purpose,
            hash,
            new_number: None,
            flow_ends: flow.expires_at,
            channel,
        };
        self.issue(code, plan, trail).await
    }

    /// A half sign-in exists even when no code could go out: another number may be chosen, another time may come.
    async fn begin_silent(&self, silent: Option<SilentFlow>, trail: &Trail) -> Result<bool, Fault> {
        let Some(flow) = silent else { return Ok(false) };
        self.core.challenges.open_silent(&flow, trail).await?;
        Ok(true)
    }

    async fn issue(&self, to: Issue<'_>, plan: FlowPlan, trail: &Trail) -> Result<Sent, Fault> {
        let Issue { flow, account, purpose, hash, new_number, flow_ends, channel } = to;
        let core = &*self.core;
        let now = trail.at;
        let expires_at = now.plus(core.policy.otp.ttl()).min(flow_ends);
        let life = expires_at.since(now);
        let least = match channel {
            Channel::Sms => LEAST_LIFE,
            Channel::Voice => LEAST_LIFE_OF_CALL,
        };
        if life < least {
            return Ok(Sent::Over);
        }
        let code = OtpCode::generate(&*core.entropy, core.policy.otp.digits());
        let challenge = ChallengeId::new(&*core.entropy);
        let delivery = DeliveryId::new(&*core.entropy);
        let reference = code::reference(&*core.entropy);
        let minutes = (life.as_secs() / 60).max(1);
        let (body, spoken) = match channel {
            Channel::Sms => {
                let text = core.words.code(trail.lang, purpose, minutes, &reference, code.reveal());
                message::check(&text, core.words.host(), code.reveal())
                    .map_err(|cause| Fault::new("writing a text message", cause))?;
                (text, None)
            }
            Channel::Voice => {
                let spoken = core.words.spoken(trail.lang, code.reveal());
                (core.words.greeting(trail.lang, purpose), Some(spoken))
            }
        };
        let mut rules = limits::for_message(&core.policy.limits, hash, account, &trail.address);
        rules
            .extend(new_number.iter().flat_map(|number| limits::for_new_number(&core.policy.limits, number)));
        let new = NewCode {
            flow: flow.clone(),
            plan,
            digest: core.code_key.digest(&challenge, &code),
            challenge,
            expires_at,
            delivery: delivery.clone(),
            reference,
            channel,
            body: Zeroizing::new(body),
            spoken,
            callback_token: hex128(&*core.entropy),
            rules,
            day_cap: core.policy.limits.per_day,
        };
        let mut event = Event::of(EventKind::CodeIssued, account).purpose(purpose);
        if channel == Channel::Voice {
            event = event.detail(channel.name());
        }
        match core.challenges.open(new, &[event], trail).await? {
            Opened::Written => {}
            Opened::Wait(wait) => {
                core.watch.saw(Seen::Held(wait.limit));
                let event =
                    Event::of(EventKind::LimitHeld, account).purpose(purpose).detail(wait.limit.name());
                core.accounts.note(&[event], trail).await?;
                return Ok(Sent::Wait(wait));
            }
            Opened::Overtaken => return Ok(Sent::Already),
            Opened::TooManyPhones => return Ok(Sent::TooManyPhones),
        }
        Ok(match core.dispatch.deliver(&delivery, trail).await {
            SendOutcome::Taken => Sent::Out,
            SendOutcome::Refused(problem) => Sent::Refused(problem),
            SendOutcome::Unknown(problem) => Sent::Unsure(problem),
        })
    }
}
