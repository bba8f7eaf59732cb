//! The modules of the basic certification plan, each under its own name: what is asked in `requests`, what is given in `tokens`.
mod requests;
mod tokens;

use crate::harness::{Browser, House};
use crate::oidc::party::{Back, Party, Tokens, ada};

/// Ada, signed in with all she has, and an app that was answered.
pub async fn signed_in(house: &House) -> (Party<'_>, Browser) {
    let browser = ada(house).await;
    (Party::new(house).await, browser)
}

pub async fn tokens(party: &Party<'_>, browser: &mut Browser, more: &[(&str, &str)]) -> Tokens {
    let back = party.sends(browser, more).await.app();
    party.redeems(&back).await
}

pub fn seconds(house: &House) -> i64 {
    domain::time::Clock::now(&house.clock).as_millis() / 1000
}

pub fn error(back: &Back) -> &str {
    assert_eq!(back.get("iss").map(String::as_str), Some("http://localhost:3000"), "R97");
    assert!(!back.contains_key("code"));
    &back["error"]
}
