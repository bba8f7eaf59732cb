//! Tests of `client_auth.rs`: every way of showing a secret, and every way of not doing it (R105).
use super::*;
use domain::client::{AuthMethod, WantedClient};
use domain::events::{Actor, EventKind};
use domain::limits;
use domain::testing::{TestWorld, block_on, world};
use http::HeaderValue;
use std::time::Duration;

/// What makes encodings differ: a colon, a percent sign, a plus, a letter of two bytes, an ampersand, a space.
const SECRET: &str = "a:b%41+é&= z";

fn trail(w: &TestWorld) -> Trail {
    Trail { session: None, ..w.trail(&w.browser()) }
}

fn with_client(auth_method: AuthMethod) -> TestWorld {
    let w = world();
    let public = auth_method == AuthMethod::None;
    let wanted = WantedClient {
        id: "app".to_owned(),
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        public,
        ..WantedClient::default()
    };
    let client = Client { auth_method, ..wanted.judge(w.now()).unwrap() };
    let digest = ClientSecret::new(SECRET.to_owned()).digest();
    let secret = (!public).then_some(&digest);
    assert!(block_on(w.core.clients.add(&client, secret, &trail(&w))).unwrap());
    w
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn header(text: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(text).unwrap());
    headers
}

fn basic_of(id: &str, secret: &str) -> HeaderMap {
    header(&format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)))))
}

