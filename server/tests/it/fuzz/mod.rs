//! What anybody can send before he is signed in, at random: forms, fields, codes, numbers, headers, cookies, paths, return targets. Nothing
//! panics, nothing is a fault of ours, nobody gets in. `PROPTEST_CASES` sets how many are tried; the usual run takes seconds.
mod parsers;
mod requests;

use crate::harness::{ADA, Answer, Browser, House, NUMBER};
use axum::body::Body;
use http::HeaderValue;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

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
