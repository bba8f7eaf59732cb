//! Ending what a change of factors ends: other sessions, half sign-ins, flows, and numbers nobody can confirm any more (R32).
use super::Result;
use super::tx::{Tx, all, execute, later, statements};
use domain::id::{AccountId, FlowId, PhoneId, SessionHandle};
use domain::time::Timestamp;

statements! {
    /// Dated after every request under way, so that a sign-in begun before this change opens no session.
    CHANGED = "UPDATE accounts SET factors_changed_at = $2 WHERE id = $1";
    SESSIONS = "UPDATE sessions SET ended_at = $2, return_to = NULL WHERE ended_at IS NULL AND handle <> $3 AND account_id = $1";
    /// Half sign-ins: each is the session that its flow was begun in.
    HALF_SIGN_INS = "UPDATE sessions SET ended_at = $2, return_to = NULL WHERE ended_at IS NULL AND handle <> $3 \
        AND handle IN (SELECT session FROM flows WHERE account_id = $1) AND flow_id IN (SELECT id FROM flows WHERE account_id = $1)";
    /// What apps were granted out of these sessions; and of the session that stays every refresh token, and what nobody redeemed yet: its
    /// level may be gone, and no app gets less than it asked for (R115).
    GRANTS = "UPDATE oidc_grants SET refresh_ended_at = $2, ended_at = CASE WHEN session <> $3 OR code_used_at IS NULL \
        THEN CAST($2 AS BIGINT) END WHERE account_id = $1 AND ended_at IS NULL";
    GRANTS_OF_SESSION = "UPDATE oidc_grants SET ended_at = $2 WHERE session = $1 AND ended_at IS NULL";
    FLOWS = "UPDATE flows SET ended_at = $2 WHERE account_id = $1 AND id <> $3 AND finished_at IS NULL AND ended_at IS NULL";
    FLOWS_OF_SESSION = "UPDATE flows SET ended_at = $2 WHERE session = $1 AND finished_at IS NULL AND ended_at IS NULL \
        RETURNING account_id";
    FLOWS_OF_PHONE = "UPDATE flows SET ended_at = $3 WHERE account_id = $1 AND phone_id = $2 AND finished_at IS NULL \
        AND ended_at IS NULL";
    OVERTAKEN = "UPDATE flows SET ended_at = $5 WHERE session = $1 AND purpose = $2 AND account_id = $3 AND id <> $4 \
        AND finished_at IS NULL AND ended_at IS NULL";
    /// A pending number whose flow has ended can be confirmed by nobody. Numbers that an operator added wait for their person.
    UNCONFIRMABLE = "UPDATE phones SET retired_at = $2 WHERE account_id = $1 AND verified_at IS NULL AND retired_at IS NULL \
        AND consented_at IS NOT NULL AND id <> $3 AND NOT EXISTS (SELECT 1 FROM flows WHERE flows.account_id = phones.account_id \
        AND flows.phone_id = phones.id AND flows.finished_at IS NULL AND flows.ended_at IS NULL)";
}

/// After a change of password or phones: all sessions but `keep`, and those that a sign-in just completed is about to open. `now` is
/// the time under the account's lock, not that at which the change was asked for.
pub(super) async fn sessions_of_old(
    tx: &mut Tx,
    account: &AccountId,
    keep: Option<&SessionHandle>,
    now: Timestamp,
) -> Result<()> {
    later!(tx, CHANGED, account.as_str(), now.as_millis())?;
    let keep = keep.map_or("", SessionHandle::as_str);
    later!(tx, GRANTS, account.as_str(), now.as_millis(), keep)?;
    later!(tx, SESSIONS, account.as_str(), now.as_millis(), keep)?;
    later!(tx, HALF_SIGN_INS, account.as_str(), now.as_millis(), keep)?;
    Ok(())
}

/// All flows of an account but `keep`, and the numbers that were pending in them.
pub(super) async fn flows(
    tx: &mut Tx,
    account: &AccountId,
    keep: Option<&FlowId>,
    now: Timestamp,
) -> Result<()> {
    let keep = keep.map_or("", FlowId::as_str);
    later!(tx, FLOWS, account.as_str(), now.as_millis(), keep)?;
    unconfirmable(tx, account, None, now).await
}

/// What apps were granted out of a browser session.
pub(super) async fn grants_of_session(tx: &mut Tx, session: &SessionHandle, now: Timestamp) -> Result<()> {
    later!(tx, GRANTS_OF_SESSION, session.as_str(), now.as_millis())?;
    Ok(())
}

/// All flows of a browser session, and the numbers that were pending in them.
pub(super) async fn flows_of_session(tx: &mut Tx, session: &SessionHandle, now: Timestamp) -> Result<()> {
    let rows: Vec<(String,)> = all!(tx, FLOWS_OF_SESSION, session.as_str(), now.as_millis())?;
    for (account,) in rows {
        unconfirmable(tx, &AccountId::stored(account), None, now).await?;
    }
    Ok(())
}

/// All flows about one phone.
pub(super) async fn flows_of_phone(
    tx: &mut Tx,
    account: &AccountId,
    phone: &str,
    now: Timestamp,
) -> Result<()> {
    later!(tx, FLOWS_OF_PHONE, account.as_str(), phone, now.as_millis())?;
    Ok(())
}

/// The flows that a new one of the same session and purpose overtakes. A pending number that the new one is about stays.
pub(super) async fn overtaken(
    tx: &mut Tx,
    session: &SessionHandle,
    purpose: &str,
    account: &AccountId,
    by: &FlowId,
    about: Option<&PhoneId>,
    now: Timestamp,
) -> Result<()> {
    let ended =
        execute!(tx, OVERTAKEN, session.as_str(), purpose, account.as_str(), by.as_str(), now.as_millis())?;
    if ended > 0 {
        unconfirmable(tx, account, about, now).await?;
    }
    Ok(())
}

async fn unconfirmable(
    tx: &mut Tx,
    account: &AccountId,
    but: Option<&PhoneId>,
    now: Timestamp,
) -> Result<()> {
    let but = but.map_or("", PhoneId::as_str);
    later!(tx, UNCONFIRMABLE, account.as_str(), now.as_millis(), but)?;
    Ok(())
}
