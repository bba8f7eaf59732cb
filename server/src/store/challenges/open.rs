//! Writing a code down: limits, flow, number, code and message in one transaction, or none of them (R15, R29).
use crate::store::tx::{Step, Tx, Whose, execute, later, one, optional, statements};
use crate::store::{Result, Store, column, ends, events, limits, sessions};
use domain::challenge::{FlowPlan, NewCode, PhonePlan, SilentFlow};
use domain::events::{Event, EventKind, Trail};
use domain::id::{AccountId, FlowId, PhoneId, SessionHandle};
use domain::phone::KnownNumber;
use domain::ports::Opened;
use domain::purpose::Purpose;
use domain::time::Timestamp;

statements! {
    /// A flow about a number of the account, unless that is switched off; a sign-in only where password and phones are those that its
    /// password was looked at with (R32). A pending number gets codes for its own confirmation
    /// only (P5). The first one of its session and purpose: if it still is, and the session that asks has not ended.
    FLOW = "INSERT INTO flows (id, account_id, session, purpose, counter, old_phone, phone_id, tries, sends, last_sent_at, \
        created_at, expires_at, agent) SELECT CAST($1 AS TEXT), account_id, CAST($3 AS TEXT), CAST($4 AS TEXT), \
        CAST($5 AS TEXT), CAST($6 AS TEXT), id, 0, CAST($8 AS BIGINT), CAST($9 AS BIGINT), CAST($10 AS BIGINT), \
        CAST($11 AS BIGINT), CAST($12 AS TEXT) FROM phones WHERE id = $7 AND account_id = $2 AND retired_at IS NULL \
        AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = $2 AND a.disabled_at IS NULL \
        AND ($4 <> 'sign_in' OR COALESCE(a.factors_changed_at, 0) <= $10)) \
        AND (verified_at IS NOT NULL OR $5 = 'binding') AND ($8 = 0 OR NOT EXISTS (SELECT 1 FROM failures x \
        WHERE x.account_id = $2 AND x.number_hash = phones.number_hash AND x.counter = $5 AND x.locked_at IS NOT NULL)) \
        AND ($13 = 0 OR (NOT EXISTS (SELECT 1 FROM flows o WHERE o.session = $3 AND o.purpose = $4) \
        AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.handle = $14 AND s.ended_at IS NOT NULL)))";
    FORGET_TWIN = "UPDATE phones SET retired_at = $3 WHERE account_id = $1 AND number_hash = $2 AND verified_at IS NULL \
        AND retired_at IS NULL RETURNING id";
    /// All phones; those that have this number, proven; the one to be replaced, proven.
    COUNT = "SELECT COUNT(*), COUNT(CASE WHEN number_hash = $2 AND verified_at IS NOT NULL THEN 1 END), \
        COUNT(CASE WHEN id = $3 AND verified_at IS NOT NULL THEN 1 END) FROM phones \
        WHERE account_id = $1 AND retired_at IS NULL";
    PENDING = "INSERT INTO phones (id, account_id, number_sealed, number_hash, calling_code, last_digits, label, added_at, \
        consented_at, replaces, fixed_line_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)";
    /// The newest flow, as the rules are told of it; and whether the session that asks has ended meanwhile.
    NEWEST = "SELECT (SELECT id FROM flows WHERE session = $1 AND purpose = $2 \
        ORDER BY created_at DESC, CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END LIMIT 1) AS newest, \
        (SELECT ended_at FROM sessions WHERE handle = $3 AND ended_at IS NOT NULL) AS ended_at";
    /// One more code of a running flow, unless somebody else was faster.
    AGAIN = "UPDATE flows SET sends = sends + 1, last_sent_at = $4, phone_id = $3 WHERE id = $1 AND sends = $2 \
        AND finished_at IS NULL AND ended_at IS NULL AND expires_at > $4 AND EXISTS (SELECT 1 FROM phones \
        WHERE phones.id = $3 AND phones.account_id = flows.account_id AND phones.retired_at IS NULL \
        AND (phones.verified_at IS NOT NULL OR (flows.counter = 'binding' AND phones.id = flows.phone_id)) \
        AND NOT EXISTS (SELECT 1 FROM failures x WHERE x.account_id = flows.account_id \
        AND x.number_hash = phones.number_hash AND x.counter = flows.counter AND x.locked_at IS NOT NULL)) \
        RETURNING account_id, purpose, sends, tries";
    CHALLENGE = "INSERT INTO challenges (id, flow_id, nth, phone_id, digest, reference, tries_base, created_at, expires_at, channel) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    DELIVERY = "INSERT INTO deliveries (id, account_id, phone_id, flow_id, nth, challenge_id, kind, reference, body_sealed, \
        callback_token, state, created_at, expires_at, channel, lang, spoken_sealed) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'queued', $11, $12, $13, $14, $15)";
    GIVE_UP = "UPDATE flows SET ended_at = $3 WHERE id = $1 AND session = $2 AND finished_at IS NULL AND ended_at IS NULL \
        RETURNING phone_id";
    FORGET_PENDING = "UPDATE phones SET retired_at = $2 WHERE id = $1 AND verified_at IS NULL AND retired_at IS NULL";
}

