//! Wrong passwords by name: a turn is taken before anything is compared, so that no number of parallel guesses gets more (R48).
use super::tx::{Step, Tx, Whose, execute, one, optional, statements, steadily};
use super::{Doing as _, Result, Store, at, count};
use async_trait::async_trait;
use domain::password::NameKey;
use domain::password_tries::{BEFORE_WAITING, LAST, Outcome, Trier, Turn, UNDER_WAY, turn, wait_after};
use domain::ports::{Fault, PasswordTries};
use domain::time::Timestamp;
use std::time::Duration;

statements! {
    /// A turn, if there is one: the conditions are those of `domain::password_tries::turn`.
    TAKE = "INSERT INTO password_tries (name_hash, browser, wrong, under_way, taken_at, waits_until) \
        VALUES ($1, $2, 0, 1, $3, 0) ON CONFLICT (name_hash, browser) DO UPDATE SET taken_at = $3, \
        under_way = CASE WHEN password_tries.taken_at <= $4 THEN 1 ELSE password_tries.under_way + 1 END \
        WHERE password_tries.wrong < $5 AND password_tries.waits_until <= $3 AND (password_tries.under_way = 0 \
        OR password_tries.taken_at <= $4 OR password_tries.wrong + password_tries.under_way < $6)";
    STANDING = "SELECT wrong, under_way, taken_at, waits_until FROM password_tries WHERE name_hash = $1 AND browser = $2";
    WRONG = "INSERT INTO password_tries (name_hash, browser, wrong, under_way, taken_at, waits_until) \
        VALUES ($1, $2, 1, 0, $3, 0) ON CONFLICT (name_hash, browser) DO UPDATE SET wrong = password_tries.wrong + 1, \
        under_way = CASE WHEN password_tries.under_way > 0 THEN password_tries.under_way - 1 ELSE 0 END RETURNING wrong";
    WAIT = "UPDATE password_tries SET waits_until = $3 WHERE name_hash = $1 AND browser = $2 AND waits_until < $3";
    RIGHT = "DELETE FROM password_tries WHERE name_hash = $1 AND browser = $2";
    GIVE_BACK = "UPDATE password_tries SET under_way = under_way - 1 WHERE name_hash = $1 AND browser = $2 AND under_way > 0";
    FORGIVE = "DELETE FROM password_tries WHERE name_hash = $1";
}

/// How long a try waits for others to be settled, and how often it asks.
const PATIENCE: Duration = Duration::from_secs(2);
const ASK_AGAIN: Duration = Duration::from_millis(20);

impl Store {
    /// The two parts of a row's key.
    fn trier(&self, trier: &Trier) -> (String, String) {
        let browser = trier.browser.clone().unwrap_or_default();
        (self.keys.name_hash(&trier.name), browser)
    }

    async fn turn_in(&self, trier: &Trier, now: Timestamp) -> Result<Turn> {
        let (name, browser) = self.trier(trier);
        let over = now.minus(UNDER_WAY);
        let (last, before_waiting) = (i64::from(LAST), i64::from(BEFORE_WAITING));
        let taken = execute!(
            self.db.write(),
            TAKE,
            &name,
            &browser,
            now.as_millis(),
            over.as_millis(),
            last,
            before_waiting
        )?;
        if taken > 0 {
            return Ok(Turn::Yours);
        }
        let row: Option<(i64, i64, i64, i64)> = optional!(self.db.read(), STANDING, &name, &browser)?;
        // No row any more: the right password was typed meanwhile.
        let Some((wrong, under_way, taken_at, waits_until)) = row else { return Ok(Turn::Busy) };
        let under_way = if at(taken_at) <= over { 0 } else { count(under_way) };
        Ok(match turn(count(wrong), under_way, at(waits_until), now) {
            // It came free in between: the caller asks again.
            Turn::Yours => Turn::Busy,
            other => other,
        })
    }

    /// For an operator: wrong passwords in a row typed for a name in browsers its owner was not seen in, and until when the next
    /// one waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn wrong_passwords(&self, name: &NameKey) -> Result<(u32, Timestamp), Fault> {
        let row: Result<Option<(i64, i64, i64, i64)>, _> =
            optional!(self.db.read(), STANDING, self.keys.name_hash(name), "");
        let row = row.doing("reading what was counted for a name")?;
        Ok(row.map_or_else(Default::default, |(wrong, _, _, until)| (count(wrong), at(until))))
    }

    /// A new password: what was guessed at the old one counts no more.
    pub(super) async fn forgive_passwords(&self, tx: &mut Tx, name: &NameKey) -> Result<()> {
        execute!(tx, FORGIVE, self.keys.name_hash(name))?;
        Ok(())
    }

    async fn wrong_in(&self, trier: &Trier, now: Timestamp) -> Result<u32> {
        let (name, browser) = self.trier(trier);
        let mut tx = self.db.begin(Whose::Nobody).await?;
        let (wrong,): (i64,) = one!(tx, WRONG, &name, &browser, now.as_millis())?;
        let wait = wait_after(count(wrong));
        if wait > Duration::ZERO {
            execute!(tx, WAIT, &name, &browser, now.plus(wait).as_millis())?;
        }
        tx.finish(Step::Keep(count(wrong))).await
    }

    async fn settle_try(&self, trier: &Trier, outcome: Outcome, now: Timestamp) -> Result<u32> {
        let (name, browser) = self.trier(trier);
        match outcome {
            Outcome::Wrong => return self.wrong_in(trier, now).await,
            Outcome::Right => execute!(self.db.write(), RIGHT, &name, &browser)?,
            Outcome::NotLookedAt => execute!(self.db.write(), GIVE_BACK, &name, &browser)?,
        };
        Ok(0)
    }
}

#[async_trait]
impl PasswordTries for Store {
    async fn take_turn(&self, trier: &Trier, now: Timestamp) -> Result<Turn, Fault> {
        let mut waited = Duration::ZERO;
        loop {
            let turn = steadily!(self.turn_in(trier, now).await).doing("taking a turn for a password")?;
            if turn != Turn::Busy || waited >= PATIENCE {
                return Ok(turn);
            }
            tokio::time::sleep(ASK_AGAIN).await;
            waited += ASK_AGAIN;
        }
    }

    async fn settle(&self, trier: &Trier, outcome: Outcome, now: Timestamp) -> Result<u32, Fault> {
        steadily!(self.settle_try(trier, outcome, now).await).doing("counting a password")
    }
}
