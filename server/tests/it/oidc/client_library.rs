//! A client library of others as an app: discovery, PKCE, checks of the ID token, userinfo, refresh.
use super::party::{Party, SECRET, rest};
use crate::harness::{ADA, Browser, House, Line, NUMBER};
use axum::body::Body;
use http::Request;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, Scope,
    TokenResponse,
};
use std::time::Duration;

/// Its way to the house: straight into the router.
async fn call(line: Line, request: HttpRequest) -> Result<HttpResponse, std::io::Error> {
    let (parts, body) = request.into_parts();
    let mut browser = Browser::new(line);
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let mut own = browser.request(parts.method, &path);
    for (name, value) in &parts.headers {
        own = own.header(name, value);
    }
    let request: Request<Body> = own.body(Body::from(body)).unwrap();
    let answer = browser.send(request).await;
    let mut response = http::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    Ok(response.body(answer.body.into_bytes()).unwrap())
}

#[tokio::test]
async fn a_client_library_goes_through_the_whole_flow() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::with(&house, "library", |_| {}).await;
    let mut browser = house.signed_in(ADA).await;
    let line = house.line();
    let http = |request: HttpRequest| call(line.clone(), request);

    let issuer = IssuerUrl::new("http://localhost:3000".to_owned()).unwrap();
    let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.expect("discovery");
    let client = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new(party.id.clone()),
        Some(ClientSecret::new(SECRET.to_owned())),
    )
    .set_redirect_uri(RedirectUrl::new(super::party::REDIRECT.to_owned()).unwrap());
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("profile".to_owned()))
        .add_scope(Scope::new("phone".to_owned()))
        .add_scope(Scope::new("offline_access".to_owned()))
        .add_auth_context_value(AuthenticationContextClass::new("twilio_sms".to_owned()))
        .set_max_age(Duration::from_secs(3600))
        .set_pkce_challenge(challenge)
        .url();
    let path = address.as_str().strip_prefix("http://localhost:3000").unwrap();
    let first = browser.get(path).await;
    let back = rest(&mut browser, first).await.app();
    assert_eq!(&back["state"], state.secret());

    let code = AuthorizationCode::new(back["code"].clone());
    let tokens = client
        .exchange_code(code)
        .unwrap()
        .set_pkce_verifier(verifier)
        .request_async(&http)
        .await
        .expect("tokens");
    let clock = house.clock.clone();
    let now = move || {
        let seconds = domain::time::Clock::now(&clock).as_millis() / 1000;
        chrono::DateTime::from_timestamp(seconds, 0).unwrap()
    };
    let checker = client
        .id_token_verifier()
        .set_time_fn(&now)
        .set_auth_context_verifier_fn(|acr| match acr {
            Some(acr) if acr.as_str() == "twilio_sms" => Ok(()),
            other => Err(format!("{other:?}")),
        })
        .set_auth_time_verifier_fn(|at| at.map(drop).ok_or_else(|| "no auth_time".to_owned()));
    let id_token = tokens.id_token().expect("an ID token");
    let claims = id_token.claims(&checker, &nonce).expect("sound claims");
    let amr: Vec<&str> = claims.auth_method_refs().unwrap().iter().map(|amr| amr.as_str()).collect();
    assert_eq!(amr, ["pwd", "sms", "mfa"]);

    let subject = claims.subject().clone();
    let told: CoreUserInfoClaims = client
        .user_info(tokens.access_token().clone(), Some(subject.clone()))
        .unwrap()
        .request_async(&http)
        .await
        .expect("userinfo");
    assert_eq!(told.preferred_username().map(|name| name.as_str()), Some(ADA));
    assert_eq!(told.phone_number().map(|number| number.as_str()), Some(NUMBER));
    assert_eq!(told.phone_number_verified(), Some(true));

    let refresh = tokens.refresh_token().expect("a refresh token");
    let renewed =
        client.exchange_refresh_token(refresh).unwrap().request_async(&http).await.expect("renewed");
    let again = renewed.id_token().expect("an ID token").claims(&checker, &nonce).expect("sound claims");
    assert_eq!(again.subject(), &subject);
}
