//! What became of messages, for an operator who was told a reference or the id of a request. No code, no full number.
use super::log_line::LogLine;
use super::record::record;
use super::tx::{all, statements};
use super::{Doing as _, Result, Store, at};
use domain::bill::Price;
use domain::delivery::{SendOutcome, SendReport};
use domain::events::EventKind;
use domain::ports::Fault;
use domain::time::Timestamp;

/// A reference shows so many messages at most, the newest: there are a million references, and messages are kept for long.
pub const MOST_MESSAGES: usize = 20;

/// A request shows so many lines at most, the first: its id may come from a proxy, and that may give many the same.
pub const MOST_LINES: usize = 200;

/// A message's row, with its account and phone as they are now.
macro_rules! message_where {
    ($which:literal) => {
        concat!(
            "SELECT d.id, d.account_id, a.username, d.phone_id, p.calling_code, p.last_digits, d.kind, d.channel, d.reference, d.state, ",
            "d.problem, d.provider, d.provider_id, d.provider_code, d.segments, d.price_micros, d.price_currency, d.created_at, d.expires_at, ",
            "d.read_out_at, d.settled_at, f.session, COALESCE(f.finished_at, f.ended_at) AS flow_over_at ",
            "FROM deliveries d LEFT JOIN accounts a ON a.id = d.account_id LEFT JOIN phones p ON p.id = d.phone_id ",
            "LEFT JOIN flows f ON f.id = d.flow_id WHERE ",
            $which,
            " ORDER BY d.created_at DESC, COALESCE(d.nth, 0) DESC LIMIT 20"
        )
    };
}

statements! {
    BY_REFERENCE = message_where!("d.reference = $1");
    /// A message bears the moment of the request that asked for it.
    BY_REQUEST = message_where!("EXISTS (SELECT 1 FROM events e WHERE e.request = $1 AND e.account_id = d.account_id \
        AND e.at = d.created_at)");
    OF_REQUEST = "SELECT at, kind, detail, actor, request, address, agent, node, phone_id, purpose, session FROM events WHERE request = $1 ORDER BY at, id LIMIT 200";
    /// What happened to an account while the message was of use, or news of it came: [`belongs`] says which of it is the message's.
    AROUND = "SELECT at, kind, detail, actor, request, address, agent, node, phone_id, purpose, session FROM events \
        WHERE account_id = $1 AND at >= $2 AND at <= $3 ORDER BY at, id LIMIT 1000";
    STEPS = "SELECT at, step, problem, code FROM delivery_steps WHERE delivery_id = $1 ORDER BY step";
}

record! {
    struct MessageRow {
        id: String,
        account_id: String,
        username: Option<String>,
        phone_id: String,
        calling_code: Option<String>,
        last_digits: Option<String>,
        kind: String,
        channel: String,
        reference: String,
        state: String,
        problem: Option<String>,
        provider: Option<String>,
        provider_id: Option<String>,
        provider_code: Option<i64>,
        segments: Option<i64>,
        price_micros: Option<i64>,
        price_currency: Option<String>,
        created_at: i64,
        expires_at: i64,
        read_out_at: Option<i64>,
        settled_at: Option<i64>,
        session: Option<String>,
        flow_over_at: Option<i64>,
    }
}

record! {
    struct EventRow {
        at: i64,
        kind: String,
        detail: Option<String>,
        actor: String,
        request: String,
        address: String,
        agent: String,
        node: Option<String>,
        phone_id: Option<String>,
        purpose: Option<String>,
        session: Option<String>,
    }
}

record! {
    struct StepRow {
        at: i64,
        step: i64,
        problem: Option<String>,
        code: Option<i64>,
    }
}

/// What the provider told later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedStep {
    /// When we heard of it.
    pub at: Timestamp,
    /// How far the message got: see [`domain::progress::Progress::rank`].
    pub rank: i64,
    /// Why no farther.
    pub problem: Option<String>,
    /// The provider's error code.
    pub code: Option<i64>,
}

