//! Flows and the codes in them.
//!
//! ```text
//! flow:       begun ──(right code)──> finished          at most one code of a flow is ever right (P2)
//!               │ └──(cancelled, replaced by a newer one, a factor changed)──> ended
//!               └──(10 min / 1 h)──> over
//!
//! challenge:  opened ──provider took it──> live; the codes before it die, its tries begin anew
//!               │      provider refused ──> dead; the code before it stays
//!               │      nobody knows ──────> live beside the one before it, on one budget of tries (R8)
//!             live ──(right, expired, tries spent, flow ended)──> dead
//! ```
//!
//! A challenge that is still `opened` can be typed already: the message may be faster than the provider's answer.
use crate::channel::Channel;
use crate::code::CodeDigest;
use crate::day_cap::DayCap;
use crate::delivery::Delivery;
use crate::id::{AccountId, ChallengeId, DeliveryId, FlowId, PhoneId, SessionHandle};
use crate::limits::Rule;
use crate::phone::{KnownNumber, Mask, NumberHash};
use crate::policy::OtpPolicy;
use crate::purpose::Purpose;
use crate::time::Timestamp;
use crate::voice::Spoken;
use zeroize::Zeroizing;

/// One browser transaction as it stands: what pages show of it.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// Whose it is.
    pub account: AccountId,
    /// The browser session it belongs to (R7).
    pub session: SessionHandle,
    /// What its codes are for.
    pub purpose: Purpose,
    /// The phone its codes go to.
    pub phone: PhoneId,
    /// Keyed hash of that phone's number.
    pub hash: NumberHash,
    /// What may be shown of that number.
    pub mask: Mask,
    /// It is a fixed line: codes come by call (R25).
    pub fixed_line: bool,
    /// That number is off for what the flow is for (R4): by its purpose's own counter, so that a number that is off for use
    /// can still be proven anew.
    pub locked: bool,
    /// Wrong codes in a row by that counter.
    pub failures: u32,
    /// Guesses spent on the present code or codes.
    pub tries: u32,
    /// Messages written so far.
    pub sends: u32,
    /// When the last one was written.
    pub last_sent_at: Option<Timestamp>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is over, whatever happens.
    pub expires_at: Timestamp,
    /// When its right code came.
    pub finished_at: Option<Timestamp>,
    /// When it was given up or overtaken.
    pub ended_at: Option<Timestamp>,
    /// The code that counts: the newest that is not dead, else the newest.
    pub code: Option<CodeState>,
    /// The newest message.
    pub delivery: Option<Delivery>,
}

/// A code as pages know it.
#[derive(Clone, Debug)]
pub struct CodeState {
    /// The reference in its message.
    pub reference: String,
    /// By which way it went. Of a flow that a right code has just finished: the way of that code (R116).
    pub channel: Channel,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// It was not ended: used, refused by the provider, overtaken.
    pub standing: bool,
}

/// What can be done with a flow right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A code may be typed.
    Open {
        /// Guesses left, before the code is dead or its number is off.
        tries_left: u32,
        /// Until when the code counts.
        until: Timestamp,
    },
    /// No code can be right any more, or none was sent.
    Dead(Dead),
}

/// Why no code can be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dead {
    /// Nothing was sent yet, or nothing that still counts.
    NoCode,
    /// The code is too old (R2).
    Expired,
    /// All tries are spent (R5).
    TriesSpent,
    /// A right code was already used (R3).
    Used,
    /// The flow was given up, overtaken, or is over.
    Ended,
    /// The phone is off (R4).
    Locked,
}

impl Flow {
    /// Where it stands.
    #[must_use]
    pub fn standing(&self, policy: &OtpPolicy, now: Timestamp) -> Standing {
        if self.finished_at.is_some() {
            return Standing::Dead(Dead::Used);
        }
        if !self.is_running(now) {
            return Standing::Dead(Dead::Ended);
        }
        if self.locked {
            return Standing::Dead(Dead::Locked);
        }
        let Some(code) = self.code.as_ref() else { return Standing::Dead(Dead::NoCode) };
        if !code.standing {
            return Standing::Dead(Dead::NoCode);
        }
        if code.expires_at <= now {
            return Standing::Dead(Dead::Expired);
        }
        let before_lock = policy.failures_before_lock().saturating_sub(self.failures);
        match policy.tries().saturating_sub(self.tries).min(before_lock) {
            0 => Standing::Dead(Dead::TriesSpent),
            tries_left => Standing::Open { tries_left, until: code.expires_at },
        }
    }

    /// Neither finished, nor ended, nor over: another code may still be asked for.
    #[must_use]
    pub fn is_running(&self, now: Timestamp) -> bool {
        self.finished_at.is_none() && self.ended_at.is_none() && self.expires_at > now
    }

    /// The code that counts went by call.
    #[must_use]
    pub fn came_by_call(&self) -> bool {
        self.code.as_ref().is_some_and(|code| code.channel == Channel::Voice)
    }

    /// The newest message as whoever holds this flow may know of it: in a sign-in the second step is not done yet.
    #[must_use]
    pub fn told_delivery(&self) -> Option<Delivery> {
        let delivery = self.delivery.as_ref()?;
        Some(match self.purpose {
            Purpose::SignIn => delivery.before_second_step(),
            _ => delivery.clone(),
        })
    }

