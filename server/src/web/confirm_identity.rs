//! `/confirm-identity`: fresh proof before a sensitive change, then back to where one was (R28).
use super::answer::{Answer, Reply, go, show};
use super::context::Ctx;
use super::error::WebError;
use super::form::Form;
use super::guard::SignedIn;
use super::return_to;
use super::shown::{self, SendOutcome};
use app::view::{ConfirmIdentityPage, ConfirmState, ErrorKind, Page, Problem};
use domain::fresh_proof::{Asked, Proven};
use domain::id::PhoneId;
use domain::level::Proof;
use domain::password::NameKey;
use std::sync::Arc;

/// The page. Looking at it sends nothing.
///
/// # Errors
/// When the store fails.
pub async fn get(person: SignedIn, ctx: Arc<Ctx>) -> Answer {
    let asked = asked(&person, &ctx).await?;
    let problem = match &asked {
        Asked::Code { flow, .. } => shown::standing(&ctx.app, flow, ctx.trail.at),
        Asked::Choose { phones } if phones.is_empty() => Some(Problem::Locked),
        Asked::Password | Asked::Choose { .. } => None,
    };
    Ok(page(asked, problem, &person, &ctx))
}

/// Password or code as typed.
///
/// # Errors
/// When the store or the hashing fails: nothing is proven then.
pub async fn post(person: SignedIn, ctx: Arc<Ctx>, form: Form) -> Answer {
    match asked(&person, &ctx).await? {
        Asked::Password => by_password(&person, &ctx, form.text("password")).await,
        Asked::Choose { phones } => {
            let problem = if phones.is_empty() { Problem::Locked } else { Problem::NotACode };
            Ok(page(Asked::Choose { phones }, Some(problem), &person, &ctx).unprocessable())
        }
        Asked::Code { flow, .. } => {
            match ctx.app.fresh.by_code((*flow).clone(), form.text("code"), &ctx.trail).await? {
                Ok(proof) => proven(proof, &ctx).await,
                Err(not) => {
                    let (problem, wait) = shown::checked(&flow, &not, ctx.trail.at);
                    Ok(refused(asked(&person, &ctx).await?, problem, wait, &person, &ctx))
                }
            }
        }
    }
}

/// Sends the code that the page then asks for.
///
/// # Errors
/// When the store fails.
pub async fn send(person: SignedIn, ctx: Arc<Ctx>, form: Form) -> Answer {
    let channel = shown::channel(&form).ok_or(ErrorKind::BadRequest)?;
    let to = match form.text("phone") {
        "" => None,
        id => Some(PhoneId::parse(id).ok_or(WebError::NOT_FOUND)?),
    };
    let sent = ctx.app.fresh.send(person.id(), &person.handle, to.as_ref(), channel, &ctx.trail).await?;
    match shown::told(&ctx.app, sent, false, ctx.trail.at)? {
        SendOutcome::UnderWay | SendOutcome::Over => Ok(go("/confirm-identity")),
        SendOutcome::NotSent(problem, wait) => {
            Ok(refused(asked(&person, &ctx).await?, problem, wait, &person, &ctx))
        }
    }
}

async fn by_password(person: &SignedIn, ctx: &Ctx, typed: &str) -> Answer {
    let again = |problem| page(Asked::Password, Some(problem), person, ctx);
    if typed.is_empty() {
        return Ok(again(Problem::PasswordMissing).unprocessable());
    }
    let browser = |name: &NameKey| ctx.memory.of_name(name, &ctx.app.keys, ctx.trail.at);
    match ctx.app.fresh.by_password(person.id(), typed, browser, &ctx.trail).await? {
        Proven::Yes(proof) => proven(proof, ctx).await,
        Proven::Wrong => Ok(again(Problem::WrongPassword).unprocessable()),
        // A phone was proven in the meantime: the page asks for a code now.
        Proven::NotEnough => Ok(go("/confirm-identity")),
        Proven::Wait(wait) => {
            let left = wait.seconds(ctx.trail.at);
            Ok(again(shown::tried_too_often(&wait, left)).wait(left))
        }
        Proven::Off => Ok(again(Problem::PasswordOff).wait(shown::PASSWORD_OFF_SECONDS)),
        Proven::Busy => Ok(again(Problem::Unavailable).busy()),
    }
}

async fn proven(proof: Proof, ctx: &Ctx) -> Answer {
    let back = ctx.session.prove(proof).await?;
    let back = back.as_deref().and_then(return_to::own_path).unwrap_or("/security");
    Ok(go(back))
}

async fn asked(person: &SignedIn, ctx: &Ctx) -> Result<Asked, WebError> {
    Ok(ctx.app.fresh.asked(person.id(), &person.handle, &ctx.trail).await?)
}

fn refused(asked: Asked, problem: Problem, wait: Option<u64>, person: &SignedIn, ctx: &Ctx) -> Reply {
    page(asked, Some(problem), person, ctx).refused(wait)
}

fn page(asked: Asked, problem: Option<Problem>, person: &SignedIn, ctx: &Ctx) -> Reply {
    let numbers = |phones: Vec<_>| phones.iter().map(|phone| shown::other(phone, true)).collect();
    let state = match asked {
        Asked::Password => ConfirmState::Password,
        Asked::Choose { phones } => ConfirmState::Choose { numbers: numbers(phones) },
        Asked::Code { flow, others } => ConfirmState::Code {
            wait: shown::wait(&ctx.app, &flow, ctx.trail.at),
            phone_id: flow.phone.to_string(),
            others: numbers(others),
        },
    };
    show(Page::ConfirmIdentity(ConfirmIdentityPage {
        username: person.account.username.clone(),
        state,
        problem,
    }))
}
