//! A44: headers and requests smuggled in by names, labels, locales and paths, by CRLF, by Transfer-Encoding beside Content-Length. At the raw
//! socket of the real program: one request is one answer, and nothing that was sent becomes a header of an answer.
use crate::harness::process::{Installation, Running};
use crate::harness::{ADA, House, NUMBER, OTHER, PASSWORD};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What a smuggler hides: if it is answered, it got through as a request of its own.
const HIDDEN: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// All that comes back, and whether the connection was closed.
async fn say(portal: &Running, bytes: &[u8]) -> (String, bool) {
    let mut stream = TcpStream::connect(portal.origin.trim_start_matches("http://")).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut told = Vec::new();
    let read = stream.read_to_end(&mut told);
    let closed = tokio::time::timeout(Duration::from_millis(400), read).await.is_ok();
    (String::from_utf8_lossy(&told).into_owned(), closed)
}

fn statuses(told: &str) -> Vec<&str> {
    told.split("HTTP/1.1 ").skip(1).filter_map(|rest| rest.get(..3)).collect()
}

fn post(headers: &str, body: &str) -> Vec<u8> {
    let form = "Content-Type: application/x-www-form-urlencoded";
    format!("POST /login HTTP/1.1\r\nHost: localhost\r\n{form}\r\n{headers}\r\n\r\n{body}").into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a44_a_request_of_two_lengths_is_one_request() {
    let portal = Installation::new(&[]).serve().await;
    let (te, cl) = ("Transfer-Encoding: chunked", "Content-Length: 5");
    let none = format!("0\r\n\r\n{HIDDEN}");
    // Whatever a proxy in front makes of these, here the first answer is the last one on its connection.
    for (headers, body) in [
        (format!("{te}\r\n{cl}"), none.clone()),
        (format!("{cl}\r\n{te}"), none.clone()),
        (format!("Content-Length: 5\r\n{}", "Content-Length: 0"), none.clone()),
        ("Content-Length: 5, 5".to_owned(), none.clone()),
        ("Content-Length: +5".to_owned(), none.clone()),
        ("Content-Length: 0x5".to_owned(), none.clone()),
        ("Content-Length: 99999999999999999999999".to_owned(), none.clone()),
        ("Transfer-Encoding: xchunked".to_owned(), none.clone()),
        ("Transfer-Encoding: identity".to_owned(), none.clone()),
        ("Transfer-Encoding: chunked, identity".to_owned(), none.clone()),
        ("Transfer-Encoding : chunked".to_owned(), none.clone()),
        ("Transfer-Encoding: \u{b}chunked".to_owned(), none.clone()),
        (format!("X-A: b\r\n Transfer-Encoding: chunked\r\n{cl}"), none.clone()),
        (format!("X-A: b\rTransfer-Encoding: chunked\r\n{cl}"), none.clone()),
        (te.to_owned(), format!("0x0\r\n\r\n{HIDDEN}")),
        (te.to_owned(), format!("-1\r\n\r\n{HIDDEN}")),
        (te.to_owned(), format!("fffffffffffffffff\r\n\r\n{HIDDEN}")),
        (te.to_owned(), format!("0\n\n{HIDDEN}")),
    ] {
        let (told, closed) = say(&portal, &post(&headers, &body)).await;
        assert_eq!(statuses(&told).len(), 1, "{headers}: {told}");
        assert!(statuses(&told)[0].starts_with('4') && closed, "{headers}: {told}");
    }
    // What is one body is never read as a request, however early it is answered.
    let length = format!("Content-Length: {}", HIDDEN.len());
    for path in ["/login", "/nothing", "/security", "/healthz"] {
        let request = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n\r\n{HIDDEN}");
        let (told, _) = say(&portal, request.as_bytes()).await;
        assert_eq!(statuses(&told).len(), 1, "{path}: {told}");
    }
    // Honest ones after one another are all answered.
    let (told, _) =
        say(&portal, format!("{}{HIDDEN}", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())
            .await;
    assert_eq!(statuses(&told), ["200", "200"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a44_what_stands_in_a_request_is_no_header_of_the_answer() {
    let portal = Installation::new(&[]).serve().await;
    let evil = "%0d%0aSet-Cookie:%20evil=1%0d%0a%0d%0a<script>alert(1)</script>";
    for (line, headers) in [
        (format!("GET /{evil} HTTP/1.1"), String::new()),
        (format!("GET /security/phones/{evil}/remove HTTP/1.1"), String::new()),
        (format!("GET /login?next={evil}&return_to={evil} HTTP/1.1"), String::new()),
        (format!("GET /assets/{evil} HTTP/1.1"), String::new()),
        ("GET /login HTTP/1.1".to_owned(), format!("Accept-Language: es{evil}\r\n")),
        ("GET /login HTTP/1.1".to_owned(), "Accept-Language: es\u{2028}evil, \u{e9};q=9\r\n".to_owned()),
        (
            "GET /login HTTP/1.1".to_owned(),
            format!("User-Agent: {evil}\r\nReferer: {evil}\r\nX-Request-Id: {evil}\r\n"),
        ),
        (
            "GET /login HTTP/1.1".to_owned(),
            format!("Cookie: seed={evil}; news={evil}; known={evil}; sid={evil}\r\n"),
        ),
        ("GET /login HTTP/1.1".to_owned(), format!("X-Forwarded-Host: {evil}\r\nForwarded: host={evil}\r\n")),
    ] {
        let request = format!("{line}\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n");
        let (told, _) = say(&portal, request.as_bytes()).await;
        assert_eq!(statuses(&told).len(), 1, "{line} {headers}");
        let head = told.split("\r\n\r\n").next().unwrap().to_lowercase();
        assert!(!head.contains("evil"), "{line} {headers}: {head}");
        assert!(!told.contains("<script>alert"), "{line} {headers}: {told}");
    }
    // Raw ones end the request where they stand, or the request is none.
    for raw in [&b"\r"[..], b"\n", b"\0", b"\x7f", b"\r\r\n"] {
        let mut request =
            b"GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Language: es".to_vec();
        request.extend_from_slice(raw);
        request.extend_from_slice(b"Set-Cookie: evil=1\r\n\r\n");
        let (told, _) = say(&portal, &request).await;
        assert_eq!(statuses(&told).len(), 1, "{raw:?}: {told}");
        assert!(!told.contains("evil"), "{raw:?}: {told}");
    }
}

#[tokio::test]
async fn a44_names_and_labels_with_line_ends_stay_what_they_are() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    for evil in [
        "a\r\nSet-Cookie: evil=1",
        "a\nLocation: //evil.example",
        "a\u{85}evil",
        "a\u{2028}evil",
        "%0d%0aevil: 1",
    ] {
        let mut stranger = house.browser();
        for answer in [
            stranger.knock(evil, PASSWORD).await,
            browser
                .submit("/security/phones/new", "/security/phones/new", &[("phone", evil), ("label", evil)])
                .await,
            browser
                .submit("/security/phones/new", "/security/phones/new", &[("phone", OTHER), ("label", evil)])
                .await,
            browser
                .submit("/confirm-identity", "/confirm-identity/send", &[("channel", evil), ("phone", evil)])
                .await,
        ] {
            let head = format!("{:?}", answer.headers).to_lowercase();
            assert!(answer.status.as_u16() < 500 && !head.contains("evil"), "{evil:?}: {head}");
        }
    }
}
