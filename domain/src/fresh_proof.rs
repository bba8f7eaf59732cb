//! Proving one's identity afresh before a factor is changed, at the highest level the account has (R28).
use crate::challenge::Flow;
use crate::core::Core;
use crate::events::{Event, EventKind, Trail};
use crate::id::{AccountId, PhoneId, SessionHandle};
use crate::level::{Level, Proof};
use crate::limits::{self, Wait};
use crate::otp::{Checked, OtpService, Sent, Started, Target};
use crate::password::{NameKey, Password};
use crate::phone::{Phone, first_choice};
use crate::ports::{Fault, PasswordCheck};
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
        let mut phones = self.core.phones.of(account).await?;
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

    /// Sends the code: to `to`, else to the first choice; in a flow that is under way, a new one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn send(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        to: Option<&PhoneId>,
        trail: &Trail,
    ) -> Result<Sent, Fault> {
        let phones = self.core.phones.of(account).await?;
        let phone = match to {
            Some(id) => phones.iter().find(|phone| phone.id == *id && !phone.pending()),
            None => first_choice(&phones),
        };
        let Some(phone) = phone else { return Ok(Sent::NoSuchPhone) };
        if let Asked::Code { flow, .. } = self.asked(account, session, trail).await? {
            let other = (flow.phone != phone.id).then_some(phone);
            return self.otp.resend(&flow, other, trail).await;
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
        Ok(match self.otp.check(flow, typed, trail).await? {
            Checked::Right(flow) if flow.purpose == Purpose::FreshProof => {
                Ok(Proof { level: Level::TwilioSms, at: trail.at })
            }
            other => Err(other),
        })
    }

    /// The password as typed: enough only where the account has no second step.
    ///
    /// # Errors
    /// When the store or the hashing fails: nothing is proven then.
    pub async fn by_password(
        &self,
        account: &AccountId,
        typed: &str,
        trail: &Trail,
    ) -> Result<Proven, Fault> {
        let phones = self.core.phones.of(account).await?;
        if Level::highest(&phones) != Level::Password {
            return Ok(Proven::NotEnough);
        }
        if let Some(wait) = self.core.limits.hit(&limits::for_password_proof(account), trail.at).await? {
            return Ok(Proven::Wait(wait));
        }
        let Some(known) = self.core.accounts.account(account).await? else { return Ok(Proven::Wrong) };
        let credentials = match NameKey::of(&known.username) {
            Some(key) => self.core.accounts.credentials(&key).await?,
            None => None,
        };
        let stored = credentials.filter(|c| !c.disabled && c.id == *account).map(|c| c.password_hash);
        let event = |kind| Event::of(kind, account).purpose(&Purpose::FreshProof);
        Ok(match self.core.passwords.check(stored, Password::typed(typed)).await? {
            PasswordCheck::Busy => Proven::Busy,
            PasswordCheck::Right { .. } => {
                self.core.accounts.note(&[event(EventKind::PasswordRight)], trail).await?;
                Proven::Yes(Proof { level: Level::Password, at: trail.at })
            }
            PasswordCheck::Wrong => {
                self.core.accounts.note(&[event(EventKind::PasswordWrong)], trail).await?;
                Proven::Wrong
            }
        })
    }
}
