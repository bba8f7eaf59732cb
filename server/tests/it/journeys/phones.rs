//! Looking after one's phones, page by page: name, prefer, replace, remove, test.
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER, PASSWORD, other_code};
use domain::id::AccountId;
use domain::phone::Phone;

const THIRD: &str = "+12015550199";
const FOURTH: &str = "+12015550177";

/// A house in which ada has two proven numbers and is signed in.
async fn with_two() -> (House, AccountId, Browser) {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let browser = house.signed_in(ADA).await;
    (house, ada, browser)
}

/// The phone whose number ends in these digits, as it stands now.
async fn phone(house: &House, account: &AccountId, number: &str) -> Option<Phone> {
    house.phones(account).await.into_iter().find(|phone| number.ends_with(&phone.mask.last_digits))
}

async fn path_of(house: &House, account: &AccountId, number: &str) -> String {
    format!("/security/phones/{}", phone(house, account, number).await.unwrap().id)
}

/// Whether a text with these words comes to a number: notices are sent beside the answer.
async fn gets(house: &House, number: &str, words: &str) -> bool {
    for _ in 0..10_000 {
        if house.texts(number).iter().any(|text| text.contains(words)) {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

fn leads_to(answer: &Answer, path: &str) {
    assert_eq!((answer.status.as_u16(), answer.location()), (303, Some(path)), "{}", answer.text());
}

#[tokio::test]
async fn a_name_is_kept_shown_and_tidied() {
    let (house, ada, mut browser) = with_two().await;
    let path = path_of(&house, &ada, OTHER).await;
    leads_to(&browser.submit(&path, &path, &[("label", "  Work \t phone ")]).await, &path);
    assert_eq!(phone(&house, &ada, OTHER).await.unwrap().label, "Work phone");
    assert!(browser.get("/security").await.text().contains("Work phone"));
    let long = "x".repeat(200);
    let refused = browser.submit(&path, &path, &[("label", &long)]).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.value("label"), Some(&*long), "what was typed is kept");
    assert_eq!(phone(&house, &ada, OTHER).await.unwrap().label, "Work phone");
}

#[tokio::test]
async fn the_preferred_number_gets_the_next_code() {
    let (house, ada, mut browser) = with_two().await;
    let path = path_of(&house, &ada, OTHER).await;
    assert!(!phone(&house, &ada, OTHER).await.unwrap().preferred);
    leads_to(&browser.submit(&path, &format!("{path}/prefer"), &[]).await, &path);
    let phones = house.phones(&ada).await;
    assert_eq!(phones.iter().filter(|phone| phone.preferred).count(), 1);
    let before = (house.texts(NUMBER).len(), house.texts(OTHER).len());
    house.half_signed_in(ADA).await;
    assert_eq!((house.texts(NUMBER).len(), house.texts(OTHER).len()), (before.0, before.1 + 1));
}

#[tokio::test]
async fn r30_the_old_number_signs_in_until_the_new_one_is_proven() {
    let (house, ada, mut browser) = with_two().await;
    let path = path_of(&house, &ada, NUMBER).await;
    let replace = format!("{path}/replace");
    leads_to(&browser.submit(&replace, &replace, &[("phone", THIRD)]).await, "/security/phones/confirm");
    // Somebody signs in meanwhile: with the old number.
    let old_texts = house.texts(NUMBER).len();
    house.half_signed_in(ADA).await;
    assert_eq!(house.texts(NUMBER).len(), old_texts + 1);

    let code = house.code_to(THIRD);
    let confirm = "/security/phones/confirm";
    leads_to(&browser.submit(confirm, confirm, &[("code", &code)]).await, "/security");
    assert!(phone(&house, &ada, NUMBER).await.is_none(), "the old one is gone");
    let new = phone(&house, &ada, THIRD).await.unwrap();
    assert!(new.verified_at.is_some() && new.preferred, "the new one has its rank");
    assert!(gets(&house, NUMBER, "was replaced").await, "the old number is told (R31)");
    // The next code goes to the new number.
    house.half_signed_in(ADA).await;
    assert!(house.texts(THIRD).len() >= 2);
}

#[tokio::test]
async fn r30_a_replacement_that_is_cancelled_leaves_all_as_it_was() {
    let (house, ada, mut browser) = with_two().await;
    let kept = async || {
        let phones = house.phones(&ada).await;
        phones.into_iter().map(|phone| (phone.id, phone.preferred, phone.verified_at)).collect::<Vec<_>>()
    };
    let before = kept().await;
    let replace = format!("{}/replace", path_of(&house, &ada, NUMBER).await);
    browser.submit(&replace, &replace, &[("phone", THIRD)]).await;
    let waiting = house.phones(&ada).await.into_iter().find(Phone::pending).unwrap();
    let remove = format!("/security/phones/{}/remove", waiting.id);
    leads_to(&browser.submit(&remove, &remove, &[]).await, "/security");
    assert_eq!(kept().await, before);
}

#[tokio::test]
async fn another_number_can_be_typed_in_place_of_one_that_gets_no_code() {
    let (house, ada, mut browser) = with_two().await;
    let replace = format!("{}/replace", path_of(&house, &ada, NUMBER).await);
    for page in ["/security/phones/new", &replace] {
        browser.submit(page, page, &[("phone", THIRD)]).await;
        let waiting = house.phones(&ada).await.into_iter().find(Phone::pending).unwrap();
        let shown = browser.get("/security/phones/confirm").await;
        assert!(shown.text().contains("Use another number"), "{}", shown.text());
        let remove = format!("/security/phones/{}/remove", waiting.id);
        leads_to(&browser.post(&remove, &[("then", "again")]).await, page);
        assert_eq!(browser.get(page).await.status, 200);
        assert!(!house.phones(&ada).await.iter().any(Phone::pending), "the other one is given up");
        house.clock.pass_seconds(60);
    }
}

#[tokio::test]
async fn who_adds_another_number_is_told_that_it_gives_the_one_that_waits_up() {
    let (house, ada, mut browser) = with_two().await;
    let page = "/security/phones/new";
    let told = "still waits for its code";
    assert!(!browser.get(page).await.text().contains(told), "none waits");
    browser.submit(page, page, &[("phone", THIRD)]).await;
    let first = house.phones(&ada).await.into_iter().find(Phone::pending).unwrap();
    let shown = browser.get(page).await;
    assert!(shown.text().contains(told) && shown.text().contains("Enter its code"), "{}", shown.text());
    let wrong = browser.submit(page, page, &[("phone", "12")]).await;
    assert!(wrong.text().contains(told), "{}", wrong.text());
    assert_eq!(
        house.phones(&ada).await.into_iter().find(Phone::pending).map(|phone| phone.id),
        Some(first.id)
    );
    leads_to(&browser.submit(page, page, &[("phone", FOURTH)]).await, "/security/phones/confirm");
    let waiting: Vec<Phone> = house.phones(&ada).await.into_iter().filter(Phone::pending).collect();
    assert_eq!(waiting.len(), 1, "the first one is given up");
    assert!(browser.get(page).await.text().contains(told), "of the second one");
}

#[tokio::test]
async fn r33_removing_is_told_before_it_is_done_and_the_last_one_ends_the_second_step() {
    let (house, ada, mut browser) = with_two().await;
    for (number, last) in [(NUMBER, false), (OTHER, true)] {
        let remove = format!("{}/remove", path_of(&house, &ada, number).await);
        let page = browser.get(&remove).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.text().contains("password alone"), last, "{}", page.text());
        assert!(phone(&house, &ada, number).await.is_some(), "looking removes nothing");
        leads_to(&browser.submit(&remove, &remove, &[]).await, "/security");
        assert!(phone(&house, &ada, number).await.is_none());
    }
    let mut again = house.browser();
    leads_to(&again.knock(ADA, PASSWORD).await, "/security");
}

#[tokio::test]
async fn a_test_shows_how_it_went_and_its_code_signs_nobody_in() {
    let (house, ada, mut browser) = with_two().await;
    let path = path_of(&house, &ada, OTHER).await;
    let sent = browser.submit(&path, &format!("{path}/test"), &[]).await;
    let page = sent.location().unwrap().to_owned();
    assert!(page.starts_with("/security/tests/"), "{page}");
    let code = house.code_to(OTHER);
    let before = house.sent();
    assert_eq!(browser.get(&page).await.status, 200);
    assert_eq!(house.sent(), before, "looking sends nothing (R8)");
    // Half a sign-in elsewhere takes no code of a test (R7).
    let mut half = house.half_signed_in(ADA).await;
    assert_eq!(half.submit("/login/otp", "/login/otp", &[("code", &code)]).await.status, 422);
    let wrong = browser.submit(&page, &page, &[("code", &other_code(&code))]).await;
    assert_eq!(wrong.status, 422);
    leads_to(&browser.submit(&page, &page, &[("code", &code)]).await, &page);
    assert_eq!(browser.get(&page).await.status, 200);
}
