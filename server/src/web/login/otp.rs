//! `/login/otp`: the code. Looking never sends; sending again is a post of its own.
use crate::web::answer::{Answer, go, show};
use crate::web::context::Ctx;
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::guard::HalfSignIn;
use crate::web::live;
use crate::web::login::{again as begin_anew, for_app, onward};
use crate::web::shown::{self, SendOutcome};
use app::view::{CodePage, CodeStep, CodeWait, ErrorKind, News, Page, Problem};
use domain::challenge::{Dead, Flow};
use domain::id::PhoneId;
use domain::limits::Wait;
use domain::otp::Checked;
use domain::sign_in::Finished;
use std::sync::Arc;

/// The page.
///
/// # Errors
/// When the store fails.
pub async fn get(half: HalfSignIn, ctx: Arc<Ctx>) -> Answer {
    let problem = shown::standing(&ctx.app, &half.flow, ctx.trail.at);
    page(half.flow, problem, &ctx).await
}

/// The code as typed.
///
/// # Errors
/// When the store fails: nobody is signed in then.
pub async fn post(half: HalfSignIn, ctx: Arc<Ctx>, form: Form) -> Answer {
    let typed = form.text("code");
    let not = match ctx.app.sign_in.code(half.since, half.flow, typed, &ctx.trail).await? {
        Finished::In(entry) => {
            let resume = ctx.session.resume();
            ctx.session.enter(&ctx.app.core, &entry, &ctx.trail).await?;
            return Ok(go(onward(resume.as_ref())));
        }
        Finished::Not(Checked::Dead(Dead::Ended)) => return Ok(go(begin_anew(&ctx))),
        Finished::Not(not) => not,
    };
    let Some(now) = again(&ctx).await? else { return Ok(go(begin_anew(&ctx))) };
    let (problem, wait) = shown::checked(&now, &not, ctx.trail.at);
    Ok(page(now, Some(problem), &ctx).await?.refused(wait))
}

/// News of the message.
///
/// # Errors
/// None of its own.
pub async fn live(half: HalfSignIn, ctx: Arc<Ctx>) -> Answer {
    Ok(live::answer_of_flow(&half.flow, &ctx))
}

/// A new code, to the same number or to another of the person's, by text or by call.
///
/// # Errors
/// When the store fails.
pub async fn resend(half: HalfSignIn, ctx: Arc<Ctx>, form: Form) -> Answer {
    let channel = shown::channel(&form).ok_or(ErrorKind::BadRequest)?;
    let to = match form.text("phone") {
        "" => None,
        id => Some(PhoneId::parse(id).ok_or(WebError::NOT_FOUND)?),
    };
    let sent = ctx.app.sign_in.resend(half.flow, to.as_ref(), channel, &ctx.trail).await?;
    match shown::told(&ctx.app, sent, true, ctx.trail.at)? {
        SendOutcome::UnderWay => Ok(go("/login/otp").telling(News::CodeSent)),
        SendOutcome::Over => Ok(go(begin_anew(&ctx))),
        SendOutcome::NotSent(problem, wait) => {
            let Some(now) = again(&ctx).await? else { return Ok(go(begin_anew(&ctx))) };
            Ok(page(now, Some(problem), &ctx).await?.refused(wait))
        }
    }
}

/// The password was right, but a limit keeps the code from going out: the page says until when.
///
/// # Errors
/// When the store fails.
pub async fn limited(ctx: &Ctx, wait: Wait) -> Answer {
    let Some(now) = again(ctx).await? else { return Ok(go(begin_anew(ctx))) };
    let (problem, wait) = shown::limited(wait, ctx.trail.at);
    Ok(page(now, Some(problem), ctx).await?.refused(wait))
}

/// The half sign-in as it stands now, after what was just tried.
async fn again(ctx: &Ctx) -> Result<Option<Flow>, WebError> {
    Ok(HalfSignIn::find(ctx).await?.map(|half| half.flow))
}

async fn page(flow: Flow, problem: Option<Problem>, ctx: &Ctx) -> Answer {
    let waiting = ctx.app.sign_in.waiting(flow).await?;
    let wait = shown::wait(&ctx.app, &waiting.flow, ctx.trail.at);
    Ok(show(Page::Code(CodePage {
        step: CodeStep::SignIn,
        for_app: for_app(ctx).await?,
        wait: CodeWait { live: live::of_flow("/login/otp", &waiting.flow, ctx), ..wait },
        others: waiting.others.iter().map(|phone| shown::other(phone, false)).collect(),
        problem,
        news: ctx.news,
    })))
}
