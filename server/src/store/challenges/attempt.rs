//! Spending a try before anything is compared: conditional updates decide, so that no number of parallel guesses gets more (R6, D3).
use crate::store::calls::{silence_flow, silence_phone};
use crate::store::tx::{Step, Tx, Whose, all, execute, optional, statements};
use crate::store::{Error, Result, Store, count};
use domain::challenge::{Candidate, Taken};
use domain::code::CodeDigest;
use domain::id::{AccountId, ChallengeId, PhoneId};
use domain::phone::NumberHash;
use domain::ports::AttemptKey;
use domain::purpose::Counter;
use domain::time::Timestamp;

statements! {
    /// The flow's budget: one try, if the flow runs, tries are left, and some code could be right at all.
    TAKE = "UPDATE flows SET tries = tries + 1 WHERE id = $1 AND account_id = $6 AND session = $2 AND purpose = $3 AND finished_at IS NULL \
        AND ended_at IS NULL AND expires_at > $4 AND tries < $5 AND EXISTS (SELECT 1 FROM challenges \
        WHERE challenges.flow_id = flows.id AND challenges.ended_at IS NULL AND challenges.expires_at > $4) AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = flows.account_id \
        AND a.disabled_at IS NULL) RETURNING account_id, counter, tries";
    /// The codes that count: one, or two after an unknown outcome (R8). A number that was retired gets no guess.
    CANDIDATES = "SELECT c.id, c.digest, c.phone_id, p.number_hash FROM challenges c JOIN phones p ON p.id = c.phone_id \
        WHERE c.flow_id = $1 AND c.ended_at IS NULL AND c.expires_at > $2 AND p.retired_at IS NULL \
        AND (p.verified_at IS NOT NULL OR $3 = 'binding') ORDER BY c.nth DESC LIMIT 2";
    /// The number's budget: one failure, kept until a right code. The last one turns the phone off (R4, D2).
    FAILURE = "INSERT INTO failures (account_id, number_hash, counter, count, locked_at) \
        VALUES ($1, $2, $3, 1, CASE WHEN CAST($4 AS BIGINT) <= 1 THEN CAST($5 AS BIGINT) END) \
        ON CONFLICT (account_id, number_hash, counter) DO UPDATE SET count = failures.count + 1, \
        locked_at = CASE WHEN failures.count + 1 >= $4 THEN CAST($5 AS BIGINT) END \
        WHERE failures.locked_at IS NULL AND failures.count < $4 RETURNING count";
    /// Where the figure was lowered since: what is beyond it is off.
    LOCK = "UPDATE failures SET locked_at = $5 WHERE account_id = $1 AND number_hash = $2 AND counter = $3 AND count >= $4 \
        AND locked_at IS NULL";
    LOCKED = "SELECT locked_at FROM failures WHERE account_id = $1 AND number_hash = $2 AND counter = $3";
}

type CodeRow = (String, Vec<u8>, String, String);

impl Store {
    pub(super) async fn take(&self, key: &AttemptKey<'_>, now: Timestamp) -> Result<Option<Taken>> {
        let mut tx = self.db.begin(Whose::Account(key.account.as_str())).await?;
        let row: Option<(String, String, i64)> = optional!(
            tx,
            TAKE,
            key.flow.as_str(),
            key.session.as_str(),
            key.purpose.name(),
            now.as_millis(),
            i64::from(key.tries),
            key.account.as_str(),
        )?;
        let Some((account, counter, tries)) = row else { return tx.finish(Step::Undo(None)).await };
        let known: Vec<CodeRow> = all!(tx, CANDIDATES, key.flow.as_str(), now.as_millis(), &counter)?;
        let limit = i64::from(key.failures_before_lock);

        // Where two codes count and went to two numbers, both numbers pay: a guess is compared with either.
        let mut paid: Vec<(String, i64)> = Vec::with_capacity(2);
        for (_, _, _, hash) in &known {
            if paid.iter().any(|(seen, _)| seen == hash) {
                continue;
            }
            if let Some(failures) = fail(&mut tx, &account, hash, &counter, limit, now).await? {
                paid.push((hash.clone(), failures));
            }
        }
        let mut candidates = Vec::with_capacity(known.len());
        for (id, digest, phone, hash) in &known {
            let Some((_, failures)) = paid.iter().find(|(seen, _)| seen == hash) else { continue };
            candidates.push(Candidate {
                id: ChallengeId::stored(id.clone()),
                digest: CodeDigest::stored(digest).ok_or(Error::Unknown("digest of a code"))?,
                phone: PhoneId::stored(phone.clone()),
                failures_left: count(limit.saturating_sub(*failures)),
            });
        }
        if candidates.is_empty() {
            tx.finish(Step::Undo(())).await?;
            self.lock_all(&account, &known, &counter, limit, now).await?;
            return Ok(None);
        }
        let taken = Taken { candidates, tries_left: key.tries.saturating_sub(count(tries)) };
        if taken.tries_left == 0 {
            silence_flow(&mut tx, key.flow.as_str()).await?;
        }
        for phone in taken.off() {
            silence_phone(&mut tx, phone.as_str()).await?;
        }
        tx.finish(Step::Keep(Some(taken))).await
    }

    /// Nothing could be spent because the figure was lowered below what is counted: then the numbers are off, visibly.
    async fn lock_all(
        &self,
        account: &str,
        known: &[CodeRow],
        counter: &str,
        limit: i64,
        now: Timestamp,
    ) -> Result<()> {
        for (_, _, _, hash) in known {
            execute!(self.db.write(), LOCK, account, hash, counter, limit, now.as_millis())?;
        }
        Ok(())
    }

    pub(super) async fn is_locked(
        &self,
        account: &AccountId,
        number: &NumberHash,
        counter: Counter,
    ) -> Result<bool> {
        let row: Option<(Option<i64>,)> =
            optional!(self.db.read(), LOCKED, account.as_str(), number.as_str(), counter.name())?;
        Ok(row.is_some_and(|(locked_at,)| locked_at.is_some()))
    }
}

/// Spends one failure; the count after it, or `None` where none is left.
async fn fail(
    tx: &mut Tx,
    account: &str,
    hash: &str,
    counter: &str,
    limit: i64,
    now: Timestamp,
) -> Result<Option<i64>> {
    let row: Option<(i64,)> = optional!(tx, FAILURE, account, hash, counter, limit, now.as_millis())?;
    Ok(row.map(|(count,)| count))
}
