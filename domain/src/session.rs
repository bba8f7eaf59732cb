//! What a browser session says of a person, and when it is over.
use crate::challenge::Flow;
use crate::events::{Event, EventKind};
use crate::id::{AccountId, FlowId, RequestId, SessionHandle};
use crate::level::{Level, Proof};
use crate::purpose::Purpose;
use crate::time::Timestamp;

/// A browser session as kept on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SessionState {
    /// Its public name; stays when the id in the cookie changes.
    pub handle: SessionHandle,
    /// Whom it belongs to.
    pub who: Who,
    /// Own path to go to once the step under way is done.
    pub return_to: Option<String>,
    /// The app's request that is gone on with once the sign-in, the code or the phone under way is there.
    #[cfg_attr(feature = "serde", serde(default))]
    pub resume: Option<RequestId>,
    /// Signed in with the password alone for an app, although the account has a second step. Apps accept it, the portal does not.
    #[cfg_attr(feature = "serde", serde(default))]
    pub apps_only: bool,
    /// The code that its level rests on was spoken in a call (R116).
    #[cfg_attr(feature = "serde", serde(default))]
    pub by_call: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// The address it began from, IPv6 cut to its /64.
    pub address: String,
    /// The browser it began in, such as `Firefox on Windows`.
    pub agent: String,
}

/// Whom a session belongs to. Between the factors there is only a half sign-in: no account data, no level (R57).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Who {
    /// The password was right, the code is awaited.
    Half {
        /// The sign-in under way.
        flow: FlowId,
    },
    /// Somebody who signed in.
    Person {
        /// Who.
        account: AccountId,
        /// How surely, at `auth_time` (R61).
        level: Level,
        /// When: of the oldest factor that the level rests on (R117).
        auth_time: Timestamp,
        /// The latest proof of identity; the sign-in is the first.
        proof: Proof,
    },
}

impl SessionState {
    /// What its absolute end is counted from: the oldest proof it rests on, so that a code on top of a password of yesterday gives it
    /// no second day (R58, R117). A half sign-in rests on its own beginning.
    #[must_use]
    pub fn counts_from(&self) -> Timestamp {
        match &self.who {
            Who::Person { auth_time, .. } => *auth_time,
            Who::Half { .. } => self.created_at,
        }
    }

    /// The same session once a phone was added in it by this right code: it rests on the password from before and on the code of just
    /// now. `None`: the code was for something else, or for another session.
    #[must_use]
    pub fn raised_by(&self, right: &Flow) -> Option<Self> {
        let Who::Person { account, level, auth_time, proof } = &self.who else { return None };
        let own = right.session == self.handle && right.account == *account;
        (own && right.purpose == Purpose::NewPhone).then(|| Self {
            who: Who::Person {
                account: account.clone(),
                level: (*level).max(Level::TwilioSms),
                auth_time: *auth_time,
                proof: *proof,
            },
            by_call: right.came_by_call(),
            ..self.clone()
        })
    }

    /// Identity was freshly proven. Gives the own path that was waiting for it.
    pub fn prove(&mut self, fresh: Proof) -> Option<String> {
        if let Who::Person { proof, .. } = &mut self.who {
            *proof = fresh;
        }
        self.return_to.take()
    }

    /// Who is signed in by the password alone, and since when: what a code can come on top of.
    #[must_use]
    pub fn by_password(&self) -> Option<(&AccountId, Timestamp)> {
        match &self.who {
            Who::Person { account, level: Level::Password, auth_time, .. } => Some((account, *auth_time)),
            Who::Person { .. } | Who::Half { .. } => None,
        }
    }

    /// The handle to keep when the password is typed again in a half sign-in, so that no second code is sent. `None`: a new sign-in begins,
    /// also where the app of `request` wants all factors anew and this one began earlier.
    #[must_use]
    pub fn goes_on_for(&self, request: Option<&RequestId>, asks_anew: bool) -> Option<&SessionHandle> {
        let begun_for_it = self.resume.as_ref() == request;
        (matches!(self.who, Who::Half { .. }) && (!asks_anew || begun_for_it)).then_some(&self.handle)
    }

    /// What the security log says of the end of a session in its browser; a half sign-in has lines of its own. `next`: who is signed in
    /// there instead, for whom it goes on if it was theirs.
    #[must_use]
    pub fn told_of_end(&self, next: Option<&AccountId>) -> Vec<Event> {
        match &self.who {
            Who::Person { account, .. } if next != Some(account) => {
                vec![Event::of(EventKind::SignedOut, account)]
            }
            Who::Person { .. } | Who::Half { .. } => Vec::new(),
        }
    }

    /// What the security log says of a session that has become `raised`. `None`: it rests on as much as before.
    #[must_use]
    pub fn told_of(&self, raised: &Self) -> Option<Event> {
        let (Who::Person { level: before, .. }, Who::Person { account, level, .. }) =
            (&self.who, &raised.who)
        else {
            return None;
        };
        (level > before).then(|| Event::of(EventKind::LevelRaised, account).detail(level.acr()))
    }
}

/// A session as listed for its person.
#[derive(Clone, Debug)]
pub struct SessionInfo {
    /// What it is.
    pub state: SessionState,
    /// When it was last used, to the second.
    pub last_seen_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededEntropy;

    #[test]
    fn r08_a_half_sign_in_goes_on_unless_an_app_wants_it_shown_anew() {
        let entropy = SeededEntropy::new(1);
        let (one, other) = (RequestId::new(&entropy), RequestId::new(&entropy));
        let at = Timestamp::from_millis(0);
        let half = |resume: Option<&RequestId>| SessionState {
            handle: SessionHandle::ordered(at, &entropy),
            who: Who::Half { flow: FlowId::new(&entropy) },
            created_at: at,
            return_to: None,
            agent: String::new(),
            address: String::new(),
            resume: resume.cloned(),
            apps_only: false,
            by_call: false,
        };
        for (begun_for, typed_for, asks_anew, goes_on) in [
            (None, None, false, true),
            (None, Some(&one), false, true),
            (None, Some(&one), true, false),
            (Some(&other), Some(&one), true, false),
            (Some(&one), Some(&one), true, true),
        ] {
            let state = half(begun_for);
            assert_eq!(
                state.goes_on_for(typed_for, asks_anew).is_some(),
                goes_on,
                "{begun_for:?} {typed_for:?}"
            );
        }
    }
}
