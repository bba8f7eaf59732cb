//! Starting a flow, resending in it, and writing the code that goes out.
use super::{OtpService, Sent, Started, Target};
use crate::challenge::{Flow, FlowPlan, NewCode, PhonePlan, SilentFlow, Standing};
use crate::channel::Channel;
use crate::code::{self, OtpCode};
use crate::delivery::{SendOutcome, SendProblem};
use crate::entropy::hex128;
use crate::events::{Event, EventKind, Trail};
use crate::id::{AccountId, ChallengeId, DeliveryId, FlowId, PhoneId, SessionHandle};
use crate::limits::{self, Limit, Wait};
use crate::message;
use crate::phone::{E164, NumberHash, Phone};
use crate::policy::{HALF_SIGN_IN, OTHER_FLOWS};
use crate::ports::{Fault, Opened};
use crate::purpose::{Counter, Purpose};
use crate::time::Timestamp;
use crate::watch::Seen;
use std::time::Duration;
use zeroize::Zeroizing;

/// That a limit holds an account's messages back is written down so seldom, however often somebody asks.
const TOLD_AGAIN: Duration = Duration::from_secs(60);

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

impl Target<'_> {
    fn hash(&self) -> &NumberHash {
        match self {
            Self::Phone(phone) => &phone.hash,
            Self::Number { known, .. } => &known.hash,
        }
    }

    /// How the first code gets there.
    fn channel(&self) -> Channel {
        Channel::first(match self {
            Self::Phone(phone) => phone.fixed_line,
            Self::Number { known, .. } => known.fixed_line,
        })
    }
}

impl OtpService {
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
        // A sign-in is nearly always the first of its browser session, and the writing sees whether it is: then nobody need look.
        if let (Purpose::SignIn, Target::Phone(phone)) = (&purpose, &target) {
            let started = self.begin(account, session, &purpose, Target::Phone(phone), None, trail).await?;
            if started.sent != Sent::Already {
                return Ok(started);
            }
        }
        let hash = target.hash().clone();
        let latest = self.core.challenges.latest(session, &[purpose.name()]).await?;
        let seen = latest.as_ref().map(|flow| flow.id.clone());
        if let Some(flow) = self.under_way(latest, account, &purpose, &hash, trail) {
            if trail.at < flow.next_send_at(&self.core.policy.otp) {
                return Ok(Started { flow: Some(flow.id), sent: Sent::Already });
            }
            if purpose != Purpose::Test {
                let channel = target.channel();
                let sent = self.again(&flow, flow.phone.clone(), &hash, channel, trail).await?;
                // A flow in its last seconds has no room for another code: a new one begins.
                if sent != Sent::Over {
                    return Ok(Started { flow: Some(flow.id), sent });
                }
            }
        }
        let started = self.begin(account, session, &purpose, target, seen, trail).await?;
        if started.sent != Sent::Already {
            return Ok(started);
        }
        // The same was pressed twice: the flow of the faster one counts for both.
        let latest = self.core.challenges.latest(session, &[purpose.name()]).await?;
        let faster = self.under_way(latest, account, &purpose, &hash, trail);
        Ok(Started { flow: faster.map(|flow| flow.id), sent: Sent::Already })
    }

    /// A flow with its first code, where `seen` is still the newest of its session and purpose; otherwise [`Sent::Already`], and nothing
    /// is begun.
    async fn begin(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        purpose: &Purpose,
        target: Target<'_>,
        seen: Option<FlowId>,
        trail: &Trail,
    ) -> Result<Started, Fault> {
        let (hash, channel) = (target.hash().clone(), target.channel());
        let entropy = &*self.core.entropy;
        // A test's id stands in a path (R143).
        let flow = match purpose {
            Purpose::Test => FlowId::new(entropy),
            _ => FlowId::ordered(trail.at, entropy),
        };
        let life = if *purpose == Purpose::SignIn { HALF_SIGN_IN } else { OTHER_FLOWS };
        let expires_at = trail.at.plus(life);
        let silent = match &target {
            Target::Phone(phone) if *purpose == Purpose::SignIn => Some(SilentFlow {
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
        if channel == Channel::Voice && !self.core.calls() {
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
            overtakes: *purpose != Purpose::Test,
            seen,
        };
        let code = Issue {
            flow: &flow,
            account,
            purpose,
            hash: &hash,
            new_number: new_number.as_ref(),
            flow_ends: expires_at,
            channel,
        };
        let sent = self.issue(code, plan, trail).await?;
        let begun = match sent {
            Sent::Out | Sent::Unsure(_) => true,
            // Texts do not reach it, and a call may: the number waits for that.
            Sent::Refused(SendProblem::Call) if channel == Channel::Sms && self.core.calls() => true,
            Sent::Refused(_) if pending => {
                self.core.challenges.cancel(&flow, session, &[], trail).await?;
                false
            }
            Sent::Refused(_) => true,
            Sent::Wait(_) => self.begin_silent(silent, trail).await?,
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
        match other {
            Some(phone) if phone.locked => return Ok(Sent::Locked),
            Some(phone) if !phone.serves() => return Ok(Sent::NoSuchPhone),
            None if flow.locked => return Ok(Sent::Locked),
            _ => {}
        }
        let fixed_line = other.map_or(flow.fixed_line, |phone| phone.fixed_line);
        let Some(channel) = channel.next(fixed_line, flow.sends, self.core.calls()) else {
            return Ok(Sent::NotByCall);
        };
        let next = flow.next_send_at(&self.core.policy.otp);
        if now < next {
            return Ok(Sent::Wait(Wait { until: next, limit: Limit::Pause }));
        }
        let (phone, hash) = other.map_or((&flow.phone, &flow.hash), |phone| (&phone.id, &phone.hash));
        self.again(flow, phone.clone(), hash, channel, trail).await
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
        if channel == Channel::Voice && !self.core.calls() {
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
        let event =
            Event::of(EventKind::CodeWithheld, &flow.account).phone(&flow.phone).purpose(&flow.purpose);
        self.core.challenges.open_silent(&flow, &[event], trail).await?;
        Ok(true)
    }

    async fn issue(&self, to: Issue<'_>, plan: FlowPlan, trail: &Trail) -> Result<Sent, Fault> {
        let Issue { flow, account, purpose, hash, new_number, flow_ends, channel } = to;
        let core = &*self.core;
        let now = trail.at;
        let expires_at = now.plus(core.policy.otp.ttl()).min(flow_ends);
        let life = expires_at.since(now);
        if life < core.policy.otp.least_life(channel) {
            return Ok(Sent::Over);
        }
        let code = OtpCode::generate(&*core.entropy, core.policy.otp.digits());
        let challenge = ChallengeId::ordered(now, &*core.entropy);
        let delivery = DeliveryId::ordered(now, &*core.entropy);
        let reference = code::reference(&*core.entropy);
        let minutes = code::minutes(life);
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
                core.accounts.note_unless_since(&event, now.minus(TOLD_AGAIN), trail).await?;
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
