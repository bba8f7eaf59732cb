//! `/logout`: ends the session on the server first, then in the browser (R59).
use super::answer::{Answer, Reply, add_cookie};
use super::context::Ctx;
use super::cookies;
use super::form::Form;
use super::guard::Anyone;
use super::news::news_cookie;
use app::view::News;
use axum::body::Body;
use axum::response::Response;
use domain::ports::Fault;
use http::{HeaderName, HeaderValue, StatusCode, header};
use std::sync::Arc;

/// Where one lands after signing out here.
pub const FRONT_DOOR: &str = "/login";

/// Signs out, or gives a half sign-in up; for anybody else nothing is there to end.
///
/// # Errors
/// When the store fails: the session may still be there then, and the page says so.
pub async fn post(_: Anyone, ctx: Arc<Ctx>, _: Form) -> Answer {
    end(&ctx).await?;
    Ok(Reply::Other(Box::new(gone(&ctx, FRONT_DOOR))))
}

/// Ends the session on the server, with what apps were granted out of it.
///
/// # Errors
/// When the store fails: the session may still be there then.
pub async fn end(ctx: &Ctx) -> Result<(), Fault> {
    if let Some(state) = ctx.session.state() {
        ctx.app.core.sessions.end(&state.handle, &state.told_of_end(None), &ctx.trail).await?;
    }
    Ok(())
}

/// The answer that takes it out of the browser and goes on.
#[must_use]
pub fn gone(ctx: &Ctx, to: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/login")));
    headers.insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    // Each by its name, and not all by that header: it would take the browser's memory of names with it, and whoever signs out
    // could be held up by strangers at the next sign-in (R49). The layer's own clearing cookie lacks what a `__Host-` name asks for.
    for ours in [cookies::SESSION, cookies::SEED] {
        add_cookie(&mut response, cookies::set(&ctx.app.site, ours, "", Some(0)));
    }
    // What another page was to tell is over; our own front door says that it is done.
    let news = match to {
        FRONT_DOOR => news_cookie(&ctx.app.site, News::SignedOut),
        _ => cookies::set(&ctx.app.site, cookies::NEWS, "", Some(0)),
    };
    add_cookie(&mut response, news);
    response
}
