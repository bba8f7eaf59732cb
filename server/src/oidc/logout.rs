//! `/oidc/logout`: an app asks that its person be signed out here (OpenID Connect RP-Initiated Logout 1.0, R124).
use super::{authorize, id_token, reply};
use crate::web::answer::{Answer, Reply, go, show};
use crate::web::context::Ctx;
use crate::web::error::WebError;
use crate::web::guard::Anyone;
use crate::web::logout;
use app::view::{ErrorKind, News, Page, SignOutPage};
use domain::client::{Client, ClientId};
use domain::id::AccountId;
use domain::oidc::request::{Params, STATE_MAX};
use domain::session::{SessionState, Who};
use std::sync::Arc;

/// Longest request that is taken, in bytes: it becomes an address, and heads of requests have 16 KiB.
const LONGEST: usize = 8 * 1024;

/// The parameters that mean something.
const KNOWN: [&str; 4] = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"];

/// Signs out where the app shows, by an ID token, that it means the person who is signed in; asks that person otherwise.
///
/// # Errors
/// Our own page where an address is not registered.
pub async fn get(_: Anyone, ctx: Arc<Ctx>) -> Answer {
    if ctx.head {
        return Err(ErrorKind::MethodNotAllowed.into());
    }
    let params = authorize::params(ctx.query.as_bytes())?;
    let shown = shown(&ctx, &params).await?;
    let to = match (&shown, params.value("post_logout_redirect_uri")) {
        (Some((client, _)), Some(uri)) if client.may_return_after_logout(uri) => Some(back(uri, &params)),
        (Some(_), Some(_)) => return Err(ErrorKind::SignOut.into()),
        // Without a token of its own nobody knows which app it is: nobody is sent anywhere.
        _ => None,
    };
    let account = match (ctx.session.state(), to.as_deref()) {
        (Some(SessionState { who: Who::Person { account, .. }, .. }), _) => account,
        (_, Some(to)) => return Ok(reply::away(to)),
        // A half sign-in is left alone: nobody is signed in by it, and no address ends it.
        (Some(_), None) => return Ok(go("/login/otp")),
        (None, None) => return Ok(go("/login").telling(News::SignedOut)),
    };
    if shown.is_none_or(|(_, subject)| subject != account) {
        return ask(&ctx, &account).await;
    }
    logout::end(&ctx).await?;
    Ok(Reply::Other(Box::new(logout::gone(&ctx, to.as_deref().unwrap_or(logout::FRONT_DOOR)))))
}

/// The same as a form from anywhere: its browser comes back with its cookies.
///
/// # Errors
/// As [`get`].
pub async fn post(_: Anyone, _: Arc<Ctx>, body: Vec<u8>) -> Answer {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(&body).filter(|(name, _)| KNOWN.contains(&&**name)) {
        query.append_pair(&name, &value);
    }
    let query = query.finish();
    if query.len() > LONGEST {
        return Err(ErrorKind::TooLarge.into());
    }
    Ok(reply::away(&reply::with_query("/oidc/logout", &query)))
}

/// Which app it is and whom it means, by its ID token; one that has run out will do.
async fn shown(ctx: &Ctx, params: &Params) -> Result<Option<(Client, AccountId)>, WebError> {
    if KNOWN.iter().any(|name| params.times(name) > 1) {
        return Err(ErrorKind::SignOut.into());
    }
    let Some(token) = params.value("id_token_hint") else { return Ok(None) };
    let Some(hint) = id_token::known(&ctx.app, token, ctx.trail.at).await? else { return Ok(None) };
    if params.value("client_id").is_some_and(|id| ClientId::parse(id).as_ref() != Some(&hint.client)) {
        return Err(ErrorKind::SignOut.into());
    }
    let client = ctx.app.core.clients.find(&hint.client).await?;
    Ok(client.map(|client| (client, hint.subject)))
}

fn back(uri: &str, params: &Params) -> String {
    match params.value("state").filter(|state| state.len() <= STATE_MAX) {
        Some(state) => {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
            reply::with_query(uri, &query)
        }
        None => uri.to_owned(),
    }
}

async fn ask(ctx: &Ctx, account: &AccountId) -> Answer {
    let account = ctx.app.core.accounts.account(account).await?.ok_or(WebError::NOT_FOUND)?;
    Ok(show(Page::SignOut(SignOutPage { username: account.username })))
}
