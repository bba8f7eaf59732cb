//! Connections: taken up, cut where a client is too slow, finished before the server stops.
//!
//! `axum::serve` sets no time for a request's head: a client that never ends one would hold its connection for good (R137).
use crate::connections::Connections;
use crate::log_throttle::LogThrottle;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use std::time::Duration;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

/// How long the server waits for others.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the head of a request, and for the next request on a connection that is kept.
    pub head: Duration,
    /// For a client to take what is written to it: one that does not read is cut off (R137). Longer than the live lines are silent.
    pub unread: Duration,
    /// Once the server is to stop, it serves as before for so long: who sends it requests learns meanwhile that it is not ready any more, and
    /// none meets a connection that closes in that moment (R134).
    pub notice: Duration,
    /// For requests under way after that.
    pub last: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let half_a_minute = Duration::from_secs(30);
        let notice = Duration::from_secs(1);
        Self { head: half_a_minute, unread: half_a_minute, notice, last: half_a_minute - notice }
    }
}

/// Longest head of a request, in bytes; a longer one is answered 431 (R137).
const LONGEST_HEAD: usize = 16 * 1024;

/// Out of files or memory: others are taken up again after so long.
const BREATH: Duration = Duration::from_millis(500);

/// Where there is no place for a file more, it happens twice a second until there is.
static NOT_TAKEN: LogThrottle = LogThrottle::new();

/// Serves until `stop` comes, then finishes what is under way. False: some requests took too long and were cut off.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: &Connections,
    patience: Patience,
    stop: impl Future<Output = ()>,
) -> bool {
    // HTTP/1.1 alone, as proxies and browsers speak it without TLS: a connection that says nothing at all has a head to be waited for too.
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience.head).max_buf_size(LONGEST_HEAD);
    #[cfg(target_os = "linux")]
    let unread = u32::try_from(patience.unread.as_millis()).unwrap_or(u32::MAX);
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(async {
        stop.await;
        tokio::time::sleep(patience.notice).await;
    });
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    if NOT_TAKEN.is_due() {
                        tracing::warn!(%error, "a connection could not be taken up");
                    }
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
            },
        };
        // Closed without a word: an answer would cost what is to be saved.
        let Some(place) = connections.take(peer.ip()) else { continue };
        // Answers are whole when they are written: nothing is gained by holding a part back.
        let _ = stream.set_nodelay(true);
        #[cfg(target_os = "linux")]
        let _ = rustix::net::sockopt::set_tcp_user_timeout(&stream, unread);
        let router = router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request.map(Body::new))
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            // A client that leaves or is cut off is no news.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    tokio::time::timeout(patience.last, graceful.shutdown()).await.is_ok()
}
