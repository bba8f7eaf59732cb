//! Certificates are checked before anything is said (R82).
use super::stage::{message, options, refused, surroundings};
use domain::delivery::{SendOutcome, SendProblem};
use domain::ports::Sms as _;
use reqwest::Certificate;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use server::sms::twilio::{Roots, Surroundings, Twilio};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Speaks TLS with a certificate nobody vouches for, and answers any request as Twilio would.
struct Server {
    address: SocketAddr,
    certificate: Certificate,
    requests: Arc<AtomicUsize>,
}

fn serve(name: &str) -> Server {
    let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), Arc::new(config.clone()), &counter);
        }
    });
    Server { address, certificate: Certificate::from_der(made.cert.der()).unwrap(), requests }
}

fn answer(mut stream: std::net::TcpStream, config: Arc<rustls::ServerConfig>, requests: &AtomicUsize) {
    let mut tls = rustls::ServerConnection::new(config).unwrap();
    let mut tls = rustls::Stream::new(&mut tls, &mut stream);
    let mut first = [0u8; 4096];
    if tls.read(&mut first).is_ok_and(|n| n > 0) {
        requests.fetch_add(1, Ordering::SeqCst);
        let body = r#"{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued","num_segments":"1"}"#;
        let head =
            format!("HTTP/1.1 201 Created\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        let _ = tls.write_all(format!("{head}{body}").as_bytes());
    }
}

async fn send(server: &Server, roots: Roots) -> SendOutcome {
    let (_, _, ready) = surroundings();
    let twilio =
        Twilio::start(options(&format!("https://{}", server.address)), Surroundings { roots, ..ready });
    twilio.ok().unwrap().send(&message()).await.outcome
}

#[tokio::test]
async fn r82_a_certificate_nobody_vouches_for_gets_no_request() {
    let server = serve("127.0.0.1");
    assert_eq!(send(&server, Roots::Only(Vec::new())).await, refused(SendProblem::Retry));
    assert_eq!(server.requests.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn r82_a_certificate_for_another_name_gets_no_request() {
    let server = serve("api.twilio.example");
    let roots = Roots::Only(vec![server.certificate.clone()]);
    assert_eq!(send(&server, roots).await, refused(SendProblem::Retry));
    assert_eq!(server.requests.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_certificate_that_is_believed_gets_the_message() {
    let server = serve("127.0.0.1");
    let roots = Roots::Only(vec![server.certificate.clone()]);
    assert_eq!(send(&server, roots).await, SendOutcome::Taken);
    assert_eq!(server.requests.load(Ordering::SeqCst), 1);
}
