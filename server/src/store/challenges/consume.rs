//! Using a code up: for exactly one caller, with all that it is worth, in one transaction (R3, R30, R32).
use crate::store::delivery_words::read_channel;
use crate::store::record::record;
use crate::store::tx::{Step, Tx, Whose, execute, later, optional, statements};
use crate::store::{Result, Store, accounts, ends, events, limits, sessions};
use domain::channel::Channel;
use domain::events::{Event, EventKind, Trail};
use domain::id::{AccountId, ChallengeId, FlowId, PhoneId, SessionHandle};
use domain::level::Level;
use domain::limits::unproven_keys;
use domain::notice::NewNotice;
use domain::phone::PROVEN_TO;
use domain::ports::Effect;
use domain::purpose::Purpose;
use domain::time::Timestamp;

statements! {
    /// Finishes the flow of a code that still counts. Everything is asked anew here: between spending the try and this, the flow
    /// or the session that asks may have ended, the code may have been used, the number retired.
    FINISH = "UPDATE flows SET finished_at = $2 WHERE id = (SELECT c.flow_id FROM challenges c JOIN phones p \
        ON p.id = c.phone_id WHERE c.id = $1 AND c.ended_at IS NULL AND c.expires_at > $2 AND p.retired_at IS NULL \
        AND (p.verified_at IS NOT NULL OR $4 = 'binding')) AND account_id = $6 AND purpose = $3 AND finished_at IS NULL \
        AND ended_at IS NULL AND expires_at > $2 AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = flows.account_id \
        AND a.disabled_at IS NULL) AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.handle = $5 AND s.ended_at IS NOT NULL) \
        RETURNING id, account_id, session, old_phone, \
        (SELECT c.phone_id FROM challenges c WHERE c.id = $1) AS phone_id, \
        (SELECT c.channel FROM challenges c WHERE c.id = $1) AS channel, \
        (SELECT p.number_hash FROM challenges c JOIN phones p ON p.id = c.phone_id WHERE c.id = $1) AS number_hash, \
        (SELECT CASE WHEN p.attention IS NOT NULL OR COALESCE(p.proven_at, p.verified_at, 0) < $7 THEN CAST($2 AS BIGINT) END \
        FROM challenges c JOIN phones p ON p.id = c.phone_id WHERE c.id = $1) AS worn_at, \
        (SELECT p.number_sealed FROM challenges c JOIN phones p ON p.id = c.phone_id WHERE c.id = $1 \
        AND p.verified_at IS NULL) AS unproven_number";
    /// This code is used, all others of its flow end with it.
    USE = "UPDATE challenges SET ended_at = $3, used_at = CASE WHEN id = $1 THEN CAST($3 AS BIGINT) END \
        WHERE flow_id = $2 AND ended_at IS NULL";
    /// A right code zeroes the counters of its own factor, and of nothing else (R11).
    FORGIVE = "DELETE FROM failures WHERE account_id = $1 AND number_hash = $2 AND (counter = $3 OR counter = $4)";
    /// The same guess was compared with a code to another number, and was no wrong one there: what that number paid comes back.
    GIVE_BACK = "UPDATE failures SET count = count - 1, locked_at = NULL WHERE account_id = $1 AND counter = $2 AND count > 0 \
        AND number_hash <> $3 AND number_hash = (SELECT p.number_hash FROM challenges c JOIN phones p ON p.id = c.phone_id \
        WHERE c.id = $4)";
    /// Codes reach it after all. Told by a test, that is no sign of who has it (R13).
    CALM = "UPDATE phones SET attention = NULL WHERE id = $1";
    USED = "UPDATE phones SET attention = NULL, proven_at = $2 WHERE id = $1";
    /// Proves a number. One that is proven already keeps its rank; the first one of an account becomes preferred.
    VERIFY = "UPDATE phones SET verified_at = COALESCE(verified_at, $3), preferred_at = CASE WHEN verified_at IS NULL \
        AND NOT EXISTS (SELECT 1 FROM phones other WHERE other.account_id = $2 AND other.id <> $1 \
        AND other.verified_at IS NOT NULL AND other.retired_at IS NULL) THEN CAST($3 AS BIGINT) ELSE preferred_at END \
        WHERE id = $1 AND account_id = $2 AND NOT EXISTS (SELECT 1 FROM phones twin WHERE twin.account_id = $2 \
        AND twin.number_hash = $4 AND twin.id <> $1 AND twin.verified_at IS NOT NULL AND twin.retired_at IS NULL)";
    RETIRE_OLD = "UPDATE phones SET retired_at = $3 WHERE id = $1 AND account_id = $2 AND verified_at IS NOT NULL \
        AND retired_at IS NULL RETURNING label, preferred_at, calling_code, last_digits";
    INHERIT = "UPDATE phones SET label = $2, preferred_at = $3, replaces = NULL WHERE id = $1";
}

/// What a finished flow was about.
struct Finished {
    flow: FlowId,
    account: AccountId,
    session: SessionHandle,
    phone: PhoneId,
    channel: Channel,
    hash: String,
    /// What is known of the number is to be mended: codes reach it, and it was last proven more than a day ago.
    worn: bool,
    /// Sealed, where it is proven for the first time.
    unproven_number: Option<Vec<u8>>,
}

record! {
    struct FinishedRow {
        id: String,
        account_id: String,
        session: String,
        old_phone: Option<String>,
        phone_id: String,
        channel: Option<String>,
        number_hash: String,
        worn_at: Option<i64>,
        unproven_number: Option<Vec<u8>>,
    }
}

