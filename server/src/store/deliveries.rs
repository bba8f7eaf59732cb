//! Messages on their way: written with what they tell of, taken up by one sender, settled once their outcome is known.
use super::delivery_news::{mark, read_heard};
use super::delivery_words::{read_channel, read_state};
use super::record::record;
use super::tx::{Step, Tx, Whose, all, later, optional, statements, steadily};
use super::{Doing as _, Error, Result, Store, at, column, events};
use async_trait::async_trait;
use domain::channel::Channel;
use domain::delivery::{Delivery, FORGOTTEN, LOST, SendOutcome, SendProblem, SendReport, SmsMessage};
use domain::delivery_health::Fate;
use domain::events::{Actor, Event, EventKind, Trail};
use domain::id::{AccountId, DeliveryId, PhoneId};
use domain::lang::Lang;
use domain::phone::E164;
use domain::ports::{Claimed, Deliveries, Fault};
use domain::progress::{About, Heard, Moved, News};
use domain::purpose::Purpose;
use domain::time::Timestamp;
use domain::voice::{KeyPressed, Spoken};
use zeroize::Zeroizing;

/// That the code of a message still counts and its flow goes on; for statements on `deliveries`.
macro_rules! code_counts {
    () => {
        "EXISTS (SELECT 1 FROM challenges c JOIN flows f ON f.id = c.flow_id WHERE c.id = deliveries.challenge_id \
         AND c.ended_at IS NULL AND f.finished_at IS NULL AND f.ended_at IS NULL)"
    };
}
pub(super) use code_counts;

statements! {
    /// Takes a message up, unless its code or flow is over, too little of its life is left, or an operator has stopped all.
    CLAIM = concat!("UPDATE deliveries SET state = 'claimed', claimed_at = $2 WHERE id = $1 AND state = 'queued' \
        AND expires_at >= CASE WHEN channel = 'voice' THEN CAST($4 AS BIGINT) ELSE $3 END \
        AND NOT EXISTS (SELECT 1 FROM stops WHERE what = 'messages') AND (challenge_id IS NULL OR ", code_counts!(), ") \
        RETURNING phone_id, kind, channel, lang, body_sealed, reference, callback_token, expires_at, \
        (SELECT p.number_sealed FROM phones p WHERE p.id = deliveries.phone_id) AS number_sealed");
    /// An outcome that is certain stays; one that is not may still become so.
    SETTLE = "UPDATE deliveries SET state = $2, problem = $3, provider = COALESCE($4, provider), \
        provider_id = COALESCE($5, provider_id), provider_status = COALESCE($6, provider_status), provider_code = $7, \
        segments = COALESCE($8, segments), settled_at = $9, body_sealed = NULL, \
        spoken_sealed = CASE WHEN $2 = 'refused' THEN NULL ELSE spoken_sealed END \
        WHERE id = $1 AND state <> 'taken' AND state <> 'refused' \
        RETURNING account_id, phone_id, kind, flow_id, nth, challenge_id";
    OF = "SELECT account_id, phone_id, kind, reference FROM deliveries WHERE id = $1";
    CODE = "SELECT tries_base, ended_at FROM challenges WHERE id = $1";
    END_CODE = "UPDATE challenges SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    END_OLDER = "UPDATE challenges SET ended_at = $3 WHERE flow_id = $1 AND nth < $2 AND ended_at IS NULL";
    /// All but the newest before this one.
    END_OLDEST = "UPDATE challenges SET ended_at = $3 WHERE flow_id = $1 AND ended_at IS NULL AND nth < \
        (SELECT MAX(before.nth) FROM challenges before WHERE before.flow_id = $1 AND before.nth < $2 \
        AND before.ended_at IS NULL)";
    /// Guesses made since the code was opened count on it, those before do not.
    RENEW_TRIES = "UPDATE flows SET tries = tries - $2 WHERE id = $1";
    RENEW_LATER = "UPDATE challenges SET tries_base = tries_base - $3 WHERE flow_id = $1 AND nth > $2";
    /// Codes go on to the number whose code still counts.
    PHONE_BACK = "UPDATE flows SET phone_id = COALESCE((SELECT c.phone_id FROM challenges c WHERE c.flow_id = flows.id \
        AND c.ended_at IS NULL ORDER BY c.nth DESC LIMIT 1), phone_id) WHERE id = $1 AND sends = $2";
    QUEUED = "SELECT id FROM deliveries WHERE settled_at IS NULL AND state = 'queued' AND created_at <= $1 \
        AND expires_at >= CASE WHEN channel = 'voice' THEN CAST($3 AS BIGINT) ELSE $2 END \
        ORDER BY created_at LIMIT 100";
    STALE = concat!("SELECT id FROM deliveries WHERE settled_at IS NULL AND ((state = 'claimed' AND claimed_at <= $1) \
        OR (state = 'queued' AND created_at <= $2 AND (expires_at < CASE WHEN channel = 'voice' THEN CAST($4 AS BIGINT) ELSE $3 END OR (challenge_id IS NOT NULL AND NOT ", code_counts!(), ")))) \
        LIMIT 100");
    STATE = "SELECT state FROM deliveries WHERE id = $1";
    RECENT = "SELECT id, kind, channel, reference, state, problem, provider, created_at, settled_at, heard, heard_problem, heard_at FROM deliveries \
        WHERE phone_id = $1 ORDER BY created_at DESC, COALESCE(nth, 0) DESC LIMIT $2";
}

