//! From settings to a running service, and to its end.
use crate::clock::{SharedClock, SystemClock};
use crate::config::{Config, Database};
use crate::connections::{self, Connections};
use crate::entropy::OsEntropy;
use crate::jobs;
use crate::keys::Keys;
use crate::metrics::{self, Metrics};
use crate::passwords::PasswordPool;
use crate::router::router;
use crate::serve::{Patience, serve as serve_on};
use crate::services::{Adapters, assemble};
use crate::store::{Db, Store};
use anyhow::Context as _;
use domain::entropy::Entropy;
use domain::time::Clock;
use std::sync::Arc;

/// What may come into being when an installation is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Database, tables and key file, where there are none: the first start, and the commands that give it something to serve.
    Made,
    /// Nothing: an installation that is not there is refused. Tables of an earlier release are brought up to date.
    Kept,
    /// Nothing, and the tables stay as they are; there need not be any.
    LookedAt,
}

/// What whoever works in the wrong folder reads: he would look after an installation that nobody serves.
fn no_installation(database: &Database) -> anyhow::Error {
    let place = database.file().map_or_else(|| database.shown(), |file| file.display().to_string());
    anyhow::anyhow!(
        "there is no installation at {place}; name the settings of the one you mean with --config or run this in its folder, \
         or make a new one with `latchkey migrate` or `latchkey serve`"
    )
}

/// Opens key file and database, and makes what `opening` lets it make.
///
/// # Errors
/// Names what cannot be opened and the remedy.
pub async fn adapters(config: &Config, opening: Opening) -> anyhow::Result<Adapters> {
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    // Opening would make the file.
    if opening != Opening::Made && config.database.file().is_some_and(|file| !file.exists()) {
        return Err(no_installation(&config.database));
    }
    let db = Db::open(config.database.url()).await?;
    if opening == Opening::Kept && db.is_new().await? {
        return Err(no_installation(&config.database));
    }
    let told = db.now().await?;
    let shared_clock = told.map(|(now, asking)| Arc::new(SharedClock::new(now, asking)));
    let clock: Arc<dyn Clock> = match &shared_clock {
        Some(shared) => Arc::clone(shared) as _,
        None => Arc::new(SystemClock),
    };
    // A new key would open nothing that is in an old database: none is made then, so that a lost file stays visibly lost.
    if !config.key_file.exists() && !db.is_new().await? {
        anyhow::bail!(
            "secrets.key_file: {} is missing, and this database was made with one; put it back from your backup, or give \
             another database.url to begin anew",
            config.key_file.display()
        );
    }
    // Nodes that share a database share the key: what one would make alone is another one's.
    let keys = Arc::new(if config.database.is_shared() || opening != Opening::Made {
        Keys::load(&config.key_file)?
    } else {
        Keys::load_or_make(&config.key_file, &*entropy)?
    });
    let migrate = opening != Opening::LookedAt;
    if migrate {
        db.migrate().await?;
    }
    let store = Store::new(
        db,
        Arc::clone(&keys),
        Arc::clone(&entropy),
        Arc::clone(&clock),
        config.policy.session.clone(),
    );
    // In a new database there is no key to compare with yet.
    if migrate || !store.db().is_new().await? {
        store.check_key().await?;
    }
    let passwords = Arc::new(PasswordPool::new(&keys, Arc::clone(&entropy))?);
    Ok(Adapters { clock, shared_clock, entropy, keys, store, passwords })
}

/// Serves until told to stop, then finishes the requests under way.
///
/// # Errors
/// Names what keeps it from starting.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    for line in &config.strangers {
        tracing::warn!("{line}");
    }
    let listen = config.listen;
    let admin_listen = config.admin_listen;
    let adapters = adapters(&config, Opening::Made).await?;
    let _alone = adapters.store.db().take_alone()?;
    let passwords = Arc::clone(&adapters.passwords);
    let sessions = adapters.store.clone();
    let app = assemble(config, adapters)?;
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("server.listen: cannot listen on {listen}; is another process there?"))?;
    if let Some(admin) = admin_listen {
        let listener = tokio::net::TcpListener::bind(admin).await.with_context(|| {
            format!("server.admin_listen: cannot listen on {admin}; is another process there?")
        })?;
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
    let pages = router(Arc::clone(&app), sessions);
    if !serve_on(listener, pages, &connections, Patience::default(), stop).await {
        tracing::warn!("Some requests took too long and were cut off");
    }
    background.abort();
    watching.abort();
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
