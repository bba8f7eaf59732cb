//! What a request must look like, by the errors it gets (R92, R94 to R96).
use super::*;
use crate::client::WantedClient;
use crate::time::Timestamp;

fn client(waive_pkce: bool) -> Client {
    let wanted = WantedClient {
        id: "app".to_owned(),
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        waive_pkce,
        ..WantedClient::default()
    };
    wanted.judge(Timestamp::from_millis(0)).unwrap()
}

const SOUND: [(&str, &str); 4] = [
    ("client_id", "app"),
    ("redirect_uri", "https://app.example/cb"),
    ("response_type", "code"),
    ("scope", "openid"),
];

/// The sound request with these on top; an empty value takes one away.
fn params(more: &[(&str, &str)]) -> Params {
    let own = SOUND.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    Params::new(own.chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn read(more: &[(&str, &str)]) -> Result<AuthorizationRequest, AuthorizeError> {
    let read = params(more).read(&client(true), |json| (json == "{}").then(ClaimsAsked::default));
    read.map(|read| read.asked).map_err(|refusal| refusal.error)
}

#[test]
fn r92_who_asks_and_where_to_come_first_and_once() {
    let address = Address { client: "app", redirect_uri: "https://app.example/cb" };
    assert_eq!(params(&[]).address(), Some(address));
    for name in ["client_id", "redirect_uri"] {
        assert_eq!(params(&[(name, "")]).address(), None, "{name}");
        let mut doubled = params(&[]);
        doubled.0.push((name.to_owned(), "app".to_owned()));
        assert_eq!(doubled.address(), None, "{name}");
    }
}

#[test]
fn r95_a_doubled_parameter_is_refused_and_an_unknown_one_ignored() {
    assert!(
        read(&[("extra", "foobar"), ("display", "page"), ("ui_locales", "se"), ("claims_locales", "se")])
            .is_ok()
    );
    for name in ["scope", "response_type", "state", "nonce", "acr_values", "extra"] {
        let mut doubled = params(&[]);
        doubled.0.push((name.to_owned(), "openid".to_owned()));
        doubled.0.push((name.to_owned(), "openid".to_owned()));
        let refusal = doubled.read(&client(true), |_| None).err().unwrap();
        assert_eq!(refusal.error, AuthorizeError::InvalidRequest, "{name}");
    }
    let mut doubled = params(&[("state", "a")]);
    doubled.0.push(("state".to_owned(), "b".to_owned()));
    assert_eq!(doubled.state(), None, "which one is meant cannot be known");
}

#[test]
fn r94_r95_what_is_not_offered_has_its_own_error() {
    use AuthorizeError as E;
    for (name, value, error) in [
        ("request", "eyJhbGciOiJub25lIn0.e30.", E::RequestNotSupported),
        ("request_uri", "https://app.example/r", E::RequestUriNotSupported),
        ("registration", "{}", E::RegistrationNotSupported),
        ("response_type", "", E::InvalidRequest),
        ("response_type", "token", E::UnsupportedResponseType),
        ("response_type", "code id_token", E::UnsupportedResponseType),
        ("response_type", "none", E::UnsupportedResponseType),
        ("response_mode", "fragment", E::InvalidRequest),
        ("response_mode", "form_post", E::InvalidRequest),
        ("scope", "", E::InvalidScope),
        ("scope", "profile", E::InvalidScope),
        ("scope", "OpenID", E::InvalidScope),
        ("prompt", "none login", E::InvalidRequest),
        ("max_age", "-1", E::InvalidRequest),
        ("max_age", "1.5", E::InvalidRequest),
        ("max_age", "soon", E::InvalidRequest),
        ("max_age", "99999999999", E::InvalidRequest),
        ("claims", "{", E::InvalidRequest),
        ("code_challenge", "plain-text", E::InvalidRequest),
        ("code_challenge_method", "S256", E::InvalidRequest),
    ] {
        assert_eq!(read(&[(name, value)]), Err(error), "{name}={value}");
    }
    assert!(read(&[("response_mode", "query"), ("max_age", "0"), ("claims", "{}")]).is_ok());
}

#[test]
fn r96_state_and_nonce_have_their_sizes_and_come_back_as_they_are() {
    let odd = "+%&=# \u{e9}\u{1f511}\"<>";
    let asked = read(&[("state", odd), ("nonce", odd)]).unwrap();
    assert_eq!((asked.state.as_deref(), asked.nonce.as_deref()), (Some(odd), Some(odd)));
    for (name, longest) in [("state", STATE_MAX), ("nonce", NONCE_MAX)] {
        assert!(read(&[(name, &"x".repeat(longest))]).is_ok());
        assert_eq!(read(&[(name, &"x".repeat(longest + 1))]), Err(AuthorizeError::InvalidRequest), "{name}");
        assert_eq!(
            read(&[(name, "a\0b")]),
            Err(AuthorizeError::InvalidRequest),
            "{name}: no database keeps it"
        );
    }
    let long = "x".repeat(STATE_MAX + 1);
    assert_eq!(params(&[("state", &long)]).state(), None);
}

#[test]
fn r104_a_client_that_needs_pkce_gets_nothing_without() {
    let needs =
        |more: &[(&str, &str)]| params(more).read(&client(false), |_| None).map(|read| read.asked.challenge);
    assert_eq!(needs(&[]).err().unwrap().error, AuthorizeError::InvalidRequest);
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let with = needs(&[("code_challenge", challenge), ("code_challenge_method", "S256")]).unwrap();
    assert_eq!(with.unwrap().as_str(), challenge);
}

#[test]
fn r119_a_login_hint_is_cut_to_what_a_page_may_show() {
    let hint = format!("ada\u{7}{}", "x".repeat(400));
    let asked = read(&[("login_hint", &hint), ("acr_values", " a  b "), ("id_token_hint", "x")]).unwrap();
    assert_eq!(asked.login_hint.unwrap().chars().count(), 256);
    assert_eq!(asked.acr_values, ["a", "b"]);
    assert_eq!(asked.about, None, "a token is not believed before it was looked at");
}
