//! Calls that wait for a key press: what they say is sealed until then, handed out once, and wiped when it is of no use any more (R9).
use super::deliveries::{code_counts, text};
use super::delivery_news::heard;
use super::record::record;
use super::tx::{Step, Tx, Whose, all, execute, later, optional, statements};
use super::{Error, Result, Store, column};
use domain::events::Trail;
use domain::lang::Lang;
use domain::progress::About;
use domain::time::Timestamp;
use domain::voice::{KeyPressed, Spoken};

statements! {
    /// For one caller: who comes second finds it read out. Its code must be one that still counts.
    READ_OUT = concat!("UPDATE deliveries SET read_out_at = $4 WHERE callback_token = $1 AND channel = 'voice' AND read_out_at IS NULL \
        AND spoken_sealed IS NOT NULL AND state <> 'queued' AND state <> 'refused' AND expires_at > $4 \
        AND COALESCE(provider, $2) = $2 AND COALESCE(provider_id, $3) = $3 AND ", code_counts!(), " RETURNING id, lang, spoken_sealed");
    /// Calls with codes that no guess is left for, or to a number that is off. One that is just being handed over brings new tries.
    SPENT = "UPDATE deliveries SET spoken_sealed = NULL WHERE flow_id = $1 AND spoken_sealed IS NOT NULL AND settled_at IS NOT NULL";
    OFF = "UPDATE deliveries SET spoken_sealed = NULL WHERE phone_id = $1 AND spoken_sealed IS NOT NULL AND settled_at IS NOT NULL";
    WIPE = "UPDATE deliveries SET spoken_sealed = NULL WHERE id = $1";
    /// Nobody has pressed a key, and nobody needs to any more.
    OVER = concat!("SELECT id FROM deliveries WHERE spoken_sealed IS NOT NULL AND (expires_at <= $1 OR NOT ", code_counts!(), ") LIMIT 100");
}

record! {
    struct ReadOutRow {
        id: String,
        lang: Option<String>,
        spoken_sealed: Option<Vec<u8>>,
    }
}

/// Wipes what calls would have said in this flow: its last guess is made.
pub(super) async fn silence_flow(tx: &mut Tx, flow: &str) -> Result<()> {
    later!(tx, SPENT, flow)?;
    Ok(())
}

/// Wipes what calls to this phone would have said: it is off (R4).
pub(super) async fn silence_phone(tx: &mut Tx, phone: &str) -> Result<()> {
    later!(tx, OFF, phone)?;
    Ok(())
}

impl Store {
    pub(super) async fn read_out_in(
        &self,
        pressed: &KeyPressed,
        trail: &Trail,
    ) -> Result<Option<(Spoken, About)>> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        let KeyPressed { provider, token, provider_id } = pressed;
        let row: Option<ReadOutRow> =
            optional!(tx, READ_OUT, token, *provider, provider_id, trail.at.as_millis())?;
        let Some(row) = row else { return tx.finish(Step::Undo(None)).await };
        later!(tx, WIPE, &row.id)?;
        let sealed = row.spoken_sealed.ok_or(Error::Unknown("words of a call"))?;
        let kept = self.keys.open(&row.id, column::SPOKEN, &sealed)?;
        let kept = text(&kept).ok_or(Error::Unknown("words of a call"))?;
        let lang = row.lang.as_deref().map_or_else(Lang::default, Lang::stored);
        match heard(&mut tx, &pressed.news(), trail).await? {
            Some(about) => tx.finish(Step::Keep(Some((Spoken::kept(lang, &kept), about)))).await,
            None => tx.finish(Step::Undo(None)).await,
        }
    }

    /// Wipes what calls would have said whose codes are used, overtaken, given up or too old.
    pub(super) async fn silence_what_is_over(&self, now: Timestamp) -> Result<()> {
        let over: Vec<(String,)> = all!(self.db.read(), OVER, now.as_millis())?;
        for (id,) in over {
            execute!(self.db.write(), WIPE, &id)?;
        }
        Ok(())
    }
}
