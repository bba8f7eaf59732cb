//! One way to answer: a page or a redirect becomes a response, with the cookies and headers that belong to it.
use super::context::Ctx;
use super::error::WebError;
use super::news::news_cookie;
use super::{cookies, first_page, headers};
use crate::App;
use app::view::{ErrorKind, ErrorPage, Frame, Lang, News, Page, SessionLeft};
use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use std::sync::Arc;
use std::time::Duration;

/// What a handler answers.
pub enum Reply {
    /// A page.
    Show(Box<Show>),
    /// 303 to an own path.
    Go {
        /// Where to.
        to: String,
        /// What was done, shown there once.
        news: Option<News>,
    },
    /// Something that is no page.
    Other(Box<Response>),
}

/// A page and how it is answered.
pub struct Show {
    page: Page,
    status: StatusCode,
    retry_after: Option<u64>,
}

/// A handler's result.
pub type Answer = Result<Reply, WebError>;

/// A page, 200.
#[must_use]
pub fn show(page: Page) -> Reply {
    Reply::Show(Box::new(Show { page, status: StatusCode::OK, retry_after: None }))
}

/// 303 to an own path.
#[must_use]
pub fn go(to: impl Into<String>) -> Reply {
    Reply::Go { to: to.into(), news: None }
}

impl Reply {
    /// The same page again, 422: something typed is not right.
    #[must_use]
    pub fn unprocessable(self) -> Self {
        self.status(StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// The same page again, 429: a limit holds for so many seconds.
    #[must_use]
    pub fn wait(mut self, seconds: u64) -> Self {
        if let Self::Show(show) = &mut self {
            show.retry_after = Some(seconds.max(1));
        }
        self.status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// The same page again: 429 where there are seconds to wait, else 422.
    #[must_use]
    pub fn refused(self, wait: Option<u64>) -> Self {
        match wait {
            Some(seconds) => self.wait(seconds),
            None => self.unprocessable(),
        }
    }

    /// The same page again, 503: more is asked than we can do right now.
    #[must_use]
    pub fn busy(mut self) -> Self {
        if let Self::Show(show) = &mut self {
            show.retry_after = Some(2);
        }
        self.status(StatusCode::SERVICE_UNAVAILABLE)
    }

    /// News for the page that is gone to.
    #[must_use]
    pub fn telling(mut self, told: News) -> Self {
        if let Self::Go { news, .. } = &mut self {
            *news = Some(told);
        }
        self
    }

    fn status(mut self, status: StatusCode) -> Self {
        if let Self::Show(show) = &mut self {
            show.status = status;
        }
        self
    }
}

/// Turns a handler's answer into a response.
#[must_use]
pub fn respond(answer: Answer, ctx: &Ctx, username: Option<&str>) -> Response {
    let reply = match answer {
        Ok(reply) => reply,
        Err(error) => {
            let kind = error.told(&ctx.trail.request);
            return self::error(&ctx.app, kind, &ctx.trail.request, ctx.lang);
        }
    };
    let mut response = match reply {
        Reply::Other(response) => *response,
        Reply::Go { to, news } => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::SEE_OTHER;
            match HeaderValue::from_str(&to) {
                Ok(to) => response.headers_mut().insert(header::LOCATION, to),
                Err(_) => response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/")),
            };
            if let Some(news) = news {
                add_cookie(&mut response, news_cookie(&ctx.app.site, news));
            }
            response
        }
        Reply::Show(show) => page(*show, ctx, username),
    };
    add_cookie(&mut response, ctx.memory.to_set(&ctx.app.site));
    response
}

fn page(show: Show, ctx: &Ctx, username: Option<&str>) -> Response {
    let handle = ctx.session.handle();
    let mut frame = frame(&ctx.app, ctx.lang);
    frame.account = username.map(str::to_owned);
    frame.session = username.and_then(|_| session_left(ctx));
    frame.csrf = ctx.seed.token(&ctx.app.keys, handle.as_ref());
    frame.now = ctx.trail.at.as_millis();
    let mut response = rendered(&ctx.app, &show.page, &mut frame, show.status);
    if let Some(seconds) = show.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(seed) = ctx.seed.to_set() {
        add_cookie(&mut response, cookies::set(&ctx.app.site, cookies::SEED, seed, None));
    }
    if ctx.news.is_some() {
        add_cookie(&mut response, cookies::set(&ctx.app.site, cookies::NEWS, "", Some(0)));
    }
    response
}

/// This very request uses the session: it is said how long it lasts without another.
fn session_left(ctx: &Ctx) -> Option<SessionLeft> {
    let policy = &ctx.app.core.policy.session;
    let (left, may_stay) = policy.lasts(ctx.session.state()?.counts_from(), ctx.trail.at);
    let seconds = |time: Duration| u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
    Some(SessionLeft { seconds: seconds(left), idle: seconds(policy.idle()), may_stay })
}

/// An error page. It has no form, so it needs neither session nor token.
#[must_use]
pub fn error(app: &App, kind: ErrorKind, request: &str, lang: Lang) -> Response {
    let mut frame = frame(app, lang);
    frame.now = app.core.clock.now().as_millis();
    let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let page = Page::Error(ErrorPage { kind, request_id: request.to_owned() });
    let mut response = rendered(app, &page, &mut frame, status);
    let wait = match kind {
        ErrorKind::TooMany { seconds } => Some(u64::from(seconds.max(1))),
        ErrorKind::Unavailable => Some(5),
        _ => None,
    };
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The language a browser asks for.
#[must_use]
pub fn language(headers: &HeaderMap) -> Lang {
    let wanted =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Lang::from_accept_language(wanted)
}

fn frame(app: &App, lang: Lang) -> Frame {
    Frame {
        lang,
        brand: app.site.brand.clone(),
        support_url: app.site.support_url.clone(),
        look: Arc::clone(&app.site.theme.look),
        account: None,
        csrf: String::new(),
        build: super::assets::build_id().to_owned(),
        nonce: String::new(),
        texts: super::shown::texts(app.delivery_health.now()),
        session: None,
        now: 0,
    }
}

fn rendered(app: &App, page: &Page, frame: &mut Frame, status: StatusCode) -> Response {
    let live = page.is_live();
    if live {
        let mut bytes = [0u8; 16];
        app.core.entropy.fill(&mut bytes);
        frame.nonce = base64::engine::general_purpose::STANDARD.encode(bytes);
    }
    let mut response = Response::new(Body::from(first_page::html(page, frame)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(frame.lang.tag()));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    if live {
        if let Some(policy) = headers::live_policy(&frame.nonce) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        headers.insert(
            HeaderName::from_static("content-security-policy-report-only"),
            HeaderValue::from_static(headers::TRUSTED_TYPES),
        );
    }
    response
}

/// Adds a `Set-Cookie`.
pub fn add_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
