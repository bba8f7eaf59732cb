//! Readers of text that come before any right: cookies, numbers, addresses, return targets.
use super::{Stage, text, try_all};
use crate::harness::ADA;
use axum::body::Body;
use domain::password::NameKey;
use http::{HeaderValue, Method};
use proptest::prelude::*;
use server::web::client_ip::{TrustedProxies, client};
use server::web::known_browser::Memory;
use server::web::return_to::own_path;
use std::net::IpAddr;

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
