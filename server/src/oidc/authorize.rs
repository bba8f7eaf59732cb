//! `/oidc/authorize`, also known as `/jans-auth/authorize.htm`: an app asks for a sign-in (R92 to R99, R112 to R121).
use super::{claims, id_token, reply};
use crate::App;
use crate::web::answer::{Answer, Reply, add_cookie, go};
use crate::web::context::Ctx;
use crate::web::cookies;
use crate::web::error::WebError;
use crate::web::guard::Anyone;
use crate::web::{login, shown};
use app::view::ErrorKind;
use axum::body::Body;
use axum::response::Response;
use domain::client::{Client, ClientId};
use domain::id::{AccountId, RequestId};
use domain::oidc::error::{AuthorizeError, Refusal};
use domain::oidc::provider::{Authorized, Missing, ReturnAddress};
use domain::oidc::request::{AuthorizationRequest, PARAMS_MAX, Params, REQUEST_MAX};
use domain::ports::Fault;
use domain::sign_in::SteppingUp;
use http::{HeaderValue, StatusCode, header};
use std::sync::Arc;

/// A request that comes as an address, or the way back to one that waits (`?resume=ID`).
///
/// # Errors
/// Our own page where nobody knows where an answer would go; a fault of the store likewise.
pub async fn get(_: Anyone, ctx: Arc<Ctx>) -> Answer {
    if ctx.head {
        return Err(ErrorKind::MethodNotAllowed.into());
    }
    let params = params(ctx.query.as_bytes())?;
    if let (Some(id), None) = (params.value("resume"), params.value("client_id")) {
        let id = RequestId::parse(id).ok_or(ErrorKind::RequestOver)?;
        return resume(&ctx, &id).await;
    }
    let (client, to) = addressed(&ctx, &params).await?;
    let asked = match sound(&ctx.app, &params, &client, &ctx).await? {
        // Nobody signs in in a picture, a script or a frame: nothing is kept for them, so that no page can use up the requests of its
        // visitors' address. A frame may ask whether somebody is signed in.
        Ok(asked) if !ctx.is_navigation && !asked.prompt.none => return Err(ErrorKind::BadRequest.into()),
        Ok(asked) => asked,
        Err(why) => return Ok(reply::away(&reply::with_error(&ctx.app, &to, why))),
    };
    let session = ctx.session.state();
    let authorized =
        ctx.app.provider.authorize(&client, asked, session.as_ref(), &ctx.browser(), &ctx.trail).await?;
    answer(&ctx, authorized, false).await
}

/// A request that comes as a form, from anywhere: it is kept, and its browser comes back with its cookies (R70).
///
/// # Errors
/// As [`get`].
pub async fn post(_: Anyone, ctx: Arc<Ctx>, body: Vec<u8>) -> Answer {
    let params = params(&body)?;
    let (client, to) = addressed(&ctx, &params).await?;
    Ok(match sound(&ctx.app, &params, &client, &ctx).await? {
        Ok(_) if !ctx.is_navigation => return Err(ErrorKind::BadRequest.into()),
        Ok(asked) => {
            let authorized = ctx.app.provider.put_aside(&client, asked, &ctx.trail).await?;
            match authorized {
                // Its browser comes back with its cookies.
                Authorized::Waits { request, .. } => go(login::onward(Some(&request))),
                other => return answer(&ctx, other, false).await,
            }
        }
        Err(why) => reply::away(&reply::with_error(&ctx.app, &to, why)),
    })
}

async fn resume(ctx: &Ctx, id: &RequestId) -> Answer {
    let session = ctx.session.state();
    let authorized = ctx.app.provider.resume(id, session.as_ref(), &ctx.browser(), &ctx.trail).await?;
    answer(ctx, authorized, true).await
}

/// What an outcome becomes. `after_form`: a form of ours may have been sent on the way, so the answer to the app is handed over by a page.
///
/// # Errors
/// When the store fails.
pub async fn answer(ctx: &Ctx, authorized: Authorized, after_form: bool) -> Answer {
    let send = |to: String, signed_in| {
        if after_form { reply::hand_over(to, signed_in) } else { reply::away(&to) }
    };
    Ok(match authorized {
        Authorized::Code { to, code } => send(reply::with_code(&ctx.app, &to, &code), true),
        Authorized::Refused { to, why } => send(reply::with_error(&ctx.app, &to, why), false),
        Authorized::Over => return Err(ErrorKind::RequestOver.into()),
        Authorized::UnknownApp => return Err(ErrorKind::UnknownApp.into()),
        Authorized::TooMany { seconds } => {
            return Err(ErrorKind::TooMany { seconds: shown::seconds(seconds) }.into());
        }
        Authorized::Waits { request, missing } => {
            let next = match missing {
                Missing::SignIn => login::page_for(&request),
                Missing::Code(account) => step_up(ctx, &account, &request).await?,
                Missing::Phone => {
                    ctx.session.wait_for(&request).await?;
                    "/security/phones/new".to_owned()
                }
                Missing::Consent => format!("/oidc/consent?resume={request}"),
            };
            to_own(ctx, &next)
        }
    })
}

