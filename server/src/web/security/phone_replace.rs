//! `/security/phones/{id}/replace`: another number in its place; the old one serves until the new one is proven (R30).
use crate::web::answer::{Answer, Reply, go, show};
use crate::web::context::Ctx;
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::guard::Fresh;
use crate::web::security::phone_new;
use crate::web::shown;
use app::view::{Page, PhoneReplacePage, Problem};
use domain::id::PhoneId;
use std::sync::Arc;

/// The page.
///
/// # Errors
/// Not found for another account's phone, and for one that is not proven.
pub async fn get(person: Fresh, ctx: Arc<Ctx>) -> Answer {
    page(String::new(), None, &person, &ctx).await
}

/// The new number as typed.
///
/// # Errors
/// Not found for another account's phone.
pub async fn post(person: Fresh, ctx: Arc<Ctx>, form: Form) -> Answer {
    let id = ctx.id(PhoneId::parse)?;
    let typed = form.text("phone");
    let begun = ctx.app.phones.begin_replacement(person.id(), &person.handle, &id, typed, &ctx.trail).await?;
    match phone_new::problem(begun, &ctx)? {
        None => Ok(go("/security/phones/confirm")),
        Some((problem, wait)) => {
            Ok(page(form.kept("phone"), Some(problem), &person, &ctx).await?.refused(wait))
        }
    }
}

async fn page(typed: String, problem: Option<Problem>, person: &Fresh, ctx: &Ctx) -> Result<Reply, WebError> {
    let id = ctx.id(PhoneId::parse)?;
    let phone = ctx.app.phones.one(person.id(), &id).await?.filter(|phone| !phone.pending());
    let phone = phone.ok_or(WebError::NOT_FOUND)?;
    Ok(show(Page::PhoneReplace(PhoneReplacePage {
        id: id.to_string(),
        number: shown::mask(&phone.mask),
        label: phone.label,
        phone: typed,
        countries: ctx.app.countries.clone(),
        default_country: ctx.app.default_country,
        problem,
    })))
}
