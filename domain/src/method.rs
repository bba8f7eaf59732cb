//! Sign-in methods as an operator switches them: which ones apps may ask for by `acr`, and which one is meant when an app asks for
//! none. A method is its [`Level`]: names stand in one strict order (R112).
//!
//! Switching a method off takes it away from apps alone. It never takes a factor off an account: who has a proven phone is asked
//! for a code before the portal opens as before, because the portal must not become weaker by a switch that is meant for apps.
use crate::level::Level;
use std::fmt;
use thiserror::Error;

/// The most an `acr` may have, in bytes.
const ACR_MAX: usize = 64;

/// The name of a sign-in method, as apps write it. It may be one that this build does not know, registered by a later release on
/// the same database: nothing reaches that one, so that an old node refuses rather than waves through.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Acr(String);

impl Acr {
    /// Any name that could be one: 1 to 64 visible ASCII characters. An `acr_values` parameter is a list of these.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=ACR_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The name of a level.
    #[must_use]
    pub fn of(level: Level) -> Self {
        Self(level.acr().to_owned())
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it asks for; `None`: this build knows no such method.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        Level::of_acr(&self.0)
    }

    /// Whether a session of this level is enough for it. Never for an unknown one.
    #[must_use]
    pub fn is_met_by(&self, reached: Level) -> bool {
        self.level().is_some_and(|asked| reached >= asked)
    }
}

impl fmt::Display for Acr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A method and how it is switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// Which one.
    pub level: Level,
    /// Apps may ask for it.
    pub enabled: bool,
    /// It is meant when an app asks for none. Never so for one that is switched off.
    pub default: bool,
}

impl Method {
    /// The name that apps know it by.
    #[must_use]
    pub fn acr(&self) -> &'static str {
        self.level.acr()
    }
}

/// Why a method was not switched.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum MethodProblem {
    /// There is none of that name.
    #[error("INVALID_ACR: there is no sign-in method of this name")]
    Unknown,
    /// It is switched off.
    #[error("INVALID_ACR: a method that is disabled cannot be the default")]
    Disabled,
}

/// What switching a method off did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SwitchedOff {
    /// It was on.
    Done,
    /// It was on and the default: there is no default now.
    DoneWithDefault,
    /// It was off already: nothing is changed.
    Already,
}

/// What an app that names a method gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// This one; it is on.
    On(Level),
    /// It is switched off.
    Off(Level),
    /// There is none of that name.
    Unknown,
}

/// All methods that this build knows, weakest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodSet(Vec<Method>);

impl Default for MethodSet {
    /// As a new installation has them: all on, none the default.
    fn default() -> Self {
        Self(Level::ALL.map(|level| Method { level, enabled: true, default: false }).to_vec())
    }
}

impl MethodSet {
    /// As they are kept, in any order. One that is missing is off; of one that is off the mark of the default does not count.
    #[must_use]
    pub fn stored(rows: &[Method]) -> Self {
        let row = |level| rows.iter().find(|row| row.level == level && row.enabled);
        let method = |level| Method {
            level,
            enabled: row(level).is_some(),
            default: row(level).is_some_and(|row| row.default),
        };
        Self(Level::ALL.map(method).to_vec())
    }

    /// Each, weakest first.
    pub fn iter(&self) -> impl Iterator<Item = &Method> {
        self.0.iter()
    }

    /// The enabled ones, weakest first: what discovery lists as `acr_values_supported` (R89, R112).
    pub fn enabled(&self) -> impl Iterator<Item = Level> {
        self.0.iter().filter(|method| method.enabled).map(|method| method.level)
    }

    /// Whether apps may ask for it.
    #[must_use]
    pub fn is_on(&self, level: Level) -> bool {
        self.enabled().any(|on| on == level)
    }

    /// The one that is meant when an app asks for none (R114). `None`: whatever the account has.
    #[must_use]
    pub fn default_level(&self) -> Option<Level> {
        self.0.iter().find(|method| method.default && method.enabled).map(|method| method.level)
    }

    /// What a name that an app wrote stands for (R115).
    #[must_use]
    pub fn named(&self, acr: &str) -> Named {
        match Level::of_acr(acr) {
            Some(level) if self.is_on(level) => Named::On(level),
            Some(level) => Named::Off(level),
            None => Named::Unknown,
        }
    }

    /// The `acr` that an app is told of a session that reached this level: the strongest enabled one that was reached (R112, R113).
    /// `None`: nothing that was reached is enabled, so the session is not enough for any app; [`Self::least`] says what would be.
    #[must_use]
    pub fn told(&self, reached: Level) -> Option<Level> {
        self.enabled().filter(|level| *level <= reached).last()
    }

    /// The weakest enabled one: the least that any app gets. `None`: apps cannot be signed in to at all.
    #[must_use]
    pub fn least(&self) -> Option<Level> {
        self.enabled().next()
    }

    /// Switches one on. False: it was on already.
    pub fn enable(&mut self, level: Level) -> bool {
        self.0
            .iter_mut()
            .find(|method| method.level == level)
            .is_some_and(|method| !std::mem::replace(&mut method.enabled, true))
    }

    /// Switches one off; the default goes with it.
    pub fn disable(&mut self, level: Level) -> SwitchedOff {
        let Some(method) = self.0.iter_mut().find(|method| method.level == level && method.enabled) else {
            return SwitchedOff::Already;
        };
        method.enabled = false;
        if std::mem::take(&mut method.default) { SwitchedOff::DoneWithDefault } else { SwitchedOff::Done }
    }

    /// Leaves none as the default, and gives the one that was.
    pub fn unset_default(&mut self) -> Option<Level> {
        let was = self.default_level();
        for method in &mut self.0 {
            method.default = false;
        }
        was
    }

    /// Makes one the default in place of any other. False: it was already.
    ///
    /// # Errors
    /// [`MethodProblem::Disabled`] for one that is off: nothing is changed then.
    pub fn set_default(&mut self, level: Level) -> Result<bool, MethodProblem> {
        if !self.is_on(level) {
            return Err(MethodProblem::Disabled);
        }
        let already = self.default_level() == Some(level);
        for method in &mut self.0 {
            method.default = method.level == level;
        }
        Ok(!already)
    }
}

#[cfg(test)]
#[path = "method_tests.rs"]
mod tests;
