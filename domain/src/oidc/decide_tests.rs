//! Who gets what: single rules, and the golden table of client policy, person and request (R114).
use super::*;
use crate::client::WantedClient;
use crate::method::Method;
use crate::oidc::prompt::Prompt;
use crate::oidc::request::ClaimsAsked;
use crate::oidc::scope::{Claims, Scopes};
use std::fmt::Write as _;

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

fn account(letter: &str) -> AccountId {
    AccountId::stored(letter.repeat(32))
}

fn client(min_acr: Option<&str>) -> Client {
    let wanted = WantedClient {
        id: "app".to_owned(),
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        ..WantedClient::default()
    };
    let mut client = wanted.judge(NOW).unwrap();
    client.min_acr = min_acr.map(|acr| crate::method::Acr::parse(acr).unwrap());
    client
}

fn methods(password: bool, sms: bool, default: Option<Level>) -> MethodSet {
    let method = |level, enabled| Method { level, enabled, default: default == Some(level) };
    MethodSet::stored(&[method(Level::Password, password), method(Level::TwilioSms, sms)])
}

fn asked() -> AuthorizationRequest {
    AuthorizationRequest {
        redirect_uri: "https://app.example/cb".to_owned(),
        scopes: Scopes::parse("openid"),
        state: None,
        nonce: None,
        challenge: None,
        prompt: Prompt::default(),
        max_age: None,
        acr_values: Vec::new(),
        claims: ClaimsAsked::default(),
        login_hint: None,
        about: None,
        lang: None,
    }
}

fn wishing(acr: &str) -> AuthorizationRequest {
    AuthorizationRequest { acr_values: acr.split(' ').map(str::to_owned).collect(), ..asked() }
}

fn essential(acr: &str) -> AuthorizationRequest {
    let acr = acr.split(' ').map(str::to_owned).collect();
    AuthorizationRequest {
        claims: ClaimsAsked { acr, acr_essential: true, ..ClaimsAsked::default() },
        ..asked()
    }
}

fn prompt(word: &str, asked: AuthorizationRequest) -> AuthorizationRequest {
    AuthorizationRequest { prompt: Prompt::parse(word).unwrap(), ..asked }
}

fn signed(level: Level, second: SecondStep) -> SessionFacts {
    let auth_time = NOW.minus(Duration::from_secs(100));
    SessionFacts { account: account("a"), level, auth_time, for_this: false, second, agreed: false }
}

fn high() -> SessionFacts {
    signed(Level::TwilioSms, SecondStep::Ready)
}

fn on() -> MethodSet {
    methods(true, true, None)
}

fn next(asked: &AuthorizationRequest, session: Option<&SessionFacts>) -> Next {
    decide(asked, &client(None), &on(), session, NOW)
}

fn error(next: Next) -> Option<AuthorizeError> {
    match next {
        Next::Refuse(refusal) => Some(refusal.error),
        _ => None,
    }
}

#[test]
fn r113_the_app_is_told_what_was_reached_and_not_what_it_asked_for() {
    let reached = Next::Enough(Level::TwilioSms);
    assert_eq!(next(&asked(), Some(&high())), reached);
    assert_eq!(next(&wishing("simple_password_auth"), Some(&high())), reached);
    let low = signed(Level::Password, SecondStep::Off);
    assert_eq!(next(&wishing("twilio_sms"), Some(&low)), Next::Enough(Level::Password), "out of reach");
}

#[test]
fn r112_no_acr_is_told_that_discovery_does_not_list() {
    let off = methods(true, false, None);
    assert_eq!(decide(&asked(), &client(None), &off, Some(&high()), NOW), Next::Enough(Level::Password));
    let only_sms = methods(false, true, None);
    let low = signed(Level::Password, SecondStep::Missing);
    assert_eq!(decide(&asked(), &client(None), &only_sms, Some(&low), NOW), Next::Enrol);
    let none = methods(false, false, None);
    let refused = decide(&asked(), &client(None), &none, Some(&high()), NOW);
    assert_eq!(error(refused), Some(AuthorizeError::UnmetAuthenticationRequirements));
}

#[test]
fn r117_max_age_is_judged_by_the_oldest_factor_to_the_second() {
    let aged = |max_age| AuthorizationRequest { max_age: Some(max_age), ..asked() };
    assert_eq!(next(&aged(100), Some(&high())), Next::Enough(Level::TwilioSms));
    assert_eq!(next(&aged(99), Some(&high())), Next::SignIn);
    assert_eq!(error(next(&prompt("none", aged(99)), Some(&high()))), Some(AuthorizeError::LoginRequired));
    let just_now = SessionFacts { auth_time: NOW, ..high() };
    assert_eq!(next(&aged(0), Some(&just_now)), Next::SignIn, "as prompt=login");
    let again = SessionFacts { for_this: true, ..high() };
    assert_eq!(next(&aged(0), Some(&again)), Next::Enough(Level::TwilioSms), "done for this request");
    assert_eq!(next(&aged(1), Some(&again)), Next::Enough(Level::TwilioSms));
}

