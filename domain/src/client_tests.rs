//! Tests of `client.rs`.
use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

fn wanted() -> WantedClient {
    WantedClient {
        id: "grafana".to_owned(),
        redirect_uris: vec!["https://grafana.example.com/login/generic_oauth".to_owned()],
        ..WantedClient::default()
    }
}

#[test]
fn an_id_is_of_characters_that_no_encoding_changes() {
    for good in ["a", "7", "grafana", "app-1.example_2~x", "0008-2a3b", &"x".repeat(64)] {
        assert_eq!(ClientId::parse(good).unwrap().as_str(), good);
    }
    for bad in
        ["", "-a", ".a", "_a", "a b", "a:b", "a/b", "a%41", "a+b", "é", "a\n", "a\0", "a,b", &"x".repeat(65)]
    {
        assert_eq!(ClientId::parse(bad), None, "{bad:?}");
    }
}

#[test]
fn what_is_not_said_is_the_safe_choice() {
    let client = wanted().judge(NOW).unwrap();
    assert_eq!((client.name.as_str(), client.created_at), ("grafana", NOW));
    assert_eq!((client.public, client.require_pkce, client.min_acr), (false, true, None));
    assert_eq!(client.auth_method, AuthMethod::Secret);
    let public = WantedClient { public: true, ..wanted() }.judge(NOW).unwrap();
    assert_eq!((public.public, public.require_pkce, public.auth_method), (true, true, AuthMethod::None));
    let waived = WantedClient { waive_pkce: true, ..wanted() }.judge(NOW).unwrap();
    assert!(!waived.require_pkce);
}

#[test]
fn what_cannot_be_is_refused_with_why() {
    let uri = "https://a.example/cb".to_owned();
    let text = |text: &str| Some(text.to_owned());
    for (wanted, problem) in [
        (WantedClient { id: "a b".to_owned(), ..wanted() }, ClientProblem::Id),
        (WantedClient { name: text(" "), ..wanted() }, ClientProblem::Name),
        (WantedClient { name: text("a\u{202e}b"), ..wanted() }, ClientProblem::Name),
        (WantedClient { redirect_uris: vec![], ..wanted() }, ClientProblem::NoUri),
        (WantedClient { redirect_uris: vec![uri.clone(); 2], ..wanted() }, ClientProblem::Twice(uri.clone())),
        (WantedClient { redirect_uris: vec![uri.clone(); 33], ..wanted() }, ClientProblem::TooManyUris),
        (
            WantedClient { post_logout_redirect_uris: vec!["http://a/".to_owned()], ..wanted() },
            ClientProblem::Uri { uri: "http://a/".to_owned(), problem: UriProblem::PlainHttp },
        ),
        (WantedClient { min_acr: text("passkey"), ..wanted() }, ClientProblem::MinAcr("passkey".to_owned())),
        (WantedClient { public: true, waive_pkce: true, ..wanted() }, ClientProblem::PublicWithoutPkce),
        (WantedClient { auth_method: text("none"), ..wanted() }, ClientProblem::AuthMethod),
        (WantedClient { auth_method: text("private_key_jwt"), ..wanted() }, ClientProblem::AuthMethod),
        (
            WantedClient { public: true, auth_method: text("client_secret_post"), ..wanted() },
            ClientProblem::AuthMethod,
        ),
    ] {
        assert_eq!(wanted.judge(NOW).unwrap_err(), problem);
    }
    let told = ClientProblem::MinAcr("x".to_owned()).to_string();
    assert!(told.starts_with("INVALID_ACR: "), "{told}");
}

