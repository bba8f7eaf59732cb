//! Requests that wait while their people sign in.
use crate::store::record::record;
use crate::store::tx::{execute, optional, statements};
use crate::store::{Error, Result, Store, at};
use domain::client::ClientId;
use domain::id::{AccountId, RequestId, SessionHandle};
use domain::oidc::life;
use domain::oidc::ports::{BrowserMark, Pending};
use domain::time::Timestamp;

statements! {
    ASK = "INSERT INTO oidc_requests (id, client_id, asked, created_at, browser, asked_in) VALUES ($1, $2, $3, $4, $5, $6)";
    /// One that belongs to no browser yet belongs to the first that comes back to it.
    BIND = "UPDATE oidc_requests SET browser = $2, asked_in = $3 WHERE id = $1 AND browser IS NULL AND created_at > $4";
    PENDING = "SELECT client_id, asked, created_at, browser, asked_in, agreed FROM oidc_requests \
        WHERE id = $1 AND answered_at IS NULL AND created_at > $2";
    AGREE = "UPDATE oidc_requests SET agreed = $2 WHERE id = $1 AND answered_at IS NULL AND created_at > $3";
    /// Answered once: with a code, or with a refusal.
    pub_answer_placeholder = "SELECT id FROM oidc_requests WHERE id = $1";
}

record! {
    struct PendingRow {
        client_id: String,
        asked: String,
        created_at: i64,
        browser: Option<String>,
        asked_in: Option<String>,
        agreed: Option<String>,
    }
}
