//! Limits over sliding windows: a row per hit; the oldest hit that still fills a window decides until when to wait (R15).
use super::tx::{Step, Tx, Whose, execute, later, one, optional, statements, steadily};
use super::{Doing as _, Result, Store, at, day_cap};
use crate::keys::Keys;
use async_trait::async_trait;
use domain::day_cap::DayCap;
use domain::limits::{Rule, Wait, keys};
use domain::ports::{Fault, Limits};
use domain::time::Timestamp;

statements! {
    /// A hit, unless the window is full: the whole of a limit with a single rule.
    HIT_ONE = "INSERT INTO limit_hits (key, at) SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT) WHERE NOT EXISTS \
        (SELECT 1 FROM limit_hits WHERE key = $1 AND at > $3 ORDER BY at DESC LIMIT 1 OFFSET $4)";
    /// A hit for each of up to six keys, an empty one is none, unless one of up to six windows is full or what is counted is stopped.
    HIT_ALL = "INSERT INTO limit_hits (key, at) SELECT hit.key, CAST($1 AS BIGINT) FROM \
        (SELECT CAST($2 AS TEXT) AS key UNION ALL SELECT CAST($3 AS TEXT) UNION ALL SELECT CAST($4 AS TEXT) \
        UNION ALL SELECT CAST($5 AS TEXT) UNION ALL SELECT CAST($6 AS TEXT) UNION ALL SELECT CAST($7 AS TEXT)) hit \
        WHERE hit.key <> '' \
        AND NOT EXISTS (SELECT 1 FROM limit_hits WHERE key = $8 AND at > $9 ORDER BY at DESC LIMIT 1 OFFSET $10) \
        AND NOT EXISTS (SELECT 1 FROM limit_hits WHERE key = $11 AND at > $12 ORDER BY at DESC LIMIT 1 OFFSET $13) \
        AND NOT EXISTS (SELECT 1 FROM limit_hits WHERE key = $14 AND at > $15 ORDER BY at DESC LIMIT 1 OFFSET $16) \
        AND NOT EXISTS (SELECT 1 FROM limit_hits WHERE key = $17 AND at > $18 ORDER BY at DESC LIMIT 1 OFFSET $19) \
        AND NOT EXISTS (SELECT 1 FROM limit_hits WHERE key = $20 AND at > $21 ORDER BY at DESC LIMIT 1 OFFSET $22) \
        AND NOT EXISTS (SELECT 1 FROM limit_hits WHERE key = $23 AND at > $24 ORDER BY at DESC LIMIT 1 OFFSET $25) \
        AND NOT EXISTS (SELECT 1 FROM stops WHERE what = $26)";
    /// For up to six rules the hit that fills the window, as far as there is one.
    NTH_NEWEST = "SELECT \
        (SELECT at FROM limit_hits WHERE key = $1 ORDER BY at DESC LIMIT 1 OFFSET $2), \
        (SELECT at FROM limit_hits WHERE key = $3 ORDER BY at DESC LIMIT 1 OFFSET $4), \
        (SELECT at FROM limit_hits WHERE key = $5 ORDER BY at DESC LIMIT 1 OFFSET $6), \
        (SELECT at FROM limit_hits WHERE key = $7 ORDER BY at DESC LIMIT 1 OFFSET $8), \
        (SELECT at FROM limit_hits WHERE key = $9 ORDER BY at DESC LIMIT 1 OFFSET $10), \
        (SELECT at FROM limit_hits WHERE key = $11 ORDER BY at DESC LIMIT 1 OFFSET $12)";
    NEWEST = "SELECT at, COUNT(*) FROM limit_hits WHERE key = $1 GROUP BY at ORDER BY at DESC LIMIT 1";
    TAKE_BACK = "DELETE FROM limit_hits WHERE key = $1 AND at = $2";
    /// A hit for each of up to six keys; an empty key is none.
    HIT = "INSERT INTO limit_hits (key, at) SELECT hit.key, CAST($1 AS BIGINT) FROM \
        (SELECT CAST($2 AS TEXT) AS key UNION ALL SELECT CAST($3 AS TEXT) UNION ALL SELECT CAST($4 AS TEXT) \
        UNION ALL SELECT CAST($5 AS TEXT) UNION ALL SELECT CAST($6 AS TEXT) UNION ALL SELECT CAST($7 AS TEXT)) hit \
        WHERE hit.key <> ''";
}

/// No stop holds these back.
const NEVER_STOPPED: &str = "";

type Six = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

/// Counts one hit against all rules, or none of them and says which one holds longest. Keys are kept hashed: they are made of
/// addresses and parts of numbers.
pub(super) async fn hit(tx: &mut Tx, keys: &Keys, rules: &[Rule], now: Timestamp) -> Result<Option<Wait>> {
    let rules = hashed(keys, rules);
    tx.lock(&domain::limits::keys(&rules)).await?;
    if hit_at_once(tx, &rules, NEVER_STOPPED, now).await? {
        return Ok(None);
    }
    hit_one_by_one(tx, &rules, now).await
}