/// A message with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedMessage {
    /// The reference in its text.
    pub reference: String,
    /// What it was for.
    pub kind: String,
    /// By which way it went: `sms` or `voice`.
    pub channel: String,
    /// Whose; nothing where the account is gone.
    pub username: Option<String>,
    /// Calling code and last two digits of where it went; nothing where the phone is gone.
    pub to: Option<(String, String)>,
    /// `queued`, `claimed`, `taken`, `refused` or `unknown`.
    pub state: String,
    /// Why it was refused or is unknown.
    pub problem: Option<String>,
    /// Who carried it.
    pub provider: Option<String>,
    /// The provider's id of it.
    pub provider_id: Option<String>,
    /// The provider's error code at handing over.
    pub provider_code: Option<i64>,
    /// Segments that the provider counted.
    pub segments: Option<i64>,
    /// What the provider charged, where it told.
    pub price: Option<Price>,
    /// When it was written.
    pub created_at: Timestamp,
    /// Until when it was of use.
    pub expires_at: Timestamp,
    /// When a key was pressed in a call and its code read out.
    pub read_out_at: Option<Timestamp>,
    /// The providers before that one, in the order in which they were asked.
    pub passed_on: Vec<TracedRefusal>,
    /// The lines of the security log that are of this message, oldest first; without those that `passed_on` says.
    pub events: Vec<LogLine>,
    /// What the provider told later.
    pub steps: Vec<TracedStep>,
}

/// A provider that was asked for a message, or passed over, before the one in its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedRefusal {
    /// When the next one was asked.
    pub at: Timestamp,
    /// Its name.
    pub provider: String,
    /// False: it was left alone, nothing was asked of it.
    pub asked: bool,
    /// Why it did not send.
    pub problem: String,
    /// Its error code.
    pub code: Option<u32>,
}

/// What the security log keeps of a provider that did not send: reference, provider, reason, and its code or that it was not asked.
pub(super) fn passed_on(reference: &str, report: &SendReport) -> String {
    let problem = match report.outcome {
        SendOutcome::Refused(problem) | SendOutcome::Unknown(problem) => problem.name(),
        SendOutcome::Taken => "",
    };
    let more = match (report.asked, report.code) {
        (false, _) => format!(":{NOT_ASKED}"),
        (true, Some(code)) => format!(":{code}"),
        (true, None) => String::new(),
    };
    format!("{reference}:{}:{problem}{more}", report.provider)
}

const NOT_ASKED: &str = "not_asked";

/// Back from it, where it is about the message of this reference.
fn refusal(event: &LogLine, reference: &str) -> Option<TracedRefusal> {
    if event.kind != EventKind::DeliveryPassedOn.name() {
        return None;
    }
    let mut parts = event.detail.as_deref()?.split(':');
    if parts.next()? != reference {
        return None;
    }
    let (provider, problem, more) = (parts.next()?, parts.next()?, parts.next());
    Some(TracedRefusal {
        at: event.at,
        provider: provider.to_owned(),
        asked: more != Some(NOT_ASKED),
        problem: problem.to_owned(),
        code: more.and_then(|code| code.parse().ok()),
    })
}

impl Store {
    /// The newest messages with this reference, newest first; references come again after a while.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trace_reference(&self, reference: &str) -> Result<Vec<TracedMessage>, Fault> {
        let rows = all!(self.db.read(), BY_REFERENCE, reference).map_err(Into::into);
        self.traced(rows).await.doing(WHAT)
    }

    /// The messages that a request asked for, and its lines in the security log.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trace_request(&self, request: &str) -> Result<(Vec<TracedMessage>, Vec<LogLine>), Fault> {
        let rows = all!(self.db.read(), BY_REQUEST, request).map_err(Into::into);
        let messages = self.traced(rows).await.doing(WHAT)?;
        let events: Result<Vec<EventRow>> = all!(self.db.read(), OF_REQUEST, request).map_err(Into::into);
        Ok((messages, events.doing(WHAT)?.into_iter().map(EventRow::read).collect()))
    }

    async fn traced(&self, rows: Result<Vec<MessageRow>>) -> Result<Vec<TracedMessage>> {
        let mut messages = Vec::new();
        for row in rows? {
            let steps: Vec<StepRow> = all!(self.db.read(), STEPS, &row.id)?;
            let heard = steps.iter().map(|step| step.at).chain(row.settled_at);
            let until = heard.fold(row.expires_at, i64::max);
            let around: Vec<EventRow> = all!(self.db.read(), AROUND, &row.account_id, row.created_at, until)?;
            // A flow is forgotten before its messages: its session stands in the line of its code, too.
            let session = row.session.clone().or_else(|| {
                around.iter().find(|event| issued(event, &row)).and_then(|event| event.session.clone())
            });
            let events =
                around.into_iter().filter(|event| belongs(event, &row, session.as_deref(), &steps)).collect();
            messages.push(row.read(events, steps));
        }
        Ok(messages)
    }
}