/// A row to be written for a flow.
struct FlowRow<'a> {
    id: &'a FlowId,
    account: &'a AccountId,
    session: &'a SessionHandle,
    purpose: &'a Purpose,
    phone: &'a PhoneId,
    sent: bool,
    /// The session had none for this purpose; otherwise that was asked before.
    first: bool,
    expires_at: Timestamp,
}

impl FlowRow<'_> {
    /// False: no such phone in this account any more, or somebody else was first.
    async fn write(&self, tx: &mut Tx, trail: &Trail) -> Result<bool> {
        let now = trail.at.as_millis();
        let written = execute!(
            tx,
            FLOW,
            self.id.as_str(),
            self.account.as_str(),
            self.session.as_str(),
            self.purpose.name(),
            self.purpose.counter().name(),
            self.purpose.old_phone().map(PhoneId::as_str),
            self.phone.as_str(),
            i64::from(self.sent),
            self.sent.then_some(now),
            now,
            self.expires_at.as_millis(),
            &trail.agent,
            i64::from(self.first),
            trail.session.as_ref().map(SessionHandle::as_str),
        )?;
        Ok(written > 0)
    }
}

/// What stood in the session for a purpose before a new flow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing was there when it was looked for: the flow is written if that is still so.
    Nothing,
    /// The newest one is the one that was seen, and goes on beside the new one.
    Stands,
    /// … and ends with it.
    Overtaken,
}

/// Where a code belongs, once its flow is settled.
struct Place {
    account: String,
    purpose: String,
    phone: PhoneId,
    nth: i64,
    tries_base: i64,
}

impl Store {
    pub(super) async fn open_code(&self, new: &NewCode, events: &[Event], trail: &Trail) -> Result<Opened> {
        let whose = match &new.plan {
            FlowPlan::New { account, .. } => Whose::Account(account.as_str()),
            FlowPlan::Again { .. } => Whose::Flow(new.flow.as_str()),
        };
        let mut tx = self.db.begin(whose).await?;
        let place = match self.place(&mut tx, new, trail).await? {
            Ok(place) => place,
            Err(refused) => return tx.finish(Step::Undo(refused)).await,
        };
        let now = trail.at.as_millis();
        let delivery = new.delivery.as_str();
        let expires_at = new.expires_at.as_millis();
        later!(
            tx,
            CHALLENGE,
            new.challenge.as_str(),
            new.flow.as_str(),
            place.nth,
            place.phone.as_str(),
            new.digest.as_bytes(),
            &new.reference,
            place.tries_base,
            now,
            expires_at,
            new.channel.name(),
        )?;
        let sealed = self.keys.seal(&*self.entropy, delivery, column::BODY, new.body.as_bytes());
        let spoken = new.spoken.as_ref().map(|spoken| {
            self.keys.seal(&*self.entropy, delivery, column::SPOKEN, spoken.to_keep().as_bytes())
        });
        later!(
            tx,
            DELIVERY,
            delivery,
            place.account,
            place.phone.as_str(),
            new.flow.as_str(),
            place.nth,
            new.challenge.as_str(),
            place.purpose,
            &new.reference,
            sealed,
            &new.callback_token,
            now,
            expires_at,
            new.channel.name(),
            spoken.is_some().then_some(trail.lang.tag()),
            spoken,
        )?;
        events::write(&mut tx, events, trail).await?;
        // Last: those who count for the same number, address or installation wait from here to the end, no longer.
        let held = limits::hit_by_message(&mut tx, &self.keys, &new.rules, new.day_cap, trail.at).await?;
        tx.finish(match held {
            Some(wait) => Step::Undo(Opened::Wait(wait)),
            None => Step::Keep(Opened::Written),
        })
        .await
    }

