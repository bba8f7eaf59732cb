//! `/dev/phone`: the inbox of the built-in provider, for a first look. It exists only where that provider is on, and the
//! start refuses that provider unless `public_url` is a loopback address (R12).
use super::answer::{Answer, show};
use super::context::Ctx;
use super::error::WebError;
use super::guard::Anyone;
use crate::App;
use app::view::{DevMessage, DevPhonePage, Page};
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use domain::channel::Channel;
use http::StatusCode;
use std::sync::Arc;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The messages, newest first.
///
/// # Errors
/// Not found where the provider is off.
pub async fn get(_: Anyone, ctx: Arc<Ctx>) -> Answer {
    let outbox = ctx.app.outbox.as_ref().ok_or(WebError::NOT_FOUND)?;
    let messages = outbox.list(None).into_iter().map(|message| DevMessage {
        sent_at: OffsetDateTime::parse(&message.sent_at, &Rfc3339)
            .map_or(0, |at| i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(0)),
        by_call: message.channel == Channel::Voice.name(),
        to: message.to,
        body: message.body,
    });
    Ok(show(Page::DevPhone(DevPhonePage { messages: messages.collect() })))
}

/// The same for programs; `?to=%2B…` keeps one number's.
pub async fn json(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let Some(outbox) = app.outbox.as_ref() else { return StatusCode::NOT_FOUND.into_response() };
    let query = query.unwrap_or_default();
    let to = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "to").map(|(_, value)| value);
    Json(outbox.list(to.as_deref())).into_response()
}
