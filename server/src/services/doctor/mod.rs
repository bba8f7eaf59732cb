//! What is wrong with an installation, looked for one thing after the other. Nothing is sent to a phone, nothing is changed, and no
//! question waits longer than ten seconds.
//!
//! A check says what was seen and what to do about it, never a secret, a code or anybody's number but the operator's own sender. A new
//! check of ours: a file here, called from [`examine`]. A new provider: see [`providers`].
mod clock;
mod database;
mod key_file;
mod outside;
mod providers;
mod settings;
mod twilio;
mod vonage;

use crate::config::Parts;
use crate::store::Db;
use async_trait::async_trait;
use domain::ports::Fault;
use std::time::Duration;

/// One question takes at most so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// It works, or may; somebody should look.
    Warn,
    /// It does not work.
    Failed,
    /// Not looked at, and why.
    Skipped,
}

impl Outcome {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name; with that of a provider before a dot where it is about one.
    pub name: &'static str,
    /// How it went.
    pub outcome: Outcome,
    /// What was seen; why not, where it was skipped.
    pub seen: String,
    /// What to do.
    pub remedy: Option<String>,
}

impl Check {
    fn ok(name: &'static str, seen: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Ok, seen: seen.into(), remedy: None }
    }

    fn warn(name: &'static str, seen: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Warn, seen: seen.into(), remedy: Some(remedy.into()) }
    }

    fn failed(name: &'static str, seen: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Failed, seen: seen.into(), remedy: Some(remedy.into()) }
    }

    fn skipped(name: &'static str, why: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Skipped, seen: why.into(), remedy: None }
    }

    /// Of an error that says what is wrong and, behind a semicolon, what to do.
    fn refused(name: &'static str, error: &str) -> Self {
        match error.split_once("; ") {
            Some((seen, remedy)) => Self::failed(name, seen, remedy),
            None => Self::failed(name, error, "set it as latchkey.example.toml says"),
        }
    }
}

/// All that was looked at.
#[derive(Debug)]
pub struct Report {
    /// No start is possible with these settings.
    pub settings_refused: bool,
    /// In the order in which they were looked at.
    pub checks: Vec<Check>,
}

impl Report {
    /// How many went so.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.checks.iter().filter(|check| check.outcome == outcome).count()
    }
}

/// Takes checks in, and hands each on as soon as it is known.
struct Findings<'a> {
    checks: Vec<Check>,
    tell: &'a mut (dyn FnMut(&Check) + Send),
}

impl Findings<'_> {
    fn add(&mut self, check: Check) {
        (self.tell)(&check);
        self.checks.push(check);
    }
}

/// Looks at one provider: login, sender, countries, callbacks. Sends nothing and changes nothing there.
#[async_trait]
trait Examination: Send + Sync {
    async fn examine(&self, findings: &mut Findings<'_>);
}

/// Looks at everything that these settings let it look at; `tell` hears of each check at once.
pub async fn examine(parts: Parts, tell: &mut (dyn FnMut(&Check) + Send)) -> Report {
    let mut findings = Findings { checks: Vec::new(), tell };
    let Parts { refused, site, database, key_file, providers, allowed_countries, digits, strangers } = parts;
    let examinations = providers::of(providers, &allowed_countries);
    let settings = settings::check(refused, site.as_ref(), digits, &examinations);
    let settings_refused = settings.outcome == Outcome::Failed;
    findings.add(settings);
    for line in strangers {
        let (seen, remedy) = line.split_once("; ").unwrap_or((&line, "see latchkey.example.toml"));
        findings.add(Check::warn("environment", seen, remedy));
    }
    let key = key_file::check(key_file.as_deref(), database.as_ref(), &mut findings);
    let db = database::check(database.as_ref(), key, &mut findings).await;
    clock::check(db.as_ref(), &mut findings).await;
    for examination in examinations.into_iter().flatten() {
        examination.examine(&mut findings).await;
    }
    if let Some(db) = db {
        db.close().await;
    }
    Report { settings_refused, checks: findings.checks }
}

/// The innermost words of a fault.
fn cause(fault: &Fault) -> String {
    fault.cause.to_string()
}

/// Within the time that a question may take.
async fn within<T>(question: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(PATIENCE, question).await.ok()
}

/// An open database that answers.
type Open = Option<Db>;
