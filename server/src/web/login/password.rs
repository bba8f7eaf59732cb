//! `/login`: name and password.
use crate::web::answer::{Answer, Reply, go, show};
use crate::web::context::Ctx;
use crate::web::form::Form;
use crate::web::guard::Anyone;
use crate::web::{login, shown};
use app::view::{LoginPage, Page, Problem};
use domain::id::SessionHandle;
use domain::otp::Sent;
use domain::password::NameKey;
use domain::sign_in::Knocked;
use std::sync::Arc;

/// The page.
///
/// # Errors
/// None of its own.
pub async fn get(_: Anyone, ctx: Arc<Ctx>) -> Answer {
    Ok(page(String::new(), None, &ctx))
}

/// Name and password as typed.
///
/// # Errors
/// When the store or the hashing fails: nobody is signed in then.
pub async fn post(_: Anyone, ctx: Arc<Ctx>, form: Form) -> Answer {
    let name = form.kept("username");
    let missing = match (form.text("username").trim().is_empty(), form.text("password").is_empty()) {
        (true, _) => Some(Problem::UsernameMissing),
        (false, true) => Some(Problem::PasswordMissing),
        (false, false) => None,
    };
    if let Some(problem) = missing {
        return Ok(page(name, Some(problem), &ctx).unprocessable());
    }
    // A half sign-in that this browser is in the middle of goes on under its handle: its code is not sent again.
    let handle = match ctx.session.half() {
        Some((_, handle)) => handle,
        None => SessionHandle::new(&*ctx.app.core.entropy),
    };
    let mut trail = ctx.trail.clone();
    trail.session = Some(handle.clone());
    let key = NameKey::of(form.text("username"));
    let browser = key.as_ref().and_then(|key| ctx.memory.of_name(key, &ctx.app.keys, trail.at));
    let (username, password) = (form.text("username"), form.text("password"));
    let knocked = ctx.app.sign_in.password(username, password, browser, &handle, &trail).await?;
    if let (Knocked::In(_) | Knocked::Half { .. }, Some(key)) = (&knocked, &key) {
        ctx.memory.remember(key, &ctx.app.keys, &*ctx.app.core.entropy, trail.at);
    }
    Ok(match knocked {
        Knocked::In(entry) => {
            ctx.session.enter(&ctx.app.core, &entry, &trail).await?;
            go("/security")
        }
        Knocked::Half { flow, sent } => {
            ctx.session.half_enter(&ctx.app.core, flow, handle, &trail).await?;
            match sent {
                Sent::Wait(wait) => login::otp::limited(&ctx, wait).await?,
                _ => go("/login/otp"),
            }
        }
        Knocked::Wrong => page(name, Some(Problem::WrongPassword), &ctx).unprocessable(),
        Knocked::Wait(wait) => {
            let left = wait.until.seconds_from(trail.at).max(1);
            page(name, Some(shown::tried_too_often(&wait, left)), &ctx).wait(left)
        }
        Knocked::Off => page(name, Some(Problem::PasswordOff), &ctx).wait(shown::PASSWORD_OFF_SECONDS),
        Knocked::Busy => page(name, Some(Problem::Unavailable), &ctx).busy(),
    })
}

fn page(username: String, problem: Option<Problem>, ctx: &Ctx) -> Reply {
    show(Page::Login(LoginPage { username, problem, news: ctx.news }))
}
