//! A35: ID tokens that are signed otherwise or were another app's, shown as a hint (R119).
use crate::harness::House;
use crate::oidc::party::{Party, ada};

#[tokio::test]
async fn a35_a_token_signed_otherwise_is_no_hint() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let (party, other) = (Party::new(&house).await, Party::with(&house, "other", |_| {}).await);
    let back = party.sends(&mut browser, &[]).await.app();
    let own = party.redeems(&back).await.id_token;
    let mut parts = own.split('.');
    let (header, claims, signature) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let none = "eyJhbGciOiJub25lIn0";
    let symmetric = "eyJhbGciOiJIUzI1NiJ9";
    for forged in [
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{symmetric}.{claims}.{signature}"),
        format!("{header}.{claims}."),
        format!("{header}.{}.{signature}", claims.chars().rev().collect::<String>()),
        format!("{header}.{claims}.{signature}.{signature}"),
    ] {
        let back = party.sends(&mut browser, &[("id_token_hint", &forged)]).await.app();
        assert_eq!(back["error"], "invalid_request", "{forged}");
    }
    let back = other.sends(&mut browser, &[("id_token_hint", &own)]).await.app();
    assert_eq!(back["error"], "invalid_request", "another app's token");
}