    /// Whether a call may be asked for at its time, where somebody `calls`.
    #[must_use]
    pub fn may_be_called(&self, calls: bool) -> bool {
        Channel::call_may_be_asked_for(self.fixed_line, self.sends, calls)
    }

    /// When the next message may be asked for (R15); a moment in the past: at once.
    #[must_use]
    pub fn next_send_at(&self, policy: &OtpPolicy) -> Timestamp {
        match self.last_sent_at {
            Some(last) if self.sends > 0 => last.plus(policy.resend_after(self.sends)),
            _ => self.created_at,
        }
    }
}

/// Where a new code goes.
#[expect(clippy::large_enum_variant, reason = "one for a code, moved twice and kept nowhere")]
pub enum FlowPlan {
    /// A flow begins with it.
    New {
        /// Whose.
        account: AccountId,
        /// In which browser session.
        session: SessionHandle,
        /// What for.
        purpose: Purpose,
        /// To which phone.
        phone: PhonePlan,
        /// When the flow is over.
        expires_at: Timestamp,
        /// Flows of the same session and purpose that this one overtakes end with it.
        overtakes: bool,
        /// The newest flow of the same session and purpose, as seen: if there is a newer one by now, somebody was faster and
        /// nothing is sent.
        seen: Option<FlowId>,
    },
    /// It is one more code of a flow.
    Again {
        /// Messages written so far, as seen: if there are more by now, somebody was faster and nothing is sent.
        seen_sends: u32,
        /// To which phone of the account.
        phone: PhoneId,
    },
}

/// A flow that begins without a code: its phone is off, or a limit holds.
#[derive(Clone)]
pub struct SilentFlow {
    /// Its id.
    pub id: FlowId,
    /// Whose.
    pub account: AccountId,
    /// In which browser session.
    pub session: SessionHandle,
    /// What for.
    pub purpose: Purpose,
    /// The phone its codes would go to.
    pub phone: PhoneId,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// The phone a flow is about.
pub enum PhonePlan {
    /// One that is there.
    Existing(PhoneId),
    /// One that is written with the flow, pending until its code comes back (R29).
    Pending {
        /// Its id.
        id: PhoneId,
        /// Its number.
        known: KnownNumber,
        /// Its label, tidied.
        label: String,
        /// The phone it is to replace.
        replaces: Option<PhoneId>,
        /// Most phones of the account, this one included; one more is refused. The phone it replaces, and an older pending
        /// one of the same number, which it takes the place of, are not counted.
        max_per_account: usize,
    },
}

impl PhonePlan {
    /// The one that is there already.
    #[must_use]
    pub fn existing(&self) -> Option<&PhoneId> {
        match self {
            Self::Existing(phone) => Some(phone),
            Self::Pending { .. } => None,
        }
    }
}

/// A code to be written down together with its message, in one transaction.
pub struct NewCode {
    /// The flow it belongs to.
    pub flow: FlowId,
    /// Begin that flow, or go on in it.
    pub plan: FlowPlan,
    /// Its id.
    pub challenge: ChallengeId,
    /// Its digest (R9).
    pub digest: CodeDigest,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// The message's row.
    pub delivery: DeliveryId,
    /// The reference in the message.
    pub reference: String,
    /// By which way it goes.
    pub channel: Channel,
    /// The whole text; of a call what is said before a key is pressed. Sealed before it is written.
    pub body: Zeroizing<String>,
    /// What a call says after the key press, code included; sealed, and wiped when it is handed out or of no use any more (R9).
    pub spoken: Option<Spoken>,
    /// Names the message in status callbacks.
    pub callback_token: String,
    /// The limits it counts against, all or none (R15).
    pub rules: Vec<Rule>,
    /// The day's messages, of which it is one.
    pub day_cap: DayCap,
}

/// One guess that was paid for.
pub struct Taken {
    /// The codes it may be compared with, the newest first: one, or two after an unknown outcome (R8).
    pub candidates: Vec<Candidate>,
    /// Guesses left after this one.
    pub tries_left: u32,
}

/// A code that a guess is compared with, and what the guess cost its phone.
pub struct Candidate {
    /// Which one.
    pub id: ChallengeId,
    /// What of it is kept.
    pub digest: CodeDigest,
    /// Where it went.
    pub phone: PhoneId,
    /// Wrong codes left before that phone is off, after this guess.
    pub failures_left: u32,
}

impl Taken {
    /// The phone that is nearest to being off.
    #[must_use]
    pub fn nearest(&self) -> Option<&Candidate> {
        self.candidates.iter().min_by_key(|code| code.failures_left)
    }

    /// The phones that this guess switched off, where it was wrong: each once.
    #[must_use]
    pub fn off(&self) -> Vec<&PhoneId> {
        let off = self.candidates.iter().filter(|code| code.failures_left == 0);
        let mut phones: Vec<&PhoneId> = off.map(|code| &code.phone).collect();
        phones.dedup();
        phones
    }
}

#[cfg(test)]
#[path = "challenge_tests.rs"]
mod tests;
