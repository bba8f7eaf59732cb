//! What apps ask and do, and what people and operators do to them, as values.
use crate::ops::{BROWSERS, PEOPLE};
use domain::level::Level;
use proptest::prelude::*;

/// Apps: any level will do for the first, the second takes two factors alone, the third is public.
pub const CLIENTS: usize = 3;

/// The level that an app asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Whatever,
    Wish(Level),
    Essential(Level),
}

/// Which pages an app wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    Needed,
    None,
    Login,
    Consent,
}

/// An authorization request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    pub client: usize,
    pub wanted: Wanted,
    pub pages: Pages,
    pub max_age: Option<u32>,
    /// The one person it may be about.
    pub about: Option<usize>,
    pub offline: bool,
    pub pkce: bool,
    /// The app redeems its code at once, as most do.
    pub eager: bool,
}

/// What is shown with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    What,
    AnotherAddress,
    AnotherVerifier,
    NoVerifier,
}

/// Which scopes a renewal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    Same,
    Less,
    More,
}

/// One thing that happens. `which` counts back from what was granted last.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    Authorize {
        browser: usize,
        ask: Ask,
        /// As a form from another site, which carries no cookie.
        from_elsewhere: bool,
    },
    /// With the id of any request ever kept, from any browser.
    Resume {
        browser: usize,
        which: usize,
    },
    Consent {
        browser: usize,
        yes: bool,
    },
    Redeem {
        which: usize,
        /// By an app that it is not for.
        by_another: bool,
        showing: Showing,
        /// The n-th step of the store fails, before or after it is written.
        fault: Option<(bool, u32)>,
    },
    Renew {
        which: usize,
        by_another: bool,
        /// So many before the newest.
        back: usize,
        asking: Asking,
    },
    GiveBack {
        which: usize,
        by_another: bool,
        refresh: bool,
    },
    Leave {
        person: usize,
        client: usize,
    },
    SignOut {
        browser: usize,
    },
    SetPassword {
        person: usize,
    },
    SwitchOffAndOn {
        person: usize,
    },
    RemoveAndAdd {
        client: usize,
    },
    Switch {
        method: Level,
        on: bool,
    },
}

fn ask() -> impl Strategy<Value = Ask> {
    let level = || prop_oneof![Just(Level::Password), Just(Level::TwilioSms)];
    let wanted = prop_oneof![
        3 => Just(Wanted::Whatever),
        3 => level().prop_map(Wanted::Wish),
        2 => level().prop_map(Wanted::Essential),
    ];
    let pages = prop_oneof![
        14 => Just(Pages::Needed),
        2 => Just(Pages::None),
        2 => Just(Pages::Login),
        2 => Just(Pages::Consent),
    ];
    let max_age = prop_oneof![6 => Just(None), 1 => Just(Some(0)), 1 => Just(Some(60)), 1 => Just(Some(600))];
    let about = prop_oneof![5 => Just(None), 1 => (0..PEOPLE).prop_map(Some)];
    let rest = (prop::bool::weighted(0.7), any::<bool>(), prop::bool::weighted(0.6));
    (0..CLIENTS, wanted, pages, max_age, about, rest).prop_map(
        |(client, wanted, pages, max_age, about, (offline, pkce, eager))| Ask {
            client,
            wanted,
            pages,
            max_age,
            about,
            offline,
            pkce,
            eager,
        },
    )
}

/// One act; what leads on comes more often than what ends things.
pub fn act() -> impl Strategy<Value = Act> {
    let browser = 0..BROWSERS;
    let which = prop_oneof![3 => Just(0usize), 2 => 0usize..4];
    let another = || prop::bool::weighted(0.08);
    let showing = prop_oneof![
        6 => Just(Showing::What),
        1 => Just(Showing::AnotherAddress),
        1 => Just(Showing::AnotherVerifier),
        1 => Just(Showing::NoVerifier),
    ];
    let fault = prop_oneof![20 => Just(None), 1 => (any::<bool>(), 0u32..3).prop_map(Some)];
    let back = prop_oneof![3 => Just(0usize), 1 => Just(1usize)];
    let asking = prop_oneof![6 => Just(Asking::Same), 2 => Just(Asking::Less), 1 => Just(Asking::More)];
    let level = prop_oneof![1 => Just(Level::Password), 3 => Just(Level::TwilioSms)];
    prop_oneof![
        24 => (browser.clone(), ask(), prop::bool::weighted(0.1)).prop_map(|(browser, ask, from_elsewhere)| {
            Act::Authorize { browser, ask, from_elsewhere }
        }),
        5 => (browser.clone(), 0usize..4).prop_map(|(browser, which)| Act::Resume { browser, which }),
        4 => (browser.clone(), prop::bool::weighted(0.8)).prop_map(|(browser, yes)| Act::Consent { browser, yes }),
        24 => (which.clone(), another(), showing, fault).prop_map(|(which, by_another, showing, fault)| {
            Act::Redeem { which, by_another, showing, fault }
        }),
        20 => (which.clone(), another(), back, asking).prop_map(|(which, by_another, back, asking)| {
            Act::Renew { which, by_another, back, asking }
        }),
        2 => (which, another(), any::<bool>()).prop_map(|(which, by_another, refresh)| {
            Act::GiveBack { which, by_another, refresh }
        }),
        2 => (0..PEOPLE, 0..CLIENTS).prop_map(|(person, client)| Act::Leave { person, client }),
        2 => browser.prop_map(|browser| Act::SignOut { browser }),
        1 => (0..PEOPLE).prop_map(|person| Act::SetPassword { person }),
        1 => (0..PEOPLE).prop_map(|person| Act::SwitchOffAndOn { person }),
        1 => (0..CLIENTS).prop_map(|client| Act::RemoveAndAdd { client }),
        5 => (level, prop::bool::weighted(0.7)).prop_map(|(method, on)| Act::Switch { method, on }),
    ]
}