/// A text and a call that end before this moment would come too late.
fn least_end(now: Timestamp) -> (i64, i64) {
    let end = |channel: Channel| now.plus(channel.least_left()).as_millis();
    (end(Channel::Sms), end(Channel::Voice))
}

fn name(outcome: SendOutcome) -> (&'static str, Option<SendProblem>) {
    match outcome {
        SendOutcome::Taken => ("taken", None),
        SendOutcome::Refused(problem) => ("refused", Some(problem)),
        SendOutcome::Unknown(problem) => ("unknown", Some(problem)),
    }
}

record! {
    struct ClaimRow {
        phone_id: String,
        kind: String,
        channel: String,
        lang: Option<String>,
        body_sealed: Option<Vec<u8>>,
        reference: String,
        callback_token: String,
        expires_at: i64,
        number_sealed: Option<Vec<u8>>,
    }
}

record! {
    struct SettledRow {
        account_id: String,
        phone_id: String,
        kind: String,
        flow_id: Option<String>,
        nth: Option<i64>,
        challenge_id: Option<String>,
    }
}

record! {
    struct RecentRow {
        id: String,
        kind: String,
        channel: String,
        reference: String,
        state: String,
        problem: Option<String>,
        provider: Option<String>,
        created_at: i64,
        settled_at: Option<i64>,
        heard: Option<i64>,
        heard_problem: Option<String>,
        heard_at: Option<i64>,
    }
}

impl Store {
    async fn claim_in(&self, id: &DeliveryId, now: Timestamp) -> Result<Option<Claimed>> {
        let (text_end, call_end) = least_end(now);
        let row: Option<ClaimRow> =
            optional!(self.db.write(), CLAIM, id.as_str(), now.as_millis(), text_end, call_end)?;
        let Some(row) = row else { return Ok(None) };
        let sealed = row.number_sealed.ok_or(Error::Unknown("phone of a message"))?;
        let to = self.open_number(&row.phone_id, &sealed)?;
        let sealed = row.body_sealed.ok_or(Error::Unknown("text of a message"))?;
        let body = self.keys.open(id.as_str(), column::BODY, &sealed)?;
        let body = text(&body).ok_or(Error::Unknown("text of a message"))?;
        Ok(Some(Claimed {
            message: SmsMessage {
                delivery: id.clone(),
                to,
                body,
                valid_for_seconds: u32::try_from(at(row.expires_at).since(now).as_secs()).unwrap_or(u32::MAX),
                reference: row.reference,
                callback_token: row.callback_token,
            },
            kind: row.kind,
            channel: read_channel(Some(&row.channel))?,
            lang: row.lang.as_deref().map_or_else(Lang::default, Lang::stored),
        }))
    }

    /// A number as it is needed by a provider, or by an operator who asked for it.
    pub(super) fn open_number(&self, phone: &str, sealed: &[u8]) -> Result<E164> {
        let number = self.keys.open(phone, column::NUMBER, sealed)?;
        std::str::from_utf8(&number).ok().and_then(E164::parse).ok_or(Error::Unknown("number of a phone"))
    }

