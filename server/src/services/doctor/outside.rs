//! Knocking at our own public address, as a provider would: whether its callbacks would reach us.
use super::{Check, PATIENCE};
use reqwest::{Client, StatusCode, header, redirect, retry};
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(3);

/// What became of a knock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Knocked {
    /// Somebody answered.
    Answered(StatusCode),
    /// Nobody did; what happened instead.
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

/// What is posted.
pub(super) enum Post<'a> {
    /// A form.
    Form(&'a [(String, String)]),
    /// JSON.
    Json(&'a str),
}

/// Posts it; the answer is not read.
pub(super) async fn post(client: &Client, address: &str, body: &Post<'_>, proof: (&str, &str)) -> Knocked {
    let request = client.post(address).header(proof.0, proof.1).header(header::ACCEPT, "*/*");
    let request = match body {
        Post::Form(form) => request.form(form),
        Post::Json(text) => request.header(header::CONTENT_TYPE, "application/json").body((*text).to_owned()),
    };
    match request.send().await {
        Ok(answer) => Knocked::Answered(answer.status()),
        Err(error) if error.is_timeout() && !error.is_connect() => {
            Knocked::Nobody("takes the connection and does not answer within ten seconds")
        }
        Err(error) if is_about_a_certificate(&error) => {
            Knocked::Nobody("is reached and shows a certificate that is not believed here")
        }
        Err(error) if error.is_connect() => {
            Knocked::Nobody("is not reached: the name is not known here, or nobody listens there")
        }
        Err(_) => Knocked::Nobody("is reached and breaks the connection"),
    }
}

/// Whether TLS came as far as a certificate.
fn is_about_a_certificate(error: &reqwest::Error) -> bool {
    // The outermost names the address.
    let mut cause = std::error::Error::source(error);
    while let Some(one) = cause {
        if one.to_string().contains("certificate") {
            return true;
        }
        cause = one.source();
    }
    false
}

/// What was knocked for.
#[derive(Clone, Copy)]
pub(super) struct Tried<'a> {
    /// The name of the check.
    pub(super) check: &'static str,
    /// Whose callbacks.
    pub(super) provider: &'static str,
    /// The setting that holds the key of their signatures.
    pub(super) key: &'static str,
    /// The address, without what stands for one message alone.
    pub(super) place: &'a str,
}

/// No knock can be made.
pub(super) fn no_tls(check: &'static str) -> Check {
    Check::failed(
        check,
        "no TLS connection can be checked on this machine",
        "install the system's CA certificates",
    )
}

/// What the answers to a right and to a wrong signature say.
pub(super) fn answered(tried: &Tried<'_>, signed: &Knocked, forged: &Knocked) -> Check {
    let Tried { check, provider, key, place } = *tried;
    // Both signatures are ours, by the secret in these settings: that the provider signs with the same one is not shown by this.
    let here =
        format!("tried from this machine with {key} as it stands here; {provider} may see another net");
    let (Knocked::Answered(signed), Knocked::Answered(forged)) = (signed, forged) else {
        let why = [signed, forged].into_iter().find_map(|knocked| match knocked {
            Knocked::Nobody(why) => Some(*why),
            Knocked::Answered(_) => None,
        });
        return Check::failed(
            check,
            format!("{place}… {} ({here})", why.unwrap_or_default()),
            "see that `latchkey serve` runs, that server.public_url is its address from outside, that the proxy passes it on, and that its certificate is good",
        );
    };
    let seen = format!(
        "{place}… answers {} to a right signature and {} to a wrong one ({here})",
        signed.as_u16(),
        forged.as_u16()
    );
    let remedy = match (signed.as_u16(), forged.as_u16()) {
        (204, 403) => return Check::ok(check, seen),
        (403, _) => {
            return Check::failed(
                check,
                seen,
                format!(
                    "server.public_url and {key} of the running portal must be those here, and nothing may change the path on the way"
                ),
            );
        }
        (404, _) => {
            "what answers there is no portal with callbacks on: see server.public_url, and restart the portal if settings were changed"
        }
        (421, _) => "the proxy does not pass Host on unchanged",
        (429 | 500..=599, _) => "the portal or the proxy before it is in trouble: see its log",
        (300..=399, _) => {
            "what answers there leads elsewhere: server.public_url must be the address that is meant in the end"
        }
        (204, _) => "what answers there takes anything: server.public_url is not the portal's",
        _ => {
            "see that server.public_url is the portal's address from outside, and that the proxy passes POST on"
        }
    };
    Check::failed(check, seen, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    use std::net::TcpListener;
    use std::sync::Arc;

    /// Shows a certificate nobody vouches for.
    fn unknown_to_all() -> String {
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap());
        let config = Arc::new(config);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
                let _ = tls.complete_io(&mut stream.unwrap());
            }
        });
        address
    }

    #[tokio::test]
    async fn who_is_reached_and_not_believed_is_not_said_to_be_out_of_reach() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        let knocked =
            async |address: &str| post(&client, address, &Post::Form(&[]), ("x-proof", "none")).await;
        let Knocked::Nobody(why) = knocked(&unknown_to_all()).await else { panic!("answered") };
        assert_eq!(why, "is reached and shows a certificate that is not believed here");
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let Knocked::Nobody(why) = knocked(&format!("http://{nobody}")).await else { panic!("answered") };
        assert!(why.starts_with("is not reached"), "{why}");
    }
}
