//! What an operator is told of an account whose person has called.
use super::{AccountEvent, Operator, User, name_key};
use domain::password_tries::MayTry;
use domain::phone::Phone;
use domain::ports::{Accounts as _, Phones, Sessions};
use domain::time::Timestamp;

/// An account and how it stands.
#[derive(Clone, Debug)]
pub struct About {
    /// The account.
    pub user: User,
    /// When somebody signed in to it last, and with which browser.
    pub last_sign_in: Option<(Timestamp, String)>,
    /// Browsers that are signed in.
    pub sessions: usize,
    /// Its phones, oldest first.
    pub phones: Vec<Phone>,
    /// What keeps the right password out, if anything does (R48).
    pub password: Option<&'static str>,
}

impl Operator {
    /// What an operator wants to know of an account whose person has called.
    ///
    /// # Errors
    /// When there is no such account, or the database fails.
    pub async fn about(&self, name: &str) -> anyhow::Result<About> {
        let user = self.find(name).await?;
        let sign_ins = self.store.account(&user.id).await?.map(|account| account.sign_ins);
        Ok(About {
            last_sign_in: sign_ins.and_then(|sign_ins| sign_ins.into_iter().next()),
            sessions: Sessions::of(&self.store, &user.id, self.clock.now()).await?.len(),
            phones: Phones::of(&self.store, &user.id).await?,
            password: self.password_held_up(name).await?,
            user,
        })
    }

    /// What happened to an account, oldest first: the newest lines of the security log, at most so many.
    ///
    /// # Errors
    /// When there is no such account, or the database fails.
    pub async fn log(&self, name: &str, most: u32) -> anyhow::Result<Vec<AccountEvent>> {
        let user = self.find(name).await?;
        Ok(self.store.log_of(&user.id, most).await?)
    }

    /// What keeps the right password of an account out at the moment, if anything does (R48).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn password_held_up(&self, name: &str) -> anyhow::Result<Option<&'static str>> {
        let tally = self.store.wrong_passwords(&name_key(name)?).await?;
        Ok(match tally.may_try(self.trail().at) {
            MayTry::Yes => None,
            MayTry::Wait(_) => {
                Some("somebody is guessing at it; browsers its owner was not seen in have to wait")
            }
            MayTry::Off => Some(
                "off after 100 wrong ones in a row, but for browsers its owner was seen in; `user set-password` ends it",
            ),
        })
    }
}
