//! What anybody can send before he is signed in, at random: forms, fields, codes, numbers, headers, cookies, paths, return targets, and all
//! that comes in the name of an app. Nothing panics, nothing is a fault of ours, nobody gets in or is led away, no answer takes long. `PROPTEST_CASES` sets how many are tried; the usual run takes seconds.
mod asking;
mod calling;
mod parsers;
mod requests;
mod webhooks;

use crate::harness::{ADA, Answer, Browser, House, NUMBER};
use axum::body::Body;
use http::HeaderValue;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::time::Duration;

/// Pieces that parsers trip over, beside plain chance.
const PIECES: &str = "ada¦/¦//¦\\¦..¦%¦%00¦%2f¦%0d%0a¦\r\n¦\0¦\t¦ ¦;¦=¦&¦,¦+¦-¦.¦\u{202e}¦\u{feff}¦\u{ff11}¦\u{660}¦ß¦İ¦ı¦💥¦e\u{301}\
    ¦\u{fdfa}¦0¦99999999999999999999¦+1¦201555¦ext¦<b>¦'¦\"¦::ffff:127.0.0.1¦es;q=";

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        prop::collection::vec(prop::sample::select(PIECES.split('¦').collect::<Vec<_>>()), 0..12)
            .prop_map(|all| all.concat()),
        (any::<char>(), 0..3000usize).prop_map(|(c, times)| String::from(c).repeat(times)),
    ]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![prop::collection::vec(any::<u8>(), 0..400), text().prop_map(String::into_bytes)]
}

fn header() -> impl Strategy<Value = HeaderValue> {
    let fits = |byte: &u8| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f);
    bytes().prop_map(move |bytes| {
        let bytes: Vec<u8> = bytes.into_iter().filter(fits).collect();
        HeaderValue::from_bytes(&bytes).unwrap()
    })
}

/// So many cases, unless somebody named another figure.
fn try_all<S: Strategy>(most: u32, inputs: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if config.cases == 256 {
        config.cases = most;
    }
    TestRunner::new(config).run(&inputs, test).unwrap_or_else(|why| panic!("{why}"));
}

/// What no single answer takes, on the slowest of machines.
const IN_TIME: Duration = Duration::from_secs(10);

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
        let mut browser = browser.clone();
        let answer = async { tokio::time::timeout(IN_TIME, browser.send(request)).await };
        self.runtime.block_on(answer).expect("an answer in time")
    }
}

fn is_an_answer(answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(answer.status.as_u16() < 500, "{}: {}", answer.status, answer.text());
    prop_assert!(answer.location() != Some("/security"), "somebody is in");
    Ok(())
}

/// No fault of ours; and it leads to one of these addresses of an app, to a page of ours, or nowhere. A page of ours names no other place.
fn leads_nowhere_else(answer: &Answer, registered: &[&str]) -> Result<(), TestCaseError> {
    prop_assert!(answer.status.as_u16() < 500, "{}: {}", answer.status, answer.text());
    let location = String::from_utf8_lossy(answer.headers.get("location").map_or(b"", |to| to.as_bytes()));
    let forward = crate::oidc::party::handed_over(answer).unwrap_or_default();
    for to in [&*location, &*forward] {
        let own = to.is_empty() || (to.starts_with('/') && !to.starts_with("//") && !to.contains('\\'));
        let apps = registered.contains(&to.split('?').next().unwrap_or_default());
        prop_assert!(own || apps, "{} leads to {to:?}", answer.status);
    }
    for mark in [" href=\"", " src=\"", " action=\""] {
        for link in answer.body.split(mark).skip(1) {
            let app = !forward.is_empty() && registered.iter().any(|own| link.starts_with(own));
            let own = link.starts_with('#') || (link.starts_with('/') && !link.starts_with("//"));
            prop_assert!(own || app, "a page names {:?}", link.chars().take(80).collect::<String>());
        }
    }
    Ok(())
}
