//! One's own numbers: add, look after, replace, remove.

use super::{Delivery, ForApp, MaskedNumber, Millis, News, PhoneState, Problem};

/// A country that codes are sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country {
    /// ISO 3166-1 alpha-2, upper case.
    pub iso: [u8; 2],
    /// Calling code without the plus.
    pub calling_code: u16,
}

impl Country {
    /// Two capital letters, or `ZZ` where the bytes are none.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.iso).unwrap_or("ZZ")
    }
}

/// `/security/phones/new`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNewPage {
    /// The app that waits for it.
    pub for_app: Option<ForApp>,
    /// What was typed as number.
    pub phone: String,
    /// What was typed as label.
    pub label: String,
    /// Where codes can go (`phones.allowed_countries`), any order.
    pub countries: Vec<Country>,
    /// The country taken where the number has no `+` (`phones.default_country`).
    pub default_country: Country,
    /// The account has as many numbers as it may: so many.
    pub full: Option<u8>,
    /// This one still waits for its code in this browser, and is given up for another.
    pub waiting: Option<MaskedNumber>,
    /// Why the last try did not work.
    pub problem: Option<Problem>,
}

/// What a past message was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryPurpose {
    /// A sign-in code.
    SignIn,
    /// The code that confirmed the number.
    Confirm,
    /// A code before a sensitive change.
    FreshProof,
    /// A test code.
    Test,
    /// A notice about a change of the account.
    Notice,
}

/// One of the last messages to a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastDelivery {
    /// What for.
    pub purpose: DeliveryPurpose,
    /// The reference in the message, where it had one.
    pub reference: Option<String>,
    /// How far it got; of an old test that is not known any more.
    pub delivery: Option<Delivery>,
    /// The test that it belongs to.
    pub test: Option<PastTest>,
}

/// The test of a past message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastTest {
    /// Id, for its page.
    pub id: String,
    /// When the right code was typed, and how many milliseconds after it was made.
    pub typed: Option<(Millis, u32)>,
}

/// `/security/phones/{id}`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhonePage {
    /// Id, for the paths.
    pub id: String,
    /// The number.
    pub number: MaskedNumber,
    /// The saved name; may be empty.
    pub label: String,
    /// What was typed as a new name, where it was refused.
    pub typed_label: Option<String>,
    /// How it stands.
    pub state: PhoneState,
    /// Codes go here first.
    pub preferred: bool,
    /// It is a fixed line: codes come by call.
    pub fixed_line: bool,
    /// The number whose place it takes once confirmed.
    pub replaces: Option<MaskedNumber>,
    /// When it was added.
    pub added_at: Millis,
    /// The last messages and the last tests, newest first.
    pub deliveries: Vec<PastDelivery>,
    /// Where news of its messages comes from while more may be heard of one.
    pub live: Option<String>,
    /// Seconds until a test code may be sent, 0: now.
    pub test_in: u32,
    /// Why the last try did not work.
    pub problem: Option<Problem>,
    /// What just happened.
    pub news: Option<News>,
}

/// `/security/phones/{id}/replace`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneReplacePage {
    /// Id of the number to be replaced.
    pub id: String,
    /// That number.
    pub number: MaskedNumber,
    /// Its name; may be empty.
    pub label: String,
    /// What was typed as new number.
    pub phone: String,
    /// Where codes can go.
    pub countries: Vec<Country>,
    /// The country taken where the number has no `+`.
    pub default_country: Country,
    /// Why the last try did not work.
    pub problem: Option<Problem>,
}

/// How the account stands once the number is gone (R33).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterRemoval {
    /// The second step stays on, codes go to this number.
    StaysOn {
        /// The preferred number then.
        number: MaskedNumber,
    },
    /// Every number that is left is locked: nobody gets in until one is set up anew.
    AllOff,
    /// It was the last confirmed number: the second step goes off.
    GoesOff,
    /// The number was never confirmed, nothing changes.
    Unchanged,
}

/// `/security/phones/{id}/remove`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneRemovePage {
    /// Id, for the paths.
    pub id: String,
    /// The number.
    pub number: MaskedNumber,
    /// Its name; may be empty.
    pub label: String,
    /// When it was added.
    pub added_at: Millis,
    /// What remains.
    pub after: AfterRemoval,
    /// Numbers that get a notice.
    pub told: Vec<MaskedNumber>,
    /// Applications that refuse a sign-in without second step.
    pub refusing_apps: Vec<String>,
}
