//! The code steps alone, without password, pages and network: issue, hand to the built-in provider, check, use up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use domain::events::{Actor, Trail};
use domain::id::SessionHandle;
use domain::lang::Lang;
use domain::otp::{OtpService, Target};
use domain::password::NameKey;
use domain::phone::Phone;
use domain::purpose::Purpose;
use domain::sign_in::Finished;
use server::App;
use server::config;
use server::services::assemble;
use server::store::Store;

use super::hash;
use crate::clock::{ms, now};
use crate::people::{CROWD, Person};
use crate::table::{Line, line};
use crate::world::{World, free_port};

const WARM_UP: Duration = Duration::from_secs(1);
const WATCHED: Duration = Duration::from_secs(4);

/// Hashes per second of plain argon2 on the machine that the figures were asked for.
const USUAL: f64 = 138.0;
const HASHED: Duration = Duration::from_secs(4);

/// Code steps on either database.
///
/// # Errors
/// A code is not sent or not right.
pub fn measure(sqlite: &World) -> Result<Vec<Line>> {
    let on_file = per_second(sqlite)?;
    let on_server = sqlite.on_postgres()?.map(|postgres| per_second(&postgres)).transpose()?;
    let here = hash::plain(HASHED)?;
    let told = |steps: f64| {
        let usual = steps / here * USUAL;
        format!("{steps:.0}; {usual:.0} on a machine where plain argon2 does {USUAL:.0}/s (here {here:.0})")
    };
    let sqlite = "code steps/s alone (issue, send to the built-in provider, check), SQLite";
    let (on_server, measured) = match on_server {
        Some(steps) => (steps, told(steps)),
        None => (f64::NAN, "SKIPPED: no server".to_owned()),
    };
    Ok(vec![
        line(sqlite, ">= 1500", told(on_file), on_file),
        line("… on PostgreSQL", ">= 1000", measured, on_server),
    ])
}

/// Complete code steps in a second, everybody of the crowd at once, on both cores.
fn per_second(world: &World) -> Result<f64> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(counted(world))
}

/// The server's inside in this process, on the world's database.
///
/// # Errors
/// It does not start.
pub async fn assembled(world: &World) -> Result<(App, Store)> {
    let config = config::load(Some(&world.no_settings()?), &world.settings(free_port()?))?;
    let adapters = server::installation::open(&config, server::installation::Opening::Made).await?.adapters;
    let store = adapters.store.clone();
    Ok((assemble(config, adapters)?, store))
}

/// Milliseconds that checking a right code took, for so many people one after the other.
///
/// # Errors
/// A code is not sent or not right.
pub fn checks(world: &World, count: usize) -> Result<Vec<f64>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let (app, store) = assembled(world).await?;
        let mut took = Vec::with_capacity(count);
        for (phone, person) in known(world, &app, &store, count).await? {
            took.push(ms(one(&app, &phone, &person).await?));
        }
        Ok(took)
    })
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
async fn counted(world: &World) -> Result<f64> {
    let (app, store) = assembled(world).await?;
    let (done, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut tasks = Vec::new();
    let people = Arc::new(known(world, &app, &store, KNOWN).await?);
    for nth in 0..CROWD {
        let (app, done, stop, people) =
            (Arc::clone(&app), Arc::clone(&done), Arc::clone(&stop), Arc::clone(&people));
        tasks.push(tokio::spawn(async move {
            let mut own = people.iter().skip(nth).step_by(CROWD).cycle();
            while !stop.load(Ordering::Relaxed) {
                let (phone, person) = own.next().context("somebody")?;
                one(&app, phone, person).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, anyhow::Error>(())
        }));
    }
    tokio::time::sleep(WARM_UP).await;
    let (before, begun) = (done.load(Ordering::Relaxed), now());
    tokio::time::sleep(WATCHED).await;
    let (after, took) = (done.load(Ordering::Relaxed), begun.elapsed());
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await??;
    }
    Ok((after - before) as f64 / took.as_secs_f64())
}

/// So many that nobody meets a limit in the seconds that this takes.
const KNOWN: usize = 3_200;

async fn known(world: &World, app: &App, store: &Store, count: usize) -> Result<Vec<(Phone, Person)>> {
    let mut known = Vec::with_capacity(count);
    for _ in 0..count {
        let person = world.people.next()?.clone();
        let name = NameKey::of(&person.name).context("a name")?;
        let id = store.find_user(&name).await?.context("an account")?.id;
        let phone = app.phones.all(&id).await?.into_iter().next().context("a phone")?;
        known.push((phone, person));
    }
    Ok(known)
}

/// A complete step; gives how long checking the code took.
async fn one(app: &App, phone: &Phone, person: &Person) -> Result<Duration> {
    let session = SessionHandle::ordered(app.core.clock.now(), &*app.core.entropy);
    let trail = Trail {
        at: app.core.clock.now(),
        actor: Actor::Person,
        request: "bench".to_owned(),
        address: "127.0.0.1".to_owned(),
        agent: "Bench".to_owned(),
        session: Some(session.clone()),
        lang: Lang::En,
    };
    let otp = OtpService::new(Arc::clone(&app.core));
    let started = otp.start(&phone.account, &session, Purpose::SignIn, Target::Phone(phone), &trail).await?;
    let flow = started.flow.ok_or_else(|| anyhow!("no code: {:?}", started.sent))?;
    let outbox = app.outbox.as_ref().context("the built-in provider")?;
    let texts = outbox.list(Some(&person.phone));
    let code = texts.first().and_then(|text| text.body.rsplit('#').next().map(str::to_owned));
    let half = app.sign_in.half(&flow, &session, &trail).await?.context("a half sign-in")?;
    let asked = now();
    let finished = app.sign_in.code(half.created_at, half, &code.unwrap_or_default(), &trail).await?;
    match finished {
        Finished::In(_) => Ok(asked.elapsed()),
        Finished::Not(why) => bail!("the code was not right: {why:?}"),
    }
}