#[test]
fn r118_login_asks_anew_and_none_shows_nothing() {
    assert_eq!(next(&prompt("login", asked()), Some(&high())), Next::SignIn);
    assert_eq!(next(&prompt("select_account", asked()), Some(&high())), Next::SignIn);
    let again = SessionFacts { for_this: true, ..high() };
    assert_eq!(next(&prompt("login", asked()), Some(&again)), Next::Enough(Level::TwilioSms));
    let none = prompt("none", asked());
    assert_eq!(error(next(&none, None)), Some(AuthorizeError::LoginRequired));
    assert_eq!(next(&none, Some(&high())), Next::Enough(Level::TwilioSms));
    let low = signed(Level::Password, SecondStep::Ready);
    let none = prompt("none", essential("twilio_sms"));
    assert_eq!(error(next(&none, Some(&low))), Some(AuthorizeError::InteractionRequired));
}

#[test]
fn r119_another_persons_hint_never_gets_this_ones_token() {
    let about = |who| AuthorizationRequest { about: Some(account(who)), ..asked() };
    assert_eq!(next(&about("a"), Some(&high())), Next::Enough(Level::TwilioSms));
    assert_eq!(next(&about("b"), Some(&high())), Next::SignIn);
    let none = prompt("none", about("b"));
    assert_eq!(error(next(&none, Some(&high()))), Some(AuthorizeError::LoginRequired));
    let again = SessionFacts { for_this: true, ..high() };
    assert_eq!(error(next(&about("b"), Some(&again))), Some(AuthorizeError::LoginRequired));
}

#[test]
fn r123_the_page_about_the_app_comes_last_and_once() {
    let consent = prompt("consent", asked());
    assert_eq!(next(&consent, None), Next::SignIn);
    assert_eq!(next(&consent, Some(&high())), Next::Consent);
    let agreed = SessionFacts { agreed: true, ..high() };
    assert_eq!(next(&consent, Some(&agreed)), Next::Enough(Level::TwilioSms));
}

#[test]
fn the_first_known_and_enabled_essential_acr_is_tried_for() {
    let low = signed(Level::Password, SecondStep::Ready);
    assert_eq!(next(&essential("passkey twilio_sms"), Some(&low)), Next::StepUp);
    assert_eq!(
        next(&essential("simple_password_auth twilio_sms"), Some(&low)),
        Next::Enough(Level::Password)
    );
    assert_eq!(next(&essential("simple_password_auth"), Some(&high())), Next::Enough(Level::Password));
    let claims = ClaimsAsked { acr_essential: true, id_token: Claims::default(), ..ClaimsAsked::default() };
    let any = AuthorizationRequest { claims, ..asked() };
    assert_eq!(next(&any, Some(&high())), Next::Enough(Level::TwilioSms), "essential, whichever it is");
}

/// Rows: what the client takes and which methods are on. Columns: who is there. In each: what a request leads to.
fn table() -> String {
    let policies = [
        ("no minimum, no default", client(None), on()),
        ("no minimum, twilio_sms the default", client(None), methods(true, true, Some(Level::TwilioSms))),
        ("no minimum, the password the default", client(None), methods(true, true, Some(Level::Password))),
        ("at least twilio_sms", client(Some("twilio_sms")), on()),
        ("at least twilio_sms, which is off", client(Some("twilio_sms")), methods(true, false, None)),
        ("at least a method of a later release", client(Some("passkey")), on()),
    ];
    let people = [
        ("nobody", None),
        ("password, no phone", Some(signed(Level::Password, SecondStep::Missing))),
        ("password, a phone", Some(signed(Level::Password, SecondStep::Ready))),
        ("password, phone off", Some(signed(Level::Password, SecondStep::Off))),
        ("password and code", Some(high())),
    ];
    let requests = [
        ("nothing", asked()),
        ("acr_values=simple_password_auth", wishing("simple_password_auth")),
        ("acr_values=twilio_sms", wishing("twilio_sms")),
        ("acr_values=passkey twilio_sms", wishing("passkey twilio_sms")),
        ("acr_values=passkey", wishing("passkey")),
        ("essential twilio_sms", essential("twilio_sms")),
        ("essential passkey", essential("passkey")),
        ("prompt=none, nothing", prompt("none", asked())),
    ];
    let mut table = String::new();
    for (policy, client, methods) in &policies {
        let _ = writeln!(table, "== {policy}");
        for (request, asked) in &requests {
            let _ = writeln!(table, "{request}");
            for (person, session) in &people {
                let said = match decide(asked, client, methods, session.as_ref(), NOW) {
                    Next::Enough(level) => format!("a code, acr {}", level.acr()),
                    Next::SignIn => {
                        let alone =
                            Goal::of(asked, client, methods).is_ok_and(|goal| goal.is_password_alone());
                        if alone { "sign in, password alone".to_owned() } else { "sign in".to_owned() }
                    }
                    Next::StepUp => "only the text code".to_owned(),
                    Next::Enrol => "add a phone".to_owned(),
                    Next::Consent => "consent".to_owned(),
                    Next::Refuse(refusal) => refusal.error.code().to_owned(),
                };
                let _ = writeln!(table, "    {person:<20} {said}");
            }
        }
    }
    table
}

#[test]
fn r114_policy_person_and_request_lead_to_this() {
    let (now, held) = (table(), include_str!("decide_table.txt"));
    for (line, (now, held)) in now.lines().zip(held.lines()).enumerate() {
        assert_eq!(now, held, "line {}", line + 1);
    }
    assert_eq!(now.lines().count(), held.lines().count(), "{now}");
}
