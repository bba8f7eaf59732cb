//! `/`: to where one belongs.
use super::answer::{Answer, go};
use super::context::Ctx;
use super::guard::Anyone;
use domain::session::Who;
use std::sync::Arc;

/// To the portal for who is signed in, else to the sign-in page.
///
/// # Errors
/// None of its own.
pub async fn get(_: Anyone, ctx: Arc<Ctx>) -> Answer {
    let signed_in = ctx.session.state().is_some_and(|state| matches!(state.who, Who::Person { .. }));
    Ok(go(if signed_in { "/security" } else { "/login" }))
}
