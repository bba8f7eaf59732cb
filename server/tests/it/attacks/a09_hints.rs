//! A9: what an app says about a person beforehand tells nobody who there is (R119).
use crate::harness::{ADA, House};
use crate::oidc::party::{Party, ada};

#[tokio::test]
async fn a09_r119_another_persons_hint_gives_neither_a_token_nor_a_word_about_them() {
    let house = House::new().await;
    let mut ada = ada(&house).await;
    house.account("eve", &[]).await;
    let mut eve = house.signed_in("eve").await;
    let party = Party::new(&house).await;
    let back = party.sends(&mut ada, &[]).await.app();
    let hers = party.redeems(&back).await.id_token;
    let none = party.sends(&mut eve, &[("id_token_hint", &hers), ("prompt", "none")]).await.app();
    assert_eq!(none["error"], "login_required");
    let page = party.sends(&mut eve, &[("id_token_hint", &hers)]).await.page();
    assert_eq!(page.h1(), "Sign in");
    assert!(!page.body.contains(ADA));
    let back = house.finish(&mut eve, page, "eve").await.app();
    assert_eq!(back["error"], "login_required", "signed in as somebody else again");
    let known = party.sends(&mut house.browser(), &[("login_hint", ADA)]).await.page();
    let unknown = party.sends(&mut house.browser(), &[("login_hint", "nobody")]).await.page();
    assert_eq!(known.bare().replace(ADA, "nobody"), unknown.bare());
}
