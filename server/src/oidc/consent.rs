//! `/oidc/consent`: the page about an app, shown where the app wants it (R123).
use super::authorize;
use crate::web::answer::{Answer, Reply, show};
use crate::web::context::Ctx;
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::guard::ForApps;
use app::view::{ConsentPage, ErrorKind, Page, Shared};
use domain::id::RequestId;
use domain::oidc::scope::{Claim, Scope};
use domain::session::Who;
use std::sync::Arc;

/// The page.
///
/// # Errors
/// Our own page where the request waits no more.
pub async fn get(person: ForApps, ctx: Arc<Ctx>) -> Answer {
    let id = ctx.request_named(None).ok_or(ErrorKind::RequestOver)?;
    page(&person, &ctx, &id).await
}

/// The person's word. The form is bound to the session, the request to its browser, and it is answered once.
///
/// # Errors
/// Our own page where the request waits no more.
pub async fn post(person: ForApps, ctx: Arc<Ctx>, form: Form) -> Answer {
    let id = ctx.request_named(Some(&form)).ok_or(ErrorKind::RequestOver)?;
    let yes = match form.text("answer") {
        "yes" => true,
        "no" => false,
        _ => return Err(ErrorKind::BadRequest.into()),
    };
    let provider = &ctx.app.provider;
    let authorized = provider.consent(&id, yes, &person.session, &ctx.browser(), &ctx.trail).await?;
    authorize::answer(&ctx, authorized, true).await
}

async fn page(person: &ForApps, ctx: &Ctx, id: &RequestId) -> Result<Reply, WebError> {
    let about = ctx.app.provider.about(id, &person.session, &ctx.browser(), &ctx.trail).await?;
    let about = about.ok_or(ErrorKind::RequestOver)?;
    let Who::Person { account, .. } = &person.session.who else { return Err(ErrorKind::RequestOver.into()) };
    let account = ctx.app.core.accounts.account(account).await?.ok_or(ErrorKind::RequestOver)?;
    let mut shared: Vec<Shared> = Vec::new();
    let mut share = |one| {
        if !shared.contains(&one) {
            shared.push(one);
        }
    };
    share(Shared::Identity);
    // By what it would be told, however that was asked for.
    for claim in about.claims.iter() {
        share(match claim {
            Claim::Name | Claim::PreferredUsername | Claim::UserName => Shared::Name,
            Claim::Email | Claim::EmailVerified => Shared::Email,
            Claim::PhoneNumber | Claim::PhoneNumberVerified => Shared::Phone,
        });
    }
    if about.scopes.has(Scope::OfflineAccess) {
        share(Shared::Offline);
    }
    Ok(show(Page::Consent(ConsentPage {
        app: about.app,
        username: account.username,
        shared,
        resume: id.to_string(),
    })))
}
