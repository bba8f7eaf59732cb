//! `/security/apps`: the apps one signed in to, and the end of their access.
use crate::web::answer::{Answer, go, show};
use crate::web::context::Ctx;
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::guard::SignedIn;
use app::view::{AppRow, AppsPage, News, Page};
use domain::client::ClientId;
use std::sync::Arc;

/// The list.
///
/// # Errors
/// When the store fails.
pub async fn get(person: SignedIn, ctx: Arc<Ctx>) -> Answer {
    let apps = ctx.app.provider.grants().signed_in_to(person.id()).await?;
    let row = |app: domain::oidc::ports::SignedInTo| AppRow {
        id: app.client.to_string(),
        name: app.name,
        first_at: app.first_at.as_millis(),
        last_at: app.last_at.as_millis(),
    };
    Ok(show(Page::Apps(AppsPage { apps: apps.into_iter().map(row).collect(), news: ctx.news })))
}

/// Ends everything that the app in the path has of this account.
///
/// # Errors
/// Not found for an app that is not on the list.
pub async fn end(person: SignedIn, ctx: Arc<Ctx>, _: Form) -> Answer {
    let client = ctx.id(ClientId::parse)?;
    if ctx.app.provider.grants().leave(person.id(), &client, &ctx.trail).await? {
        Ok(go("/security/apps").telling(News::AppLeft))
    } else {
        Err(WebError::NOT_FOUND)
    }
}
