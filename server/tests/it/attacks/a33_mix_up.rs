//! A33: an app that talks to two providers can tell whose answer it holds (R97).
use crate::harness::House;
use crate::oidc::party::{Party, ada};

#[tokio::test]
async fn a33_every_answer_names_its_issuer() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    for more in [
        ("prompt", "none"),
        ("prompt", "bad"),
        ("scope", "none"),
        ("response_type", "token"),
        ("request", "x"),
    ] {
        let back = party.sends(&mut browser, &[more]).await.app();
        assert_eq!((&*back["iss"], &*back["state"]), ("http://localhost:3000", "the state"), "{more:?}");
    }
}