    async fn settle_in(&self, id: &DeliveryId, report: &SendReport, trail: &Trail) -> Result<()> {
        let mut tx = self.db.begin(Whose::Delivery(id.as_str())).await?;
        let (state, problem) = name(report.outcome);
        let row: Option<SettledRow> = optional!(
            tx,
            SETTLE,
            id.as_str(),
            state,
            problem.map(SendProblem::name),
            (!report.provider.is_empty()).then_some(report.provider),
            report.provider_id.as_deref(),
            report.status.as_deref(),
            report.code.map(i64::from),
            report.segments.map(i64::from),
            trail.at.as_millis(),
        )?;
        let Some(row) = row else { return tx.finish(Step::Undo(())).await };
        if let (Some(flow), Some(nth), Some(challenge)) = (&row.flow_id, row.nth, &row.challenge_id) {
            follow(&mut tx, flow, nth, challenge, report.outcome, trail.at).await?;
        }
        if let (true, Some(problem)) = (report.marks_number, problem) {
            mark(&mut tx, &row.phone_id, problem).await?;
        }
        let mut event = Event::of(EventKind::DeliverySettled, &AccountId::stored(row.account_id))
            .phone(&PhoneId::stored(row.phone_id))
            .detail(
                problem.map_or_else(|| state.to_owned(), |problem| format!("{state}:{}", problem.name())),
            );
        event.purpose = purpose_name(&row.kind);
        events::write(&mut tx, &[event], trail).await?;
        tx.finish(Step::Keep(())).await
    }

    /// The event alone; see [`super::trace`] for how it is read.
    async fn passed_on_in(&self, id: &DeliveryId, report: &SendReport, trail: &Trail) -> Result<()> {
        let mut tx = self.db.begin(Whose::Delivery(id.as_str())).await?;
        let row: Option<(String, String, String, String)> = optional!(tx, OF, id.as_str())?;
        let Some((account, phone, kind, reference)) = row else { return tx.finish(Step::Undo(())).await };
        let mut event = Event::of(EventKind::DeliveryPassedOn, &AccountId::stored(account))
            .phone(&PhoneId::stored(phone))
            .detail(super::trace::passed_on(&reference, report));
        event.purpose = purpose_name(&kind);
        events::write(&mut tx, &[event], trail).await?;
        tx.finish(Step::Keep(())).await
    }

    async fn leftovers_in(&self, now: Timestamp) -> Result<Vec<DeliveryId>> {
        let trail = Trail::unattended(Actor::System, now, String::new());
        let (lost, forgotten) = (now.minus(LOST).as_millis(), now.minus(FORGOTTEN).as_millis());
        let (text_end, call_end) = least_end(now);
        let stale: Vec<(String,)> = all!(self.db.read(), STALE, lost, forgotten, text_end, call_end)?;
        for (id,) in stale {
            self.settle_stale(&DeliveryId::stored(id), &trail).await?;
        }
        self.silence_what_is_over(now).await?;
        let queued: Vec<(String,)> = all!(self.db.read(), QUEUED, forgotten, text_end, call_end)?;
        Ok(queued.into_iter().map(|(id,)| DeliveryId::stored(id)).collect())
    }

    /// What was taken up and never settled may have been sent; what was never taken up certainly was not.
    async fn settle_stale(&self, id: &DeliveryId, trail: &Trail) -> Result<()> {
        let row: Option<(String,)> = optional!(self.db.read(), STATE, id.as_str())?;
        let outcome = match row {
            Some((state,)) if state == "claimed" => SendOutcome::Unknown(SendProblem::Retry),
            Some((state,)) if state == "queued" => SendOutcome::Refused(SendProblem::Late),
            _ => return Ok(()),
        };
        let report = SendReport::bare("", outcome);
        self.settle_in(id, &report, trail).await
    }

