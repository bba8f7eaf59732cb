//! Text messages: what is said, in one message of 160 GSM characters (R19).

use super::{Words, when};
use crate::view::{Lang, MaskedNumber, Millis, NoticeKind};

/// What a code in a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SmsPurpose {
    /// Sign in.
    SignIn,
    /// Confirm a new number.
    NewPhone,
    /// Confirm the number that takes another's place.
    ReplacePhone,
    /// Fresh proof before a sensitive change.
    FreshProof,
    /// Test of a delivery.
    Test,
}

impl SmsPurpose {
    /// Every purpose.
    pub const ALL: [Self; 5] =
        [Self::SignIn, Self::NewPhone, Self::ReplacePhone, Self::FreshProof, Self::Test];
}

/// What goes into a message with a code. No `Debug`: it holds the code.
#[derive(Clone, Copy)]
pub struct SmsText<'a> {
    /// What the code is for.
    pub purpose: SmsPurpose,
    /// Name of the installation.
    pub brand: &'a str,
    /// Whole minutes the code lives.
    pub minutes: u32,
    /// The message's reference, as `K7Q2`.
    pub reference: &'a str,
    /// Host name for the last line, without port.
    pub host: &'a str,
    /// The digits.
    pub code: &'a str,
}

/// The whole message; its last line binds the code to our host (`@host #code`).
#[must_use]
pub fn sms_body(lang: Lang, text: SmsText<'_>) -> String {
    let key = match text.purpose {
        SmsPurpose::SignIn => "sms-sign-in",
        SmsPurpose::NewPhone => "sms-new-phone",
        SmsPurpose::ReplacePhone => "sms-replace-phone",
        SmsPurpose::FreshProof => "sms-fresh-proof",
        SmsPurpose::Test => "sms-test",
    };
    let said = Words(lang).with(
        key,
        [
            ("brand", text.brand.to_owned().into()),
            ("code", text.code.to_owned().into()),
            ("n", text.minutes.into()),
            ("ref", text.reference.to_owned().into()),
        ],
    );
    format!("{said}\n\n@{} #{}", text.host, text.code)
}

/// What goes into a notice about a change of the account (R31). There is no code in it, and no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeText<'a> {
    /// What happened.
    pub kind: NoticeKind,
    /// Name of the installation.
    pub brand: &'a str,
    /// The number it is about, where it is about one.
    pub number: Option<MaskedNumber>,
    /// When it happened.
    pub at: Millis,
}

/// The whole notice.
#[must_use]
pub fn notice_body(lang: Lang, notice: NoticeText<'_>) -> String {
    let key = match notice.kind {
        NoticeKind::NumberAdded => "sms-notice-added",
        NoticeKind::NumberReplaced => "sms-notice-replaced",
        NoticeKind::NumberRemoved => "sms-notice-removed",
        NoticeKind::NumberLocked => "sms-notice-locked",
        NoticeKind::UnfinishedSignIn => "sms-notice-unfinished",
        NoticeKind::PasswordChanged => "sms-notice-password",
    };
    let ending = notice.number.map_or_else(String::new, MaskedNumber::ending);
    Words(lang).with(
        key,
        [
            ("brand", notice.brand.to_owned().into()),
            ("ending", ending.into()),
            ("when", when::numeric(notice.at).into()),
        ],
    )
}
