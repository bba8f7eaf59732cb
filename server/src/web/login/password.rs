//! `/login`: name and password.
use crate::web::answer::{Answer, Reply, go, show};
use crate::web::context::Ctx;
use crate::web::form::Form;
use crate::web::guard::Anyone;
use crate::web::{login, shown};
use app::view::{LoginPage, Page, Problem};
use domain::id::{RequestId, SessionHandle};
use domain::oidc::provider::PendingRequest;
use domain::otp::Sent;
use domain::password::NameKey;
use domain::ports::Fault;
use domain::sign_in::{AfterPassword, RequiredFactors};
use std::sync::Arc;

/// The page.
///
/// # Errors
/// None of its own.
pub async fn get(_: Anyone, ctx: Arc<Ctx>) -> Answer {
    let waits = Waits::of(&ctx, ctx.request_named(None)).await?;
    let hint = waits.hint();
    Ok(waits.page(hint, None, &ctx))
}

/// Name and password as typed.
///
/// # Errors
/// When the store or the hashing fails: nobody is signed in then.
pub async fn post(_: Anyone, ctx: Arc<Ctx>, form: Form) -> Answer {
    let name = form.kept("username");
    let waits = Waits::of(&ctx, ctx.request_named(Some(&form))).await?;
    let page = |name, problem, ctx: &Ctx| waits.page(name, problem, ctx);
    let missing = match (form.text("username").trim().is_empty(), form.text("password").is_empty()) {
        (true, _) => Some(Problem::UsernameMissing),
        (false, true) => Some(Problem::PasswordMissing),
        (false, false) => None,
    };
    if let Some(problem) = missing {
        return Ok(page(name, Some(problem), &ctx).unprocessable());
    }
    // A half sign-in that this browser is in the middle of goes on under its handle.
    let under_way = ctx.session.state();
    let handle = under_way.as_ref().and_then(|state| state.goes_on_for(waits.request(), waits.asks_anew()));
    let handle =
        handle.cloned().unwrap_or_else(|| SessionHandle::ordered(ctx.trail.at, &*ctx.app.core.entropy));
    let mut trail = ctx.trail.clone();
    trail.session = Some(handle.clone());
    let key = NameKey::of(form.text("username"));
    let browser = key.as_ref().and_then(|key| ctx.memory.of_name(key, &ctx.app.keys, trail.at));
    let (username, password) = (form.text("username"), form.text("password"));
    let knocked =
        ctx.app.sign_in.password(waits.factors(), username, password, browser, &handle, &trail).await?;
    if let (AfterPassword::In(_) | AfterPassword::Half { .. }, Some(key)) = (&knocked, &key) {
        ctx.memory.remember(key, &ctx.app.keys, &*ctx.app.core.entropy, trail.at);
    }
    Ok(match knocked {
        AfterPassword::In(entry) => {
            ctx.session.enter(&ctx.app.core, &entry, &trail).await?;
            go(login::onward(waits.request()))
        }
        AfterPassword::Half { flow, sent } => {
            ctx.session.half_enter(&ctx.app.core, flow, handle, waits.request().cloned(), &trail).await?;
            match sent {
                Sent::Wait(wait) => login::otp::limited(&ctx, wait).await?,
                _ => go("/login/otp"),
            }
        }
        AfterPassword::Wrong => page(name, Some(Problem::WrongPassword), &ctx).unprocessable(),
        AfterPassword::Wait(wait) => {
            let left = wait.seconds(trail.at);
            page(name, Some(shown::tried_too_often(&wait, left)), &ctx).wait(left)
        }
        AfterPassword::Off => page(name, Some(Problem::PasswordOff), &ctx).wait(shown::PASSWORD_OFF_SECONDS),
        AfterPassword::Busy => page(name, Some(Problem::Unavailable), &ctx).busy(),
    })
}

/// The app's request that this sign-in is for, if there is one that still waits in this browser.
struct Waits(Option<(RequestId, PendingRequest)>);

impl Waits {
    async fn of(ctx: &Ctx, named: Option<RequestId>) -> Result<Self, Fault> {
        let Some(id) = named else { return Ok(Self(None)) };
        let session = ctx.session.state();
        let waiting = ctx.app.provider.waiting(&id, session.as_ref(), &ctx.browser(), &ctx.trail).await?;
        Ok(Self(waiting.map(|waiting| (id, waiting))))
    }

    fn request(&self) -> Option<&RequestId> {
        self.0.as_ref().map(|(id, _)| id)
    }

    fn asks_anew(&self) -> bool {
        self.0.as_ref().is_some_and(|(_, waiting)| waiting.asks_anew)
    }

    fn hint(&self) -> String {
        self.0.as_ref().and_then(|(_, waiting)| waiting.login_hint.clone()).unwrap_or_default()
    }

    /// Only an app that asked for the password alone gets no code asked for.
    fn factors(&self) -> RequiredFactors {
        match &self.0 {
            Some((_, waiting)) if waiting.password_alone => RequiredFactors::PasswordAlone,
            _ => RequiredFactors::AllOfTheAccount,
        }
    }

    fn page(&self, username: String, problem: Option<Problem>, ctx: &Ctx) -> Reply {
        let app = self.0.as_ref().map(|(_, waiting)| waiting.app.clone());
        let resume = self.request().map(RequestId::to_string);
        show(Page::Login(LoginPage { username, app, resume, problem, news: ctx.news }))
    }
}
