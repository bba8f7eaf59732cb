//! `/security/phones/{id}/remove`: says what removal means and what stays; then removes.
use crate::web::answer::{Answer, go, show};
use crate::web::context::Ctx;
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::guard::Fresh;
use crate::web::shown;
use app::view::{AfterRemoval, News, Page, PhoneRemovePage};
use domain::id::PhoneId;
use domain::level::Level;
use domain::phones::Afterwards;
use domain::ports::Removed;
use std::sync::Arc;

/// The page.
///
/// # Errors
/// Not found for another account's phone.
pub async fn get(person: Fresh, ctx: Arc<Ctx>) -> Answer {
    let id = ctx.id(PhoneId::parse)?;
    let outlook = ctx.app.phones.outlook(person.id(), &id).await?.ok_or(WebError::NOT_FOUND)?;
    let (after, refusing_apps) = match &outlook.after {
        Afterwards::Unchanged => (AfterRemoval::Unchanged, Vec::new()),
        Afterwards::StaysOn(next) => (AfterRemoval::StaysOn { number: shown::mask(&next.mask) }, Vec::new()),
        Afterwards::AllOff => (AfterRemoval::AllOff, Vec::new()),
        Afterwards::GoesOff => {
            let apps = ctx.app.provider.grants().signed_in_to(person.id()).await?;
            let refusing = apps.into_iter().filter(|app| !app.is_met_by(Level::Password));
            (AfterRemoval::GoesOff, refusing.map(|app| app.name).collect())
        }
    };
    Ok(show(Page::PhoneRemove(PhoneRemovePage {
        id: id.to_string(),
        number: shown::mask(&outlook.phone.mask),
        label: outlook.phone.label.clone(),
        added_at: outlook.phone.added_at.as_millis(),
        after,
        told: outlook.told.iter().map(|phone| shown::mask(&phone.mask)).collect(),
        refusing_apps,
    })))
}

/// Removes it. Of one that was not confirmed yet another number may be typed at once: `then` = `again`.
///
/// # Errors
/// Not found for another account's phone.
pub async fn post(person: Fresh, ctx: Arc<Ctx>, form: Form) -> Answer {
    let id = ctx.id(PhoneId::parse)?;
    let was = ctx.app.phones.one(person.id(), &id).await?.ok_or(WebError::NOT_FOUND)?;
    match ctx.app.phones.remove(person.id(), &id, &ctx.trail).await? {
        Removed::Unknown => return Err(WebError::NOT_FOUND),
        Removed::Done | Removed::Last => {
            ctx.session.renew().await?;
            return Ok(go("/security").telling(News::NumberRemoved));
        }
        Removed::GivenUp => {}
    }
    if form.text("then") != "again" {
        return Ok(go("/security").telling(News::AddingCancelled));
    }
    Ok(match was.replaces {
        Some(old) => go(format!("/security/phones/{old}/replace")),
        None => go("/security/phones/new"),
    })
}
