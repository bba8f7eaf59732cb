//! What became of the latest messages, whoever they were for: what [`domain::delivery_health`] judges.
use super::delivery_news::read_heard;
use super::delivery_words::read_state;
use super::record::record;
use super::tx::{all, statements};
use super::{Result, Store, at};
use domain::delivery_health::Fate;
use domain::id::{AccountId, DeliveryId};
use domain::phone::NumberHash;
use domain::time::Timestamp;

statements! {
    /// Texts alone, newest first. Those that nobody has settled yet tell nothing.
    FATES = "SELECT d.account_id, p.number_hash, d.state, d.problem, d.created_at, d.heard, d.heard_problem, d.heard_at \
        FROM deliveries d JOIN phones p ON p.id = d.phone_id WHERE d.id >= $1 AND d.settled_at IS NOT NULL \
        AND d.channel = 'sms' ORDER BY d.id DESC LIMIT $2";
}

record! {
    struct FateRow {
        account_id: String,
        number_hash: String,
        state: String,
        problem: Option<String>,
        created_at: i64,
        heard: Option<i64>,
        heard_problem: Option<String>,
        heard_at: Option<i64>,
    }
}

impl Store {
    pub(super) async fn fates_in(&self, since: Timestamp, most: u32) -> Result<Vec<Fate>> {
        let rows: Vec<FateRow> =
            all!(self.db.read(), FATES, DeliveryId::earliest(since).as_str(), i64::from(most))?;
        rows.into_iter()
            .map(|row| {
                Ok(Fate {
                    account: AccountId::stored(row.account_id),
                    number: NumberHash::stored(row.number_hash),
                    state: read_state(&row.state, row.problem.as_deref())?,
                    heard: read_heard(row.heard, row.heard_problem.as_deref(), row.heard_at)?,
                    created_at: at(row.created_at),
                })
            })
            .collect()
    }
}