    /// Begins the flow, or goes on in it.
    async fn place(
        &self,
        tx: &mut Tx,
        new: &NewCode,
        trail: &Trail,
    ) -> Result<std::result::Result<Place, Opened>> {
        let (account, session, purpose, plan, expires_at, before) = match &new.plan {
            FlowPlan::Again { seen_sends, phone } => {
                if sessions::has_ended(tx, trail).await? {
                    return Ok(Err(Opened::Overtaken));
                }
                let row: Option<(String, String, i64, i64)> = optional!(
                    tx,
                    AGAIN,
                    new.flow.as_str(),
                    i64::from(*seen_sends),
                    phone.as_str(),
                    trail.at.as_millis()
                )?;
                return Ok(row.map_or(Err(Opened::Overtaken), |(account, purpose, nth, tries_base)| {
                    Ok(Place { account, purpose, phone: phone.clone(), nth, tries_base })
                }));
            }
            FlowPlan::New { account, session, purpose, phone, expires_at, seen: None, .. }
                if matches!(phone, PhonePlan::Existing(_)) =>
            {
                (account, session, purpose, phone, *expires_at, Before::Nothing)
            }
            FlowPlan::New { account, session, purpose, phone, expires_at, overtakes, seen } => {
                let asks = trail.session.as_ref().map(SessionHandle::as_str);
                let (newest, ended_at): (Option<String>, Option<i64>) =
                    one!(tx, NEWEST, session.as_str(), purpose.name(), asks)?;
                if ended_at.is_some() || newest.as_deref() != seen.as_ref().map(FlowId::as_str) {
                    return Ok(Err(Opened::Overtaken));
                }
                // Where there is none, there is none to overtake.
                let overtaken = *overtakes && newest.is_some();
                let before = if overtaken { Before::Overtaken } else { Before::Stands };
                (account, session, purpose, phone, *expires_at, before)
            }
        };
        // Before the new number is counted: what is overtaken may free the place it needs.
        if before == Before::Overtaken {
            let kept = plan.existing();
            ends::overtaken(tx, session, purpose.name(), account, &new.flow, kept, trail.at).await?;
        }
        let phone = match plan {
            PhonePlan::Existing(phone) => phone,
            PhonePlan::Pending { id, known, label, replaces, max_per_account } => {
                let most = max_per_account.saturating_add(usize::from(replaces.is_some()));
                let number = Pending { account, id, known, label, replaces: replaces.as_ref(), most };
                if let Some(refused) = self.write_pending(tx, &number, trail).await? {
                    return Ok(Err(refused));
                }
                id
            }
        };
        let first = before == Before::Nothing;
        let flow = FlowRow { id: &new.flow, account, session, purpose, phone, sent: true, first, expires_at };
        if !flow.write(tx, trail).await? {
            return Ok(Err(Opened::Overtaken));
        }
        Ok(Ok(Place {
            account: account.to_string(),
            purpose: purpose.name().to_owned(),
            phone: phone.clone(),
            nth: 1,
            tries_base: 0,
        }))
    }

    /// Writes a number that is to be proven; says why not.
    async fn write_pending(&self, tx: &mut Tx, new: &Pending<'_>, trail: &Trail) -> Result<Option<Opened>> {
        let now = trail.at;
        let Pending { account, id, known, label, replaces, most } = new;
        let twin: Option<(String,)> =
            optional!(tx, FORGET_TWIN, account.as_str(), known.hash.as_str(), now.as_millis())?;
        if let Some((twin,)) = twin {
            ends::flows_of_phone(tx, account, &twin, now).await?;
        }
        let old = replaces.map_or("", PhoneId::as_str);
        let (count, proven, serving): (i64, i64, i64) =
            one!(tx, COUNT, account.as_str(), known.hash.as_str(), old)?;
        if proven > 0 || (serving == 0 && replaces.is_some()) {
            return Ok(Some(Opened::Overtaken));
        }
        if usize::try_from(count).unwrap_or(usize::MAX) >= *most {
            return Ok(Some(Opened::TooManyPhones));
        }
        let sealed =
            self.keys.seal(&*self.entropy, id.as_str(), column::NUMBER, known.number.reveal().as_bytes());
        let mask = known.number.mask();
        later!(
            tx,
            PENDING,
            id.as_str(),
            account.as_str(),
            sealed,
            known.hash.as_str(),
            mask.calling_code,
            mask.last_digits,
            label,
            now.as_millis(),
            replaces.map(PhoneId::as_str),
            known.fixed_line.then_some(now.as_millis()),
        )?;
        events::write(tx, &[Event::of(EventKind::PhoneAdded, account).phone(id)], trail).await?;
        Ok(None)
    }

    pub(super) async fn open_without_code(
        &self,
        flow: &SilentFlow,
        events: &[Event],
        trail: &Trail,
    ) -> Result<()> {
        let SilentFlow { id, account, session, purpose, phone, expires_at } = flow;
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        ends::overtaken(&mut tx, session, purpose.name(), account, id, Some(phone), trail.at).await?;
        let expires_at = *expires_at;
        let row = FlowRow { id, account, session, purpose, phone, sent: false, first: false, expires_at };
        row.write(&mut tx, trail).await?;
        events::write(&mut tx, events, trail).await?;
        tx.finish(Step::Keep(())).await
    }

    pub(super) async fn give_up(
        &self,
        flow: &FlowId,
        session: &SessionHandle,
        events: &[Event],
        trail: &Trail,
    ) -> Result<()> {
        let now = trail.at.as_millis();
        let mut tx = self.db.begin(Whose::Flow(flow.as_str())).await?;
        let row: Option<(String,)> = optional!(tx, GIVE_UP, flow.as_str(), session.as_str(), now)?;
        let Some((phone,)) = row else { return tx.finish(Step::Undo(())).await };
        later!(tx, FORGET_PENDING, phone, now)?;
        events::write(&mut tx, events, trail).await?;
        tx.finish(Step::Keep(())).await
    }
}

/// A number to be written, pending.
struct Pending<'a> {
    account: &'a AccountId,
    id: &'a PhoneId,
    known: &'a KnownNumber,
    label: &'a str,
    replaces: Option<&'a PhoneId>,
    /// Phones the account may have, this one included.
    most: usize,
}
