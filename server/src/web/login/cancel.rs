//! `/login/cancel`: forgets the half sign-in.
use crate::web::answer::{Answer, go};
use crate::web::context::Ctx;
use crate::web::form::Form;
use crate::web::guard::HalfSignIn;
use crate::web::login::again;
use app::view::News;
use std::sync::Arc;

/// Forgets it: its code is dead, its session is gone.
///
/// # Errors
/// When the store fails.
pub async fn post(half: HalfSignIn, ctx: Arc<Ctx>, _: Form) -> Answer {
    let begin = again(&ctx);
    ctx.app.sign_in.cancel(&half.flow, &half.who, &ctx.trail).await?;
    Ok(go(begin).telling(News::SignInCancelled))
}
