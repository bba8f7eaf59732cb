//! A client that never ends what it began holds nothing for good (R137).
use crate::harness::{ADA, House, NUMBER};
use axum::body::{Body, Bytes};
use futures::stream;
use server::connections::Connections;
use server::router::router;
use server::serve::{Patience, serve};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const SHORT: Patience = Patience {
    notice: Duration::ZERO,
    head: Duration::from_millis(100),
    unread: Duration::from_millis(500),
    last: Duration::from_millis(100),
};

/// The house behind a real listener, until `stop`.
async fn serving(
    house: &House,
    patience: Patience,
    stop: impl Future<Output = ()> + Send + 'static,
) -> (SocketAddr, JoinHandle<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let pages = router(Arc::clone(&house.app), house.store.clone());
    let connections = Connections::new(Default::default(), 1000);
    let served = tokio::spawn(async move { serve(listener, pages, &connections, patience, stop).await });
    (address, served)
}

async fn until_closed(stream: &mut TcpStream) -> String {
    let mut told = String::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_string(&mut told)).await;
    assert!(read.is_ok(), "the server closes the connection");
    told
}

#[tokio::test]
async fn r137_a_head_that_never_ends_and_a_connection_that_idles_are_cut() {
    let house = House::new().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (address, served) = serving(&house, SHORT, async { drop(stopped.await) }).await;

    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: ").await.unwrap();
    let told = until_closed(&mut slow).await;
    assert!(!told.starts_with("HTTP/1.1 200"), "{told}");

    // One that says nothing at all, and one that speaks HTTP/2 to us.
    for said in [&b""[..], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let mut silent = TcpStream::connect(address).await.unwrap();
        silent.write_all(said).await.unwrap();
        until_closed(&mut silent).await;
    }

    // A head without measure.
    let mut long = TcpStream::connect(address).await.unwrap();
    let head = format!("GET /healthz HTTP/1.1\r\nCookie: {}\r\n\r\n", "a".repeat(20_000));
    long.write_all(head.as_bytes()).await.unwrap();
    let told = until_closed(&mut long).await;
    assert!(told.starts_with("HTTP/1.1 431"), "{told}");

    // Whoever is quick is served, and cut once nothing more comes.
    let mut quick = TcpStream::connect(address).await.unwrap();
    let host = &house.app.site.authority;
    quick.write_all(format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).await.unwrap();
    let told = until_closed(&mut quick).await;
    assert!(told.starts_with("HTTP/1.1 200"), "{told}");

    stop.send(()).unwrap();
    assert!(served.await.unwrap(), "nothing was under way");
}

#[tokio::test]
async fn r134_who_never_ends_a_request_does_not_keep_the_service_from_its_end() {
    assert!(Patience::default().last <= Duration::from_secs(30), "of the product");
    let house = House::new().await;
    let patience = Patience { head: Duration::from_secs(30), ..SHORT };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (address, served) = serving(&house, patience, async { drop(stopped.await) }).await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    let host = &house.app.site.authority;
    let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100";
    let head = format!("POST /login HTTP/1.1\r\nHost: {host}\r\n{form}\r\n\r\nusername=");
    slow.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(10), served).await;
    assert!(!ended.expect("the end comes").unwrap(), "and says that something was cut off");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn r137_a_client_that_does_not_read_what_it_asked_for_is_cut() {
    let house = House::new().await;
    let patience = Patience { head: Duration::from_secs(30), ..SHORT };
    let (address, _) = serving(&house, patience, std::future::pending()).await;
    let asked = 4_000;
    let mut deaf = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /login HTTP/1.1\r\nHost: {}\r\n\r\n", house.app.site.authority);
    deaf.write_all(request.repeat(asked).as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await;
    // More than the two systems between us keep: all of it comes only from a server that has waited.
    let mut got = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), deaf.read_to_end(&mut got)).await;
    let error = read.expect("the connection is over").expect_err("it was cut, not ended");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn r137_a_form_that_never_arrives_whole_is_answered_with_408() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.get("/login").await;
    let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"username=ada&"))]);
    let endless = Body::from_stream(futures::StreamExt::chain(first, stream::pending()));
    let request = browser.form("/login", &[]).map(|_| endless);
    tokio::time::pause();
    let answer = browser.send(request).await;
    assert_eq!(answer.status, 408, "{}", answer.text());
    assert!(answer.text().contains("Nothing was changed"));
}
