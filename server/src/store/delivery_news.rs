//! What providers tell of messages after they took them. Nothing here touches codes, flows or sessions (R81).
use super::delivery_words::read_channel;
use super::record::record;
use super::tx::{Step, Tx, Whose, all, execute, later, optional, statements};
use super::{Error, Result, Store, at, events};
use domain::channel::Channel;
use domain::delivery::SendProblem;
use domain::events::Trail;
use domain::id::{AccountId, DeliveryId, FlowId, PhoneId};
use domain::progress::{About, Heard, Lasting, Moved, News, Progress};
use domain::time::Timestamp;

statements! {
    /// The message of a token, if it was handed to this provider and is known under this id or none. The farthest step stays. That a
    /// provider tells of it at all shows that it was taken, where nobody knew. That is shown and no more: the code before it goes on
    /// counting, as after any unknown outcome, for no callback may end a code or give tries (R8, R81).
    HEAR = "UPDATE deliveries SET provider = COALESCE(provider, $2), provider_id = COALESCE(provider_id, $3), \
        state = CASE WHEN state = 'unknown' THEN 'taken' ELSE state END, \
        heard_problem = CASE WHEN heard >= $4 THEN heard_problem ELSE CAST($5 AS TEXT) END, \
        heard_at = CASE WHEN heard >= $4 THEN heard_at ELSE CAST($6 AS BIGINT) END, \
        heard = CASE WHEN heard >= $4 THEN heard ELSE CAST($4 AS BIGINT) END \
        WHERE callback_token = $1 AND state <> 'queued' AND COALESCE(provider, $2) = $2 AND COALESCE(provider_id, $3) = $3 \
        RETURNING id, account_id, phone_id, channel, reference, created_at, heard, \
        (SELECT p.calling_code FROM phones p WHERE p.id = deliveries.phone_id) AS calling_code";
    STEP = "INSERT INTO delivery_steps (delivery_id, step, at, problem, code) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (delivery_id, step) DO NOTHING";
    STEPS = "SELECT step, problem, at FROM delivery_steps WHERE delivery_id = $1 ORDER BY step";
    MOVED = "SELECT s.delivery_id, s.step, d.flow_id, d.phone_id FROM delivery_steps s \
        JOIN deliveries d ON d.id = s.delivery_id WHERE s.at >= $1 ORDER BY s.at DESC LIMIT $2";
    /// Nobody presses a key in a call that is over.
    SILENCE = "UPDATE deliveries SET spoken_sealed = NULL WHERE id = $1";
    MARK = "UPDATE phones SET attention = $2 WHERE id = $1";
    /// How the message before this one to the same phone ended.
    BEFORE = "SELECT heard_problem FROM deliveries WHERE phone_id = $1 AND id <> $2 AND created_at <= $3 \
        ORDER BY created_at DESC LIMIT 1";
}

record! {
    struct HearRow {
        id: String,
        account_id: String,
        phone_id: String,
        channel: String,
        reference: String,
        created_at: i64,
        heard: i64,
        calling_code: Option<String>,
    }
}

/// The farthest step of a message as kept.
pub(super) fn read_heard(
    rank: Option<i64>,
    problem: Option<&str>,
    told: Option<i64>,
) -> Result<Option<Heard>> {
    let (Some(rank), Some(told)) = (rank, told) else { return Ok(None) };
    let progress = Progress::stored(rank).ok_or(Error::Unknown("step of a message"))?;
    let problem = problem.map(|name| SendProblem::stored(name).ok_or(Error::Unknown("problem of a message")));
    Ok(Some(Heard { progress, problem: problem.transpose()?, at: at(told) }))
}

/// A number that needs attention, and why (R42).
pub(super) async fn mark(tx: &mut Tx, phone: &str, problem: SendProblem) -> Result<()> {
    later!(tx, MARK, phone, problem.name())?;
    Ok(())
}

/// Writes news of a message down, in the transaction of what else follows from it. `None`: nothing new, and nothing to be kept.
pub(super) async fn heard(tx: &mut Tx, news: &News, trail: &Trail) -> Result<Option<About>> {
    let (rank, now) = (news.progress.rank(), trail.at.as_millis());
    let problem = news.problem.map(SendProblem::name);
    let row: Option<HearRow> =
        optional!(tx, HEAR, &news.token, news.provider, &news.provider_id, rank, problem, now)?;
    let Some(row) = row else { return Ok(None) };
    let channel = read_channel(Some(&row.channel))?;
    if channel == Channel::Voice && news.progress.has_failed() {
        // A call that was read out ends like any other.
        if row.heard > rank {
            return Ok(None);
        }
        later!(tx, SILENCE, &row.id)?;
    }
    if execute!(tx, STEP, &row.id, rank, now, problem, news.code.map(i64::from))? == 0 {
        return Ok(None);
    }
    let marks = match news.lasting {
        Lasting::No => false,
        Lasting::Yes => true,
        Lasting::Repeated => {
            let before: Option<(Option<String>,)> =
                optional!(tx, BEFORE, &row.phone_id, &row.id, row.created_at)?;
            before.is_some_and(|(before,)| before.is_some() && before.as_deref() == problem)
        }
    };
    if let (true, Some(problem)) = (marks && row.heard == rank, news.problem) {
        mark(tx, &row.phone_id, problem).await?;
    }
    if news.progress.is_final() {
        let event = news.event(channel, &AccountId::stored(row.account_id), &PhoneId::stored(row.phone_id));
        events::write(tx, &[event], trail).await?;
    }
    let about = About {
        reference: row.reference,
        channel,
        calling_code: row.calling_code.unwrap_or_default(),
        created_at: at(row.created_at),
    };
    Ok(Some(about))
}

impl Store {
    pub(super) async fn hear_in(&self, news: &News, trail: &Trail) -> Result<Option<About>> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        match heard(&mut tx, news, trail).await? {
            Some(about) => tx.finish(Step::Keep(Some(about))).await,
            None => tx.finish(Step::Undo(None)).await,
        }
    }

    pub(super) async fn moved_since(&self, since: Timestamp, most: u32) -> Result<Vec<Moved>> {
        let rows: Vec<(String, i64, Option<String>, String)> =
            all!(self.db.read(), MOVED, since.as_millis(), i64::from(most))?;
        let moved = rows.into_iter().map(|(delivery, rank, flow, phone)| {
            Ok(Moved {
                delivery: DeliveryId::stored(delivery),
                progress: Progress::stored(rank).ok_or(Error::Unknown("step of a message"))?,
                flow: flow.map(FlowId::stored),
                phone: PhoneId::stored(phone),
            })
        });
        moved.collect()
    }

    pub(super) async fn steps_of(&self, delivery: &DeliveryId) -> Result<Vec<Heard>> {
        let rows: Vec<(i64, Option<String>, i64)> = all!(self.db.read(), STEPS, delivery.as_str())?;
        let steps = rows
            .into_iter()
            .map(|(rank, problem, told)| read_heard(Some(rank), problem.as_deref(), Some(told)));
        Ok(steps.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }
}