/// Counts one message against its rules and the day's cap, or none of them and says what holds. The last step of a transaction, as
/// [`day_cap::count`].
pub(super) async fn hit_by_message(
    tx: &mut Tx,
    keys: &Keys,
    rules: &[Rule],
    cap: DayCap,
    now: Timestamp,
) -> Result<Option<Wait>> {
    let rules = hashed(keys, rules);
    tx.lock(&domain::limits::keys(&rules)).await?;
    // Where there is no cap, whether an operator stopped messages is all that is left to ask, and is asked along.
    let capped = cap.0.is_some();
    let stop = if capped { NEVER_STOPPED } else { day_cap::MESSAGES };
    let counted = hit_at_once(tx, &rules, stop, now).await?;
    if counted && !capped {
        return Ok(None);
    }
    let held = if counted { None } else { hit_one_by_one(tx, &rules, now).await? };
    match held {
        Some(wait) => Ok(Some(wait)),
        None => day_cap::count(tx, cap, now).await,
    }
}

fn hashed(keys: &Keys, rules: &[Rule]) -> Vec<Rule> {
    rules.iter().map(|rule| Rule { key: keys.limit_key(&rule.key), ..rule.clone() }).collect()
}

/// Takes the newest hit of each key back: what it stood for has turned out well.
pub(super) async fn forgive(tx: &mut Tx, keys: &Keys, of: &[String]) -> Result<()> {
    let hashed: Vec<String> = of.iter().map(|key| keys.limit_key(key)).collect();
    tx.lock(&hashed.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    for key in &hashed {
        let newest: Option<(i64, i64)> = optional!(tx, NEWEST, key)?;
        let Some((at, count)) = newest else { continue };
        later!(tx, TAKE_BACK, key, at)?;
        // Hits of one moment cannot be told apart: all but one are written anew.
        for _ in 1..count {
            later!(tx, HIT, at, key, "", "", "", "", "")?;
        }
    }
    Ok(())
}

/// Each rule is asked, and the one that holds longest is told of.
async fn hit_one_by_one(tx: &mut Tx, rules: &[Rule], now: Timestamp) -> Result<Option<Wait>> {
    let mut longest: Option<Wait> = None;
    for six in rules.chunks(6) {
        let key = |n: usize| six.get(n).map_or("", |rule| rule.key.as_str());
        let offset = |n: usize| six.get(n).map_or(0, |rule| i64::from(rule.max.saturating_sub(1)));
        let (a, b, c, d, e, f): Six = one!(
            tx,
            NTH_NEWEST,
            key(0),
            offset(0),
            key(1),
            offset(1),
            key(2),
            offset(2),
            key(3),
            offset(3),
            key(4),
            offset(4),
            key(5),
            offset(5),
        )?;
        for (rule, newest) in six.iter().zip([a, b, c, d, e, f]) {
            if let Some(wait) = rule.wait(newest.map(at), now)
                && longest.is_none_or(|known| wait.until > known.until)
            {
                longest = Some(wait);
            }
        }
    }
    if longest.is_some() {
        return Ok(longest);
    }
    for six in keys(rules).chunks(6) {
        let key = |n: usize| six.get(n).copied().unwrap_or("");
        later!(tx, HIT, now.as_millis(), key(0), key(1), key(2), key(3), key(4), key(5))?;
    }
    Ok(None)
}

/// Nearly always nothing holds: then one statement looks and counts. False: something holds, or there are too many rules for it.
/// `stop`: what an operator may have stopped.
async fn hit_at_once(tx: &mut Tx, rules: &[Rule], stop: &str, now: Timestamp) -> Result<bool> {
    if rules.is_empty() || rules.len() > 6 || rules.iter().any(|rule| rule.max == 0) {
        return Ok(false);
    }
    let keys = keys(rules);
    let hit = |n: usize| keys.get(n).copied().unwrap_or("");
    let key = |n: usize| rules.get(n).map_or("", |rule| rule.key.as_str());
    let from = |n: usize| rules.get(n).map_or(0, |rule| now.minus(rule.window).as_millis());
    let offset = |n: usize| rules.get(n).map_or(0, |rule| i64::from(rule.max.saturating_sub(1)));
    let counted = execute!(
        tx,
        HIT_ALL,
        now.as_millis(),
        hit(0),
        hit(1),
        hit(2),
        hit(3),
        hit(4),
        hit(5),
        key(0),
        from(0),
        offset(0),
        key(1),
        from(1),
        offset(1),
        key(2),
        from(2),
        offset(2),
        key(3),
        from(3),
        offset(3),
        key(4),
        from(4),
        offset(4),
        key(5),
        from(5),
        offset(5),
        stop,
    )?;
    Ok(counted > 0)
}

impl Store {
    async fn hit_in(&self, rules: &[Rule], now: Timestamp) -> Result<Option<Wait>> {
        if rules.is_empty() {
            return Ok(None);
        }
        // A single rule is one statement, nearly always.
        if let [rule] = rules
            && let Some(most) = rule.max.checked_sub(1)
        {
            let key = self.keys.limit_key(&rule.key);
            let mut tx = self.db.begin(Whose::Key(&key)).await?;
            let from = now.minus(rule.window).as_millis();
            if execute!(tx, HIT_ONE, &key, now.as_millis(), from, i64::from(most))? > 0 {
                return tx.finish(Step::Keep(None)).await;
            }
            tx.finish(Step::Undo(())).await?;
        }
        let mut tx = self.db.begin(Whose::Nobody).await?;
        let wait = hit(&mut tx, &self.keys, rules, now).await?;
        let step = if wait.is_some() { Step::Undo(wait) } else { Step::Keep(wait) };
        tx.finish(step).await
    }
}

#[async_trait]
impl Limits for Store {
    async fn hit(&self, rules: &[Rule], now: Timestamp) -> Result<Option<Wait>, Fault> {
        steadily!(self.hit_in(rules, now).await).doing("counting against a limit")
    }
}
