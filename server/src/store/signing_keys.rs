//! Keys that sign tokens: one set for all nodes, private parts sealed (R91).
use super::tx::{Step, Tx, Whose, all, execute, statements, steadily};
use super::{Doing as _, Result, Store, at, column, events};
use async_trait::async_trait;
use domain::events::{Event, EventKind, Trail};
use domain::id::Kid;
use domain::ports::Fault;
use domain::signing::{KeptKey, NewKey, SigningKeys};
use domain::signing_keys::KeyTimes;

statements! {
    KEPT = "SELECT kid, made_at, signs_from, withdrawn_at, public_key, private_sealed FROM signing_keys \
        ORDER BY signs_from, kid";
    /// Where no other stands.
    FIRST = "INSERT INTO signing_keys (kid, made_at, signs_from, public_key, private_sealed) \
        SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), $4, $5 \
        WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE withdrawn_at IS NULL)";
    /// Where one signs and none waits.
    NEXT = "INSERT INTO signing_keys (kid, made_at, signs_from, public_key, private_sealed) \
        SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), $4, $5 \
        WHERE EXISTS (SELECT 1 FROM signing_keys WHERE withdrawn_at IS NULL) \
        AND NOT EXISTS (SELECT 1 FROM signing_keys WHERE withdrawn_at IS NULL AND signs_from > $2)";
    WITHDRAW = "UPDATE signing_keys SET withdrawn_at = $1, private_sealed = $2 WHERE withdrawn_at IS NULL";
    INSTEAD = "INSERT INTO signing_keys (kid, made_at, signs_from, public_key, private_sealed) VALUES ($1, $2, $3, $4, $5)";
}

/// Steps that add a key come one after the other: that none stands is a condition on rows that are not there.
const ONE_AT_A_TIME: &str = "signing keys";

macro_rules! keep {
    ($store:expr, $tx:expr, $sql:expr, $key:expr, $trail:expr) => {{
        let kid = $key.kid.as_str();
        let sealed = $store.keys.seal(&*$store.entropy, kid, column::SIGNING_KEY, &$key.private);
        let (made, from) = ($trail.at.as_millis(), $key.signs_from.as_millis());
        // A private key is bound, sealed as it is.
        $tx.carry_out().await?;
        execute!($tx, $sql, kid, made, from, &$key.public, sealed)
    }};
}

impl Store {
    async fn kept_in(&self) -> Result<Vec<KeptKey>> {
        type Row = (String, i64, i64, Option<i64>, Vec<u8>, Vec<u8>);
        let rows: Vec<Row> = all!(self.db.read(), KEPT)?;
        rows.into_iter()
            .map(|(kid, made_at, signs_from, withdrawn_at, public, sealed)| {
                let private = match sealed.as_slice() {
                    [] => None,
                    sealed => Some(self.keys.open(&kid, column::SIGNING_KEY, sealed)?),
                };
                let times = KeyTimes {
                    kid: Kid::stored(kid),
                    made_at: at(made_at),
                    signs_from: at(signs_from),
                    withdrawn_at: withdrawn_at.map(at),
                };
                Ok(KeptKey { times, public, private })
            })
            .collect()
    }

    async fn keep_first_in(&self, key: &NewKey, trail: &Trail) -> Result<bool> {
        let mut tx = self.begin_keys().await?;
        let kept = keep!(self, &mut tx, FIRST, key, trail)? > 0;
        self.end_keys(tx, kept, key, "first", trail).await
    }

    async fn keep_next_in(&self, key: &NewKey, trail: &Trail) -> Result<bool> {
        let mut tx = self.begin_keys().await?;
        let kept = keep!(self, &mut tx, NEXT, key, trail)? > 0;
        self.end_keys(tx, kept, key, "next", trail).await
    }

    async fn keep_instead_in(&self, key: &NewKey, trail: &Trail) -> Result<u64> {
        let mut tx = self.begin_keys().await?;
        let withdrawn = execute!(&mut tx, WITHDRAW, trail.at.as_millis(), Vec::<u8>::new())?;
        let told = Event::anonymous(EventKind::KeysWithdrawn).detail(withdrawn.to_string());
        events::write(&mut tx, &[told], trail).await?;
        keep!(self, &mut tx, INSTEAD, key, trail)?;
        self.end_keys(tx, true, key, "at_once", trail).await?;
        Ok(withdrawn)
    }

    async fn begin_keys(&self) -> Result<Tx> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        tx.lock(&[ONE_AT_A_TIME]).await?;
        Ok(tx)
    }

    async fn end_keys(
        &self,
        mut tx: Tx,
        kept: bool,
        key: &NewKey,
        what: &str,
        trail: &Trail,
    ) -> Result<bool> {
        if !kept {
            return tx.finish(Step::Undo(false)).await;
        }
        let made = Event::anonymous(EventKind::KeyMade).detail(format!("{what} {}", key.kid));
        events::write(&mut tx, &[made], trail).await?;
        tx.finish(Step::Keep(true)).await
    }
}

#[async_trait]
impl SigningKeys for Store {
    async fn kept(&self) -> Result<Vec<KeptKey>, Fault> {
        self.kept_in().await.doing("reading signing keys")
    }

    async fn keep_first(&self, key: &NewKey, trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.keep_first_in(key, trail).await).doing("keeping the first signing key")
    }

    async fn keep_next(&self, key: &NewKey, trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.keep_next_in(key, trail).await).doing("keeping the next signing key")
    }

    async fn keep_instead(&self, key: &NewKey, trail: &Trail) -> Result<u64, Fault> {
        steadily!(self.keep_instead_in(key, trail).await).doing("replacing the signing keys")
    }
}
