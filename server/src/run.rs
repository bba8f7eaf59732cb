//! From settings to a running service, and to its end.
use crate::config::Config;
use crate::connections::{self, Connections};
use crate::installation::{Opened, Opening, is_to_come, open};
use crate::jobs;
use crate::metrics::{self, Metrics};
use crate::router::router;
use crate::serve::{Patience, serve as serve_on};
use crate::services::{self, assemble};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::net::TcpListener;

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
    let (lines, stopping) = (Arc::clone(&app.lines), Arc::clone(&app));
    let stop = async move {
        stop_asked().await;
        stopping.stopping.store(true, Ordering::Relaxed);
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