const WHAT: &str = "tracing a message";

/// The line of its being written: it bears the moment of the request that asked for it.
fn issued(event: &EventRow, message: &MessageRow) -> bool {
    event.kind == EventKind::CodeIssued.name()
        && event.at == message.created_at
        && event.purpose.as_deref() == Some(&message.kind)
}

/// Whether a line of the security log is of this message, and not of another one to the same number or in the same session: its
/// writing, its handing over, the news of it, and what was typed in its flow while it was of use. Lines of the security log name no
/// message; moments do, for a line bears that of the row that was written with it.
fn belongs(event: &EventRow, message: &MessageRow, session: Option<&str>, steps: &[StepRow]) -> bool {
    let to_its_phone = event.phone_id.as_deref() == Some(&message.phone_id);
    let of_its_kind = event.purpose.as_deref() == Some(&message.kind);
    let is = |kinds: &[EventKind]| kinds.iter().any(|kind| kind.name() == event.kind);
    if is(&[EventKind::CodeIssued]) {
        return issued(event, message);
    }
    if is(&[EventKind::DeliverySettled]) {
        // Of a notice it bears no purpose.
        return to_its_phone
            && Some(event.at) == message.settled_at
            && (of_its_kind || event.purpose.is_none());
    }
    if is(&[EventKind::DeliveryPassedOn]) {
        let named = event.detail.as_deref().and_then(|detail| detail.split(':').next());
        return to_its_phone && named == Some(&message.reference);
    }
    if is(&[EventKind::DeliveryEnded]) {
        return to_its_phone && steps.iter().any(|step| step.at == event.at);
    }
    if is(&[EventKind::CodeWrong, EventKind::CodeRight, EventKind::PhoneLocked]) {
        let over = message.flow_over_at.unwrap_or(message.expires_at).min(message.expires_at);
        let in_its_flow = session.is_some() && event.session.as_deref() == session;
        return to_its_phone && of_its_kind && in_its_flow && event.at <= over;
    }
    false
}

impl EventRow {
    fn read(self) -> LogLine {
        LogLine {
            at: at(self.at),
            kind: self.kind,
            detail: self.detail,
            actor: self.actor,
            request: self.request,
            address: self.address,
            agent: self.agent,
            node: self.node,
        }
    }
}

impl MessageRow {
    fn read(self, events: Vec<EventRow>, steps: Vec<StepRow>) -> TracedMessage {
        let step = |row: StepRow| TracedStep {
            at: at(row.at),
            rank: row.step,
            problem: row.problem,
            code: row.code,
        };
        let (mut passed_on, mut lines) = (Vec::new(), Vec::new());
        for event in events.into_iter().map(EventRow::read) {
            match refusal(&event, &self.reference) {
                Some(refusal) => passed_on.push(refusal),
                None => lines.push(event),
            }
        }
        TracedMessage {
            passed_on,
            reference: self.reference,
            kind: self.kind,
            channel: self.channel,
            username: self.username,
            to: self.calling_code.zip(self.last_digits),
            state: self.state,
            problem: self.problem,
            provider: self.provider,
            provider_id: self.provider_id,
            provider_code: self.provider_code,
            segments: self.segments.filter(|count| *count > 0),
            price: self
                .price_micros
                .zip(self.price_currency)
                .map(|(micros, currency)| Price { micros, currency }),
            created_at: at(self.created_at),
            expires_at: at(self.expires_at),
            read_out_at: self.read_out_at.map(at),
            events: lines,
            steps: steps.into_iter().map(step).collect(),
        }
    }
}
