//! The one place where a password is compared, for the sign-in and for fresh proof alike: may it be tried, compare, settle, tell
//! (A15). What is told does not depend on whether there is such an account (R50).
use crate::core::Core;
use crate::events::{Event, EventKind, Trail};
use crate::id::AccountId;
use crate::limits::{Limit, Wait};
use crate::password::{NameKey, Password};
use crate::password_tries::{KnownBrowser, LAST, MayTry, Settled, Tally, Trier};
use crate::ports::{Credentials, Fault, PasswordCheck};
use crate::purpose::Purpose;
use crate::watch::{Looked, Seen};

/// A password as it comes in.
pub(crate) struct PasswordTry<'a> {
    /// Whose; nothing for what cannot be a name: it costs the same and is wrong.
    pub name: Option<NameKey>,
    /// What was typed.
    pub password: &'a str,
    /// The name's owner was seen in this browser before (R49).
    pub browser: Option<KnownBrowser>,
    /// Only this account's will do.
    pub only: Option<&'a AccountId>,
    /// For the log, where it is not the sign-in.
    pub purpose: Option<&'a Purpose>,
}

/// What it led to.
pub(crate) enum Answer {
    /// It is the account's password.
    Right {
        /// Whose.
        credentials: Credentials,
        /// A stronger hash to put in place of the stored one.
        renewed: Option<String>,
    },
    /// It is not, or the account is switched off.
    Wrong,
    /// The name has to wait.
    Wait(Wait),
    /// Too many were wrong in a row.
    Off,
    /// Too much at once.
    Busy,
}

/// Looks at a password. Wrong ones are written down, right ones are the caller's to tell of.
pub(crate) async fn look(core: &Core, asked: PasswordTry<'_>, trail: &Trail) -> Result<Answer, Fault> {
    let (credentials, trier) = match asked.name {
        Some(name) => {
            let credentials = core.accounts.credentials(&name).await?;
            let credentials = credentials.filter(|c| asked.only.is_none_or(|only| c.id == *only));
            let set_at = credentials.as_ref().and_then(|c| c.password_set_at);
            let browser = asked.browser.and_then(|browser| browser.if_since(set_at));
            (credentials, Some(Trier { name, browser: browser.map(|browser| browser.id) }))
        }
        None => (None, None),
    };
    if let Some(trier) = &trier {
        let may = core.tries.tally(trier).await?.may_try(trail.at);
        if let Some(held) = held(core, may) {
            return Ok(held);
        }
    }
    let stored = credentials.as_ref().map(|c| c.password_hash.clone());
    let checked = core.passwords.check(stored, Password::typed(asked.password)).await?;
    let (right, renewed) = match checked {
        PasswordCheck::Busy => {
            saw(core, Looked::Busy);
            return Ok(Answer::Busy);
        }
        PasswordCheck::Right { renewed } => (true, renewed),
        PasswordCheck::Wrong => (false, None),
    };
    let right = right && credentials.as_ref().is_some_and(|c| !c.disabled);
    let settled = match &trier {
        Some(trier) => core.tries.settle(trier, right, trail.at).await?,
        None => Settled::Wrong(Tally::default()),
    };
    match (settled, credentials) {
        (Settled::Held(may), _) => Ok(held(core, may).unwrap_or(Answer::Busy)),
        (Settled::Right, Some(credentials)) => {
            saw(core, Looked::Right);
            Ok(Answer::Right { credentials, renewed })
        }
        (settled, credentials) => {
            saw(core, Looked::Wrong);
            let last = matches!(settled, Settled::Wrong(tally) if tally.wrong >= LAST);
            let account = credentials.map(|c| c.id);
            let purpose = asked.purpose.map(Purpose::name);
            let event = |kind| Event { account: account.clone(), purpose, ..Event::anonymous(kind) };
            let mut events = vec![event(EventKind::PasswordWrong)];
            if last {
                events.push(event(EventKind::PasswordOff));
            }
            core.accounts.note(&events, trail).await?;
            Ok(Answer::Wrong)
        }
    }
}

/// The answer for who may not try; nothing for who may.
fn held(core: &Core, may: MayTry) -> Option<Answer> {
    if let Some(looked) = may.refused() {
        saw(core, looked);
    }
    match may {
        MayTry::Yes => None,
        MayTry::Wait(until) => Some(Answer::Wait(Wait { until, limit: Limit::Passwords })),
        MayTry::Off => Some(Answer::Off),
    }
}

fn saw(core: &Core, looked: Looked) {
    core.watch.saw(Seen::Password(looked));
}
