//! View models: plain data, already masked. A code, a password or a whole stored number does not fit in.
//!
//! Times are Unix milliseconds; spans name their unit. What a person typed is kept only where it may be shown again
//! (user name, label, the number being entered), never a password or a code.

mod apps;
mod confirm_identity;
mod delivery;
mod error;
mod frame;
mod masked;
mod notice;
mod overview;
mod phones;
mod problem;
mod sign_in;
mod test;

pub use apps::{AppRow, AppsPage, ConsentPage, ForApp, HandOverPage, Shared, SignOutPage};
pub use confirm_identity::{ConfirmIdentityPage, ConfirmState};
pub use delivery::{Delivery, DeliveryState, Unreachable};
pub use error::{DevMessage, DevPhonePage, ErrorKind, ErrorPage};
pub use frame::{FooterLink, Frame, Lang, Logo, Look, SessionLeft, TextMessages};
pub use masked::MaskedNumber;
pub use notice::{News, Notice, NoticeKind};
pub use overview::{NotProtected, OtherSignIn, OverviewPage, PhoneRow, PhoneState, Protection};
pub use phones::{
    AfterRemoval, Country, DeliveryPurpose, PastDelivery, PastTest, PhoneNewPage, PhonePage, PhoneRemovePage,
    PhoneReplacePage,
};
pub use problem::{Field, Problem};
pub use sign_in::{CodePage, CodeStep, CodeWait, LoginPage, OtherNumber};
pub use test::{Carrier, TestPage, TestState, TestStep, TestStepKind};

/// A point in time: milliseconds since 1970-01-01 UTC.
pub type Millis = i64;

/// One page with all that it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// `/login`
    Login(LoginPage),
    /// `/login/otp` and `/security/phones/confirm`
    Code(CodePage),
    /// `/security`
    Overview(OverviewPage),
    /// `/security/phones/new`
    PhoneNew(PhoneNewPage),
    /// `/security/phones/{id}`
    Phone(PhonePage),
    /// `/security/phones/{id}/replace`
    PhoneReplace(PhoneReplacePage),
    /// `/security/phones/{id}/remove`
    PhoneRemove(PhoneRemovePage),
    /// `/security/tests/{id}`
    Test(TestPage),
    /// `/confirm-identity`
    ConfirmIdentity(ConfirmIdentityPage),
    /// `/security/apps`
    Apps(AppsPage),
    /// `/oidc/consent`
    Consent(ConsentPage),
    /// `/oidc/logout`
    SignOut(SignOutPage),
    /// The way back to an app.
    HandOver(HandOverPage),
    /// Any failure that is no page of its own.
    Error(ErrorPage),
    /// `/dev/phone`
    DevPhone(DevPhonePage),
}

impl Page {
    /// Whether the page may hold islands and so needs the nonce in its policy (R64). All others are plain: no script at all.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        match self {
            Self::Code(_)
            | Self::Overview(_)
            | Self::PhoneNew(_)
            | Self::Phone(_)
            | Self::PhoneReplace(_)
            | Self::PhoneRemove(_)
            | Self::Test(_)
            | Self::Apps(_) => true,
            Self::Login(_)
            | Self::ConfirmIdentity(_)
            | Self::Consent(_)
            | Self::SignOut(_)
            | Self::HandOver(_)
            | Self::Error(_)
            | Self::DevPhone(_) => false,
        }
    }
}
