//! A22: without the password nobody touches a victim's codes, tries or number.
use crate::harness::{ADA, House, NUMBER, PASSWORD, at_once};

#[tokio::test]
async fn a22_strangers_spend_nothing_of_a_victims() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut victim = house.half_signed_in(ADA).await;
    let code = house.newest_code();
    let mut stranger = house.browser();
    stranger.get("/login").await;
    let fields = [("username", ADA), ("password", "a guess of a stranger")];
    let posts = (0..200).map(|_| (stranger.clone(), stranger.form("/login", &fields))).collect();
    let answers = at_once(posts).await;
    assert_eq!(answers.len(), 200);
    assert!(answers.iter().all(|(_, answer)| [422, 429].contains(&answer.status.as_u16())));
    // Nor by posting codes without a half sign-in of one's own.
    for path in
        ["/login/otp", "/login/otp/resend", "/login/cancel", "/confirm-identity", "/confirm-identity/send"]
    {
        for _ in 0..10 {
            let answer = stranger.post(path, &[("code", "000000"), ("username", ADA)]).await;
            assert_eq!(answer.location(), Some("/login"), "{path}");
        }
    }
    assert_eq!(house.sent(), 1, "no message but the victim's own");
    assert_eq!(house.count("SELECT COUNT(*) FROM failures", &[]).await, 0);
    assert!(victim.get("/login/otp").await.text().contains("5 tries left"));
    assert_eq!(victim.post("/login/otp", &[("code", &code)]).await.location(), Some("/security"));
    assert_eq!(
        victim.knock(ADA, PASSWORD).await.location(),
        Some("/login/otp"),
        "and again with the password"
    );
}
