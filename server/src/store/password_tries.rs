//! Wrong passwords by name: judged and written down one after the other, however many come at once (R48).
use super::tx::{Step, Tx, Whose, later, optional, statements, steadily};
use super::{Doing as _, Result, Store, at, count};
use async_trait::async_trait;
use domain::password::NameKey;
use domain::password_tries::{Settled, Tally, Trier};
use domain::ports::{Fault, PasswordTries};
use domain::time::Timestamp;

statements! {
    TALLY = "SELECT wrong, waits_until FROM password_tries WHERE name_hash = $1 AND browser = $2";
    WRONG = "INSERT INTO password_tries (name_hash, browser, wrong, wrong_at, waits_until) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (name_hash, browser) DO UPDATE SET wrong = $3, wrong_at = $4, waits_until = $5";
    RIGHT = "DELETE FROM password_tries WHERE name_hash = $1 AND browser = $2";
    FORGIVE = "DELETE FROM password_tries WHERE name_hash = $1";
}

fn tally(row: Option<(i64, i64)>) -> Tally {
    row.map_or_else(Tally::default, |(wrong, until)| Tally { wrong: count(wrong), waits_until: at(until) })
}

impl Store {
    /// The two parts of a row's key.
    fn trier(&self, trier: &Trier) -> (String, String) {
        let browser = trier.browser.clone().unwrap_or_default();
        (self.keys.name_hash(&trier.name), browser)
    }

    async fn tally_in(&self, trier: &Trier) -> Result<Tally> {
        let (name, browser) = self.trier(trier);
        Ok(tally(optional!(self.db.read(), TALLY, &name, &browser)?))
    }

    async fn settle_try(&self, trier: &Trier, right: bool, now: Timestamp) -> Result<Settled> {
        // Nearly always nothing is counted and the password is right: then there is nothing to write. Who is wrong in the same
        // moment comes after this one.
        if right && self.tally_in(trier).await? == Tally::default() {
            return Ok(Settled::Right);
        }
        let (name, browser) = self.trier(trier);
        let mut tx = self.db.begin(Whose::Key(&name)).await?;
        let settled = tally(optional!(tx, TALLY, &name, &browser)?).settle(right, now);
        match settled {
            Settled::Held(_) => return tx.finish(Step::Undo(settled)).await,
            Settled::Right => later!(tx, RIGHT, &name, &browser)?,
            Settled::Wrong(Tally { wrong, waits_until }) => {
                let (wrong, until) = (i64::from(wrong), waits_until.as_millis());
                later!(tx, WRONG, &name, &browser, wrong, now.as_millis(), until)?;
            }
        }
        tx.finish(Step::Keep(settled)).await
    }

    /// For an operator: wrong passwords in a row typed for a name in browsers its owner was not seen in, and until when the next
    /// one waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn wrong_passwords(&self, name: &NameKey) -> Result<Tally, Fault> {
        let strangers = Trier { name: name.clone(), browser: None };
        self.tally_in(&strangers).await.doing("reading what was counted for a name")
    }

    /// From here to the end of a transaction nobody else counts a password for this name.
    pub(super) async fn hold_name(&self, tx: &mut Tx, name: &NameKey) -> Result<()> {
        Ok(tx.lock(&[&self.keys.name_hash(name)]).await?)
    }

    /// A new password: what was guessed at the old one counts no more.
    pub(super) async fn forgive_passwords(&self, tx: &mut Tx, name: &NameKey) -> Result<()> {
        later!(tx, FORGIVE, self.keys.name_hash(name))?;
        Ok(())
    }
}

#[async_trait]
impl PasswordTries for Store {
    async fn tally(&self, trier: &Trier) -> Result<Tally, Fault> {
        self.tally_in(trier).await.doing("reading what was counted for a name")
    }

    async fn settle(&self, trier: &Trier, right: bool, now: Timestamp) -> Result<Settled, Fault> {
        steadily!(self.settle_try(trier, right, now).await).doing("counting a password")
    }
}
