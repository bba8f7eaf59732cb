//! Whole requests: each gets an answer that is no fault of ours, and lets nobody in.
use super::{Stage, bytes, header, is_an_answer, text, try_all};
use crate::harness::ADA;
use axum::body::Body;
use domain::code::OtpCode;
use domain::password::NameKey;
use http::Method;
use proptest::prelude::*;

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

/// Each is typed while there is a code that it could be: what it spent is given back.
#[test]
fn r17_codes_of_any_text_are_no_right_ones_and_what_is_no_code_costs_no_try() {
    let stage = Stage::new(&[]);
    let house = &stage.house;
    let half = stage.runtime.block_on(house.half_signed_in(ADA));
    let right = house.newest_code();
    let shaped = "[0-9 \u{ff10}-\u{ff19}\u{660}-\u{669}-]{5,9}".prop_map(|code| code);
    try_all(200, prop_oneof![text(), shaped, "[0-9]{6}".prop_map(|code| code)], |code| {
        let typed = OtpCode::tidy(&code, 6);
        prop_assume!(typed.as_ref().is_none_or(|typed| typed.reveal() != right));
        let answer = stage.send(&half, half.form("/login/otp", &[("code", &code)]));
        is_an_answer(&answer)?;
        prop_assert_eq!((answer.location(), answer.cookies().len()), (None, 0), "{}", answer.status);
        let spent = stage.runtime.block_on(async {
            let tries = house.count("SELECT MAX(tries) FROM flows", &[]).await;
            house.meddle("UPDATE flows SET tries = 0").await;
            let failures = house.meddle("DELETE FROM failures").await;
            (tries, failures)
        });
        let guess = u8::from(typed.is_some());
        prop_assert_eq!(spent, (i64::from(guess), u64::from(guess)), "{:?}", code);
        Ok(())
    });
    let done = stage.send(&half, half.form("/login/otp", &[("code", &right)]));
    assert_eq!(
        done.location(),
        Some("/security"),
        "it was there to be guessed all the while: {}",
        done.text()
    );
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
