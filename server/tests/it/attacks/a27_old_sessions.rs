//! A27: what was open before a change of factors is dead after it, whoever made the change (R32, R60).
use crate::harness::{ADA, House, NUMBER, OTHER};

const THIRD: &str = "+12015550166";

/// Signed in elsewhere, half signed in elsewhere, and the code of that.
async fn open(house: &House) -> (crate::harness::Browser, crate::harness::Browser, String) {
    let person = house.signed_in(ADA).await;
    house.clock.pass_seconds(400);
    let half = house.half_signed_in(ADA).await;
    let code = house.newest_code();
    (person, half, code)
}

async fn is_dead(
    mut person: crate::harness::Browser,
    mut half: crate::harness::Browser,
    code: &str,
    why: &str,
) {
    assert_eq!(person.get("/security").await.location(), Some("/login"), "{why}");
    let answer = half.post("/login/otp", &[("code", code)]).await;
    assert!(answer.location() != Some("/security"), "{why}: {}", answer.status);
    assert_eq!(half.get("/security").await.location(), Some("/login"), "{why}");
}

async fn roomy() -> House {
    House::with(&[
        ("otp.sends_per_number_per_hour", "50"),
        ("otp.sends_per_number_per_day", "50"),
        ("otp.sends_per_account_per_day", "50"),
    ])
    .await
}

#[tokio::test]
async fn r32_after_a_change_by_the_person_only_his_browser_goes_on() {
    for change in ["add", "replace", "remove"] {
        let house = roomy().await;
        let ada = house.account(ADA, &[NUMBER, OTHER]).await;
        let second = house.phones(&ada).await.into_iter().find(|phone| !phone.preferred).unwrap().id;
        let (person, half, code) = open(&house).await;
        let mut own = house.signed_in(ADA).await;
        if change == "remove" {
            let path = format!("/security/phones/{second}/remove");
            assert_eq!(own.submit(&path, &path, &[]).await.location(), Some("/security"));
        } else {
            let path = if change == "add" {
                "/security/phones/new".to_owned()
            } else {
                format!("/security/phones/{second}/replace")
            };
            let begun = own.submit(&path, &path, &[("phone", THIRD)]).await;
            assert_eq!(begun.location(), Some("/security/phones/confirm"), "{}", begun.text());
            let path = "/security/phones/confirm";
            let right = house.code_to(THIRD);
            assert_eq!(own.submit(path, path, &[("code", &right)]).await.location(), Some("/security"));
        }
        is_dead(person, half, &code, change).await;
        assert_eq!(own.get("/security").await.status, 200, "{change}");
    }
}

#[tokio::test]
async fn r32_after_a_change_by_the_operator_nobody_goes_on() {
    for change in ["password", "phone", "disable"] {
        let house = roomy().await;
        let ada = house.account(ADA, &[NUMBER, OTHER]).await;
        let (person, half, code) = open(&house).await;
        let trail = house.operator();
        match change {
            "password" => assert!(house.store.set_password(&ada, "$kept$", &[], &trail).await.unwrap()),
            "disable" => assert!(house.store.disable_user(&ada, &trail).await.unwrap()),
            _ => {
                let phones: Vec<_> = house.phones(&ada).await.into_iter().map(|phone| phone.id).collect();
                house.store.remove_numbers(&ada, &phones[..1], &[], &trail).await.unwrap();
            }
        }
        is_dead(person, half, &code, change).await;
    }
}