impl Store {
    pub(super) async fn use_up(
        &self,
        account: &AccountId,
        challenge: &ChallengeId,
        beside: &[ChallengeId],
        effect: &Effect,
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Result<Option<Channel>> {
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        let Some(done) = finish(&mut tx, account, challenge, effect, trail).await? else {
            return tx.finish(Step::Undo(None)).await;
        };
        let purpose = purpose_of(effect);
        forgive(&mut tx, &done, &purpose, trail.at).await?;
        for other in beside {
            let counter = purpose.counter().name();
            later!(tx, GIVE_BACK, done.account.as_str(), counter, &done.hash, other.as_str())?;
        }
        if let Some(sealed) = &done.unproven_number {
            let number = self.open_number(done.phone.as_str(), sealed)?;
            limits::forgive(&mut tx, &self.keys, &unproven_keys(&number)).await?;
        }
        // Notices first: they reach a number that is retired with this, and tell of a sign-in before this one.
        self.write_notices(&mut tx, &done.account, notices, trail).await?;
        let right = Event::of(EventKind::CodeRight, &done.account).phone(&done.phone).purpose(&purpose);
        let mut told = vec![right];
        if let Effect::SignedIn = effect {
            // The half sign-in is over with it: its session is followed by one that is signed in (R56).
            sessions::end(&mut tx, &done.session, trail.at)?;
            told.push(accounts::sign_in(&mut tx, &done.account, Level::TwilioSms, trail).await?);
        }
        events::write(&mut tx, &told, trail).await?;
        let applied = match effect {
            Effect::Verify => {
                let event = Event::of(EventKind::PhoneVerified, &done.account);
                let now = tx.now(&*self.clock).await?;
                verify(&mut tx, &done, event, trail, now).await?
            }
            Effect::Swap { old } => {
                let now = tx.now(&*self.clock).await?;
                swap(&mut tx, &done, old, trail, now).await?
            }
            Effect::SignedIn | Effect::Proven | Effect::Tested => true,
        };
        tx.finish(if applied { Step::Keep(Some(done.channel)) } else { Step::Undo(None) }).await
    }
}

fn purpose_of(effect: &Effect) -> Purpose {
    match effect {
        Effect::SignedIn => Purpose::SignIn,
        Effect::Verify => Purpose::NewPhone,
        Effect::Swap { old } => Purpose::ReplacePhone { old: old.clone() },
        Effect::Proven => Purpose::FreshProof,
        Effect::Tested => Purpose::Test,
    }
}

/// The one place where a code is used up. `None`: somebody else was faster, or it does not count any more.
async fn finish(
    tx: &mut Tx,
    account: &AccountId,
    challenge: &ChallengeId,
    effect: &Effect,
    trail: &Trail,
) -> Result<Option<Finished>> {
    let (purpose, now) = (purpose_of(effect), trail.at.as_millis());
    let asks = trail.session.as_ref().map(SessionHandle::as_str);
    let row: Option<FinishedRow> = optional!(
        tx,
        FINISH,
        challenge.as_str(),
        now,
        purpose.name(),
        purpose.counter().name(),
        asks,
        account.as_str(),
        trail.at.minus(PROVEN_TO).as_millis()
    )?;
    let Some(row) = row.filter(|row| row.old_phone.as_deref() == purpose.old_phone().map(PhoneId::as_str))
    else {
        return Ok(None);
    };
    later!(tx, USE, challenge.as_str(), &row.id, now)?;
    Ok(Some(Finished {
        flow: FlowId::stored(row.id),
        account: AccountId::stored(row.account_id),
        session: SessionHandle::stored(row.session),
        phone: PhoneId::stored(row.phone_id),
        channel: read_channel(row.channel.as_deref())?,
        hash: row.number_hash,
        worn: row.worn_at.is_some(),
        unproven_number: row.unproven_number,
    }))
}

async fn forgive(tx: &mut Tx, done: &Finished, purpose: &Purpose, now: Timestamp) -> Result<()> {
    use domain::purpose::Counter::{Binding, Using};
    // Binding a number anew also turns it on again for use (R4).
    let also = if purpose.counter() == Binding { Using } else { purpose.counter() };
    let own = purpose.counter().name();
    later!(tx, FORGIVE, done.account.as_str(), &done.hash, own, also.name())?;
    if done.worn && *purpose == Purpose::Test {
        later!(tx, CALM, done.phone.as_str())?;
    } else if done.worn {
        later!(tx, USED, done.phone.as_str(), now.as_millis())?;
    }
    Ok(())
}

/// False: the account has that number by now.
async fn verify(tx: &mut Tx, done: &Finished, event: Event, trail: &Trail, now: Timestamp) -> Result<bool> {
    let at = trail.at.as_millis();
    let proven = execute!(tx, VERIFY, done.phone.as_str(), done.account.as_str(), at, &done.hash)?;
    if proven == 0 {
        return Ok(false);
    }
    ends::sessions_of_old(tx, &done.account, trail.session.as_ref(), now).await?;
    ends::flows(tx, &done.account, Some(&done.flow), now).await?;
    events::write(tx, &[event.phone(&done.phone)], trail).await?;
    Ok(true)
}

/// False: the old number does not serve any more.
async fn swap(tx: &mut Tx, done: &Finished, old: &PhoneId, trail: &Trail, now: Timestamp) -> Result<bool> {
    let row: Option<(String, Option<i64>, String, String)> =
        optional!(tx, RETIRE_OLD, old.as_str(), done.account.as_str(), trail.at.as_millis())?;
    let Some((label, preferred_at, code, last)) = row else { return Ok(false) };
    // Which one went: its row does not stay for good (R41).
    let event = Event::of(EventKind::PhoneReplaced, &done.account).detail(format!("+{code} …{last}"));
    if !verify(tx, done, event, trail, now).await? {
        return Ok(false);
    }
    later!(tx, INHERIT, done.phone.as_str(), label, preferred_at)?;
    Ok(true)
}
