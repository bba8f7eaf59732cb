//! Notices: a banner, and a text to each number that may still get one (R31).
use super::tx::{Step, Tx, Whose, all, execute, later, statements, steadily};
use super::{Doing as _, Error, Result, Store, at, column, day_cap, limits};
use async_trait::async_trait;
use domain::entropy::hex128;
use domain::events::Trail;
use domain::id::{AccountId, NoticeId, SessionHandle};
use domain::notice::{NewNotice, Notice, NoticeKind, NoticeText, TEXT_LIFE, UNFINISHED_AGAIN_AFTER};
use domain::phone::Mask;
use domain::ports::{Fault, Notices};
use domain::time::Timestamp;

statements! {
    /// A banner, unless there is one of its kind about something later than $9.
    INSERT = "INSERT INTO notices (id, account_id, kind, at, created_at, calling_code, last_digits, agent, session) \
        SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS BIGINT), \
        CAST($6 AS TEXT), CAST($7 AS TEXT), CAST($8 AS TEXT), CAST($10 AS TEXT) WHERE NOT EXISTS \
        (SELECT 1 FROM notices WHERE account_id = $2 AND kind = $3 AND at > $9)";
    INSERT_TEXT = "INSERT INTO deliveries (id, account_id, phone_id, kind, reference, body_sealed, callback_token, state, \
        created_at, expires_at) SELECT CAST($1 AS TEXT), account_id, id, 'notice', CAST($4 AS TEXT), $5, CAST($6 AS TEXT), \
        'queued', CAST($7 AS BIGINT), CAST($8 AS BIGINT) FROM phones WHERE id = $2 AND account_id = $3";
    OPEN_OF = "SELECT id, kind, at, calling_code, last_digits, agent, session FROM notices \
        WHERE account_id = $1 AND put_away_at IS NULL ORDER BY created_at DESC, id LIMIT 50";
    PUT_AWAY = "UPDATE notices SET put_away_at = $3 WHERE id = $2 AND account_id = $1 AND put_away_at IS NULL";
}

impl Store {
    /// Writes notices in the transaction of what they tell of, in the account of `account`.
    pub(super) async fn write_notices(
        &self,
        tx: &mut Tx,
        account: &AccountId,
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Result<()> {
        for notice in notices {
            self.write_notice(tx, account, notice, trail).await?;
        }
        Ok(())
    }

    async fn write_notice(
        &self,
        tx: &mut Tx,
        account: &AccountId,
        notice: &NewNotice,
        trail: &Trail,
    ) -> Result<bool> {
        let now = trail.at;
        let later_than = match notice.kind {
            NoticeKind::UnfinishedSignIn => notice.at.minus(UNFINISHED_AGAIN_AFTER),
            _ => at(i64::MAX),
        };
        let written = execute!(
            tx,
            INSERT,
            notice.id.as_str(),
            account.as_str(),
            notice.kind.name(),
            notice.at.as_millis(),
            now.as_millis(),
            notice.mask.as_ref().map(|mask| mask.calling_code.as_str()),
            notice.mask.as_ref().map(|mask| mask.last_digits.as_str()),
            &notice.agent,
            later_than.as_millis(),
            trail.session.as_ref().map(SessionHandle::as_str),
        )?;
        if written == 0 {
            return Ok(false);
        }
        let mut allowed = Vec::with_capacity(notice.texts.len());
        for text in &notice.texts {
            // What does not go out uses up nothing.
            let held = match day_cap::closed(tx, text.day_cap, now).await? {
                Some(closed) => Some(closed.wait(now)),
                None => limits::hit(tx, &self.keys, &text.rules, now).await?,
            };
            match held {
                None => allowed.push(text),
                Some(wait) => tracing::warn!(
                    request.id = trail.request,
                    notice = notice.kind.name(),
                    limit = wait.limit.name(),
                    "one of the texts of a notice was not sent: its number may get no more messages at this moment"
                ),
            }
        }
        for text in allowed {
            self.write_text(tx, account, text, now).await?;
        }
        Ok(true)
    }

    async fn write_text(
        &self,
        tx: &mut Tx,
        account: &AccountId,
        text: &NoticeText,
        now: Timestamp,
    ) -> Result<()> {
        if day_cap::count(tx, text.day_cap, now).await?.is_some() {
            return Ok(());
        }
        let id = text.delivery.as_str();
        let sealed = self.keys.seal(&*self.entropy, id, column::BODY, text.body.as_bytes());
        later!(
            tx,
            INSERT_TEXT,
            id,
            text.phone.as_str(),
            account.as_str(),
            &text.reference,
            sealed,
            hex128(&*self.entropy),
            now.as_millis(),
            now.plus(TEXT_LIFE).as_millis(),
        )?;
        Ok(())
    }

    async fn open_of_in(&self, account: &AccountId) -> Result<Vec<Notice>> {
        type Row = (String, String, i64, Option<String>, Option<String>, String, Option<String>);
        let rows: Vec<Row> = all!(self.db.read(), OPEN_OF, account.as_str())?;
        rows.into_iter()
            .map(|(id, kind, happened, calling_code, last_digits, agent, session)| {
                Ok(Notice {
                    id: NoticeId::stored(id),
                    kind: NoticeKind::stored(&kind).ok_or(Error::Unknown("kind of notice"))?,
                    at: at(happened),
                    mask: calling_code
                        .zip(last_digits)
                        .map(|(calling_code, last_digits)| Mask { calling_code, last_digits }),
                    agent,
                    session: session.map(SessionHandle::stored),
                })
            })
            .collect()
    }

    async fn post_in(&self, account: &AccountId, notice: &NewNotice, trail: &Trail) -> Result<()> {
        let mut tx = self.db.begin(Whose::Account(account.as_str())).await?;
        let written = self.write_notice(&mut tx, account, notice, trail).await?;
        tx.finish(if written { Step::Keep(()) } else { Step::Undo(()) }).await
    }
}

#[async_trait]
impl Notices for Store {
    async fn open_of(&self, account: &AccountId) -> Result<Vec<Notice>, Fault> {
        self.open_of_in(account).await.doing("reading notices")
    }

    async fn post(&self, account: &AccountId, notice: &NewNotice, trail: &Trail) -> Result<(), Fault> {
        steadily!(self.post_in(account, notice, trail).await).doing("writing a notice")
    }

    async fn put_away(&self, account: &AccountId, notice: &NoticeId, now: Timestamp) -> Result<bool, Fault> {
        let done = execute!(self.db.write(), PUT_AWAY, account.as_str(), notice.as_str(), now.as_millis());
        Ok(done.doing("putting a notice away")? > 0)
    }
}
