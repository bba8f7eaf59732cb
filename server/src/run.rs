//! From settings to a running service, and to its end.
use crate::clock::{SharedClock, SystemClock};
use crate::config::{Config, Database};
use crate::connections::{self, Connections};
use crate::entropy::OsEntropy;
use crate::jobs;
use crate::keys::Keys;
use crate::metrics::{self, Metrics};
use crate::passwords::PasswordPool;
use crate::paths::{absolute, is_there};
use crate::router::router;
use crate::serve::{Patience, serve as serve_on};
use crate::services::{self, Adapters, assemble};
use crate::store::{Db, MigrateError, Steps, Store};
use domain::entropy::Entropy;
use domain::time::Clock;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What may come into being when an installation is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Database, tables and key file, where there are none: the first start, and the commands that give it something to serve.
    Made,
    /// Nothing: an installation that is not there is refused. Tables of an earlier release are brought up to date.
    Updated,
    /// Nothing, and the opening writes nothing: an installation that is not there is refused, and so are tables of another release.
    Kept,
    /// Nothing, and the tables stay as they are; there need not be any.
    LookedAt,
}

/// Where a database is, whole.
fn place(database: &Database) -> String {
    database.file().map_or_else(|| database.shown(), |file| absolute(file).display().to_string())
}

/// What whoever works in the wrong folder reads: he would look after an installation that nobody serves.
fn no_installation(database: &Database) -> anyhow::Error {
    let place = place(database);
    anyhow::anyhow!(
        "there is no installation at {place}; name the settings of the one you mean with --config or run this in its folder, \
         or make a new one with `latchkey migrate` or `latchkey serve`"
    )
}

/// Whether an installation would be made in a file that is not there yet: nothing is, for what is refused.
///
/// # Errors
/// When that cannot be seen.
pub fn is_to_come(config: &Config) -> anyhow::Result<bool> {
    let there = config.database.file().map(|file| is_there("database.url", file)).transpose()?;
    Ok(there == Some(false))
}

/// What opening an installation gave.
pub struct Opened {
    /// What the program works with.
    pub adapters: Adapters,
    /// Where an installation was made, there having been none. Whoever works in the wrong folder, or without `--config`, must hear of
    /// it: he looks after one that nobody serves.
    pub made: Option<String>,
}

/// Opens key file and database, and makes what `opening` lets it make.
///
/// # Errors
/// Names what cannot be opened and the remedy.
pub async fn open(config: &Config, opening: Opening) -> anyhow::Result<Opened> {
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    if let Some(file) = config.database.file()
        && !is_there("database.url", file)?
        && opening != Opening::Made
    {
        return Err(no_installation(&config.database));
    }
    // What is wrong with a key file that is there is told before anything is made beside it.
    let kept =
        is_there("secrets.key_file", &config.key_file)?.then(|| Keys::load(&config.key_file)).transpose()?;
    let db = match opening {
        Opening::Made => Db::open(config.database.url()).await?,
        Opening::Updated | Opening::Kept | Opening::LookedAt => Db::open_kept(config.database.url()).await?,
    };
    let new = db.is_new().await.map_err(|error| db.unreadable(error))?;
    if new && matches!(opening, Opening::Updated | Opening::Kept) {
        return Err(no_installation(&config.database));
    }
    if new {
        db.takes_tables().await?;
    }
    let told = db.now().await?;
    let shared_clock = told.map(|(now, asking)| Arc::new(SharedClock::new(now, asking)));
    let clock: Arc<dyn Clock> = match &shared_clock {
        Some(shared) => Arc::clone(shared) as _,
        None => Arc::new(SystemClock),
    };
    // A new key would open nothing that is in an old database: none is made then, so that a lost file stays visibly lost.
    if kept.is_none() && !new {
        anyhow::bail!(
            "secrets.key_file: {} is missing, and this database was made with one; put it back from your backup, or give \
             another database.url to begin anew",
            absolute(&config.key_file).display()
        );
    }
    let had_a_key = kept.is_some();
    // Nodes that share a database share the key: what one would make alone is another one's.
    let keys = Arc::new(match kept {
        Some(keys) => keys,
        None if config.database.is_shared() || opening != Opening::Made => Keys::load(&config.key_file)?,
        None => Keys::load_or_make(&config.key_file, &*entropy)?,
    });
    match opening {
        Opening::Made | Opening::Updated => db.migrate().await?,
        Opening::Kept => fits(&db.steps().await?)?,
        // What is still to be done, a start does.
        Opening::LookedAt => later(&db.steps().await?)?,
    }
    let store = Store::new(
        db,
        Arc::clone(&keys),
        Arc::clone(&entropy),
        Arc::clone(&clock),
        config.policy.session.clone(),
    );
    match opening {
        Opening::Made | Opening::Updated => store.check_key().await?,
        // In a new database there is no key to compare with yet.
        Opening::LookedAt if new => {}
        Opening::Kept | Opening::LookedAt => store.compare_key().await?,
    }
    let passwords = Arc::new(PasswordPool::new(&keys, Arc::clone(&entropy))?);
    let adapters = Adapters { clock, shared_clock, entropy, keys, store, passwords };
    let made = (new && opening == Opening::Made).then(|| place(&config.database));
    if made.is_some() && had_a_key && !config.database.is_shared() {
        tracing::warn!(
            key_file = %config.key_file.display(),
            "a key file is there and its database was not: if accounts were expected, stop this and see whether database.url names the right \
             file and its disk is mounted"
        );
    }
    Ok(Opened { adapters, made })
}

