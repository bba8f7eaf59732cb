//! Every route with its guard, as data. Tests walk this table; a route that is not in it does not exist.
use crate::App;
use crate::oidc::browser_apps::open;
use crate::oidc::machine::machine;
use crate::oidc::{
    authorize, consent, decline, discovery, introspect, jwks, logout as app_logout, revoke, token, userinfo,
};
use crate::web::guard::{Fresh, HalfSignIn, SignedIn};
use crate::web::machine::{Machine, Shown};
use crate::web::route::{Route, back_to_page, from_anywhere, get, post};
use crate::web::{
    assets, brand, confirm_identity, dev_phone, gate, health, login, logout, root, security, well_known,
};
use crate::webhooks::{self, signed};
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{SessionManagerLayer, SessionStore};

/// The pages and forms.
#[must_use]
pub fn table() -> Vec<Route> {
    vec![
        get("/", root::get),
        get("/login", login::password::get),
        post("/login", login::password::post),
        get("/login/otp", login::otp::get),
        post("/login/otp", login::otp::post),
        get("/login/otp/live", login::otp::live),
        back_to_page::<HalfSignIn>("/login/otp/resend"),
        post("/login/otp/resend", login::otp::resend),
        post("/login/cancel", login::cancel::post),
        post("/logout", logout::post),
        get("/confirm-identity", confirm_identity::get),
        post("/confirm-identity", confirm_identity::post),
        back_to_page::<SignedIn>("/confirm-identity/send"),
        post("/confirm-identity/send", confirm_identity::send),
        get("/security", security::overview::get),
        post("/security/notices/{id}/dismiss", security::notice::dismiss),
        get("/security/phones/new", security::phone_new::get),
        post("/security/phones/new", security::phone_new::post),
        get("/security/phones/confirm", security::phone_confirm::get),
        post("/security/phones/confirm", security::phone_confirm::post),
        get("/security/phones/confirm/live", security::phone_confirm::live),
        back_to_page::<SignedIn>("/security/phones/confirm/resend"),
        post("/security/phones/confirm/resend", security::phone_confirm::resend),
        get("/security/phones/{id}", security::phone::get),
        post("/security/phones/{id}", security::phone::post),
        back_to_page::<Fresh>("/security/phones/{id}/prefer"),
        post("/security/phones/{id}/prefer", security::phone::prefer),
        back_to_page::<Fresh>("/security/phones/{id}/confirm"),
        post("/security/phones/{id}/confirm", security::phone_confirm::resume),
        get("/security/phones/{id}/live", security::phone::live),
        get("/security/phones/{id}/replace", security::phone_replace::get),
        post("/security/phones/{id}/replace", security::phone_replace::post),
        get("/security/phones/{id}/remove", security::phone_remove::get),
        post("/security/phones/{id}/remove", security::phone_remove::post),
        back_to_page::<SignedIn>("/security/phones/{id}/test"),
        post("/security/phones/{id}/test", security::test::send),
        get("/security/tests/{id}", security::test::get),
        post("/security/tests/{id}", security::test::post),
        get("/security/tests/{id}/live", security::test::live),
        get("/security/apps", security::apps::get),
        post("/security/apps/{id}/end", security::apps::end),
        get("/oidc/authorize", authorize::get),
        from_anywhere("/oidc/authorize", authorize::post),
        get("/jans-auth/authorize.htm", authorize::get),
        from_anywhere("/jans-auth/authorize.htm", authorize::post),
        get("/oidc/consent", consent::get),
        post("/oidc/consent", consent::post),
        post("/oidc/decline", decline::post),
        get("/oidc/logout", app_logout::get),
        from_anywhere("/oidc/logout", app_logout::post),
        get("/.well-known/change-password", well_known::change_password),
        get("/.well-known/security.txt", well_known::security_txt),
        get("/dev/phone", dev_phone::get),
    ]
}

/// What programs call: no session, no form token.
#[must_use]
pub fn machines() -> Vec<Machine> {
    use http::Method;
    vec![
        machine(Method::GET, "/.well-known/openid-configuration", Shown::Nothing, discovery::get),
        machine(Method::GET, "/.well-known/oauth-authorization-server", Shown::Nothing, discovery::get),
        open(machine(Method::POST, "/oidc/token", Shown::Client, token::post)),
        open(machine(Method::GET, "/oidc/userinfo", Shown::Token, userinfo::serve)),
        open(machine(Method::POST, "/oidc/userinfo", Shown::Token, userinfo::serve)),
        open(machine(Method::POST, "/oidc/revoke", Shown::Client, revoke::post)),
        machine(Method::POST, "/oidc/introspect", Shown::Client, introspect::post),
        signed("/webhooks/twilio/status/{token}", webhooks::twilio::status),
        signed("/webhooks/twilio/voice/{token}", webhooks::twilio::voice),
        signed("/webhooks/vonage/status/{token}", webhooks::vonage::status),
    ]
}

/// Longest time a request may take: a provider's ten seconds and some (R137).
const LONGEST: Duration = Duration::from_secs(30);

/// The whole service: pages with sessions, assets and probes without.
pub fn router<S>(app: App, sessions: S) -> Router
where
    S: SessionStore + Clone,
{
    let secure = app.site.secure;
    let name = crate::web::cookies::name(&app.site, crate::web::cookies::SESSION);
    let cookies = SessionManagerLayer::new(sessions)
        .with_name(name)
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/");
    let pages =
        table().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.serve));
    let programs =
        machines().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.serve));
    Router::new()
        .merge(pages.layer(cookies))
        .merge(programs)
        .merge(assets::routes())
        .route("/dev/phone.json", axum::routing::get(dev_phone::json))
        .route(brand::ROUTE, axum::routing::get(brand::get))
        .route("/oidc/jwks", axum::routing::get(jwks::get))
        .route("/healthz", axum::routing::get(health::alive))
        .route("/readyz", axum::routing::get(health::ready))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, LONGEST))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(axum::middleware::from_fn_with_state(std::sync::Arc::clone(&app), gate::pass))
        .with_state(app)
}

/// The gate makes a page of it; what the panic said stays out of the answer (R136).
fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(gate::Panicked);
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
