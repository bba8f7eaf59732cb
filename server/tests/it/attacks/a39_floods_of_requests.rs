//! A39: requests of apps that are made to fill the database or to cost time (R96).
use crate::harness::House;
use crate::oidc::party::Party;
use http::StatusCode;

#[tokio::test]
async fn nobody_fills_the_database_with_requests_or_spends_its_time_on_parameters() {
    let house = House::new().await;
    let party = Party::new(&house).await;
    let mut held = None;
    for n in 0..301 {
        let mut browser = house.browser();
        let answer = browser.get(&party.asks(&[])).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            held = Some((n, answer.retry_after()));
        }
    }
    assert_eq!(held, Some((300, Some(60))));
    assert_eq!(house.count("SELECT COUNT(*) FROM oidc_requests", &[]).await, 300);
    let other = house.browser().from([192, 0, 2, 99]).get(&party.asks(&[])).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "another address is not held up");
    let many = format!("{}{}", party.asks(&[]), "&a".repeat(5000));
    assert_eq!(house.browser().get(&many).await.status, StatusCode::BAD_REQUEST);
    let long = party.asks(&[("extra", &"x".repeat(17 * 1024))]);
    assert_eq!(house.browser().get(&long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}