/// Refuses tables from which a later release took away what this one uses.
fn later(steps: &Steps) -> anyhow::Result<()> {
    steps.taken_away.map_or(Ok(()), |step| Err(MigrateError::Later(step).into()))
}

/// Whether the tables are those that this release works with.
fn fits(steps: &Steps) -> anyhow::Result<()> {
    later(steps)?;
    if steps.pending > 0 {
        anyhow::bail!(
            "the tables of the database are those of an earlier release of latchkey (steps to be done: {}); run `latchkey migrate` \
             first, or start `latchkey serve` of this release",
            steps.pending
        );
    }
    Ok(())
}

/// Where the portal and the metrics are asked for.
struct Listeners {
    pages: TcpListener,
    admin: Option<(SocketAddr, TcpListener)>,
}

impl Listeners {
    async fn bind(pages: SocketAddr, admin: Option<SocketAddr>) -> anyhow::Result<Self> {
        let pages = listen("listen", pages).await?;
        let admin = match admin {
            Some(at) => Some((at, listen("admin_listen", at).await?)),
            None => None,
        };
        Ok(Self { pages, admin })
    }
}

async fn listen(key: &str, at: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(at).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow::anyhow!("server.{key}: cannot listen on {at}; is another process there? ({error})")
        }
        ErrorKind::AddrNotAvailable => {
            anyhow::anyhow!("server.{key}: cannot listen on {at}; this machine has no such address ({error})")
        }
        _ => anyhow::anyhow!("server.{key}: cannot listen on {at}: {error}"),
    })
}

/// Serves until told to stop, then finishes the requests under way.
///
/// # Errors
/// Names what keeps it from starting.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    for line in &config.strangers {
        tracing::warn!("{line}");
    }
    let to_come = is_to_come(&config)?;
    if to_come && !services::suit(&config) {
        services::would_start(config)?;
        anyhow::bail!("these settings are not good");
    }
    let (listen, admin_listen) = (config.listen, config.admin_listen);
    // Where the address is another process's, nothing is made either. Later, the database has more to say of a second node.
    let early = if to_come { Some(Listeners::bind(listen, admin_listen).await?) } else { None };
    let Opened { adapters, made } = open(&config, Opening::Made).await?;
    let _alone = adapters.store.db().take_alone()?;
    let passwords = Arc::clone(&adapters.passwords);
    let store = adapters.store.clone();
    let app = assemble(config, adapters)?;
    let now = app.core.clock.now();
    store.count_today_so_far(app.core.policy.limits.per_day, now).await?;
    if store.sending_today(now).await?.stopped_since.is_some() {
        tracing::warn!("an operator has stopped all messages; `latchkey sms resume` lets them go out again");
    }
    if let Some(place) = made {
        tracing::info!(database = place, "There was no installation here: a new one was made");
    }
    let listeners = match early {
        Some(listeners) => listeners,
        None => Listeners::bind(listen, admin_listen).await?,
    };
    if let Some((admin, listener)) = listeners.admin {
        let lines = Arc::clone(&app.lines);
        let refresh = move |metrics: &Metrics| {
            metrics.hashes_waiting(passwords.waiting());
            metrics.lines_open(lines.count());
        };
        let routes = metrics::routes(Arc::clone(&app.metrics), Arc::new(refresh));
        tracing::info!(address = %admin, "Metrics are served");
        // It ends with the process.
        tokio::spawn(async move { axum::serve(listener, routes).await });
    }
    tracing::info!(address = %listen, url = app.site.origin, "Latchkey is ready");
    if app.outbox.is_some() {
        tracing::warn!(
            "Messages are kept in the built-in inbox at {}/dev/phone; nobody receives them",
            app.site.origin
        );
        if !listen.ip().is_loopback() {
            tracing::warn!(address = %listen, "Whoever reaches this address can read that inbox; listen on 127.0.0.1");
        }
    }
    // The first start makes the first signing key: beside everything else, for it takes a while.
    tokio::spawn(jobs::first_key(Arc::clone(&app)));
    let background = tokio::spawn(jobs::run(Arc::clone(&app)));
    let watching = tokio::spawn(jobs::watch_delivery(Arc::clone(&app)));
    let secrets = tokio::spawn(jobs::watch_secrets(Arc::clone(&app)));
    let lines = Arc::clone(&app.lines);
    let stop = async move {
        stop_asked().await;
        // Requests under way are waited for, and these would not end by themselves.
        lines.end();
        tracing::info!("Stopping: finishing the requests under way");
    };
    let room = connections::make_room();
    app.lines.leave_room(room);
    let connections = Connections::new(app.site.trusted_proxies.clone(), room);
    let pages = router(Arc::clone(&app), store);
    if !serve_on(listeners.pages, pages, &connections, Patience::default(), stop).await {
        tracing::warn!("Some requests took too long and were cut off");
    }
    background.abort();
    watching.abort();
    secrets.abort();
    tracing::info!("Stopped");
    Ok(())
}

async fn stop_asked() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
