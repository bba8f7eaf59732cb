//! All accounts of a file, or none: looked at line by line first, then written in one transaction.
use super::{Operator, Service, email, name_key, number, numbers};
use crate::config::Config;
use crate::entropy::OsEntropy;
use crate::numbers::PhoneNumbers;
use crate::passwords::PasswordPool;
use crate::services::nobodys_keys;
use crate::store::directory::{ImportError, NewUser};
use anyhow::{Context as _, anyhow, bail};
use line::{Record, records};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

mod line;

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

/// Bad lines that are told one by one.
const MOST_TOLD: usize = 20;

/// Lines that are no good, told together: a file is mended in one go.
#[derive(Default)]
struct Bad {
    told: Vec<String>,
    more: u64,
}

impl Bad {
    fn note(&mut self, line: u64, why: &anyhow::Error) {
        if self.told.len() < MOST_TOLD {
            self.told.push(format!("line {line}: {why:#}"));
        } else {
            self.more += 1;
        }
    }

    /// What is to be said, if anything.
    fn judged(mut self) -> anyhow::Result<()> {
        if self.more > 0 {
            self.told.push(format!("and {} more lines that are no good", self.more));
        }
        if self.told.is_empty() { Ok(()) } else { Err(anyhow!(self.told.join("\n"))) }
    }
}

impl Operator {
    /// Adds all accounts of a file, or none.
    ///
    /// # Errors
    /// Names the lines that are no good, and why, or the first whose name is taken; nothing is changed then.
    pub async fn import(&self, file: &Path, mut tell: impl FnMut(Progress) + Send) -> anyhow::Result<u64> {
        let mut hashes: HashMap<u64, String> = HashMap::new();
        let mut checked = 0u64;
        let mut bad = Bad::default();
        for (line, record) in records(file)? {
            let good = record.and_then(|record| self.reader().user(&record, None).map(|_| record));
            match good {
                Err(why) => bad.note(line, &why),
                // Nothing will be written: hashing is left to the file that is mended.
                Ok(_) if !bad.told.is_empty() => {}
                Ok(Record { password: Some(password), username, .. }) => {
                    let hash = self.hash(&password, &name_key(&username)?).await;
                    hashes.insert(line, hash.with_context(|| format!("line {line}"))?);
                }
                Ok(_) => {}
            }
            checked += 1;
            if checked.is_multiple_of(TOLD_EVERY) {
                tell(Progress::Checked(checked));
            }
        }
        if !checked.is_multiple_of(TOLD_EVERY) {
            tell(Progress::Checked(checked));
        }
        bad.judged()?;
        let mut written = 0u64;
        let users = records(file)?.map(|(line, record)| {
            written += 1;
            if written.is_multiple_of(TOLD_EVERY) {
                tell(Progress::Written(written));
            }
            (line, record.and_then(|record| self.reader().user(&record, hashes.remove(&line))))
        });
        match self.store.import_users(users, &self.trail()).await {
            Ok(added) => Ok(added),
            Err(ImportError::Record { line, problem }) => Err(problem.context(format!("line {line}"))),
            Err(ImportError::Taken { line }) => Err(self.taken(file, line).await?),
            Err(ImportError::Fault(fault)) => Err(fault.into()),
        }
    }

    /// Whose the name in a line is already.
    async fn taken(&self, file: &Path, line: u64) -> anyhow::Result<anyhow::Error> {
        let mut names = records(file)?
            .filter_map(|(number, record)| Some((number, name_key(&record.ok()?.username).ok()?)))
            .take_while(|(number, _)| *number <= line)
            .collect::<Vec<_>>();
        let name = names.pop().map(|(_, name)| name);
        if let Some((first, _)) = names.iter().find(|(_, other)| Some(other) == name.as_ref()) {
            return Ok(anyhow!("line {line}: the name is that of line {first} already"));
        }
        Ok(anyhow!("line {line}: there is an account with this name already"))
    }

    /// Looks at all lines of a file before an installation is made for it.
    ///
    /// # Errors
    /// Names the lines that are no good, and why.
    pub fn judge_file(config: &Config, file: &Path) -> anyhow::Result<()> {
        let keys = Arc::new(nobodys_keys(&OsEntropy));
        let passwords = PasswordPool::new(&keys, Arc::new(OsEntropy))?;
        let reader = Reader {
            passwords: &passwords,
            numbers: &numbers(config, &keys)?,
            service: &Service::of(config),
            most_phones: config.policy.phones.max_per_account(),
        };
        let mut bad = Bad::default();
        for (line, record) in records(file)? {
            if let Err(why) = record.and_then(|record| reader.user(&record, None)) {
                bad.note(line, &why);
            }
        }
        bad.judged()
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            passwords: &self.passwords,
            numbers: &self.numbers,
            service: &self.service,
            most_phones: self.policy.phones.max_per_account(),
        }
    }
}

/// Makes accounts of lines.
struct Reader<'a> {
    passwords: &'a PasswordPool,
    numbers: &'a PhoneNumbers,
    service: &'a Service,
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
                self.service.chosen(password, &key)?;
                String::new()
            }
        };
        if record.phones.len() > self.most_phones {
            bail!("has more phones than phones.max_per_account");
        }
        let numbers = record.phones.iter().map(|phone| {
            number(self.numbers, &phone.number, phone.label.as_deref().unwrap_or_default(), phone.verified)
        });
        let numbers = numbers.collect::<anyhow::Result<Vec<_>>>()?;
        for (nth, number) in (1..).zip(&numbers) {
            if numbers.iter().skip(nth).any(|other| other.known.hash == number.known.hash) {
                bail!("one of its numbers is given twice");
            }
        }
        Ok(NewUser {
            username: record.username.trim().to_owned(),
            key,
            email: email(record.email.as_deref()).context("email")?,
            password_hash,
            numbers,
        })
    }
}
