//! A request is worth what its session is worth when the whole of it is there, not when it began (R2, R28, R54, R60).
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER};
use axum::body::{Body, Bytes};
use domain::id::AccountId;
use futures::StreamExt as _;
use std::convert::Infallible;
use tokio::sync::oneshot::{Sender, channel};
use tokio::task::JoinHandle;

/// Posts the head of a form and holds its body back until the sender speaks.
async fn begin(
    mut browser: Browser,
    path: &str,
    fields: &[(&str, &str)],
) -> (Sender<()>, JoinHandle<Answer>) {
    let request = browser.form(path, fields);
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 65_536).await.unwrap();
    let (go, gone) = channel::<()>();
    let rest = futures::stream::once(async move {
        gone.await.unwrap();
        Ok::<_, Infallible>(body)
    });
    let head = futures::stream::iter([Ok(Bytes::new())]);
    let request = http::Request::from_parts(parts, Body::from_stream(head.chain(rest)));
    let answer = tokio::spawn(async move { browser.send(request).await });
    // The server has read what there is.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    (go, answer)
}

/// Somebody signed in who looks at the page that removes their only number; its path.
async fn about_to_remove() -> (House, AccountId, Browser, String) {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    let path = format!("/security/phones/{}/remove", house.phones(&ada).await[0].id);
    browser.get(&path).await;
    (house, ada, browser, path)
}

#[tokio::test]
async fn r54_a_body_held_back_over_signing_out_removes_nothing() {
    let (house, ada, mut browser, path) = about_to_remove().await;
    let (go, held) = begin(browser.clone(), &path, &[]).await;
    browser.submit("/security", "/logout", &[]).await;
    go.send(()).unwrap();
    let answer = held.await.unwrap();
    assert_eq!(answer.location(), Some("/"), "{}", answer.status);
    assert_eq!(house.phones(&ada).await.len(), 1);
}

#[tokio::test]
async fn r32_a_body_held_back_over_a_change_elsewhere_changes_nothing() {
    let (house, ada, thief, path) = about_to_remove().await;
    let mut owner = house.signed_in(ADA).await;
    let (go, held) = begin(thief, &path, &[]).await;
    owner.submit("/security/phones/new", "/security/phones/new", &[("phone", OTHER)]).await;
    let code = house.code_to(OTHER);
    let confirm = "/security/phones/confirm";
    assert_eq!(owner.submit(confirm, confirm, &[("code", &code)]).await.location(), Some("/security"));
    go.send(()).unwrap();
    held.await.unwrap();
    assert_eq!(house.phones(&ada).await.len(), 2);
    assert_eq!(owner.get("/security").await.status, 200, "the owner stays signed in");
}

#[tokio::test]
async fn r02_a_code_held_back_over_its_end_is_late() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    let code = house.newest_code();
    browser.get("/login/otp").await;
    house.clock.pass_seconds(299);
    let (go, held) = begin(browser, "/login/otp", &[("code", &code)]).await;
    house.clock.pass_seconds(2);
    go.send(()).unwrap();
    assert_eq!(held.await.unwrap().status, 422);
}

#[tokio::test]
async fn r28_a_proof_that_grows_old_while_the_body_is_held_back_is_old() {
    let (house, ada, browser, path) = about_to_remove().await;
    house.clock.pass_seconds(299);
    let (go, held) = begin(browser, &path, &[]).await;
    house.clock.pass_seconds(2);
    go.send(()).unwrap();
    assert_eq!(held.await.unwrap().location(), Some("/confirm-identity"));
    assert_eq!(house.phones(&ada).await.len(), 1);
}
