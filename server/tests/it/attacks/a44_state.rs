//! A44: what an app sends as `state` comes back as it came and breaks out of nothing (R96).
use crate::harness::{ADA, House, NUMBER};
use crate::oidc::party::{Party, rest};
use http::StatusCode;

#[tokio::test]
async fn a44_nothing_in_state_breaks_out_of_the_header_or_the_page() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    for state in
        ["a\r\nSet-Cookie: x=1", "\"><script>alert(1)</script>", "a' onload='x", "\u{202e}abc", "%0d%0a"]
    {
        let mut browser = house.browser();
        let page = party.sends(&mut browser, &[("state", state)]).await.page();
        let back = house.finish(&mut browser, page, ADA).await.app();
        assert_eq!(back["state"], state);
        let direct = browser.get(&party.asks(&[("state", state)])).await;
        assert_eq!(direct.status, StatusCode::SEE_OTHER);
        assert!(direct.cookies().iter().all(|cookie| !cookie.starts_with("x=")));
        assert_eq!(rest(&mut browser, direct).await.app()["state"], state);
    }
}
