//! Looking after one's phones: add, prove, rename, prefer, replace, remove. The caller holds a fresh proof where R28 asks.
use crate::challenge::Flow;
use crate::channel::Channel;
use crate::core::Core;
use crate::events::Trail;
use crate::id::{AccountId, FlowId, PhoneId, SessionHandle};
use crate::level::Level;
use crate::notice::NoticeKind;
use crate::notices::{self, Making};
use crate::otp::{Checked, OtpService, Sent, Target};
use crate::phone::{KnownNumber, NumberProblem, Phone, first_choice, put_to_rest, tidy_label};
use crate::ports::{Fault, Removed};
use crate::purpose::Purpose;
use std::sync::Arc;

/// The use cases of the portal's phones.
#[derive(Clone)]
pub struct PhoneBook {
    core: Arc<Core>,
    otp: OtpService,
}

/// What the wish to add or replace a number led to.
#[derive(Debug)]
pub enum Begun {
    /// A code is on its way to the number, or nobody can tell.
    Confirming(FlowId),
    /// The number is not taken.
    Number(NumberProblem),
    /// The label is not taken.
    Label,
    /// The account has this number already.
    AlreadyYours,
    /// No code could be sent; nothing was changed.
    NotSent(Sent),
    /// No such proven phone in this account (R143).
    NoSuchPhone,
}

/// What renaming led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renamed {
    /// It has the label.
    Done,
    /// The label is not taken.
    Label,
    /// No such phone in this account (R143).
    NoSuchPhone,
}

/// What removing a phone would mean; told before it is done.
#[derive(Debug)]
pub struct Outlook {
    /// The phone.
    pub phone: Phone,
    /// How its person signs in from then on.
    pub after: Afterwards,
    /// The other numbers that get a text about it.
    pub told: Vec<Phone>,
}

/// How a person signs in once a phone is removed.
#[derive(Clone, Debug)]
pub enum Afterwards {
    /// As before: it was never proven.
    Unchanged,
    /// With codes to this one.
    StaysOn(Box<Phone>),
    /// Not at all for the time being: a code is asked for, and every number that is left is off (R14).
    AllOff,
    /// With the password alone: it was the last proven one (R33).
    GoesOff,
}

const CONFIRMING: [&str; 2] = ["new_phone", "replace_phone"];

impl PhoneBook {
    /// On this core.
    #[must_use]
    pub fn new(core: Arc<Core>) -> Self {
        let otp = OtpService::new(Arc::clone(&core));
        Self { core, otp }
    }

