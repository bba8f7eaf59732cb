//! What anybody can send before he is signed in, at random: forms, fields, codes, numbers, headers, cookies, paths, return targets. Nothing
//! panics, nothing is a fault of ours, nobody gets in. `PROPTEST_CASES` sets how many are tried; the usual run takes seconds.
use crate::harness::{ADA, Answer, Browser, House, NUMBER};
use axum::body::Body;
use domain::password::NameKey;
use http::{HeaderValue, Method};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use server::web::client_ip::{TrustedProxies, client};
use server::web::known_browser::Memory;
use server::web::return_to::own_path;
use std::net::IpAddr;

/// Pieces that parsers trip over, beside plain chance.
const PIECES: &[&str] = &[
    "ada",
    "/",
    "//",
    "\\",
    "..",
    "%",
    "%00",
    "%2f",
    "%0d%0a",
    "\r\n",
    "\0",
    "\t",
    " ",
    ";",
    "=",
    "&",
    ",",
    "+",
    "-",
    ".",
    "\u{202e}",
    "\u{feff}",
    "\u{ff11}",
    "\u{660}",
    "ß",
    "İ",
    "ı",
    "💥",
    "e\u{301}",
    "\u{fdfa}",
    "0",
    "99999999999999999999",
    "+1",
    "201555",
    "ext",
    "<b>",
    "'",
    "\"",
    "::ffff:127.0.0.1",
    "es;q=",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..12).prop_map(|all| all.concat()),
        (any::<char>(), 0..3000usize).prop_map(|(c, times)| String::from(c).repeat(times)),
    ]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![prop::collection::vec(any::<u8>(), 0..400), text().prop_map(String::into_bytes)]
}

fn header() -> impl Strategy<Value = HeaderValue> {
    bytes().prop_filter_map("a header's bytes", |bytes| HeaderValue::from_bytes(&bytes).ok())
}

/// So many cases, unless somebody named another figure.
fn try_all<S: Strategy>(most: u32, inputs: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if config.cases == 256 {
        config.cases = most;
    }
    TestRunner::new(config).run(&inputs, test).unwrap_or_else(|why| panic!("{why}"));
}

struct Stage {
    runtime: tokio::runtime::Runtime,
    house: House,
}

impl Stage {
    fn new(settings: &[(&str, &str)]) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let house = runtime.block_on(async {
            let house = House::with(settings).await;
            house.account(ADA, &[NUMBER]).await;
            house
        });
        Self { runtime, house }
    }

    fn at(&self, path: &str) -> Browser {
        let mut browser = self.house.browser();
        self.runtime.block_on(browser.get(path));
        browser
    }

    fn send(&self, browser: &Browser, request: http::Request<Body>) -> Answer {
        self.runtime.block_on(browser.clone().send(request))
    }
}

fn is_an_answer(answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(answer.status.as_u16() < 500, "{}: {}", answer.status, answer.text());
    prop_assert!(answer.location() != Some("/security"), "somebody is in");
    Ok(())
}

#[test]
fn forms_of_any_bytes_get_an_answer() {
    let stage = Stage::new(&[]);
    let browser = stage.at("/login");
    try_all(200, (bytes(), any::<bool>()), |(mut body, ours)| {
        if ours {
            body = [format!("csrf={}&", browser.token).as_bytes(), &body[..]].concat();
        }
        let form = "application/x-www-form-urlencoded";
        let request = browser.request(Method::POST, "/login").header("content-type", form);
        is_an_answer(&stage.send(&browser, request.body(Body::from(body)).unwrap()))
    });
}

#[test]
fn names_and_passwords_of_any_text_let_nobody_in() {
    let stage = Stage::new(&[]);
    let browser = stage.at("/login");
    try_all(60, (text(), text()), |(name, password)| {
        let form = browser.form("/login", &[("username", &name), ("password", &password)]);
        is_an_answer(&stage.send(&browser, form))?;
        if let Some(key) = NameKey::of(&name) {
            let again = NameKey::of(key.as_str());
            prop_assert_eq!(again.as_ref().map(NameKey::as_str), Some(key.as_str()), "one form for good");
        }
        Ok(())
    });
}

#[test]
fn codes_of_any_text_are_no_right_ones() {
    let stage = Stage::new(&[]);
    let half = stage.runtime.block_on(stage.house.half_signed_in(ADA));
    let right = stage.house.newest_code();
    try_all(200, prop_oneof![text(), "[0-9 \u{ff10}-\u{ff19}-]{5,9}".prop_map(|code| code)], |code| {
        prop_assume!(!code.contains(&right));
        is_an_answer(&stage.send(&half, half.form("/login/otp", &[("code", &code)])))
    });
    let spent = stage.runtime.block_on(stage.house.count("SELECT MAX(tries) FROM flows", &[]));
    assert!(spent <= 5, "{spent}");
}

