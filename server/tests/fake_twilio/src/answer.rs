//! Twilio's answers: the record of a message, and errors.
use crate::segments;
use crate::state::Message;
use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// The HTTP status that goes with one of Twilio's codes.
#[must_use]
pub fn http_status(code: u32) -> u16 {
    match code {
        20003 | 20005 | 10001 => 401,
        20006 | 20008 | 20403 => 403,
        20404 => 404,
        20004 => 405,
        20415 => 415,
        20429 => 429,
        20500 => 500,
        20503 => 503,
        _ => 400,
    }
}

/// An error as Twilio writes it.
pub(crate) fn error(code: u32, status: Option<u16>, retry_after: Option<u32>) -> Response {
    let status = status.unwrap_or_else(|| http_status(code));
    let body = json!({
        "code": code,
        "message": format!("The request was refused ({code})."),
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
        "status": status,
    });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = (status, Json(body)).into_response();
    if let Some(seconds) = retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        answer
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"Twilio API\""));
    }
    answer
}

/// The record of a message.
pub(crate) fn record(message: &Message) -> Value {
    let at = date(message.at);
    let through_service = message.service.is_some();
    // A service chooses its sender, and counts, once it hands the message over; what it costs is known then too.
    let gone = ["sent", "delivered", "undelivered", "read"].contains(&message.status.as_str());
    let segments = (gone || !through_service).then(|| segments::count(&message.body));
    let base = format!("/2010-04-01/Accounts/{}/Messages/{}", message.account, message.sid);
    json!({
        "account_sid": message.account,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": at,
        "date_sent": if message.status == "sent" || message.status == "delivered" { json!(at) } else { Value::Null },
        "date_updated": at,
        "direction": "outbound-api",
        "error_code": message.error_code,
        "error_message": message.error_code.map(|code| format!("The message failed ({code}).")),
        "from": message.from,
        "messaging_service_sid": message.service,
        "num_media": "0",
        "num_segments": segments.map_or_else(|| "0".to_owned(), |count| count.to_string()),
        "price": segments.filter(|_| gone).map(price),
        "price_unit": gone.then_some("USD"),
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": { "media": format!("{base}/Media.json") },
        "to": message.to,
        "uri": format!("{base}.json"),
    })
}

/// 0.0075 a segment; what is charged stands there with a minus.
fn price(segments: usize) -> String {
    let units = segments.saturating_mul(75);
    format!("-{}.{:04}0", units / 10_000, units % 10_000)
}

fn date(at: OffsetDateTime) -> String {
    at.format(&Rfc2822).unwrap_or_default()
}
