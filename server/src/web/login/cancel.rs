//! `/login/cancel`: forgets the half sign-in.
use crate::web::answer::{Answer, go};
use crate::web::context::Ctx;
use crate::web::form::Form;
use crate::web::guard::HalfSignIn;
use crate::web::login::again;
use app::view::News;
use domain::ports::Fault;
use std::sync::Arc;

/// Forgets it: its code is dead, its session is gone.
///
/// # Errors
/// When the store fails.
pub async fn post(half: HalfSignIn, ctx: Arc<Ctx>, _: Form) -> Answer {
    let begin = again(&ctx);
    give_up(&half, &ctx).await?;
    Ok(go(begin).telling(News::SignInCancelled))
}

/// Ends a half sign-in with its code. Who only lacks the code for an app stays signed in by the password.
///
/// # Errors
/// When the store fails.
pub async fn give_up(half: &HalfSignIn, ctx: &Ctx) -> Result<(), Fault> {
    ctx.app.sign_in.cancel(&half.flow, &ctx.trail).await?;
    if !half.stepping_up {
        ctx.app.core.sessions.end(&half.flow.session, &[], &ctx.trail).await?;
    }
    Ok(())
}
