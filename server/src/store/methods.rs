//! How sign-in methods are switched. One lock for all of them: whether one may be the default depends on how it is switched in the
//! same moment.
use super::tx::{Step, Tx, Whose, all, execute, one, optional, statements, steadily};
use super::{Doing as _, Error, Result, Store, count, events};
use async_trait::async_trait;
use domain::events::{Event, EventKind, Trail};
use domain::level::Level;
use domain::method::{Method, MethodProblem, MethodSet, SwitchedOff};
use domain::ports::{Fault, Methods};

statements! {
    ALL = "SELECT acr, disabled_at, default_at FROM methods";
    ENABLE = "UPDATE methods SET disabled_at = NULL WHERE acr = $1 AND disabled_at IS NOT NULL";
    DISABLE = "UPDATE methods SET disabled_at = $2 WHERE acr = $1 AND disabled_at IS NULL";
    /// Beside the switch: a default that is gone is told of.
    UNSET_ANY_DEFAULT = "UPDATE methods SET default_at = NULL WHERE default_at IS NOT NULL RETURNING acr";
    UNSET_DEFAULT = "UPDATE methods SET default_at = NULL WHERE acr = $1 AND default_at IS NOT NULL";
    /// In place of any other, unless it is off or the default already.
    SET_DEFAULT = "UPDATE methods SET default_at = CASE WHEN acr = $1 THEN CAST($2 AS BIGINT) END \
        WHERE (acr = $1 OR default_at IS NOT NULL) AND EXISTS \
        (SELECT 1 FROM methods m WHERE m.acr = $1 AND m.disabled_at IS NULL AND m.default_at IS NULL)";
    IS_ON = "SELECT COUNT(*) FROM methods WHERE acr = $1 AND disabled_at IS NULL";
    SECOND_STEPS = "SELECT COUNT(DISTINCT account_id) FROM phones WHERE verified_at IS NOT NULL AND retired_at IS NULL";
}

/// Nobody else switches under it.
const LOCK: &str = "methods";

fn event(kind: EventKind, method: Level) -> Event {
    Event::anonymous(kind).detail(method.acr())
}

impl Store {
    async fn methods_in(&self) -> Result<MethodSet> {
        let rows: Vec<(String, Option<i64>, Option<i64>)> = all!(self.db.read(), ALL)?;
        // One that only a later release knows is none of ours.
        let known = rows.into_iter().filter_map(|(acr, disabled_at, default_at)| {
            let level = Level::of_acr(&acr)?;
            Some(Method { level, enabled: disabled_at.is_none(), default: default_at.is_some() })
        });
        Ok(MethodSet::stored(&known.collect::<Vec<_>>()))
    }

    async fn switching(&self) -> Result<Tx> {
        let mut tx = self.db.begin(Whose::Nobody).await?;
        tx.lock(&[LOCK]).await?;
        Ok(tx)
    }

    async fn enable_method_in(&self, method: Level, trail: &Trail) -> Result<bool> {
        let mut tx = self.switching().await?;
        if execute!(tx, ENABLE, method.acr())? == 0 {
            return tx.finish(Step::Undo(false)).await;
        }
        events::write(&mut tx, &[event(EventKind::MethodEnabled, method)], trail).await?;
        tx.finish(Step::Keep(true)).await
    }

    async fn disable_method_in(&self, method: Level, trail: &Trail) -> Result<SwitchedOff> {
        let mut tx = self.switching().await?;
        if execute!(tx, DISABLE, method.acr(), trail.at.as_millis())? == 0 {
            return tx.finish(Step::Undo(SwitchedOff::Already)).await;
        }
        let mut events = vec![event(EventKind::MethodDisabled, method)];
        let mut done = SwitchedOff::Done;
        if execute!(tx, UNSET_DEFAULT, method.acr())? > 0 {
            events.push(event(EventKind::MethodDefaultRemoved, method));
            done = SwitchedOff::DoneWithDefault;
        }
        events::write(&mut tx, &events, trail).await?;
        tx.finish(Step::Keep(done)).await
    }

    async fn set_default_in(&self, method: Level, trail: &Trail) -> Result<Result<bool, MethodProblem>> {
        let mut tx = self.switching().await?;
        if execute!(tx, SET_DEFAULT, method.acr(), trail.at.as_millis())? == 0 {
            let (on,): (i64,) = one!(tx, IS_ON, method.acr())?;
            let why = if on > 0 { Ok(false) } else { Err(MethodProblem::Disabled) };
            return tx.finish(Step::Undo(why)).await;
        }
        events::write(&mut tx, &[event(EventKind::MethodDefaultSet, method)], trail).await?;
        tx.finish(Step::Keep(Ok(true))).await
    }

    async fn unset_default_in(&self, trail: &Trail) -> Result<Option<Level>> {
        let mut tx = self.switching().await?;
        let row: Option<(String,)> = optional!(tx, UNSET_ANY_DEFAULT)?;
        let Some((acr,)) = row else { return tx.finish(Step::Undo(None)).await };
        let was = Level::of_acr(&acr).ok_or(Error::Unknown("sign-in method"))?;
        events::write(&mut tx, &[event(EventKind::MethodDefaultRemoved, was)], trail).await?;
        tx.finish(Step::Keep(Some(was))).await
    }

    /// How many accounts have a proven number: they are asked for a code, however methods are switched.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn second_steps(&self) -> Result<u32, Fault> {
        let counted: Result<(i64,), _> = one!(self.db.read(), SECOND_STEPS);
        Ok(count(counted.doing("counting second steps")?.0))
    }
}

#[async_trait]
impl Methods for Store {
    async fn all(&self) -> Result<MethodSet, Fault> {
        self.methods_in().await.doing("reading sign-in methods")
    }

    async fn enable(&self, method: Level, trail: &Trail) -> Result<bool, Fault> {
        steadily!(self.enable_method_in(method, trail).await).doing("switching a sign-in method on")
    }

    async fn disable(&self, method: Level, trail: &Trail) -> Result<SwitchedOff, Fault> {
        steadily!(self.disable_method_in(method, trail).await).doing("switching a sign-in method off")
    }

    async fn set_default(&self, method: Level, trail: &Trail) -> Result<Result<bool, MethodProblem>, Fault> {
        steadily!(self.set_default_in(method, trail).await).doing("setting the default sign-in method")
    }

    async fn unset_default(&self, trail: &Trail) -> Result<Option<Level>, Fault> {
        steadily!(self.unset_default_in(trail).await).doing("leaving no default sign-in method")
    }
}
