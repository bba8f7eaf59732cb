//! What can go wrong for a person: closed values. Pages turn them into words; no text travels through here.

use super::Unreachable;

/// A form field that a problem can belong to. The names are those of the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// `username`
    Username,
    /// `password`
    Password,
    /// `code`
    Code,
    /// `phone`
    Phone,
    /// `label`
    Label,
}

impl Field {
    /// The field's name in the form, also its `id`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Password => "password",
            Self::Code => "code",
            Self::Phone => "phone",
            Self::Label => "label",
        }
    }
}

/// Why a form was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Problem {
    /// Nothing typed as user name.
    UsernameMissing,
    /// Nothing typed as password.
    PasswordMissing,
    /// User name and password do not match; says nothing about which.
    WrongPassword,
    /// Too many sign-ins tried; next one in so many seconds.
    TooManySignIns {
        /// Seconds to wait.
        seconds: u32,
    },

    /// Too many wrong passwords for this name; the next one in so many seconds.
    TooManyPasswords {
        /// Seconds to wait.
        seconds: u32,
    },
    /// Too many wrong passwords in a row: none is looked at until an operator sets a new one (R48).
    PasswordOff,

    /// Not as many digits as a code has; no try was spent (R17).
    NotACode,
    /// A code, but not the right one.
    WrongCode {
        /// Guesses left at this code.
        tries_left: u8,
    },
    /// The code's time is over.
    Expired,
    /// No tries left at this code; a new one is needed.
    TriesSpent,
    /// The number is off after too many wrong codes in a row (R4).
    Locked,
    /// The code was used already.
    AlreadyUsed,
    /// A limit holds; again in so many seconds.
    WaitUntil {
        /// Seconds to wait.
        seconds: u32,
    },
    /// We cannot send or check at the moment.
    Unavailable,
    /// The message was not taken.
    CannotReach(Unreachable),
    /// No code has gone out yet: a limit held when there was to be one.
    NoneSent,
    /// A code cannot be told in a call, or not as the first one.
    NoCalls,

    /// Nothing typed as number.
    NumberMissing,
    /// Not read as a phone number.
    NotANumber,
    /// Reads as a number, but no such number can exist.
    NumberNotValid,
    /// We do not send to its country.
    CountryNotAllowed,
    /// A kind of number that gets no codes (premium, pager, landline …).
    TypeNotAllowed,
    /// Already one of the account's numbers.
    AlreadyYours,
    /// The account has as many numbers as it may.
    TooManyNumbers {
        /// `phones.max_per_account`
        max: u8,
    },
    /// The label is too long, or holds what cannot be seen.
    LabelUnfit {
        /// Longest label in characters.
        max: u8,
    },
}

impl Problem {
    /// It is about a code that could not go out, not about what was typed.
    #[must_use]
    pub const fn is_of_sending(self) -> bool {
        matches!(
            self,
            Self::CannotReach(_)
                | Self::Unavailable
                | Self::WaitUntil { .. }
                | Self::NoneSent
                | Self::NoCalls
        )
    }

    /// The field to mend, if it is one.
    #[must_use]
    pub const fn field(self) -> Option<Field> {
        match self {
            Self::UsernameMissing => Some(Field::Username),
            Self::PasswordMissing | Self::WrongPassword => Some(Field::Password),
            Self::NotACode | Self::WrongCode { .. } => Some(Field::Code),
            Self::NumberMissing
            | Self::NotANumber
            | Self::NumberNotValid
            | Self::CountryNotAllowed
            | Self::TypeNotAllowed
            | Self::AlreadyYours => Some(Field::Phone),
            Self::LabelUnfit { .. } => Some(Field::Label),
            Self::TooManySignIns { .. }
            | Self::TooManyPasswords { .. }
            | Self::PasswordOff
            | Self::Expired
            | Self::TriesSpent
            | Self::Locked
            | Self::AlreadyUsed
            | Self::WaitUntil { .. }
            | Self::Unavailable
            | Self::CannotReach(_)
            | Self::NoneSent
            | Self::NoCalls
            | Self::TooManyNumbers { .. } => None,
        }
    }
}
