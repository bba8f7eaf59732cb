//! The security log: what happened, to what, by whom (R41, R128). Written in the transaction of the change itself.
use crate::id::{AccountId, PhoneId, SessionHandle};
use crate::lang::Lang;
use crate::purpose::Purpose;
use crate::time::Timestamp;

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The person at the browser.
    Person,
    /// An operator at the command line.
    Operator,
    /// An app, by a request of its own.
    App,
    /// Latchkey itself.
    System,
}

impl Actor {
    /// The name it is logged under.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Operator => "operator",
            Self::App => "app",
            Self::System => "system",
        }
    }
}

/// Where a step comes from and when: goes along with every step that changes something.
#[derive(Clone, Debug)]
pub struct Trail {
    /// The present moment of this request.
    pub at: Timestamp,
    /// Who acts.
    pub actor: Actor,
    /// The id that error pages show.
    pub request: String,
    /// Client address, IPv6 cut to its /64: also the key of address limits (R73).
    pub address: String,
    /// Browser and system in two words, such as `Firefox on Windows`; empty when not known.
    pub agent: String,
    /// The browser session, by its public name.
    pub session: Option<SessionHandle>,
    /// The language of the person: messages follow it.
    pub lang: Lang,
}

impl Trail {
    /// Of work without a browser: the operator's commands, and what the program does by itself. `request` joins what belongs together.
    #[must_use]
    pub fn unattended(actor: Actor, at: Timestamp, request: String) -> Self {
        Self {
            at,
            actor,
            request,
            address: String::new(),
            agent: String::new(),
            session: None,
            lang: Lang::default(),
        }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// Name and password did not match, or the account is disabled.
    PasswordWrong,
    /// Too many wrong passwords in a row: the password is off for browsers its owner was not seen in, or for this one.
    PasswordOff,
    /// Name and password matched.
    PasswordRight,
    /// A session began.
    SignedIn,
    /// A session rests on more than before: a phone was added in it on the way to an app.
    LevelRaised,
    /// A half sign-in was given up.
    SignInCancelled,
    /// A session ended in its browser: its person signed out, or a sign-in was begun in its place.
    SignedOut,
    /// A code was made and its message written.
    CodeIssued,
    /// A sign-in began without a code: its number is off, cannot be texted, or a limit holds. The password was right all the same (R16).
    CodeWithheld,
    /// A wrong code.
    CodeWrong,
    /// A right code.
    CodeRight,
    /// Too many wrong codes: the phone is off.
    PhoneLocked,
    /// An operator let codes be typed again for a phone that was off.
    PhoneUnlocked,
    /// A number was added, not yet proven.
    PhoneAdded,
    /// A number was proven.
    PhoneVerified,
    /// A number took the place of another.
    PhoneReplaced,
    /// A number was removed.
    PhoneRemoved,
    /// A number got another label.
    PhoneRenamed,
    /// Codes go to this number first now.
    PhonePreferred,
    /// A limit held.
    LimitHeld,
    /// A provider took a message, refused it, or left it open.
    DeliverySettled,
    /// A provider did not send a message, and the next one is asked.
    DeliveryPassedOn,
    /// A provider told that a message arrived, or will not.
    DeliveryEnded,
    /// An operator stopped all messages.
    SendingStopped,
    /// An operator let messages go on.
    SendingResumed,
    /// A backup was put back: what it had under way has ended.
    BackupRestored,
    /// An account was made.
    AccountAdded,
    /// An account was switched off.
    AccountDisabled,
    /// An account was switched on.
    AccountEnabled,
    /// An account was removed, with all that it had.
    AccountRemoved,
    /// A password was set.
    PasswordSet,
    /// A client was registered.
    ClientAdded,
    /// What is registered of a client was changed.
    ClientUpdated,
    /// A client was removed.
    ClientRemoved,
    /// A client got a new secret; the one before holds for a while.
    ClientSecretRotated,
    /// Somebody who shows no right secret called in the name of a client.
    ClientRefused,
    /// Apps may ask for a sign-in method.
    MethodEnabled,
    /// Apps may not ask for a sign-in method any more.
    MethodDisabled,
    /// A sign-in method is meant where an app asks for none.
    MethodDefaultSet,
    /// No sign-in method is meant any more where an app asks for none.
    MethodDefaultRemoved,
    /// A person agreed on the page about an app.
    ConsentGiven,
    /// A person said no on the page about an app.
    ConsentRefused,
    /// An app got a code for somebody.
    CodeGranted,
    /// An app showed a code without what it was bound to: the code has ended with its grant.
    GrantRefused,
    /// An app redeemed a code for tokens.
    TokensGiven,
    /// An app renewed its tokens.
    TokensRenewed,
    /// An app gave an access token back, or a refresh token with all that belongs to it.
    TokensRevoked,
    /// A code or refresh token was shown a second time: everything that came out of it has ended.
    TokenReused,
    /// A person ended an app's access.
    AppLeft,
    /// A signing key was made; which one and what for is in the detail.
    KeyMade,
    /// Signing keys were given up before their time.
    KeysWithdrawn,
}

impl EventKind {
    /// The name it is stored and logged under.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PasswordWrong => "password_wrong",
            Self::PasswordOff => "password_off",
            Self::PasswordRight => "password_right",
            Self::CodeWithheld => "code_withheld",
            Self::SignedIn => "signed_in",
            Self::LevelRaised => "level_raised",
            Self::SignInCancelled => "sign_in_cancelled",
            Self::SignedOut => "signed_out",
            Self::CodeIssued => "code_issued",
            Self::CodeWrong => "code_wrong",
            Self::CodeRight => "code_right",
            Self::PhoneLocked => "phone_locked",
            Self::PhoneUnlocked => "phone_unlocked",
            Self::PhoneAdded => "phone_added",
            Self::PhoneVerified => "phone_verified",
            Self::PhoneReplaced => "phone_replaced",
            Self::PhoneRemoved => "phone_removed",
            Self::PhoneRenamed => "phone_renamed",
            Self::PhonePreferred => "phone_preferred",
            Self::LimitHeld => "limit_held",
            Self::DeliverySettled => "delivery_settled",
            Self::DeliveryPassedOn => "delivery_passed_on",
            Self::DeliveryEnded => "delivery_ended",
            Self::SendingStopped => "sending_stopped",
            Self::SendingResumed => "sending_resumed",
            Self::BackupRestored => "backup_restored",
            Self::AccountAdded => "account_added",
            Self::AccountDisabled => "account_disabled",
            Self::AccountEnabled => "account_enabled",
            Self::AccountRemoved => "account_removed",
            Self::PasswordSet => "password_set",
            Self::ClientAdded => "client_added",
            Self::ClientUpdated => "client_updated",
            Self::ClientRemoved => "client_removed",
            Self::ClientSecretRotated => "client_secret_rotated",
            Self::ClientRefused => "client_refused",
            Self::MethodEnabled => "method_enabled",
            Self::MethodDisabled => "method_disabled",
            Self::MethodDefaultSet => "method_default_set",
            Self::MethodDefaultRemoved => "method_default_removed",
            Self::ConsentGiven => "consent_given",
            Self::ConsentRefused => "consent_refused",
            Self::CodeGranted => "code_granted",
            Self::GrantRefused => "grant_refused",
            Self::TokensGiven => "tokens_given",
            Self::TokensRenewed => "tokens_renewed",
            Self::TokensRevoked => "tokens_revoked",
            Self::TokenReused => "token_reused",
            Self::AppLeft => "app_left",
            Self::KeyMade => "key_made",
            Self::KeysWithdrawn => "keys_withdrawn",
        }
    }
}

/// One line of the security log, without its trail.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// To whose account, where that is known.
    pub account: Option<AccountId>,
    /// To which phone.
    pub phone: Option<PhoneId>,
    /// For which purpose, by name.
    pub purpose: Option<&'static str>,
    /// A word more: the limit that held, the outcome of a delivery, the level reached, the method switched, the client by its id.
    /// Never a number, a person's name, a code, a password or a secret.
    pub detail: Option<String>,
}

impl Event {
    /// Of an account.
    #[must_use]
    pub fn of(kind: EventKind, account: &AccountId) -> Self {
        Self { kind, account: Some(account.clone()), phone: None, purpose: None, detail: None }
    }

    /// Of nobody known.
    #[must_use]
    pub fn anonymous(kind: EventKind) -> Self {
        Self { kind, account: None, phone: None, purpose: None, detail: None }
    }

    /// About this phone.
    #[must_use]
    pub fn phone(mut self, phone: &PhoneId) -> Self {
        self.phone = Some(phone.clone());
        self
    }

    /// For this purpose.
    #[must_use]
    pub fn purpose(mut self, purpose: &Purpose) -> Self {
        self.purpose = Some(purpose.name());
        self
    }

    /// With a word more.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}
