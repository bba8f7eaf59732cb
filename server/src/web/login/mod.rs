//! Signing in: a page a file.
pub mod cancel;
pub mod otp;
pub mod password;

use crate::web::context::Ctx;
use app::view::ForApp;
use domain::id::RequestId;
use domain::ports::Fault;

/// The sign-in page, for the app's request that this session is on the way to, if there is one: cancelling and beginning anew do not
/// lose it (R114).
#[must_use]
pub fn again(ctx: &Ctx) -> String {
    match ctx.session.resume() {
        Some(request) => page_for(&request),
        None => "/login".to_owned(),
    }
}

/// The sign-in page for an app's request.
#[must_use]
pub fn page_for(request: &RequestId) -> String {
    format!("/login?resume={request}")
}

/// Where one goes once signed in: to the app's request that waits, else to the portal.
#[must_use]
pub fn onward(request: Option<&RequestId>) -> String {
    match request {
        Some(request) => format!("/oidc/authorize?resume={request}"),
        None => "/security".to_owned(),
    }
}

/// The app whose request this session is on the way to, if it still waits: pages name it and lead back to it.
///
/// # Errors
/// When the store fails.
pub async fn for_app(ctx: &Ctx) -> Result<Option<ForApp>, Fault> {
    let Some(id) = ctx.session.resume() else { return Ok(None) };
    let session = ctx.session.state();
    let waiting = ctx.app.provider.waiting(&id, session.as_ref(), &ctx.browser(), &ctx.trail).await?;
    Ok(waiting.map(|waiting| ForApp { name: waiting.app, resume: id.to_string() }))
}
