//! `/security/notices/{id}/dismiss`: puts a banner away.
use crate::web::answer::{Answer, go};
use crate::web::context::Ctx;
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::guard::SignedIn;
use domain::id::NoticeId;
use std::sync::Arc;

/// Puts it away.
///
/// # Errors
/// Not found for another account's notice.
pub async fn dismiss(person: SignedIn, ctx: Arc<Ctx>, _: Form) -> Answer {
    let id = ctx.id(NoticeId::parse)?;
    if ctx.app.core.notices.put_away(person.id(), &id, ctx.trail.at).await? {
        Ok(go("/security"))
    } else {
        Err(WebError::NOT_FOUND)
    }
}
