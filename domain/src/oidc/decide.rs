//! Whether a session is enough for what an app asks, and if not, what is missing (R112 to R119, R121).
use crate::client::Client;
use crate::id::AccountId;
use crate::level::Level;
use crate::method::{MethodSet, Named};
use crate::oidc::error::{AuthorizeError, Refusal};
use crate::oidc::request::AuthorizationRequest;
use crate::phone::Phone;
use crate::time::Timestamp;
use std::time::Duration;

/// The session in the browser, as far as it matters here.
#[derive(Clone, Debug)]
pub struct SessionFacts {
    /// Who.
    pub account: AccountId,
    /// How surely.
    pub level: Level,
    /// When: of the oldest factor that the level rests on (R117).
    pub auth_time: Timestamp,
    /// It was begun for this very request.
    pub for_this: bool,
    /// What the account has beside its password.
    pub second: SecondStep,
    /// The person has agreed on the page about the app, for this very request.
    pub agreed: bool,
}

/// What an account has beside its password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondStep {
    /// No proven phone: one can be added.
    Missing,
    /// A proven phone that codes can go to.
    Ready,
    /// Proven phones, all of them off (R4).
    Off,
}

impl SecondStep {
    /// Of the phones of an account.
    #[must_use]
    pub fn of(phones: &[Phone]) -> Self {
        if phones.iter().any(Phone::serves) {
            Self::Ready
        } else if Level::highest(phones) == Level::Password {
            Self::Missing
        } else {
            Self::Off
        }
    }
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The session is enough: the app gets a code, and is told this level.
    Enough(Level),
    /// Sign in.
    SignIn,
    /// Only the code is missing (R121).
    StepUp,
    /// A phone is missing.
    Enrol,
    /// The page about the app is wanted.
    Consent,
    /// The app is told why not.
    Refuse(Refusal),
}

/// What an app gets, as far as the request says, before anybody is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Less is refused (R115).
    floor: Level,
    /// What is tried for; `None`: whatever the account has.
    wish: Option<Level>,
    /// The level was only the app's wish: if it cannot be reached, a lower one may be told. A level from the operator's default or from the
    /// account's own second step may not be lowered: being locked out of the phone must not make the password alone enough (R14).
    may_be_less: bool,
    /// What the app must be told, if it named that as essential.
    essential: Option<Vec<Level>>,
}

impl Goal {
    /// Of a request of `client`.
    ///
    /// # Errors
    /// `unmet_authentication_requirements`: nothing that is asked for is known and enabled.
    pub fn of(asked: &AuthorizationRequest, client: &Client, methods: &MethodSet) -> Result<Self, Refusal> {
        let unmet = |why| Refusal::new(AuthorizeError::UnmetAuthenticationRequirements, why);
        let least = methods.least().ok_or_else(|| unmet("no sign-in method is enabled"))?;
        let own = match &client.min_acr {
            None => least,
            Some(acr) => acr.level().ok_or_else(|| unmet("the least that this client takes is not known"))?,
        };
        let enough = |level: &Level| *level >= own;
        let floor = methods.enabled().find(enough);
        let floor = floor.ok_or_else(|| unmet("the least that this client takes is not enabled"))?;
        let on = |acr: &String| match methods.named(acr) {
            Named::On(level) => Some(level),
            Named::Off(_) | Named::Unknown => None,
        };
        if asked.claims.acr_essential && !asked.claims.acr.is_empty() {
            let essential: Vec<Level> = asked.claims.acr.iter().filter_map(on).filter(enough).collect();
            let first = essential.first().copied();
            let first = first.ok_or_else(|| unmet("no essential acr is known, enabled and enough"))?;
            let floor = essential.iter().copied().min().unwrap_or(first);
            return Ok(Self { floor, wish: Some(first), may_be_less: true, essential: Some(essential) });
        }
        let wishes = if asked.acr_values.is_empty() { &asked.claims.acr } else { &asked.acr_values };
        let wish = if wishes.is_empty() {
            methods.default_level()
        } else {
            Some(wishes.iter().find_map(on).ok_or_else(|| unmet("no acr value is known and enabled"))?)
        };
        let may_be_less = !wishes.is_empty();
        Ok(Self { floor, wish: wish.map(|wish| wish.max(floor)), may_be_less, essential: None })
    }

    /// The password alone is what is asked for: the code is not.
    #[must_use]
    pub fn is_password_alone(&self) -> bool {
        self.wish == Some(Level::Password)
    }

    /// What is tried for with this account.
    fn target(&self, second: SecondStep, methods: &MethodSet) -> Level {
        let has = match second {
            SecondStep::Missing => Level::Password,
            SecondStep::Ready | SecondStep::Off => Level::TwilioSms,
        };
        self.wish.unwrap_or_else(|| methods.told(has).unwrap_or(self.floor)).max(self.floor)
    }

    /// What the app is told of a session that reached this much: never more (R113).
    fn told(&self, reached: Level, methods: &MethodSet) -> Option<Level> {
        match &self.essential {
            Some(essential) => essential.iter().copied().filter(|level| *level <= reached).max(),
            None => methods.told(reached),
        }
    }
}

/// Decides. `session` is what the browser is signed in with right now, read anew each time.
#[must_use]
pub fn decide(
    asked: &AuthorizationRequest,
    client: &Client,
    methods: &MethodSet,
    session: Option<&SessionFacts>,
    now: Timestamp,
) -> Next {
    let goal = match Goal::of(asked, client, methods) {
        Ok(goal) => goal,
        Err(refusal) => return Next::Refuse(refusal),
    };
    let login_required = |why| Next::Refuse(Refusal::new(AuthorizeError::LoginRequired, why));
    let Some(session) = session else {
        return if asked.prompt.none { login_required("nobody is signed in") } else { Next::SignIn };
    };
    if asked.about.as_ref().is_some_and(|about| *about != session.account) {
        return if asked.prompt.none || session.for_this {
            login_required("somebody else is signed in")
        } else {
            Next::SignIn
        };
    }
    let old = asked.max_age.is_some_and(|age| is_older(session.auth_time, age, now));
    if (old || asked.prompt.login) && !session.for_this {
        return if asked.prompt.none { login_required("the sign-in is too old") } else { Next::SignIn };
    }
    if session.level < goal.target(session.second, methods) {
        match session.second {
            SecondStep::Ready | SecondStep::Missing if asked.prompt.none => {
                let why = "another factor is needed";
                return Next::Refuse(Refusal::new(AuthorizeError::InteractionRequired, why));
            }
            SecondStep::Ready => return Next::StepUp,
            SecondStep::Missing => return Next::Enrol,
            SecondStep::Off if goal.may_be_less && session.level >= goal.floor => {}
            SecondStep::Off => return unreachable(),
        }
    }
    match goal.told(session.level, methods) {
        Some(_) if asked.prompt.consent && !session.agreed => Next::Consent,
        Some(level) => Next::Enough(level),
        None => unreachable(),
    }
}

fn unreachable() -> Next {
    let why = "this person cannot reach what is asked for";
    Next::Refuse(Refusal::new(AuthorizeError::UnmetAuthenticationRequirements, why))
}

/// `max_age=0` is `prompt=login` (R117): even a sign-in of this very moment is too old.
fn is_older(auth_time: Timestamp, max_age: u32, now: Timestamp) -> bool {
    max_age == 0 || now.since(auth_time) > Duration::from_secs(u64::from(max_age))
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
