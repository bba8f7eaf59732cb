//! Signing in: password first, then the code, where the account has a phone.
use crate::challenge::Flow;
use crate::channel::Channel;
use crate::core::Core;
use crate::events::{Event, EventKind, Trail};
use crate::id::{AccountId, FlowId, PhoneId, SessionHandle};
use crate::level::Level;
use crate::limits::{self, Wait};
use crate::otp::{Checked, OtpService, Sent, Target};
use crate::password::NameKey;
use crate::password_check::{self, Answer, PasswordTry};
use crate::password_tries::KnownBrowser;
use crate::phone::{Phone, first_choice};
use crate::ports::Fault;
use crate::purpose::Purpose;
use crate::session::Who;
use crate::time::Timestamp;
use crate::watch::Seen;
use std::sync::Arc;

/// The use cases of a sign-in.
#[derive(Clone)]
pub struct SignIn {
    core: Arc<Core>,
    otp: OtpService,
}

/// Proof of a completed sign-in; only this module makes one, and a session is entered with nothing else (R61, P1).
#[derive(Clone, Debug)]
pub struct Entry {
    account: AccountId,
    level: Level,
    auth_time: Timestamp,
    apps_only: bool,
    by_call: bool,
}

/// Which factors a sign-in asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequiredFactors {
    /// All that the account has: a code beside the password, where it has a phone.
    AllOfTheAccount,
    /// The password: an app asked for no more. The session is no good for the portal where the account has more.
    PasswordAlone,
}

/// What became of asking a session for the code that it lacks (R121).
#[derive(Debug)]
pub enum SteppingUp {
    /// A code is waited for; it was sent just now, or a moment ago.
    Waiting,
    /// A limit holds: none was sent, the page says until when.
    Wait(Wait),
    /// There is no phone that a code could go to.
    NoPhone,
}

impl Entry {
    /// Whose session it becomes.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The level that was reached.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// When the oldest factor was shown that the level rests on (R117).
    #[must_use]
    pub fn auth_time(&self) -> Timestamp {
        self.auth_time
    }

    /// The account has a second step, and it was not asked for.
    #[must_use]
    pub fn apps_only(&self) -> bool {
        self.apps_only
    }

    /// The code that it rests on was spoken in a call (R116).
    #[must_use]
    pub fn by_call(&self) -> bool {
        self.by_call
    }

    /// A code was checked, and the store has already ended the session of the half sign-in (see `Effect::SignedIn`).
    pub(crate) fn ended_its_half_sign_in(&self) -> bool {
        self.level > Level::Password
    }
}

/// What name and password led to.
#[derive(Debug)]
pub enum AfterPassword {
    /// Signed in: the account has no second step.
    In(Entry),
    /// Half signed in; the code is on its way or `sent` says why not.
    Half {
        /// The flow that the browser now waits in.
        flow: FlowId,
        /// What became of the code.
        sent: Sent,
    },
    /// Name and password do not match, or the account is disabled: the same words for all (R50).
    Wrong,
    /// A limit holds.
    Wait(Wait),
    /// Too many wrong passwords in a row: none is looked at any more, the same for all names (R48, R50).
    Off,
    /// Too many sign-ins at once; come back in a moment (R47).
    Busy,
}

/// A code page's view of a half sign-in.
#[derive(Debug)]
pub struct Waiting {
    /// The flow.
    pub flow: Flow,
    /// Other phones of the account that a code could go to.
    pub others: Vec<Phone>,
}

/// What a typed code led to.
#[derive(Debug)]
pub enum Finished {
    /// Signed in.
    In(Entry),
    /// Not, and why.
    Not(Checked),
}

impl SignIn {
    /// On this core.
    #[must_use]
    pub fn new(core: Arc<Core>) -> Self {
        let otp = OtpService::new(Arc::clone(&core));
        Self { core, otp }
    }

    /// Name and password, typed in the browser session `session`. `browser`: the name's owner was seen in it before (R49).
    ///
    /// # Errors
    /// When the store or the hashing fails: nothing is gained then.
    pub async fn password(
        &self,
        factors: RequiredFactors,
        name: &str,
        password: &str,
        browser: Option<KnownBrowser>,
        session: &SessionHandle,
        trail: &Trail,
    ) -> Result<AfterPassword, Fault> {
        let rules = limits::for_sign_in(&self.core.policy.limits, &trail.address);
        if let Some(wait) = self.core.limits.hit(&rules, trail.at).await? {
            self.core.watch.saw(Seen::Held(wait.limit));
            return Ok(AfterPassword::Wait(wait));
        }
        let asked = PasswordTry { name: NameKey::of(name), password, browser, only: None, purpose: None };
        let (credentials, renewed) = match password_check::look(&self.core, asked, trail).await? {
            Answer::Right { credentials, renewed } => (credentials, renewed),
            Answer::Wrong => return Ok(AfterPassword::Wrong),
            Answer::Wait(wait) => return Ok(AfterPassword::Wait(wait)),
            Answer::Off => return Ok(AfterPassword::Off),
            Answer::Busy => return Ok(AfterPassword::Busy),
        };
        if let Some(new) = renewed {
            self.core.accounts.renew_hash(&credentials.id, &credentials.password_hash, &new).await?;
        }
        self.second_step(factors, credentials.id, session, trail).await
    }