async fn step_up(ctx: &Ctx, account: &AccountId, request: &RequestId) -> Result<String, Fault> {
    let Some(handle) = ctx.session.handle() else { return Ok(login::page_for(request)) };
    ctx.session.wait_for(request).await?;
    Ok(match ctx.app.sign_in.step_up(account, &handle, &ctx.trail).await? {
        SteppingUp::Waiting | SteppingUp::Wait(_) => "/login/otp".to_owned(),
        SteppingUp::NoPhone => login::page_for(request),
    })
}

/// To a page of ours, with the cookie by which the request knows its browser again.
fn to_own(ctx: &Ctx, path: &str) -> Reply {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let to = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/login"));
    response.headers_mut().insert(header::LOCATION, to);
    if let Some(seed) = ctx.seed.to_set() {
        add_cookie(&mut response, cookies::set(&ctx.app.site, cookies::SEED, seed, None));
    }
    Reply::Other(Box::new(response))
}

/// The parameters of a query or a form.
///
/// # Errors
/// When there is more of it than any request has.
pub fn params(encoded: &[u8]) -> Result<Params, WebError> {
    if encoded.len() > REQUEST_MAX {
        return Err(ErrorKind::TooLarge.into());
    }
    let pairs: Vec<_> = form_urlencoded::parse(encoded).into_owned().take(PARAMS_MAX + 1).collect();
    if pairs.len() > PARAMS_MAX {
        return Err(ErrorKind::BadRequest.into());
    }
    Ok(Params::new(pairs))
}

/// A redirect URI as far as it names a place: what stands behind `?` or `#` may be anything.
fn place_of(redirect_uri: &str) -> String {
    redirect_uri.split(['?', '#']).next().unwrap_or_default().chars().take(200).collect()
}

/// Who asks, and where the answer goes: first of all, and without them nobody is sent anywhere (R92).
async fn addressed(ctx: &Ctx, params: &Params) -> Result<(Client, ReturnAddress), WebError> {
    // The page shows the request's id alone; whoever runs the app asks the operator, who finds the reason here. Anybody can cause it and
    // write what he likes: nothing of it is told but where it is one of ours, and once a minute.
    let unknown = |client: Option<&Client>, redirect_uri: &str, why: &'static str| {
        if ctx.app.app_refused.is_due() {
            let client = client.map_or("", |client| client.id.as_str());
            let redirect_uri = if client.is_empty() { String::new() } else { place_of(redirect_uri) };
            tracing::info!(
                request.id = ctx.trail.request,
                client,
                redirect_uri,
                why,
                "an app's request was refused; told once a minute at most"
            );
        }
        WebError::from(ErrorKind::UnknownApp)
    };
    let address = params.address();
    let address =
        address.ok_or_else(|| unknown(None, "", "client_id or redirect_uri is missing, or there twice"))?;
    let (named, uri) = (address.client, address.redirect_uri);
    let client = match ClientId::parse(named) {
        Some(id) => ctx.app.core.clients.find(&id).await?,
        None => None,
    };
    let client = client.ok_or_else(|| unknown(None, uri, "no client of this id is registered"))?;
    client
        .redirect_uri(uri)
        .ok_or_else(|| unknown(Some(&client), uri, "this redirect URI is not registered for it"))?;
    let to = ReturnAddress {
        redirect_uri: address.redirect_uri.to_owned(),
        state: params.state().map(str::to_owned),
    };
    Ok((client, to))
}

/// Everything else; what is wrong is told to the app.
async fn sound(
    app: &App,
    params: &Params,
    client: &Client,
    ctx: &Ctx,
) -> Result<Result<AuthorizationRequest, Refusal>, Fault> {
    let mut read = match params.read(client, claims::read) {
        Ok(read) => read,
        Err(why) => return Ok(Err(why)),
    };
    if let Some(token) = &read.id_token_hint {
        let hint = id_token::known(app, token, ctx.trail.at).await?;
        let Some(hint) = hint.filter(|hint| hint.client == client.id) else {
            let why = "id_token_hint is no ID token of this client";
            return Ok(Err(Refusal::new(AuthorizeError::InvalidRequest, why)));
        };
        if read.asked.about.as_ref().is_some_and(|about| *about != hint.subject) {
            let why = "id_token_hint and claims name two people";
            return Ok(Err(Refusal::new(AuthorizeError::InvalidRequest, why)));
        }
        read.asked.about = Some(hint.subject);
    }
    Ok(Ok(read.asked))
}
