//! `/login/cancel`: forgets the half sign-in.
use crate::web::answer::{Answer, go};
use crate::web::context::Ctx;
use crate::web::form::Form;
use crate::web::guard::HalfSignIn;
use app::view::News;
use std::sync::Arc;

/// Forgets it: its code is dead, its session is gone.
///
/// # Errors
/// When the store fails.
pub async fn post(half: HalfSignIn, ctx: Arc<Ctx>, _: Form) -> Answer {
    ctx.app.sign_in.cancel(&half.0, &ctx.trail).await?;
    ctx.app.core.sessions.end(&half.0.session, &[], &ctx.trail).await?;
    Ok(go("/login").telling(News::SignInCancelled))
}
