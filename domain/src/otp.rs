//! THE core: starting, resending and checking codes, for sign-in and portal alike. No rule about codes stands anywhere else.
use crate::challenge::{Dead, Flow};
use crate::core::Core;
use crate::delivery::SendProblem;
use crate::id::FlowId;
use crate::limits::Wait;
use crate::phone::{KnownNumber, Phone};
use std::sync::Arc;

mod check;
mod send;

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

impl OtpService {
    /// On this core.
    #[must_use]
    pub fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
