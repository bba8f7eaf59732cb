//! A15: secrets of apps are guessed at each endpoint that takes one; the limit is the same behind all of them, and no app is locked out by it
//! (R105).
use crate::harness::House;
use crate::oidc::party::{Party, ada, json};

#[tokio::test]
async fn a15_wrong_secrets_are_held_up_wherever_they_are_shown_and_the_right_one_passes() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let mut held = 0;
    for guess in 0..60 {
        let path = ["/oidc/token", "/oidc/introspect", "/oidc/revoke"][guess % 3];
        let secret = format!("guess {guess}");
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", "x"),
            ("token", "x"),
            ("client_id", "app"),
            ("client_secret", &*secret),
        ];
        let answer = party.posts(path, &fields, &[]).await;
        assert_eq!(json(&answer)["error"], "invalid_client", "{path}");
        match answer.status.as_u16() {
            401 => {}
            429 => {
                assert!(answer.retry_after().is_some_and(|seconds| (1..=60).contains(&seconds)));
                held += 1;
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(held, 40, "twenty within a minute are looked into");
    let lines = "SELECT COUNT(*) FROM events WHERE kind = 'client_refused'";
    assert_eq!(house.count(lines, &[]).await, 20, "and no more fill the log");
    let back = party.sends(&mut browser, &[]).await.app();
    party.redeems(&back).await;
}