    /// All phones of an account, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn all(&self, account: &AccountId) -> Result<Vec<Phone>, Fault> {
        self.core.phones_of(account, self.core.clock.now()).await
    }

    /// One phone of an account; another account's is as unknown as one that never was (R143).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn one(&self, account: &AccountId, phone: &PhoneId) -> Result<Option<Phone>, Fault> {
        Ok(self.all(account).await?.into_iter().find(|known| known.id == *phone))
    }

    /// Adds a number: a code goes to it, and it counts once the code has come back.
    ///
    /// # Errors
    /// When the store fails: nothing is changed then.
    pub async fn begin(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        typed: &str,
        label: &str,
        trail: &Trail,
    ) -> Result<Begun, Fault> {
        let Some(label) = tidy_label(label) else { return Ok(Begun::Label) };
        let known = match self.core.numbers.read(typed) {
            Ok(known) => known,
            Err(problem) => return Ok(Begun::Number(problem)),
        };
        let phones = self.core.phones_of(account, trail.at).await?;
        let twin = phones.iter().find(|phone| phone.hash == known.hash && !phone.pending());
        let target = match twin {
            // A number that is off, or that nobody used for long, is proven anew in its place (R4, A41).
            Some(phone) if phone.locked || phone.resting => Target::Phone(phone),
            Some(_) => return Ok(Begun::AlreadyYours),
            None => Target::Number { known, label },
        };
        self.start(account, session, Purpose::NewPhone, target, trail).await
    }

    /// Puts a new number in the place of `old`, which serves until the new one is proven (R30).
    ///
    /// # Errors
    /// When the store fails: nothing is changed then.
    pub async fn begin_replacement(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        old: &PhoneId,
        typed: &str,
        trail: &Trail,
    ) -> Result<Begun, Fault> {
        let phones = self.core.phones.of(account).await?;
        let Some(old) = phones.iter().find(|phone| phone.id == *old && !phone.pending()) else {
            return Ok(Begun::NoSuchPhone);
        };
        let known: KnownNumber = match self.core.numbers.read(typed) {
            Ok(known) => known,
            Err(problem) => return Ok(Begun::Number(problem)),
        };
        if phones.iter().any(|phone| phone.hash == known.hash && !phone.pending()) {
            return Ok(Begun::AlreadyYours);
        }
        let purpose = Purpose::ReplacePhone { old: old.id.clone() };
        let target = Target::Number { known, label: old.label.clone() };
        self.start(account, session, purpose, target, trail).await
    }

    /// Goes on with a number that waits for its confirmation: with the one this browser is in the middle of, as it stands; else
    /// with a new code, because it was begun in another browser, ran out, an operator added the number (R29), or nobody used it for long
    /// (A41).
    ///
    /// # Errors
    /// When the store fails: nothing is changed then.
    pub async fn resume(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        phone: &PhoneId,
        trail: &Trail,
    ) -> Result<Begun, Fault> {
        let phones = self.core.phones_of(account, trail.at).await?;
        let waits = |known: &&Phone| known.pending() || known.resting;
        let Some(phone) = phones.iter().filter(waits).find(|known| known.id == *phone) else {
            return Ok(Begun::NoSuchPhone);
        };
        if let Some(flow) = self.confirming(session, trail).await?.filter(|flow| flow.phone == phone.id) {
            return Ok(Begun::Confirming(flow.id));
        }
        let replaced =
            phones.iter().find(|known| Some(&known.id) == phone.replaces.as_ref() && !known.pending());
        let purpose = match replaced {
            Some(old) => Purpose::ReplacePhone { old: old.id.clone() },
            None => Purpose::NewPhone,
        };
        self.start(account, session, purpose, Target::Phone(phone), trail).await
    }

    async fn start(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        purpose: Purpose,
        target: Target<'_>,
        trail: &Trail,
    ) -> Result<Begun, Fault> {
        let started = self.otp.start(account, session, purpose, target, trail).await?;
        Ok(match (started.flow, started.sent) {
            (Some(flow), Sent::Out | Sent::Unsure(_) | Sent::Already) => Begun::Confirming(flow),
            (Some(flow), Sent::Refused(_) | Sent::Wait(_)) => Begun::Confirming(flow),
            (_, sent) => Begun::NotSent(sent),
        })
    }

    /// The confirmation this browser is in the middle of.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn confirming(&self, session: &SessionHandle, trail: &Trail) -> Result<Option<Flow>, Fault> {
        let latest = self.core.challenges.latest(session, &CONFIRMING).await?;
        Ok(latest.filter(|flow| flow.is_running(trail.at)))
    }

    /// The confirmation of a new number that this browser is in the middle of, and that another new number overtakes.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn overtakable(&self, session: &SessionHandle, trail: &Trail) -> Result<Option<Flow>, Fault> {
        let confirming = self.confirming(session, trail).await?;
        Ok(confirming.filter(|flow| flow.purpose == Purpose::NewPhone))
    }

    /// The code as typed. Right: the number is proven, and everything R32 names has ended.
    ///
    /// # Errors
    /// When the store fails: nothing is changed then.
    pub async fn confirm(&self, flow: Flow, typed: &str, trail: &Trail) -> Result<Checked, Fault> {
        self.otp.check(flow, &CONFIRMING, typed, trail).await
    }

    /// A new confirmation code, by text or by call.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn resend(&self, flow: &Flow, channel: Channel, trail: &Trail) -> Result<Sent, Fault> {
        self.otp.resend(flow, None, channel, trail).await
    }

    /// Gives a phone another label.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn rename(
        &self,
        account: &AccountId,
        phone: &PhoneId,
        label: &str,
        trail: &Trail,
    ) -> Result<Renamed, Fault> {
        let Some(label) = tidy_label(label) else { return Ok(Renamed::Label) };
        let done = self.core.phones.rename(account, phone, &label, trail).await?;
        Ok(if done { Renamed::Done } else { Renamed::NoSuchPhone })
    }

    /// Sends codes to this phone first. False: no such proven phone in this account.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn prefer(&self, account: &AccountId, phone: &PhoneId, trail: &Trail) -> Result<bool, Fault> {
        self.core.phones.prefer(account, phone, trail).await
    }

    /// What removing a phone would mean.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn outlook(&self, account: &AccountId, phone: &PhoneId) -> Result<Option<Outlook>, Fault> {
        let mut rest = self.core.phones.of(account).await?;
        let Some(at) = rest.iter().position(|known| known.id == *phone) else { return Ok(None) };
        let phone = rest.remove(at);
        // Without this one another may be what there is, however long nobody used it (A41).
        put_to_rest(&mut rest, self.core.clock.now());
        let after = match first_choice(&rest) {
            _ if phone.pending() => Afterwards::Unchanged,
            Some(next) => Afterwards::StaysOn(Box::new(next.clone())),
            None if Level::highest(&rest) > Level::Password => Afterwards::AllOff,
            None => Afterwards::GoesOff,
        };
        rest.retain(|other| !phone.pending() && other.gets_notices());
        Ok(Some(Outlook { phone, after, told: rest }))
    }

    /// Removes a phone and tells every proven number of the account, the removed one included (R31).
    ///
    /// # Errors
    /// When the store fails: nothing is changed then.
    pub async fn remove(
        &self,
        account: &AccountId,
        phone: &PhoneId,
        trail: &Trail,
    ) -> Result<Removed, Fault> {
        let phones = self.core.phones.of(account).await?;
        let Some(known) = phones.iter().find(|known| known.id == *phone) else { return Ok(Removed::Unknown) };
        // Of one that was not proven nobody is told. Whether it was, the step itself says: its code may come in this moment.
        let about = Some((phone, &known.mask));
        let notice = Making::on(&self.core).to_others(NoticeKind::PhoneRemoved, about, &phones, trail)?;
        let notices = [notice];
        let removed = self.core.phones.remove(account, phone, &notices, trail).await?;
        if matches!(removed, Removed::Done | Removed::Last) {
            self.core.dispatch.nudge(notices::deliveries(&notices), trail);
        }
        Ok(removed)
    }
}