#[test]
fn headers_of_any_bytes_get_an_answer() {
    let stage = Stage::new(&[("server.trusted_proxies", "[\"192.0.2.0/24\"]")]);
    let browser = stage.at("/login");
    let names =
        ["cookie", "x-forwarded-for", "accept-language", "user-agent", "referer", "origin", "sec-fetch-site"];
    let more = [
        "content-type",
        "host",
        "forwarded",
        "x-forwarded-host",
        "accept",
        "range",
        "if-none-match",
        "content-length",
    ];
    let names: Vec<&'static str> = [&names[..], &more[..]].concat();
    try_all(400, (prop::sample::select(names), header(), any::<bool>()), |(name, value, post)| {
        let mut request = browser.form("/login", &[("username", ""), ("password", "")]);
        if !post {
            *request.method_mut() = Method::GET;
        }
        request.headers_mut().insert(name, value);
        is_an_answer(&stage.send(&browser, request))
    });
}

#[test]
fn cookies_of_any_text_are_nobodys() {
    let stage = Stage::new(&[]);
    let (keys, ada) = (&stage.house.keys, NameKey::of(ADA).unwrap());
    let now = domain::time::Clock::now(&stage.house.clock);
    let shaped = "([0-9a-f]{32}|)(\\.[0-9a-f]{0,17}-[0-9a-f]{31,33}){0,7}".prop_map(|cookie| cookie);
    try_all(200, prop_oneof![text(), shaped], |cookie| {
        prop_assert!(Memory::of(Some(cookie.clone())).of_name(&ada, keys, now).is_none());
        let pairs: Vec<String> =
            ["sid", "seed", "known", "news"].map(|name| format!("{name}={cookie}")).into();
        let Ok(value) = HeaderValue::from_bytes(pairs.join("; ").as_bytes()) else { return Ok(()) };
        let browser = stage.house.browser();
        let request = browser.request(Method::GET, "/security").header("cookie", value);
        let answer = stage.send(&browser, request.body(Body::empty()).unwrap());
        prop_assert_eq!(answer.location(), Some("/login"));
        Ok(())
    });
}

#[test]
fn paths_of_any_text_get_an_answer() {
    let stage = Stage::new(&[]);
    let inside = stage.runtime.block_on(stage.house.signed_in(ADA));
    let under =
        ["/", "/security/phones/", "/security/tests/", "/assets/", "/login/", "/.well-known/", "/dev/"];
    try_all(200, (prop::sample::select(under.to_vec()), text(), any::<bool>()), |(under, rest, encode)| {
        let rest = if encode { form_urlencoded::byte_serialize(rest.as_bytes()).collect() } else { rest };
        let path = format!("{under}{rest}");
        if path.parse::<http::Uri>().is_err() || !path.starts_with('/') || path.starts_with("//") {
            return Ok(());
        }
        let request = inside.request(Method::GET, &path).body(Body::empty()).unwrap();
        let answer = stage.send(&inside, request);
        prop_assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status);
        prop_assert!(!answer.header("location").starts_with("//"), "{path}");
        Ok(())
    });
}

#[test]
fn numbers_of_any_text_are_read_to_one_form_or_refused() {
    let stage = Stage::new(&[]);
    let numbers = &stage.house.app.core.numbers;
    let dialled = "[+0-9 ().-]{1,24}".prop_map(|number| number);
    let ours = "(\\+1 ?)?201[ -]?555[ -]?01[0-9]{2}".prop_map(|number| number);
    try_all(2000, prop_oneof![text(), dialled, ours], |typed| {
        if let Ok(known) = numbers.read(&typed) {
            let again = numbers.read(known.number.reveal());
            prop_assert!(again.is_ok_and(|again| again.hash == known.hash), "{typed:?}");
        }
        Ok(())
    });
}

#[test]
fn addresses_and_return_targets_of_any_text_lead_nowhere_else() {
    let trusted = TrustedProxies::parse(&["10.0.0.0/8".to_owned()]).unwrap();
    let (proxy, peer): (IpAddr, IpAddr) = ([10, 0, 0, 2].into(), [198, 51, 100, 7].into());
    let page = reqwest::Url::parse("https://id.example.com/login").unwrap();
    try_all(3000, text(), |text| {
        prop_assert_eq!(client(peer, &text, &trusted), peer, "nobody else is believed");
        prop_assert_eq!(client(proxy, &format!("{text}, 203.0.113.9"), &trusted).to_string(), "203.0.113.9");
        let target = own_path(&text);
        prop_assert!(
            target.is_none_or(|path| page.join(path).is_ok_and(|to| to.origin() == page.origin())),
            "{text:?}"
        );
        Ok(())
    });
}
