//! What a handler is given beside its guard and its form.
use super::csrf::Seed;
use super::error::WebError;
use super::form::Form;
use super::known_browser::Memory;
use super::news::news_of;
use super::request_id::RequestId;
use super::session::BrowserSession;
use super::{agent, client_ip, cookies};
use crate::App;
use app::view::{Lang as Shown, News};
use axum::extract::{ConnectInfo, RawPathParams};
use domain::events::{Actor, Trail};
use domain::id::{RequestId as AppRequest, SessionHandle};
use domain::lang::Lang;
use domain::oidc::ports::BrowserMark;
use domain::ports::Fault;
use http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use http::request::Parts;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tower_sessions::Session;

/// Pages on the way to an app whose request only the session knows.
const ON_THE_WAY: [&str; 4] =
    ["/login", "/confirm-identity", "/security/phones/new", "/security/phones/confirm"];

/// One request.
pub struct Ctx {
    /// The application.
    pub app: App,
    /// Where the request comes from and when; goes along with every change.
    pub trail: Trail,
    /// The browser's session.
    pub session: BrowserSession,
    /// The browser shows the cookie of a session that is over, or that never was.
    pub outlived: bool,
    /// What form tokens are made from.
    pub seed: Seed,
    /// Whose right passwords this browser has seen.
    pub memory: Memory,
    /// The language of the page.
    pub lang: Shown,
    /// The path asked for, without its query.
    pub path: String,
    /// Its query, as it came.
    pub query: String,
    /// Only the head of an answer is wanted: nothing may happen.
    pub head: bool,
    /// It is for a page of its own, not for a picture, a script or a frame of another; unless the browser does not tell.
    pub is_navigation: bool,
    /// What the step before has done.
    pub news: Option<News>,
    id: Option<String>,
}

impl Ctx {
    /// Of a request.
    ///
    /// # Errors
    /// When the session cannot be loaded.
    pub async fn of(app: App, parts: &mut Parts, layer: Session) -> Result<Self, Fault> {
        let session = BrowserSession::load(layer).await?;
        let outlived =
            session.state().is_none() && cookies::read(&parts.headers, &app.site, cookies::SESSION).is_some();
        let (lang, trail) = trail(&app, parts, session.handle());
        let seed = Seed::of(cookies::read(&parts.headers, &app.site, cookies::SEED), &*app.core.entropy);
        let memory = Memory::of(cookies::read(&parts.headers, &app.site, cookies::KNOWN));
        let news = cookies::read(&parts.headers, &app.site, cookies::NEWS).and_then(|word| news_of(&word));
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let head = parts.method == http::Method::HEAD;
        let is_navigation =
            parts.headers.get("sec-fetch-dest").is_none_or(|dest| dest.as_bytes() == b"document");
        let id = path_id(parts, &app).await;
        Ok(Self {
            app,
            trail,
            session,
            outlived,
            seed,
            memory,
            lang,
            path,
            query,
            head,
            is_navigation,
            news,
            id,
        })
    }

    /// Goes over to the language that an app asks for, for pages and messages of that sign-in and while it waits. Everywhere else it is
    /// the browser's.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn speak(&mut self, form: Option<&Form>) -> Result<(), Fault> {
        let known = || {
            let on_the_way = ON_THE_WAY.iter().any(|page| self.path.starts_with(page));
            self.session.resume().filter(|_| on_the_way)
        };
        let Some(request) = self.request_named(form).or_else(known) else { return Ok(()) };
        let grants = self.app.provider.grants();
        if let Some(lang) = grants.language(&request, &self.browser(), self.trail.at).await? {
            self.trail.lang = lang;
            self.lang = shown(lang);
        }
        Ok(())
    }

    /// The browser, by what only it has: requests of apps belong to it.
    #[must_use]
    pub fn browser(&self) -> BrowserMark {
        self.seed.mark()
    }

    /// The app's request that the address or the form names: nothing more is believed of either (R99).
    #[must_use]
    pub fn request_named(&self, form: Option<&Form>) -> Option<AppRequest> {
        let named = form.map(|form| form.text("resume").to_owned()).or_else(|| {
            let mut pairs = form_urlencoded::parse(self.query.as_bytes());
            pairs.find(|(name, _)| name == "resume").map(|(_, id)| id.into_owned())
        });
        AppRequest::parse(&named?)
    }

    /// The id in the path in the shape of `T`; another shape is as unknown as another's id (R143).
    ///
    /// # Errors
    /// Not found.
    pub fn id<T>(&self, parse: fn(&str) -> Option<T>) -> Result<T, WebError> {
        self.id.as_deref().and_then(parse).ok_or(WebError::NOT_FOUND)
    }
}

/// Where a request comes from and when, and the language it asks for.
#[must_use]
pub fn trail(app: &App, parts: &Parts, session: Option<SessionHandle>) -> (Shown, Trail) {
    let header = |name| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let lang = Shown::from_accept_language(header(ACCEPT_LANGUAGE));
    let trail = Trail {
        at: app.core.clock.now(),
        actor: Actor::Person,
        request: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        address: client_ip::key(client(app, parts)),
        agent: agent::family(header(USER_AGENT)),
        session,
        lang: match lang {
            Shown::En => Lang::En,
            Shown::Es => Lang::Es,
        },
    };
    (lang, trail)
}

fn shown(lang: Lang) -> Shown {
    match lang {
        Lang::En => Shown::En,
        Lang::Es => Shown::Es,
    }
}

async fn path_id(parts: &mut Parts, app: &App) -> Option<String> {
    use axum::extract::FromRequestParts as _;
    let params = RawPathParams::from_request_parts(parts, app).await.ok()?;
    params.iter().find(|(name, _)| *name == "id").map(|(_, value)| value.to_owned())
}

fn client(app: &App, parts: &Parts) -> IpAddr {
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    // Bytes that are no text spoil their own entry only: what a client puts in front must not hide what our proxy added (A26).
    let lines = parts.headers.get_all("x-forwarded-for").iter();
    let forwarded = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect::<Vec<_>>().join(",");
    client_ip::client(peer, &forwarded, &app.site.trusted_proxies)
}
