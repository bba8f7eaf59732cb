//! `/security/phones/confirm`: the code that proves a number.
use crate::web::answer::{Answer, Reply, go, show};
use crate::web::context::Ctx;
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::guard::{Fresh, SignedIn};
use crate::web::live;
use crate::web::login::{self, onward};
use crate::web::security::{phone, phone_new};
use crate::web::shown::{self, SendOutcome};
use app::view::{CodePage, CodeStep, CodeWait, ErrorKind, News, Page, Problem};
use domain::challenge::{Dead, Flow};
use domain::id::PhoneId;
use domain::otp::Checked;
use domain::purpose::Purpose;
use std::sync::Arc;

/// The page; where nothing is to be confirmed, the overview.
///
/// # Errors
/// When the store fails.
pub async fn get(person: SignedIn, ctx: Arc<Ctx>) -> Answer {
    let Some(flow) = ctx.app.phones.confirming(&person.handle, &ctx.trail).await? else {
        return Ok(go("/security"));
    };
    let problem = shown::standing(&ctx.app, &flow, ctx.trail.at);
    page(&flow, problem, &person, &ctx).await
}

/// The code as typed. A number is bound in this moment: the proof must be fresh in it, not only when the number was typed (R28).
///
/// # Errors
/// When the store fails: nothing is changed then.
pub async fn post(person: Fresh, ctx: Arc<Ctx>, form: Form) -> Answer {
    let Some(flow) = ctx.app.phones.confirming(&person.handle, &ctx.trail).await? else {
        return Ok(go("/security"));
    };
    let not = match ctx.app.phones.confirm(flow.clone(), form.text("code"), &ctx.trail).await? {
        Checked::Right(flow) => {
            // On the way to an app: the code of just now is the one it asked for.
            if let Some(request) = ctx.session.raise(&ctx.app.core, &flow, &ctx.trail).await? {
                return Ok(go(onward(Some(&request))));
            }
            ctx.session.renew().await?;
            let replaced = matches!(flow.purpose, Purpose::ReplacePhone { .. });
            return Ok(go("/security").telling(if replaced {
                News::NumberReplaced
            } else {
                News::NumberAdded
            }));
        }
        Checked::Dead(Dead::Ended) => return Ok(go("/security")),
        not => not,
    };
    let Some(now) = ctx.app.phones.confirming(&person.handle, &ctx.trail).await? else {
        return Ok(go("/security"));
    };
    let (problem, wait) = shown::checked(&now, &not, ctx.trail.at);
    Ok(page(&now, Some(problem), &person, &ctx).await?.refused(wait))
}

/// News of the message.
///
/// # Errors
/// Not found where nothing is to be confirmed.
pub async fn live(person: SignedIn, ctx: Arc<Ctx>) -> Answer {
    let flow = ctx.app.phones.confirming(&person.handle, &ctx.trail).await?.ok_or(WebError::NOT_FOUND)?;
    Ok(live::answer_of_flow(&flow, &ctx))
}

/// Goes on with the unconfirmed number in the path: to the code that is waited for, or with a new one.
///
/// # Errors
/// Not found for another account's phone, and for one that needs no confirmation.
pub async fn resume(person: Fresh, ctx: Arc<Ctx>, _: Form) -> Answer {
    let id = ctx.id(PhoneId::parse)?;
    let begun = ctx.app.phones.resume(person.id(), &person.handle, &id, &ctx.trail).await?;
    match phone_new::problem(begun, &ctx)? {
        None => Ok(go("/security/phones/confirm")),
        Some((problem, wait)) => Ok(phone::page(&person, None, Some(problem), &ctx).await?.refused(wait)),
    }
}

/// A new code, by text or by call.
///
/// # Errors
/// When the store fails.
pub async fn resend(person: SignedIn, ctx: Arc<Ctx>, form: Form) -> Answer {
    let channel = shown::channel(&form).ok_or(ErrorKind::BadRequest)?;
    let Some(flow) = ctx.app.phones.confirming(&person.handle, &ctx.trail).await? else {
        return Ok(go("/security"));
    };
    let sent = ctx.app.phones.resend(&flow, channel, &ctx.trail).await?;
    match shown::told(&ctx.app, sent, false, ctx.trail.at)? {
        SendOutcome::UnderWay => Ok(go("/security/phones/confirm").telling(News::CodeSent)),
        SendOutcome::Over => Ok(go("/security")),
        SendOutcome::NotSent(problem, wait) => {
            let now = ctx.app.phones.confirming(&person.handle, &ctx.trail).await?.unwrap_or(flow);
            Ok(page(&now, Some(problem), &person, &ctx).await?.refused(wait))
        }
    }
}

async fn page(
    flow: &Flow,
    problem: Option<Problem>,
    person: &SignedIn,
    ctx: &Ctx,
) -> Result<Reply, WebError> {
    let id = flow.phone.to_string();
    let step = match &flow.purpose {
        Purpose::ReplacePhone { old } => match ctx.app.phones.one(person.id(), old).await? {
            Some(old) => CodeStep::ReplacePhone { id, old: shown::mask(&old.mask) },
            None => CodeStep::NewPhone { id },
        },
        _ => CodeStep::NewPhone { id },
    };
    let wait = CodeWait {
        live: live::of_flow("/security/phones/confirm", flow, ctx),
        ..shown::wait(&ctx.app, flow, ctx.trail.at)
    };
    Ok(show(Page::Code(CodePage {
        step,
        for_app: login::for_app(ctx).await?,
        wait,
        others: Vec::new(),
        problem,
        news: ctx.news,
    })))
}
