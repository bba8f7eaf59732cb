//! A route is data: method, path, guard, and a handler whose first argument is that guard. One without a guard does not compile.
use super::answer::{self, Answer};
use super::context::Ctx;
use super::error::WebError;
use super::form::{Form, MAX_BODY};
use super::gate;
use super::guard::{Anyone, Guard, GuardKind};
use super::request_id::RequestId;
use crate::App;
use app::view::{ErrorKind, Lang};
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use http::Method;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tower_sessions::Session;
use zeroize::Zeroizing;

/// One line of the table of routes.
pub struct Route {
    /// GET or POST; HEAD goes with GET.
    pub method: Method,
    /// The path, `{id}` where an id stands.
    pub path: &'static str,
    /// The right that is asked for.
    pub guard: GuardKind,
    /// What serves it.
    pub serve: MethodRouter<App>,
}

/// A page to look at. Nothing is changed and nothing is sent by it (R8, R71), but for what an app asks by an address because the protocol
/// has it so: signing out with an ID token that means this person, and the first code of a step-up, once.
pub fn get<G, F, Fut>(path: &'static str, handler: F) -> Route
where
    G: Guard,
    F: Fn(G, Arc<Ctx>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    let serve =
        move |axum::extract::State(app): axum::extract::State<App>, session: Session, request: Request| {
            let handler = handler.clone();
            async move {
                let (mut parts, _) = request.into_parts();
                let ctx = match context(&app, &mut parts, session).await {
                    Ok(ctx) => ctx,
                    Err(response) => return *response,
                };
                match speaking(ctx, None).await {
                    Ok(ctx) => admitted::<G, _>(ctx, handler).await,
                    Err(response) => *response,
                }
            }
        };
    Route { method: Method::GET, path, guard: G::KIND, serve: on(MethodFilter::GET, serve) }
}

/// The page of a form whose own address is only posted to, for who looks at that address: an answer of it was read again, or it was
/// typed. Under the guard of the form.
pub fn back_to_page<G: Guard>(path: &'static str) -> Route {
    get(path, |_: G, ctx: Arc<Ctx>| async move {
        let (page, _) = ctx.path.rsplit_once('/').unwrap_or_default();
        Ok(answer::go(page.to_owned()))
    })
}

/// A form that changes something. Where it came from, its size, its shape and its token are checked before the guard.
pub fn post<G, F, Fut>(path: &'static str, handler: F) -> Route
where
    G: Guard,
    F: Fn(G, Arc<Ctx>, Form) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    let serve =
        move |axum::extract::State(app): axum::extract::State<App>, session: Session, request: Request| {
            let handler = handler.clone();
            async move {
                let (mut parts, body) = request.into_parts();
                // The whole request first, then the moment and the session: who holds a body back gains nothing by it, for what
                // ended meanwhile has ended (R2, R28, R54).
                let body = received(&app, &parts, body).await;
                let ctx = match context(&app, &mut parts, session).await {
                    Ok(ctx) => ctx,
                    Err(response) => return *response,
                };
                let form = match body.map(|body| genuine(&ctx, &body)) {
                    Ok(Ok(form)) => form,
                    // A form of a session that is over, such as one that is sent twice: nothing is done, and its browser is led to where it
                    // stands now.
                    Ok(Err(ErrorKind::Forged)) if ctx.outlived => {
                        return answer::respond(Ok(answer::go("/")), &ctx, None);
                    }
                    Ok(Err(kind)) | Err(kind) => return answer::respond(Err(kind.into()), &ctx, None),
                };
                let ctx = match speaking(ctx, Some(&form)).await {
                    Ok(ctx) => ctx,
                    Err(response) => return *response,
                };
                // A step once begun is done to its end, whoever leaves meanwhile: what was guessed counts, what was used up is
                // followed by what it is worth.
                let step = admitted::<G, _>(ctx, move |guard, ctx| handler(guard, ctx, form));
                match tokio::spawn(step).await {
                    Ok(response) => response,
                    Err(error) => match error.try_into_panic() {
                        Ok(panic) => std::panic::resume_unwind(panic),
                        // The runtime is going down.
                        Err(_) => answer::error(&app, ErrorKind::Unavailable, "", Lang::default()),
                    },
                }
            }
        };
    Route { method: Method::POST, path, guard: G::KIND, serve: on(MethodFilter::POST, serve) }
}

/// A form that any page may send: the session's cookie does not come along from elsewhere, so none is looked at. All it can do is to be
/// kept until its browser comes back (R70).
pub fn from_anywhere<F, Fut>(path: &'static str, handler: F) -> Route
where
    F: Fn(Anyone, Arc<Ctx>, Vec<u8>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    let serve =
        move |axum::extract::State(app): axum::extract::State<App>, session: Session, request: Request| {
            let handler = handler.clone();
            async move {
                let (mut parts, body) = request.into_parts();
                let body = match gate::is_form(&parts.headers) {
                    true => whole(body).await,
                    false => Err(ErrorKind::BadRequest),
                };
                let ctx = match context(&app, &mut parts, session).await {
                    Ok(ctx) => ctx,
                    Err(response) => return *response,
                };
                match body {
                    Ok(body) => {
                        let ctx = Arc::new(ctx);
                        let answer = handler(Anyone, Arc::clone(&ctx), body.to_vec()).await;
                        answer::respond(answer, &ctx, None)
                    }
                    Err(kind) => answer::respond(Err(kind.into()), &ctx, None),
                }
            }
        };
    let guard = GuardKind::FromAnywhere;
    Route { method: Method::POST, path, guard, serve: on(MethodFilter::POST, serve) }
}

async fn whole(body: Body) -> Result<Zeroizing<Vec<u8>>, ErrorKind> {
    let body = tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, MAX_BODY));
    let body = body.await.map_err(|_| ErrorKind::TooSlow)?.map_err(|_| ErrorKind::TooLarge)?;
    Ok(Zeroizing::new(body.into()))
}