fn ask(w: &TestWorld, headers: &HeaderMap, fields: &[(&str, &str)]) -> Result<String, Refused> {
    let posted =
        Posted::read(|name| fields.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
    let client = block_on(client(&w.core, headers, posted, &trail(w))).unwrap();
    client.map(|client| client.id.as_str().to_owned())
}

const NONE: Refused = Refused::NotAdmitted { header: false };
const BY_HEADER: Refused = Refused::NotAdmitted { header: true };

#[test]
fn r105_a_secret_of_any_characters_comes_through_both_ways() {
    let w = with_client(AuthMethod::Secret);
    assert_eq!(ask(&w, &basic_of("app", SECRET), &[]), Ok("app".to_owned()));
    assert_eq!(ask(&w, &basic_of("app", SECRET), &[("client_id", "app")]), Ok("app".to_owned()));
    let posted = [("client_id", "app"), ("client_secret", SECRET)];
    assert_eq!(ask(&w, &HeaderMap::new(), &posted), Ok("app".to_owned()));
    // Percent-encoded throughout, spaces too, as some libraries do; the scheme in any spelling.
    let all: String = SECRET.bytes().map(|byte| format!("%{byte:02x}")).collect();
    for scheme in ["Basic", "basic", "BASIC"] {
        let headers = header(&format!("{scheme} {}", STANDARD.encode(format!("%61pp:{all}"))));
        assert_eq!(ask(&w, &headers, &[]), Ok("app".to_owned()), "{scheme}");
    }
}

#[test]
fn r105_a_header_that_is_not_form_encoded_holds_another_secret() {
    let w = with_client(AuthMethod::Secret);
    let raw = header(&format!("Basic {}", STANDARD.encode(format!("app:{SECRET}"))));
    assert_eq!(ask(&w, &raw, &[]), Err(BY_HEADER), "%41 and + mean something else in a form");
}

#[test]
fn r105_what_is_made_for_clients_needs_no_encoding() {
    let w = with_client(AuthMethod::Secret);
    let made = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode([0xfb; 32]);
    let digest = ClientSecret::new(made.clone()).digest();
    let id = ClientId::parse("app").unwrap();
    block_on(w.core.clients.rotate(&id, &digest, w.now(), &trail(&w))).unwrap();
    let raw = header(&format!("Basic {}", STANDARD.encode(format!("app:{made}"))));
    assert_eq!(ask(&w, &raw, &[]), Ok("app".to_owned()));
    assert_eq!(ask(&w, &basic_of("app", &made), &[]), Ok("app".to_owned()));
}

#[test]
fn r105_only_the_registered_way_is_taken() {
    let posted = [("client_id", "app"), ("client_secret", SECRET)];
    for (method, by_header, by_form, by_nothing) in [
        (AuthMethod::None, false, false, true),
        (AuthMethod::Secret, true, true, false),
        (AuthMethod::SecretBasic, true, false, false),
        (AuthMethod::SecretPost, false, true, false),
    ] {
        let w = with_client(method);
        assert_eq!(ask(&w, &basic_of("app", SECRET), &[]).is_ok(), by_header, "{method:?}");
        assert_eq!(ask(&w, &HeaderMap::new(), &posted).is_ok(), by_form, "{method:?}");
        assert_eq!(ask(&w, &HeaderMap::new(), &[("client_id", "app")]).is_ok(), by_nothing, "{method:?}");
        let empty = [("client_id", "app"), ("client_secret", "")];
        assert_eq!(ask(&w, &HeaderMap::new(), &empty).is_ok(), by_nothing, "{method:?}: empty is none");
    }
}

#[test]
fn r105_two_ways_in_one_request_are_refused_even_if_both_are_right() {
    let w = with_client(AuthMethod::Secret);
    let right = basic_of("app", SECRET);
    for fields in [
        &[("client_secret", SECRET)][..],
        &[("client_id", "app"), ("client_secret", SECRET)],
        &[("client_id", "other")],
        &[("client_assertion", "x")],
        &[("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")],
    ] {
        assert_eq!(ask(&w, &right, fields), Err(Refused::Malformed), "{fields:?}");
    }
    let mut twice = right.clone();
    twice.append(AUTHORIZATION, right.get(AUTHORIZATION).unwrap().clone());
    assert_eq!(ask(&w, &twice, &[]), Err(Refused::Malformed));
    let told = Refused::Malformed;
    assert_eq!((told.error(), told.status().as_u16(), told.challenge()), ("invalid_request", 400, None));
}

#[test]
fn r105_whatever_else_is_wrong_gets_one_answer() {
    let w = with_client(AuthMethod::Secret);
    for fields in [
        &[][..],
        &[("client_id", "app")],
        &[("client_id", "app"), ("client_secret", "wrong")],
        &[("client_id", "nobody"), ("client_secret", SECRET)],
        &[("client_id", "APP"), ("client_secret", SECRET)],
        &[("client_id", "app "), ("client_secret", SECRET)],
        &[("client_id", "a\0pp"), ("client_secret", SECRET)],
        &[("client_secret", SECRET)],
        &[("client_id", "app"), ("client_secret", SECRET), ("client_assertion", "x")],
    ] {
        assert_eq!(ask(&w, &HeaderMap::new(), fields), Err(NONE), "{fields:?}");
    }
    let base = STANDARD.encode(format!("app:{}", encoded(SECRET)));
    for text in [
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic YXBw",
        "Basic Og==",
        "Basic YXBwOg==",
        "Basic /w==",
        &format!("Bearer {base}"),
        &format!("Basic {base}x"),
        &format!("Basic{base}"),
        &format!("Digest {base}"),
        "",
    ] {
        assert_eq!(ask(&w, &header(text), &[]), Err(BY_HEADER), "{text:?}");
    }
    assert_eq!((NONE.error(), NONE.status().as_u16(), NONE.challenge()), ("invalid_client", 401, None));
    assert_eq!(BY_HEADER.challenge(), Some("Basic realm=\"Latchkey\", charset=\"UTF-8\""));
    assert_eq!((BY_HEADER.error(), BY_HEADER.status().as_u16()), ("invalid_client", 401));
}

#[test]
fn r105_wrong_secrets_are_limited_per_client_and_lock_nobody_out() {
    let w = with_client(AuthMethod::Secret);
    let wrong = || ask(&w, &basic_of("app", "wrong"), &[]);
    for _ in 0..limits::WRONG_SECRETS_PER_MINUTE {
        assert_eq!(wrong(), Err(BY_HEADER));
    }
    let events = w.memory.with(|world| world.events.len());
    let Err(held @ Refused::Wait { header: true, seconds }) = wrong() else { panic!("a limit must hold") };
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!((held.error(), held.status().as_u16()), ("invalid_client", 429));
    assert_eq!(held.retry_after(), Some(seconds));
    assert_eq!(w.memory.with(|world| world.events.len()), events, "beyond the limit the log does not grow");
    assert_eq!(ask(&w, &basic_of("app", SECRET), &[]), Ok("app".to_owned()), "the app itself goes on");
    assert_eq!(ask(&w, &basic_of("nobody", "x"), &[]), Err(BY_HEADER), "others are counted for themselves");
    w.clock.pass(Duration::from_secs(60));
    assert_eq!(wrong(), Err(BY_HEADER));
}

#[test]
fn made_up_ids_of_one_address_share_one_limit_and_are_not_written_down() {
    let w = with_client(AuthMethod::Secret);
    for n in 0..limits::WRONG_SECRETS_PER_MINUTE {
        assert_eq!(ask(&w, &basic_of(&format!("made-up-{n}"), "x"), &[]), Err(BY_HEADER));
    }
    assert!(matches!(ask(&w, &basic_of("one-more", "x"), &[]), Err(Refused::Wait { .. })));
    w.memory.with(|world| {
        let refused: Vec<_> =
            world.events.iter().filter(|(event, _)| event.kind == EventKind::ClientRefused).collect();
        assert_eq!(refused.len(), 20);
        assert!(refused.iter().all(|(event, _)| event.detail.as_deref() == Some("unknown")));
    });
}

#[test]
fn a_wrong_secret_leaves_the_client_in_the_log_and_not_what_was_shown() {
    let w = with_client(AuthMethod::Secret);
    assert_eq!(ask(&w, &basic_of("app", "canary-secret"), &[]), Err(BY_HEADER));
    w.memory.with(|world| {
        let (event, trail) = world.events.last().unwrap();
        assert_eq!(trail.actor, Actor::App);
        assert_eq!((event.kind, event.detail.as_deref()), (EventKind::ClientRefused, Some("app")));
        assert!(!format!("{:?}", world.events).contains("canary-secret"));
    });
}

#[test]
fn a_removed_client_is_admitted_no_more() {
    let w = with_client(AuthMethod::Secret);
    let id = ClientId::parse("app").unwrap();
    assert!(block_on(w.core.clients.remove(&id, &trail(&w))).unwrap());
    assert_eq!(ask(&w, &basic_of("app", SECRET), &[]), Err(BY_HEADER));
}

proptest::proptest! {
    #[test]
    fn r105_no_header_or_form_that_lacks_the_secret_is_admitted(
        scheme in "(Basic|basic|Bearer|)", credentials in "[ -~]{0,40}", tail in "\\PC{0,20}", id in "(app|\\PC{0,8})"
    ) {
        let w = with_client(AuthMethod::Secret);
        for inside in [credentials.clone(), format!("app:{tail}"), format!("{id}:{credentials}")] {
            for text in [format!("{scheme} {inside}"), format!("{scheme} {}", STANDARD.encode(&inside))] {
                let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) else { continue };
                let mut headers = HeaderMap::new();
                headers.insert(AUTHORIZATION, value);
                proptest::prop_assert!(ask(&w, &headers, &[("client_id", &id)]).is_err());
            }
        }
        proptest::prop_assert!(ask(&w, &HeaderMap::new(), &[("client_id", &id), ("client_secret", &tail)]).is_err());
    }
}
