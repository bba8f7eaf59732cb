//! `/security/phones/new`: add a number.
use crate::web::answer::{Answer, Reply, go, show};
use crate::web::context::Ctx;
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::guard::Fresh;
use crate::web::login;
use crate::web::shown::{self, SendOutcome};
use app::view::{Page, PhoneNewPage, Problem};
use domain::phone::LABEL_MAX;
use domain::phones::Begun;
use std::sync::Arc;

/// The page.
///
/// # Errors
/// When the store fails.
pub async fn get(person: Fresh, ctx: Arc<Ctx>) -> Answer {
    let phones = ctx.app.phones.all(person.id()).await?;
    let full = phones.len() >= ctx.app.core.policy.phones.max_per_account();
    page(&person, String::new(), String::new(), full, None, &ctx).await
}

/// Number and label as typed: a code goes to the number.
///
/// # Errors
/// When the store fails: nothing is changed then.
pub async fn post(person: Fresh, ctx: Arc<Ctx>, form: Form) -> Answer {
    let (typed, label) = (form.text("phone"), form.text("label"));
    let begun = ctx.app.phones.begin(person.id(), &person.handle, typed, label, &ctx.trail).await?;
    match problem(begun, &ctx)? {
        None => Ok(go("/security/phones/confirm")),
        Some((problem, wait)) => {
            let (phone, label) = (form.kept("phone"), form.kept("label"));
            let page = page(&person, phone, label, false, Some(problem), &ctx).await?;
            Ok(page.refused(wait))
        }
    }
}

/// Why nothing is under way; nothing where a code is.
///
/// # Errors
/// Not found for a phone that is not there.
pub fn problem(begun: Begun, ctx: &Ctx) -> Result<Option<(Problem, Option<u64>)>, WebError> {
    Ok(match begun {
        Begun::Confirming(_) => None,
        Begun::Number(problem) => Some((shown::number(problem), None)),
        Begun::Label => Some((Problem::LabelUnfit { max: LABEL_MAX }, None)),
        Begun::AlreadyYours => Some((Problem::AlreadyYours, None)),
        Begun::NotSent(sent) => match shown::told(&ctx.app, sent, false, ctx.trail.at)? {
            SendOutcome::UnderWay => None,
            SendOutcome::Over => Some((Problem::Expired, None)),
            SendOutcome::NotSent(problem, wait) => Some((problem, wait)),
        },
        Begun::NoSuchPhone => return Err(WebError::NOT_FOUND),
    })
}

async fn page(
    person: &Fresh,
    phone: String,
    label: String,
    full: bool,
    problem: Option<Problem>,
    ctx: &Ctx,
) -> Result<Reply, WebError> {
    let waiting = ctx.app.phones.overtakable(&person.handle, &ctx.trail).await?;
    Ok(show(Page::PhoneNew(PhoneNewPage {
        for_app: login::for_app(ctx).await?,
        phone,
        label,
        countries: ctx.app.countries.clone(),
        default_country: ctx.app.default_country,
        full: full.then(|| shown::max_phones(&ctx.app)),
        waiting: waiting.map(|flow| shown::mask(&flow.mask)),
        problem,
    })))
}
