//! `/oidc/decline`: a person gives up the sign-in that an app asked for, and goes back to it.
use super::authorize;
use crate::web::answer::Answer;
use crate::web::context::Ctx;
use crate::web::form::Form;
use crate::web::guard::{Anyone, HalfSignIn};
use app::view::ErrorKind;
use domain::oidc::provider::Authorized;
use domain::session::Who;
use std::sync::Arc;

/// The app is told that its person said no. A sign-in that was half done for it ends, with its code; whoever was signed in stays so.
///
/// # Errors
/// Our own page where the request waits no more.
pub async fn post(_: Anyone, ctx: Arc<Ctx>, form: Form) -> Answer {
    let id = ctx.request_named(Some(&form)).ok_or(ErrorKind::RequestOver)?;
    let (session, half) = (ctx.session.state(), HalfSignIn::find(&ctx).await?);
    let declined = ctx.app.provider.decline(&id, session.as_ref(), &ctx.browser(), &ctx.trail).await?;
    if matches!(declined, Authorized::Over) {
        // An old form: what is under way by now is not what it gives up.
        return authorize::answer(&ctx, declined, true).await;
    }
    if let Some(half) = &half {
        ctx.app.sign_in.cancel(&half.flow, &half.who, &ctx.trail).await?;
    }
    if half.is_none_or(|half| matches!(half.who, Who::Person { .. })) {
        ctx.session.wait_no_more().await?;
    }
    authorize::answer(&ctx, declined, true).await
}
