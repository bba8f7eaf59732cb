//! `/healthz` and `/readyz`: is the process alive, can it serve. No details (R134).
use crate::App;
use axum::extract::State;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::sync::atomic::Ordering;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Database and migrations are there, and the process is not about to stop.
pub async fn ready(State(app): State<App>) -> (StatusCode, HeaderMap, &'static str) {
    let mut headers = HeaderMap::new();
    if !app.stopping.load(Ordering::Relaxed) && app.readiness.ready().await {
        (StatusCode::OK, headers, "ready\n")
    } else {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        (StatusCode::SERVICE_UNAVAILABLE, headers, "not ready\n")
    }
}
