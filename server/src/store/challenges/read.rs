//! Reading flows: what pages show of a browser transaction, in one statement each.
use crate::store::delivery_news::read_heard;
use crate::store::delivery_words::{read_channel, read_state};
use crate::store::record::record;
use crate::store::tx::{all, optional, statements};
use crate::store::{Error, Result, Store, at, count};
use domain::challenge::{CodeState, Flow};
use domain::delivery::Delivery;
use domain::id::{AccountId, DeliveryId, FlowId, PhoneId, SessionHandle};
use domain::phone::{Mask, NumberHash};
use domain::purpose::Purpose;
use domain::time::Timestamp;

/// A flow with its phone, its failure counter, the code that counts (the newest that is not dead, else the newest) and its
/// newest message.
macro_rules! flow_where {
    ($which:literal) => {
        concat!(
            "SELECT f.id, f.account_id, f.session, f.purpose, f.old_phone, f.phone_id, p.number_hash, p.calling_code, ",
            "p.last_digits, p.fixed_line_at, x.locked_at, x.count AS failures, f.tries, f.sends, f.last_sent_at, f.created_at, f.expires_at, f.finished_at, ",
            "f.ended_at, c.reference AS code_reference, c.channel AS code_channel, c.created_at AS code_created_at, c.expires_at AS code_expires_at, ",
            "c.ended_at AS code_ended_at, d.id AS delivery_id, d.kind, d.channel, d.reference, d.state, d.problem, d.provider, ",
            "d.created_at AS delivery_created_at, d.settled_at, d.heard, d.heard_problem, d.heard_at FROM flows f JOIN phones p ON p.id = f.phone_id ",
            "LEFT JOIN failures x ON x.account_id = f.account_id AND x.number_hash = p.number_hash ",
            "AND x.counter = f.counter LEFT JOIN challenges c ON c.id = (SELECT k.id FROM challenges k ",
            "WHERE k.flow_id = f.id ORDER BY CASE WHEN k.ended_at IS NULL THEN 0 ELSE 1 END, k.nth DESC LIMIT 1) ",
            "LEFT JOIN deliveries d ON d.flow_id = f.id AND d.nth = f.sends WHERE ",
            $which
        )
    };
}

statements! {
    BY_ID = flow_where!("f.id = $1 AND f.session = $2");
    LATEST = flow_where!("f.id = (SELECT n.id FROM flows n WHERE n.session = $1 AND n.purpose IN ($2, $3, $4, $5, $6) \
        ORDER BY n.created_at DESC, CASE WHEN n.ended_at IS NULL THEN 0 ELSE 1 END LIMIT 1)");
    TEST = flow_where!("f.id = $1 AND f.account_id = $2 AND f.purpose = 'test'");
    TESTS = flow_where!("f.account_id = $1 AND f.phone_id = $2 AND f.purpose = 'test' \
        ORDER BY f.created_at DESC, f.id LIMIT $3");
    /// Of the sign-ins since the last one that was completed, in other browser sessions than this one: the latest that was not.
    UNFINISHED = "SELECT f.created_at, f.agent FROM flows f JOIN accounts a ON a.id = f.account_id WHERE f.account_id = $1 \
        AND f.purpose = 'sign_in' AND f.id <> $2 AND f.finished_at IS NULL AND f.created_at > COALESCE(a.last_sign_in_at, 0) \
        AND f.session <> COALESCE((SELECT s.session FROM flows s WHERE s.id = $2), '') \
        ORDER BY f.created_at DESC LIMIT 1";
}

record! {
    struct FlowRow {
        id: String,
        account_id: String,
        session: String,
        purpose: String,
        old_phone: Option<String>,
        phone_id: String,
        number_hash: String,
        calling_code: String,
        last_digits: String,
        fixed_line_at: Option<i64>,
        locked_at: Option<i64>,
        failures: Option<i64>,
        tries: i64,
        sends: i64,
        last_sent_at: Option<i64>,
        created_at: i64,
        expires_at: i64,
        finished_at: Option<i64>,
        ended_at: Option<i64>,
        code_reference: Option<String>,
        code_channel: Option<String>,
        code_created_at: Option<i64>,
        code_expires_at: Option<i64>,
        code_ended_at: Option<i64>,
        delivery_id: Option<String>,
        kind: Option<String>,
        channel: Option<String>,
        reference: Option<String>,
        state: Option<String>,
        problem: Option<String>,
        provider: Option<String>,
        delivery_created_at: Option<i64>,
        settled_at: Option<i64>,
        heard: Option<i64>,
        heard_problem: Option<String>,
        heard_at: Option<i64>,
    }
}

