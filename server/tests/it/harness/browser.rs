//! A browser as far as a server can tell: it keeps cookies and sends back the hidden token of the form it was given.
use super::Answer;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use http::{Method, Request, header};
use http_body_util::BodyExt as _;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Barrier;
use tower::ServiceExt as _;

const EVENTS: &str = "text/event-stream";

/// A stream of events that is open.
pub struct Heard {
    body: Body,
}

impl Heard {
    /// What comes next, as it came; nothing where the stream ends.
    pub async fn next(&mut self) -> Option<String> {
        let frame = tokio::time::timeout(Duration::from_secs(5), self.body.frame());
        let frame = frame.await.expect("news, or an end").transpose().unwrap()?;
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    }

    /// Whether nothing comes for so long.
    pub async fn is_quiet(&mut self, time: Duration) -> bool {
        tokio::time::timeout(time, self.body.frame()).await.is_err()
    }
}

/// How requests travel.
#[derive(Clone)]
pub enum Line {
    /// Straight into the router, without a socket.
    Router(axum::Router),
    /// Over HTTP to a running process.
    Http { client: reqwest::Client, origin: String },
}

/// One person's browser. A clone is a second tab: it has the same cookies as of now.
#[derive(Clone)]
pub struct Browser {
    line: Line,
    /// Cookies by name.
    pub cookies: BTreeMap<String, String>,
    /// The token of the form that was looked at last.
    pub token: String,
    /// Where it connects from.
    pub peer: SocketAddr,
    /// Headers it sends with everything.
    pub headers: Vec<(&'static str, String)>,
}

impl Browser {
    pub fn new(line: Line) -> Self {
        Self {
            line,
            cookies: BTreeMap::new(),
            token: String::new(),
            peer: SocketAddr::from(([192, 0, 2, 7], 40_000)),
            headers: vec![("host", "localhost:3000".to_owned())],
        }
    }

    /// Connects from elsewhere.
    pub fn from(mut self, address: [u8; 4]) -> Self {
        self.peer.set_ip(address.into());
        self
    }

    /// Goes on with the same cookies by another way.
    pub fn by(mut self, line: Line) -> Self {
        self.line = line;
        self
    }

    /// Speaks another language.
    pub fn speaking(mut self, language: &str) -> Self {
        self.headers.push(("accept-language", language.to_owned()));
        self
    }

    /// Opens the stream of a page; `None` where the answer is another.
    pub async fn listen(&self, path: &str) -> Option<Heard> {
        let Line::Router(router) = &self.line else { panic!("a stream through the router") };
        let mut request = self.request(Method::GET, path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = router.clone().oneshot(request).await.unwrap();
        let stream = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == EVENTS);
        stream.then(|| Heard { body: response.into_body() })
    }

    /// Looks at a page. Follows nothing.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Sends the form that was looked at last, as a browser does.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.form(path, fields);
        self.send(request).await
    }

    /// Opens a page and sends its form.
    pub async fn submit(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.get(page).await;
        self.post(path, fields).await
    }

    /// Name and password at the front door.
    pub async fn knock(&mut self, name: &str, password: &str) -> Answer {
        self.submit("/login", "/login", &[("username", name), ("password", password)]).await
    }

    /// A request with this browser's cookies and headers, to be changed by who wants to.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let uri = match &self.line {
            Line::Router(_) => path.to_owned(),
            Line::Http { origin, .. } => format!("{origin}{path}"),
        };
        let mut builder = Request::builder().method(method).uri(uri);
        for (name, value) in &self.headers {
            builder = builder.header(*name, value);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            builder = builder.header(header::COOKIE, pairs.join("; "));
        }
        builder
    }

    /// A form with the token of the page that was looked at last.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Request<Body> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", &self.token);
        body.extend_pairs(fields);
        self.request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body.finish()))
            .unwrap()
    }

    /// Name and password at the front door of a node that may be gone; where that leads.
    pub async fn try_knock(&mut self, name: &str, password: &str) -> Option<String> {
        self.try_get("/login").await?;
        let form = self.form("/login", &[("username", name), ("password", password)]);
        self.try_send(form).await?.location().map(str::to_owned)
    }

    /// A page of a node that may be gone.
    pub async fn try_get(&mut self, path: &str) -> Option<Answer> {
        let request = self.request(Method::GET, path).body(Body::empty()).unwrap();
        self.try_send(request).await
    }

    /// Sends whatever it is; keeps cookies and token.
    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        self.try_send(request).await.expect("an answer")
    }

    /// As [`Browser::send`]; nothing where nobody answers.
    pub async fn try_send(&mut self, request: Request<Body>) -> Option<Answer> {
        self.sent(request).await.ok()
    }

    /// As [`Browser::send`], with what became of it where nobody answers.
    pub async fn sent(&mut self, mut request: Request<Body>) -> Result<Answer, reqwest::Error> {
        let answer = match &self.line {
            Line::Router(router) => {
                request.extensions_mut().insert(ConnectInfo(self.peer));
                let response = router.clone().oneshot(request).await.unwrap();
                let (parts, body) = response.into_parts();
                // A stream of events has no end to wait for.
                let stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == EVENTS);
                let body = if stream { Body::empty() } else { body };
                let body = body.collect().await.unwrap().to_bytes();
                answer(parts.status, parts.headers, &body)
            }
            Line::Http { client, .. } => {
                let (mut parts, body) = request.into_parts();
                // The client names the host itself.
                parts.headers.remove(header::HOST);
                let body = body.collect().await.unwrap().to_bytes();
                let request = reqwest::Request::try_from(Request::from_parts(parts, body)).unwrap();
                let response = client.execute(request).await?;
                let (status, headers) = (response.status(), response.headers().clone());
                let stream = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == EVENTS);
                let body = if stream { Bytes::new() } else { response.bytes().await? };
                answer(status, headers, &body)
            }
        };
        self.keep(&answer);
        Ok(answer)
    }

    fn keep(&mut self, answer: &Answer) {
        for line in answer.cookies() {
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() || line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(token) = answer.hidden("csrf") {
            token.clone_into(&mut self.token);
        }
    }
}

/// Sends all requests in the same moment, each from its browser; gives browsers and answers in that order.
pub async fn at_once(requests: Vec<(Browser, Request<Body>)>) -> Vec<(Browser, Answer)> {
    let gate = Arc::new(Barrier::new(requests.len()));
    let tasks: Vec<_> = requests
        .into_iter()
        .map(|(mut browser, request)| {
            let gate = Arc::clone(&gate);
            tokio::spawn(async move {
                gate.wait().await;
                let answer = browser.send(request).await;
                (browser, answer)
            })
        })
        .collect();
    let mut answers = Vec::with_capacity(tasks.len());
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

fn answer(status: http::StatusCode, headers: http::HeaderMap, body: &[u8]) -> Answer {
    Answer { status, headers, body: String::from_utf8_lossy(body).into_owned() }
}