#[test]
fn a_problem_is_told_without_control_characters() {
    let nasty = "https://a/\u{1b}[31m\u{202e}".to_owned();
    let told = WantedClient { redirect_uris: vec![nasty], ..wanted() }.judge(NOW).unwrap_err().to_string();
    assert!(told.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{told:?}");
}

#[test]
fn a_way_to_show_a_secret_comes_back_from_its_name() {
    for method in [AuthMethod::None, AuthMethod::Secret, AuthMethod::SecretBasic, AuthMethod::SecretPost] {
        assert_eq!(AuthMethod::stored(method.name()), Some(method));
    }
    assert_eq!(AuthMethod::stored("private_key_jwt"), None);
}

#[test]
fn r93_the_registered_address_that_is_meant_is_found() {
    let redirect_uris = ["https://a.example/cb", "http://127.0.0.1/cb"].map(str::to_owned).to_vec();
    let client = WantedClient { redirect_uris, ..wanted() }.judge(NOW).unwrap();
    let found = |asked| client.redirect_uri(asked).map(RedirectUri::as_str);
    assert_eq!(found("https://a.example/cb"), Some("https://a.example/cb"));
    assert_eq!(found("http://127.0.0.1:5000/cb"), Some("http://127.0.0.1/cb"));
    assert_eq!(found("https://a.example/cb/"), None);
}

#[test]
fn r124_after_signing_out_not_even_a_port_may_vary() {
    let post_logout_redirect_uris = vec!["http://127.0.0.1:8000/bye".to_owned()];
    let client = WantedClient { post_logout_redirect_uris, ..wanted() }.judge(NOW).unwrap();
    assert!(client.may_return_after_logout("http://127.0.0.1:8000/bye"));
    assert!(!client.may_return_after_logout("http://127.0.0.1:8001/bye"));
    assert!(!client.may_return_after_logout("https://grafana.example.com/login/generic_oauth"));
}

#[test]
fn r114_the_least_a_client_takes_holds_whatever_was_asked() {
    let any = wanted().judge(NOW).unwrap();
    assert!(any.is_met_by(Level::Password));
    let strict = WantedClient { min_acr: Some("twilio_sms".to_owned()), ..wanted() }.judge(NOW).unwrap();
    assert!(strict.is_met_by(Level::TwilioSms) && !strict.is_met_by(Level::Password));
    let later = Client { min_acr: Acr::parse("passkey"), ..strict };
    assert!(!later.is_met_by(Level::TwilioSms), "what a later release knows, this one refuses");
}

#[test]
fn r105_two_secrets_hold_until_the_older_ones_time_is_over() {
    let secret = |text: &str| ClientSecret::new(text.to_owned());
    let until = NOW.plus(BOTH_SECRETS_HOLD);
    let mut secrets = ClientSecrets { current: Some(secret("first").digest()), previous: None };
    assert!(secrets.hold(&secret("first"), NOW));
    secrets = ClientSecrets {
        current: Some(secret("second").digest()),
        previous: Some((secret("first").digest(), until)),
    };
    let last = Timestamp::from_millis(until.as_millis() - 1);
    for (shown, at, holds) in [
        ("second", NOW, true),
        ("first", NOW, true),
        ("first", last, true),
        ("first", until, false),
        ("second", until, true),
        ("third", NOW, false),
        ("", NOW, false),
        ("First", NOW, false),
        ("second ", NOW, false),
    ] {
        assert_eq!(secrets.hold(&secret(shown), at), holds, "{shown} at {at:?}");
    }
}

#[test]
fn r105_a_client_without_a_secret_is_opened_by_none() {
    let none = ClientSecrets::default();
    assert!(!none.hold(&ClientSecret::new(String::new()), NOW));
    assert!(!none.hold(&ClientSecret::new("x".to_owned()), NOW));
}

#[test]
fn r105_a_client_is_admitted_by_the_way_it_is_registered_with_alone() {
    let shown = ClientSecret::new("right".to_owned());
    let wrong = ClientSecret::new("wrong".to_owned());
    let kept = ClientSecrets { current: Some(shown.digest()), previous: None };
    let none = ClientSecrets::default();
    let all = [AuthMethod::None, AuthMethod::Secret, AuthMethod::SecretBasic, AuthMethod::SecretPost];
    for auth_method in all {
        let public = auth_method == AuthMethod::None;
        let client = Client { auth_method, public, ..wanted().judge(NOW).unwrap() };
        let ours = if public { &none } else { &kept };
        for way in [ClientAuthUsed::Nothing, ClientAuthUsed::Basic, ClientAuthUsed::Post] {
            use AuthMethod::{Secret, SecretBasic, SecretPost};
            let expected = match way {
                ClientAuthUsed::Nothing => false,
                ClientAuthUsed::Basic => matches!(auth_method, Secret | SecretBasic),
                ClientAuthUsed::Post => matches!(auth_method, Secret | SecretPost),
            };
            assert_eq!(client.admits(way, Some(&shown), ours, NOW), expected, "{auth_method:?} {way:?}");
            assert!(!client.admits(way, Some(&wrong), ours, NOW), "{auth_method:?} {way:?}");
            let nothing = client.admits(way, None, ours, NOW);
            assert_eq!(nothing, public && way == ClientAuthUsed::Nothing, "{auth_method:?} {way:?}");
        }
    }
}
