//! Knocking at our own public address, as a provider would: whether its callbacks would reach us.
use super::PATIENCE;
use reqwest::{Client, StatusCode, header, redirect, retry};
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(3);

/// What became of a knock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Knocked {
    /// Somebody answered.
    Answered(StatusCode),
    /// Nobody did, and why.
    Nobody(&'static str),
}

/// For addresses that begin with this one.
pub(super) fn client(origin: &str) -> Option<Client> {
    // reqwest panics without a provider. Where the program has installed one, this is refused and changes nothing.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!("latchkey-doctor/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .http1_only()
        .connect_timeout(CONNECT)
        .timeout(PATIENCE);
    // Plain http goes to this machine alone: no certificates are needed, and there may be none.
    let builder = if origin.starts_with("http://") { builder.tls_certs_only([]) } else { builder };
    builder.build().ok()
}

/// Posts a form; the answer is not read.
pub(super) async fn post(
    client: &Client,
    address: &str,
    form: &[(String, String)],
    signature: (&str, &str),
) -> Knocked {
    let request =
        client.post(address).header(signature.0, signature.1).header(header::ACCEPT, "*/*").form(form);
    match request.send().await {
        Ok(answer) => Knocked::Answered(answer.status()),
        Err(error) if error.is_timeout() => Knocked::Nobody("it does not answer within ten seconds"),
        Err(error) if error.is_connect() => Knocked::Nobody(
            "no connection: the name is not known here, nobody listens, or the certificate is not good",
        ),
        Err(_) => Knocked::Nobody("the connection breaks"),
    }
}
