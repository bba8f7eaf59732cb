//! A Vonage that sends nothing: the one address of its Messages API, on a loopback port. It refuses what the real one refuses (and what
//! it forgives: members it does not know), keeps what it took like a phone's inbox, and misbehaves on demand. Its connections are made by
//! hand, so that any of them can be cut wherever a test wants it.
pub mod callback;
mod check;

pub use callback::Callback;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub const API_KEY: &str = "a1b2c3d4";
pub const API_SECRET: &str = "Vonage-Secret-1";
pub const SIGNATURE_SECRET: &str = "0123456789abcdefghijklmnopqrstuv";
pub const FROM: &str = "+12015550199";

/// What happens in place of the usual answer.
#[derive(Clone, Debug)]
pub enum Act {
    /// Takes the message and never answers.
    Hang,
    /// Takes the message, then closes the connection without a word.
    Cut,
    /// Takes the message, then breaks off in the middle of the answer.
    HalfBody,
    /// Takes the message and answers 202 with this body.
    Accepted(&'static str),
    /// Answers 302 to this address.
    Redirect(String),
    /// Answers with this status, `Retry-After` and body.
    Refused(u16, Option<u32>, String),
}

impl Act {
    /// A problem as Vonage writes it.
    pub fn problem(status: u16, anchor: &str) -> Self {
        let body = serde_json::json!({
            "type": format!("https://developer.vonage.com/api-errors/messages#{anchor}"),
            "title": "Something that must never be shown", "detail": "for 447700900000",
            "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf",
        });
        Self::Refused(status, None, body.to_string())
    }
}

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub head: String,
    pub body: serde_json::Value,
    /// Why it was refused as ill-formed.
    pub refused: Option<String>,
}

impl Request {
    pub fn field(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(serde_json::Value::as_str)
    }
}

/// One message it took.
#[derive(Clone, Debug)]
pub struct Taken {
    pub id: String,
    pub to: String,
    pub text: String,
    pub client_ref: String,
    pub webhook_url: Option<String>,
}

#[derive(Default)]
struct State {
    acts: VecDeque<Act>,
    requests: Vec<Request>,
    taken: Vec<Taken>,
    connections: usize,
}

pub struct FakeVonage {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
    serving: tokio::task::JoinHandle<()>,
}

impl FakeVonage {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let own = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                own.lock().unwrap().connections += 1;
                tokio::spawn(serve(stream, Arc::clone(&own)));
            }
        });
        Self { state, address, serving }
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What to do with so many of the next requests; acts wait for their turn.
    pub fn script(&self, times: usize, act: &Act) {
        self.state.lock().unwrap().acts.extend(std::iter::repeat_n(act.clone(), times));
    }

    /// Requests so far, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap().requests.clone()
    }

    /// Messages taken, newest first.
    pub fn inbox(&self) -> Vec<Taken> {
        self.state.lock().unwrap().taken.iter().rev().cloned().collect()
    }

    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    /// The callback that tells that the newest message is at `status`, signed at `now` (milliseconds); nothing where it asked for none.
    pub fn callback(&self, status: &str, code: Option<u32>, now: i64) -> Option<Callback> {
        let newest = self.inbox().into_iter().next()?;
        Callback::of(&newest, status, code, now)
    }
}

impl Drop for FakeVonage {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Answers the requests of one connection.
async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut read = Vec::new();
    while let Some((head, body)) = next(&mut stream, &mut read).await {
        let checked = check::request(&head, &body);
        let (act, id) = {
            let mut state = state.lock().unwrap();
            state.requests.push(Request {
                head,
                body: serde_json::from_slice(&body).unwrap_or_default(),
                refused: checked.as_ref().err().cloned(),
            });
            let act = state.acts.pop_front();
            let id = format!("aaaaaaaa-bbbb-4ccc-8ddd-{:012x}", state.taken.len() + 1);
            let takes = !matches!(act, Some(Act::Refused(..) | Act::Redirect(_)));
            if let (true, Ok(wanted)) = (takes, &checked) {
                state.taken.push(Taken { id: id.clone(), ..wanted.clone() });
            }
            (act, id)
        };
        let problem = |why: &str| {
            format!(
                r#"{{"type":"x#1020","title":"Invalid params","invalid_parameters":[{{"name":"{why}","reason":"x"}}]}}"#
            )
        };
        let written = match (act, checked) {
            (Some(Act::Hang), _) => std::future::pending().await,
            (Some(Act::Cut), _) => return,
            (Some(Act::HalfBody), _) => {
                let _ =
                    stream.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 60\r\n\r\n{\"message_").await;
                return;
            }
            (Some(Act::Accepted(body)), _) => written(202, "", body),
            (Some(Act::Redirect(to)), _) => written(302, &format!("location: {to}\r\n"), ""),
            (Some(Act::Refused(status, wait, body)), _) => {
                let wait = wait.map(|seconds| format!("retry-after: {seconds}\r\n")).unwrap_or_default();
                written(status, &wait, &body)
            }
            (None, Ok(_)) => written(202, "", &format!(r#"{{"message_uuid":"{id}","workflow_id":"x"}}"#)),
            (None, Err(why)) if why == "authorization" => written(
                401,
                "",
                r##"{"type":"https://developer.vonage.com/api-errors#unauthorized","title":"x"}"##,
            ),
            (None, Err(why)) => written(422, "", &problem(&why)),
        };
        if stream.write_all(written.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn written(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}

/// The next request: its head and its body.
async fn next(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).into_owned();
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .and_then(|(_, length)| length.trim().parse::<usize>().ok())
                .unwrap_or(0);
            if read.len() >= end + 4 + length {
                let body = read[end + 4..end + 4 + length].to_vec();
                read.drain(..end + 4 + length);
                return Some((head, body));
            }
        }
        let mut piece = [0u8; 4096];
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => read.extend_from_slice(&piece[..count]),
        }
    }
}
