//! Proving one's identity afresh before a factor is changed, at the highest level the account has (R28).
use crate::challenge::Flow;
use crate::channel::Channel;
use crate::core::Core;
use crate::events::{Event, EventKind, Trail};
use crate::id::{AccountId, PhoneId, SessionHandle};
use crate::level::{Level, Proof};
use crate::limits::Wait;
use crate::otp::{Checked, OtpService, Sent, Started, Target};
use crate::password::NameKey;
use crate::password_check::{self, Answer};
use crate::password_tries::KnownBrowser;
use crate::phone::{Phone, first_choice};
use crate::ports::Fault;
use crate::purpose::Purpose;
use std::sync::Arc;

/// The use cases of `/confirm-identity`.
#[derive(Clone)]
pub struct FreshProof {
    core: Arc<Core>,
    otp: OtpService,
}

/// What the page asks for.
#[derive(Debug)]
pub enum Asked {
    /// The password: the account has no second step.
    Password,
    /// A code; none is under way. One of these phones can be chosen; none of them: all are off.
    Choose {
        /// Phones that serve, the first choice first.
        phones: Vec<Phone>,
    },
    /// The code that is under way.
    Code {
        /// The flow.
        flow: Box<Flow>,
        /// Other phones it could go to.
        others: Vec<Phone>,
    },
}

/// What a typed password led to.
#[derive(Debug)]
pub enum Proven {
    /// Fresh now.
    Yes(Proof),
    /// Wrong.
    Wrong,
    /// A password is not enough for this account (R28).
    NotEnough,
    /// A limit holds.
    Wait(Wait),
    /// Too many wrong passwords in a row (R48).
    Off,
    /// Too much hashing at once.
    Busy,
}

impl FreshProof {
    /// On this core.
    #[must_use]
    pub fn new(core: Arc<Core>) -> Self {
        let otp = OtpService::new(Arc::clone(&core));
        Self { core, otp }
    }

    /// Whether `proof` is fresh and high enough right now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn holds(&self, account: &AccountId, proof: Proof, trail: &Trail) -> Result<bool, Fault> {
        let phones = self.core.phones.of(account).await?;
        Ok(proof.is_fresh(Level::highest(&phones), &self.core.policy.session, trail.at))
    }

    /// What the page asks for. Looking sends nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn asked(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        trail: &Trail,
    ) -> Result<Asked, Fault> {
        let mut phones = self.core.phones_of(account, trail.at).await?;
        if Level::highest(&phones) == Level::Password {
            return Ok(Asked::Password);
        }
        let first = first_choice(&phones).map(|phone| phone.id.clone());
        phones.retain(Phone::serves);
        phones.sort_by_key(|phone| (Some(&phone.id) != first.as_ref(), phone.added_at));
        let latest = self.core.challenges.latest(session, &[Purpose::FreshProof.name()]).await?;
        Ok(match latest.filter(|flow| flow.is_running(trail.at) && flow.account == *account) {
            Some(flow) => {
                phones.retain(|phone| phone.id != flow.phone);
                Asked::Code { flow: Box::new(flow), others: phones }
            }
            None => Asked::Choose { phones },
        })
    }

    /// Sends the code: to `to`, else to the first choice; in a flow that is under way a new one, to the same phone unless
    /// `to` names another. By call only where a code is under way already (R22).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn send(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        to: Option<&PhoneId>,
        channel: Channel,
        trail: &Trail,
    ) -> Result<Sent, Fault> {
        let phones = self.core.phones_of(account, trail.at).await?;
        let named = match to {
            Some(id) => {
                match phones.iter().find(|phone| phone.id == *id && !phone.pending() && !phone.resting) {
                    Some(phone) => Some(phone),
                    None => return Ok(Sent::NoSuchPhone),
                }
            }
            None => None,
        };
        if let Asked::Code { flow, .. } = self.asked(account, session, trail).await? {
            let other = named.filter(|phone| phone.id != flow.phone);
            return self.otp.resend(&flow, other, channel, trail).await;
        }
        let Some(phone) = named.or_else(|| first_choice(&phones)) else { return Ok(Sent::NoSuchPhone) };
        if channel.next(phone.fixed_line, 0, self.core.calls()).is_none() {
            return Ok(Sent::NotByCall);
        }
        let Started { sent, .. } =
            self.otp.start(account, session, Purpose::FreshProof, Target::Phone(phone), trail).await?;
        Ok(sent)
    }

    /// The code as typed.
    ///
    /// # Errors
    /// When the store fails: nothing is proven then.
    pub async fn by_code(
        &self,
        flow: Flow,
        typed: &str,
        trail: &Trail,
    ) -> Result<Result<Proof, Checked>, Fault> {
        Ok(match self.otp.check(flow, &[Purpose::FreshProof.name()], typed, trail).await? {
            Checked::Right(flow) if flow.purpose == Purpose::FreshProof => {
                Ok(Proof { level: Level::TwilioSms, at: trail.at })
            }
            other => Err(other),
        })
    }

    /// The password as typed: enough only where the account has no second step. Wrong ones count as at the sign-in (A15).
    ///
    /// # Errors
    /// When the store or the hashing fails: nothing is proven then.
    pub async fn by_password(
        &self,
        account: &AccountId,
        typed: &str,
        browser: impl FnOnce(&NameKey) -> Option<KnownBrowser>,
        trail: &Trail,
    ) -> Result<Proven, Fault> {
        let phones = self.core.phones.of(account).await?;
        if Level::highest(&phones) != Level::Password {
            return Ok(Proven::NotEnough);
        }
        let Some(known) = self.core.accounts.account(account).await? else { return Ok(Proven::Wrong) };
        let Some(name) = NameKey::of(&known.username) else { return Ok(Proven::Wrong) };
        let browser = browser(&name);
        let purpose = Some(&Purpose::FreshProof);
        let asked = password_check::PasswordTry {
            name: Some(name),
            password: typed,
            browser,
            only: Some(account),
            purpose,
        };
        Ok(match password_check::look(&self.core, asked, trail).await? {
            Answer::Right { .. } => {
                let event = Event::of(EventKind::PasswordRight, account).purpose(&Purpose::FreshProof);
                self.core.accounts.note(&[event], trail).await?;
                Proven::Yes(Proof { level: Level::Password, at: trail.at })
            }
            Answer::Wrong => Proven::Wrong,
            Answer::Wait(wait) => Proven::Wait(wait),
            Answer::Off => Proven::Off,
            Answer::Busy => Proven::Busy,
        })
    }
}
