//! Pages about apps: going back to one, agreeing with one, signing out for one, the list of them.

use super::{Millis, News};

/// The end of a journey that an app began: a page that goes on by itself, because a redirect after a form of ours may not lead elsewhere (D10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOverPage {
    /// Where to: the app's registered address with the answer.
    pub to: String,
    /// The app gets what it asked for.
    pub signed_in: bool,
}

/// Something an app asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// Who one is.
    Identity,
    /// The name.
    Name,
    /// The address for mail.
    Email,
    /// The phone number.
    Phone,
    /// Access while one is away.
    Offline,
}

/// An app that waits for its person while pages of ours are on the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForApp {
    /// Its name.
    pub name: String,
    /// Id of its request, for forms.
    pub resume: String,
}

/// `/oidc/consent`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentPage {
    /// The app's name.
    pub app: String,
    /// Who is signed in.
    pub username: String,
    /// What it asks for.
    pub shared: Vec<Shared>,
    /// The request: all that the page carries of it.
    pub resume: String,
}

/// `/oidc/logout`, where an app has not shown whom it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOutPage {
    /// Who is signed in.
    pub username: String,
}

/// An app in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The first sign-in.
    pub first_at: Millis,
    /// The last sign-in.
    pub last_at: Millis,
}

/// `/security/apps`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppsPage {
    /// Last used first.
    pub apps: Vec<AppRow>,
    /// What just happened.
    pub news: Option<News>,
}