impl FlowRow {
    fn read(self) -> Result<Flow> {
        let purpose = Purpose::stored(&self.purpose, self.old_phone.map(PhoneId::stored));
        let code = match (self.code_reference, self.code_created_at, self.code_expires_at) {
            (Some(reference), Some(created_at), Some(expires_at)) => Some(CodeState {
                reference,
                channel: read_channel(self.code_channel.as_deref())?,
                created_at: at(created_at),
                expires_at: at(expires_at),
                standing: self.code_ended_at.is_none(),
            }),
            _ => None,
        };
        let delivery =
            match (self.delivery_id, self.kind, self.reference, self.state, self.delivery_created_at) {
                (Some(id), Some(kind), Some(reference), Some(state), Some(created_at)) => Some(Delivery {
                    id: DeliveryId::stored(id),
                    kind,
                    channel: read_channel(self.channel.as_deref())?,
                    reference,
                    state: read_state(&state, self.problem.as_deref())?,
                    provider: self.provider,
                    created_at: at(created_at),
                    settled_at: self.settled_at.map(at),
                    heard: read_heard(self.heard, self.heard_problem.as_deref(), self.heard_at)?,
                }),
                _ => None,
            };
        Ok(Flow {
            id: FlowId::stored(self.id),
            account: AccountId::stored(self.account_id),
            session: SessionHandle::stored(self.session),
            purpose: purpose.ok_or(Error::Unknown("purpose of a flow"))?,
            phone: PhoneId::stored(self.phone_id),
            hash: NumberHash::stored(self.number_hash),
            mask: Mask { calling_code: self.calling_code, last_digits: self.last_digits },
            fixed_line: self.fixed_line_at.is_some(),
            locked: self.locked_at.is_some(),
            failures: count(self.failures.unwrap_or(0)),
            tries: count(self.tries),
            sends: count(self.sends),
            last_sent_at: self.last_sent_at.map(at),
            created_at: at(self.created_at),
            expires_at: at(self.expires_at),
            finished_at: self.finished_at.map(at),
            ended_at: self.ended_at.map(at),
            code,
            delivery,
        })
    }
}

fn read(row: Option<FlowRow>) -> Result<Option<Flow>> {
    row.map(FlowRow::read).transpose()
}

impl Store {
    pub(super) async fn read_flow(&self, id: &FlowId, session: &SessionHandle) -> Result<Option<Flow>> {
        read(optional!(self.db.read(), BY_ID, id.as_str(), session.as_str())?)
    }

    pub(super) async fn read_latest(
        &self,
        session: &SessionHandle,
        purposes: &[&'static str],
    ) -> Result<Option<Flow>> {
        // There are five purposes; fewer are asked for by naming one again.
        let name = |n: usize| purposes.get(n).or(purposes.first()).copied().unwrap_or("");
        read(optional!(
            self.db.read(),
            LATEST,
            session.as_str(),
            name(0),
            name(1),
            name(2),
            name(3),
            name(4)
        )?)
    }

    pub(super) async fn read_test(&self, id: &FlowId, account: &AccountId) -> Result<Option<Flow>> {
        read(optional!(self.db.read(), TEST, id.as_str(), account.as_str())?)
    }

    pub(super) async fn read_tests(
        &self,
        account: &AccountId,
        phone: &PhoneId,
        most: u32,
    ) -> Result<Vec<Flow>> {
        let rows: Vec<FlowRow> =
            all!(self.db.read(), TESTS, account.as_str(), phone.as_str(), i64::from(most))?;
        rows.into_iter().map(FlowRow::read).collect()
    }

    pub(super) async fn unfinished_but(
        &self,
        account: &AccountId,
        flow: &FlowId,
    ) -> Result<Option<(Timestamp, String)>> {
        let row: Option<(i64, String)> =
            optional!(self.db.read(), UNFINISHED, account.as_str(), flow.as_str())?;
        Ok(row.map(|(created_at, agent)| (at(created_at), agent)))
    }
}