    async fn recent_in(&self, phone: &PhoneId, most: u32) -> Result<Vec<Delivery>> {
        let rows: Vec<RecentRow> = all!(self.db.read(), RECENT, phone.as_str(), i64::from(most))?;
        rows.into_iter()
            .map(|row| {
                Ok(Delivery {
                    id: DeliveryId::stored(row.id),
                    kind: row.kind,
                    channel: read_channel(Some(&row.channel))?,
                    reference: row.reference,
                    state: read_state(&row.state, row.problem.as_deref())?,
                    provider: row.provider,
                    created_at: at(row.created_at),
                    settled_at: row.settled_at.map(at),
                    heard: read_heard(row.heard, row.heard_problem.as_deref(), row.heard_at)?,
                })
            })
            .collect()
    }
}

/// Lets code and flow follow the outcome (R8).
async fn follow(
    tx: &mut Tx,
    flow: &str,
    nth: i64,
    challenge: &str,
    outcome: SendOutcome,
    now: Timestamp,
) -> Result<()> {
    let now = now.as_millis();
    if let SendOutcome::Refused(_) = outcome {
        later!(tx, END_CODE, challenge, now)?;
    }
    // The first code of a flow has none before it, and no guesses.
    if nth <= 1 {
        return Ok(());
    }
    match outcome {
        SendOutcome::Taken => {
            let row: Option<(i64, Option<i64>)> = optional!(tx, CODE, challenge)?;
            let Some((base, None)) = row else { return Ok(()) };
            later!(tx, END_OLDER, flow, nth, now)?;
            if base > 0 {
                later!(tx, RENEW_TRIES, flow, base)?;
                later!(tx, RENEW_LATER, flow, nth.saturating_sub(1), base)?;
            }
        }
        SendOutcome::Refused(_) => {
            later!(tx, PHONE_BACK, flow, nth)?;
        }
        SendOutcome::Unknown(_) => {
            later!(tx, END_OLDEST, flow, nth, now)?;
        }
    }
    Ok(())
}

pub(super) fn text(bytes: &[u8]) -> Option<Zeroizing<String>> {
    std::str::from_utf8(bytes).ok().map(|text| Zeroizing::new(text.to_owned()))
}

/// The name of the purpose a message was for; none for notices.
fn purpose_name(kind: &str) -> Option<&'static str> {
    Purpose::NAMES.into_iter().find(|name| *name == kind)
}

#[async_trait]
impl Deliveries for Store {
    async fn claim(&self, id: &DeliveryId, now: Timestamp) -> Result<Option<Claimed>, Fault> {
        self.claim_in(id, now).await.doing("taking up a message")
    }

    async fn settle(&self, id: &DeliveryId, report: &SendReport, trail: &Trail) -> Result<(), Fault> {
        steadily!(self.settle_in(id, report, trail).await).doing("settling a message")
    }

    async fn passed_on(&self, id: &DeliveryId, report: &SendReport, trail: &Trail) -> Result<(), Fault> {
        steadily!(self.passed_on_in(id, report, trail).await).doing("noting that the next provider is asked")
    }

    async fn leftovers(&self, now: Timestamp) -> Result<Vec<DeliveryId>, Fault> {
        self.leftovers_in(now).await.doing("looking for messages left over")
    }

    async fn recent(&self, phone: &PhoneId, most: u32) -> Result<Vec<Delivery>, Fault> {
        self.recent_in(phone, most).await.doing("reading messages")
    }

    async fn hear(&self, news: &News, trail: &Trail) -> Result<Option<About>, Fault> {
        steadily!(self.hear_in(news, trail).await).doing("hearing of a message")
    }

    async fn charge(&self, news: &News) -> Result<Option<About>, Fault> {
        self.charge_in(news).await.doing("noting what a message costs")
    }

    async fn read_out(&self, pressed: &KeyPressed, trail: &Trail) -> Result<Option<(Spoken, About)>, Fault> {
        steadily!(self.read_out_in(pressed, trail).await).doing("reading a code out")
    }

    async fn steps(&self, delivery: &DeliveryId) -> Result<Vec<Heard>, Fault> {
        self.steps_of(delivery).await.doing("reading the steps of a message")
    }

    async fn moved(&self, since: Timestamp, most: u32) -> Result<Vec<Moved>, Fault> {
        self.moved_since(since, most).await.doing("looking for news of messages")
    }

    async fn fates(&self, since: Timestamp, most: u32) -> Result<Vec<Fate>, Fault> {
        self.fates_in(since, most).await.doing("reading the latest messages")
    }
}
