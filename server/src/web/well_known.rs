//! `/.well-known/…`: where to change the password, whom to tell about a hole (R76).
use super::answer::{Answer, Reply, go};
use super::context::Ctx;
use super::guard::Anyone;
use axum::body::Body;
use axum::response::Response;
use domain::time::Timestamp;
use http::{HeaderValue, header};
use std::sync::Arc;
use std::time::Duration;

/// Where a password manager sends people: the portal, until a page of its own exists.
///
/// # Errors
/// None of its own.
pub async fn change_password(_: Anyone, _: Arc<Ctx>) -> Answer {
    Ok(go("/security"))
}

/// `security.txt` (RFC 9116). Its contact is the installation's help address; without one, its front door: that much is known of who runs it.
///
/// # Errors
/// None of its own.
pub async fn security_txt(_: Anyone, ctx: Arc<Ctx>) -> Answer {
    let front_door = || format!("{}/", ctx.app.site.origin);
    let contact = ctx.app.site.support_url.clone().unwrap_or_else(front_door);
    let expires = day(ctx.trail.at.plus(Duration::from_secs(180 * 86_400)));
    let origin = &ctx.app.site.origin;
    let text = format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en, es\nCanonical: {origin}/.well-known/security.txt\n"
    );
    let mut response = Response::new(Body::from(text));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok(Reply::Other(Box::new(response)))
}

fn day(at: Timestamp) -> String {
    let seconds = at.as_millis().div_euclid(86_400_000) * 86_400;
    time::OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|moment| moment.format(&time::format_description::well_known::Rfc3339).ok())
        .unwrap_or_default()
}
