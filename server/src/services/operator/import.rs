//! All accounts of a file, or none: looked at line by line first, then written in one transaction.
use super::{Operator, name_key, number, numbers};
use crate::config::Config;
use crate::entropy::OsEntropy;
use crate::numbers::PhoneNumbers;
use crate::passwords::PasswordPool;
use crate::services::nobodys_keys;
use crate::store::directory::{ImportError, NewUser};
use anyhow::{Context as _, anyhow, bail};
use domain::password::Password;
use serde::Deserialize;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::sync::Arc;

/// A line of an import file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    username: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    password_hash: Option<String>,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    phones: Vec<RecordPhone>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordPhone {
    number: String,
    #[serde(default)]
    label: String,
    verified: bool,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many lines were looked at and are good; nothing is written yet.
    Checked(u64),
    /// So many accounts are written; they count once all are.
    Written(u64),
}

/// Progress is told once in so many lines.
const TOLD_EVERY: u64 = 50_000;

impl Operator {
    /// Adds all accounts of a file, or none.
    ///
    /// # Errors
    /// Names the first line that is no good, and why; nothing is changed then.
    pub async fn import(&self, file: &Path, mut tell: impl FnMut(Progress) + Send) -> anyhow::Result<u64> {
        let mut hashes: HashMap<u64, String> = HashMap::new();
        let mut checked = 0u64;
        for (line, record) in records(file)? {
            let at = || format!("line {line}");
            let record = record.with_context(at)?;
            self.reader().user(&record, None).with_context(at)?;
            if let Some(password) = &record.password {
                let hash = self.hash(password, &name_key(&record.username)?).await.with_context(at)?;
                hashes.insert(line, hash);
            }
            checked += 1;
            if checked.is_multiple_of(TOLD_EVERY) {
                tell(Progress::Checked(checked));
            }
        }
        if !checked.is_multiple_of(TOLD_EVERY) {
            tell(Progress::Checked(checked));
        }
        let mut written = 0u64;
        let users = records(file)?.map(|(line, record)| {
            written += 1;
            if written.is_multiple_of(TOLD_EVERY) {
                tell(Progress::Written(written));
            }
            (line, record.and_then(|record| self.reader().user(&record, hashes.remove(&line))))
        });
        self.store.import_users(users, &self.trail()).await.map_err(|error| match error {
            ImportError::Record { line, problem } => problem.context(format!("line {line}")),
            taken @ ImportError::Taken { .. } => anyhow!(taken.to_string()),
            ImportError::Fault(fault) => fault.into(),
        })
    }

    /// Looks at all lines of a file before an installation is made for it.
    ///
    /// # Errors
    /// Names the first line that is no good, and why.
    pub fn judge_file(config: &Config, file: &Path) -> anyhow::Result<()> {
        let keys = Arc::new(nobodys_keys(&OsEntropy));
        let passwords = PasswordPool::new(&keys, Arc::new(OsEntropy))?;
        let reader = Reader {
            passwords: &passwords,
            numbers: &numbers(config, &keys)?,
            most_phones: config.policy.phones.max_per_account(),
        };
        for (line, record) in records(file)? {
            record.and_then(|record| reader.user(&record, None)).with_context(|| format!("line {line}"))?;
        }
        Ok(())
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            passwords: &self.passwords,
            numbers: &self.numbers,
            most_phones: self.policy.phones.max_per_account(),
        }
    }
}

/// Makes accounts of lines.
struct Reader<'a> {
    passwords: &'a PasswordPool,
    numbers: &'a PhoneNumbers,
    most_phones: usize,
}

impl Reader<'_> {
    fn user(&self, record: &Record, hashed: Option<String>) -> anyhow::Result<NewUser> {
        let key = name_key(&record.username)?;
        let password_hash = match (hashed, &record.password_hash, &record.password) {
            (Some(hash), _, _) => hash,
            (None, Some(_), Some(_)) => bail!("has both password and password_hash; give one"),
            (None, None, None) => bail!("has neither password nor password_hash; give one"),
            (None, Some(phc), None) => self.passwords.adopt(phc).context("password_hash")?,
            (None, None, Some(password)) => {
                Password::chosen(password, &key).map_err(|problem| anyhow!(problem.remedy()))?;
                String::new()
            }
        };
        if record.phones.len() > self.most_phones {
            bail!("has more phones than phones.max_per_account");
        }
        let numbers = record
            .phones
            .iter()
            .map(|phone| number(self.numbers, &phone.number, &phone.label, phone.verified));
        Ok(NewUser {
            username: record.username.trim().to_owned(),
            key,
            email: record.email.clone(),
            password_hash,
            numbers: numbers.collect::<anyhow::Result<_>>()?,
        })
    }
}

type Line = (u64, anyhow::Result<Record>);

fn records(file: &Path) -> anyhow::Result<impl Iterator<Item = Line> + Send + use<>> {
    let opened = File::open(file).with_context(|| format!("{} cannot be opened", file.display()))?;
    let lines = BufReader::with_capacity(1 << 20, opened).lines();
    Ok((1u64..).zip(lines).filter_map(|(number, line)| match line {
        Ok(text) if text.trim().is_empty() => None,
        Ok(text) => Some((number, serde_json::from_str(&text).map_err(|error| anyhow!("{}", told(&error))))),
        Err(error) => Some((number, Err(anyhow!("cannot be read as UTF-8 text ({error})")))),
    }))
}

/// What the parser says without the piece of input it may quote: a password could be in it.
fn told(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Data => {
            "has a field that is unknown, missing or of the wrong kind; allowed are username, email, password_hash, password, \
             phones (number, label, verified)"
        }
        _ => "is not a JSON object",
    };
    format!("{kind} (column {})", error.column())
}