async fn context(
    app: &App,
    parts: &mut http::request::Parts,
    session: Session,
) -> Result<Ctx, Box<Response>> {
    match Ctx::of(Arc::clone(app), parts, session).await {
        Ok(ctx) => Ok(ctx),
        Err(fault) => {
            let id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
            let kind = WebError::from(fault).told(&id);
            Err(Box::new(answer::error(app, kind, &id, answer::language(&parts.headers))))
        }
    }
}

/// In the language of the sign-in that this request belongs to.
async fn speaking(mut ctx: Ctx, form: Option<&Form>) -> Result<Arc<Ctx>, Box<Response>> {
    match ctx.speak(form).await {
        Ok(()) => Ok(Arc::new(ctx)),
        Err(fault) => Err(Box::new(answer::respond(Err(fault.into()), &ctx, None))),
    }
}

/// A form is some hundred bytes: who needs longer for it is cut off (R137).
const BODY_TIME: Duration = Duration::from_secs(20);

async fn received(
    app: &App,
    parts: &http::request::Parts,
    body: Body,
) -> Result<Zeroizing<Vec<u8>>, ErrorKind> {
    if !gate::same_site(&app.site, &parts.headers) || !gate::is_form(&parts.headers) {
        return Err(ErrorKind::Forged);
    }
    whole(body).await
}

fn genuine(ctx: &Ctx, body: &[u8]) -> Result<Form, ErrorKind> {
    let form = Form::parse(body).ok_or(ErrorKind::BadRequest)?;
    let handle = ctx.session.handle();
    if ctx.seed.accepts(form.text(super::csrf::FIELD), &ctx.app.keys, handle.as_ref()) {
        Ok(form)
    } else {
        Err(ErrorKind::Forged)
    }
}

async fn admitted<G, Fut>(ctx: Arc<Ctx>, handle: impl FnOnce(G, Arc<Ctx>) -> Fut) -> Response
where
    G: Guard,
    Fut: Future<Output = Answer>,
{
    match G::admit(&ctx).await {
        Ok(Ok(guard)) => {
            let username = guard.username().map(str::to_owned);
            let answer = handle(guard, Arc::clone(&ctx)).await;
            answer::respond(answer, &ctx, username.as_deref())
        }
        Ok(Err(reply)) => answer::respond(Ok(reply), &ctx, None),
        Err(fault) => answer::respond(Err(fault.into()), &ctx, None),
    }
}