    async fn second_step(
        &self,
        factors: RequiredFactors,
        account: AccountId,
        session: &SessionHandle,
        trail: &Trail,
    ) -> Result<AfterPassword, Fault> {
        let phones = self.core.phones_of(&account, trail.at).await?;
        let has_more = Level::highest(&phones) > Level::Password;
        if !has_more || factors == RequiredFactors::PasswordAlone {
            if has_more {
                // For an app only: it is not shown as the last sign-in to the portal, because no code was typed (R16).
                let event = Event::of(EventKind::SignedIn, &account).detail(Level::Password.acr());
                self.core.accounts.note(&[event], trail).await?;
            } else {
                self.core.accounts.signed_in(&account, Level::Password, trail).await?;
            }
            self.core.watch.saw(Seen::SignedIn(Level::Password));
            let level = Level::Password;
            let entry = Entry { account, level, auth_time: trail.at, apps_only: has_more, by_call: false };
            return Ok(AfterPassword::In(entry));
        }
        // Where every proven phone is off, the half sign-in begins all the same and says so; it is never skipped (R14).
        let chosen = first_choice(&phones).or_else(|| phones.iter().find(|phone| !phone.pending()));
        let Some(phone) = chosen else { return Ok(AfterPassword::Wrong) };
        let started = self.otp.start(&account, session, Purpose::SignIn, Target::Phone(phone), trail).await?;
        match started.flow {
            Some(flow) => Ok(AfterPassword::Half { flow, sent: started.sent }),
            None => Ok(AfterPassword::Busy),
        }
    }

    /// A half sign-in. `None`: there is none any more; switching its account off has ended it as well (R60).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn half(
        &self,
        flow: &FlowId,
        session: &SessionHandle,
        trail: &Trail,
    ) -> Result<Option<Flow>, Fault> {
        let flow = self.core.challenges.flow(flow, session).await?;
        Ok(flow.filter(|flow| {
            flow.purpose == Purpose::SignIn && flow.ended_at.is_none() && flow.expires_at > trail.at
        }))
    }

    /// What the code page of a half sign-in shows.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn waiting(&self, flow: Flow) -> Result<Waiting, Fault> {
        let mut others = self.core.phones_of(&flow.account, self.core.clock.now()).await?;
        others.retain(|phone| phone.serves() && phone.id != flow.phone);
        Ok(Waiting { flow, others })
    }

    /// Asks a session that rests on the password alone for its code. One that is waited for already is not sent again, however often
    /// this is come back to (R8); the page has a button for that.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn step_up(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        trail: &Trail,
    ) -> Result<SteppingUp, Fault> {
        if self.stepping_up(account, session, trail).await?.is_some() {
            return Ok(SteppingUp::Waiting);
        }
        let phones = self.core.phones_of(account, trail.at).await?;
        let Some(phone) = first_choice(&phones) else { return Ok(SteppingUp::NoPhone) };
        let started = self.otp.start(account, session, Purpose::SignIn, Target::Phone(phone), trail).await?;
        Ok(match (started.flow, started.sent) {
            (None, _) => SteppingUp::NoPhone,
            (Some(_), Sent::Wait(wait)) => SteppingUp::Wait(wait),
            (Some(_), _) => SteppingUp::Waiting,
        })
    }

    /// The code that a session of this account is asked for, if it is.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn stepping_up(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        trail: &Trail,
    ) -> Result<Option<Flow>, Fault> {
        let latest = self.core.challenges.latest(session, &[Purpose::SignIn.name()]).await?;
        Ok(latest.filter(|flow| flow.is_running(trail.at) && flow.account == *account))
    }

    /// The code as typed. Right: signed in, by the password that was shown at `since` and by the code.
    ///
    /// # Errors
    /// When the store fails: nothing is gained then.
    pub async fn code(
        &self,
        since: Timestamp,
        flow: Flow,
        typed: &str,
        trail: &Trail,
    ) -> Result<Finished, Fault> {
        Ok(match self.otp.check(flow, &[Purpose::SignIn.name()], typed, trail).await? {
            Checked::Right(flow) if flow.purpose == Purpose::SignIn => {
                let by_call = flow.came_by_call();
                let (account, level) = (flow.account, Level::TwilioSms);
                Finished::In(Entry { account, level, auth_time: since, apps_only: false, by_call })
            }
            other => Finished::Not(other),
        })
    }

    /// A new code for a half sign-in, to the same phone or to another of the account's, by text or by call.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn resend(
        &self,
        flow: Flow,
        to: Option<&PhoneId>,
        channel: Channel,
        trail: &Trail,
    ) -> Result<Sent, Fault> {
        let Some(id) = to.filter(|id| **id != flow.phone) else {
            return self.otp.resend(&flow, None, channel, trail).await;
        };
        let waiting = self.waiting(flow).await?;
        match waiting.others.iter().find(|phone| phone.id == *id) {
            Some(phone) => self.otp.resend(&waiting.flow, Some(phone), channel, trail).await,
            None => Ok(Sent::NoSuchPhone),
        }
    }

    /// Gives the sign-in up with its code. The session of a half sign-in ends, and with it what apps have of it; `who` only lacked the
    /// code for an app stays signed in by the password.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn cancel(&self, flow: &Flow, who: &Who, trail: &Trail) -> Result<(), Fault> {
        let event = Event::of(EventKind::SignInCancelled, &flow.account);
        self.core.challenges.cancel(&flow.id, &flow.session, &[event], trail).await?;
        match who {
            Who::Half { .. } => self.core.sessions.end(&flow.session, &[], trail).await,
            Who::Person { .. } => Ok(()),
        }
    }
}
