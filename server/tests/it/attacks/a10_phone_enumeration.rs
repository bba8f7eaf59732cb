//! A10: adding a number does not tell whether anybody has it (R35).
use crate::harness::{Answer, House, NUMBER, OTHER};
use domain::password::NameKey;

/// What is known of the number elsewhere in the house before it is added.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Elsewhere {
    Unknown,
    Proven,
    Pending,
    Off,
    Removed,
    AccountOff,
}

const ALL: [Elsewhere; 5] =
    [Elsewhere::Proven, Elsewhere::Pending, Elsewhere::Off, Elsewhere::Removed, Elsewhere::AccountOff];

/// A house where that is so, and where mallory has the numbers `mallorys`.
async fn house(elsewhere: Elsewhere, mallorys: &[&str]) -> House {
    let house = House::with(&[("otp.failures_before_lock", "2")]).await;
    house.account("mallory", mallorys).await;
    let numbers: &[&str] = match elsewhere {
        Elsewhere::Unknown | Elsewhere::Pending => &[],
        _ => &[NUMBER],
    };
    let victim = house.account("victim", numbers).await;
    match elsewhere {
        Elsewhere::Unknown | Elsewhere::Proven => {}
        Elsewhere::Pending => {
            let mut browser = house.signed_in("victim").await;
            let new = "/security/phones/new";
            let begun = browser.submit(new, new, &[("phone", NUMBER)]).await;
            assert_eq!(begun.location(), Some("/security/phones/confirm"));
        }
        Elsewhere::Off => {
            let mut browser = house.half_signed_in("victim").await;
            for _ in 0..2 {
                browser.post("/login/otp", &[("code", &house.wrong_code())]).await;
            }
            assert!(house.phones(&victim).await[0].locked);
        }
        Elsewhere::Removed => {
            let phone = house.phones(&victim).await.remove(0).id;
            let mut browser = house.signed_in("victim").await;
            let remove = format!("/security/phones/{phone}/remove");
            assert_eq!(browser.submit(&remove, &remove, &[]).await.location(), Some("/security"));
        }
        Elsewhere::AccountOff => {
            assert!(house.store.disable_user(&victim, &house.operator()).await.unwrap());
        }
    }
    house
}

/// Status, where to, how long to wait, page, count of cookies: all that tells one answer from another.
type Told = (u16, String, Option<u64>, String, usize);

/// The reference of a message is random and taken out.
fn told(answer: &Answer, reference: &str) -> Told {
    let page = answer.bare().replace(reference, "(ref)");
    let location = answer.location().unwrap_or_default().to_owned();
    (answer.status.as_u16(), location, answer.retry_after(), page, answer.cookies().len())
}

/// The reference in the newest text to the number.
fn reference(house: &House) -> String {
    let text = house.texts(NUMBER).remove(0);
    text.split_once("ref ").unwrap().1.split_whitespace().next().unwrap().to_owned()
}

/// All that mallory sees of adding the number at `path`, step by step, down to a wrong code and a new one.
async fn seen(house: &House, path: &str) -> Vec<Told> {
    let mut browser = house.browser();
    house.sign_in(&mut browser, "mallory").await;
    let begun = browser.submit(path, path, &[("phone", NUMBER)]).await;
    let first = reference(house);
    let mut steps = vec![told(&begun, &first)];
    let confirm = "/security/phones/confirm";
    steps.push(told(&browser.get(confirm).await, &first));
    steps.push(told(&browser.post(confirm, &[("code", &house.wrong_code())]).await, &first));
    steps.push(told(&browser.get("/security").await, &first));
    browser.get(confirm).await;
    steps.push(told(&browser.post(&format!("{confirm}/resend"), &[("channel", "sms")]).await, &first));
    house.clock.pass_seconds(31);
    steps.push(told(&browser.post(&format!("{confirm}/resend"), &[("channel", "sms")]).await, &first));
    let second = reference(house);
    assert_ne!(first, second);
    steps.push(told(&browser.get(confirm).await, &second));
    let done = browser.post(confirm, &[("code", &house.code_to(NUMBER))]).await;
    steps.push(told(&done, &second));
    steps.push(told(&browser.get("/security").await, &second));
    steps
}

fn statuses(steps: &[Told]) -> Vec<u16> {
    steps.iter().map(|step| step.0).collect()
}

#[tokio::test]
async fn r35_adding_a_number_looks_the_same_whoever_has_it() {
    let path = "/security/phones/new";
    let unknown = seen(&house(Elsewhere::Unknown, &[]).await, path).await;
    assert_eq!(statuses(&unknown), [303, 200, 422, 200, 429, 303, 200, 303, 200]);
    for elsewhere in ALL {
        let steps = seen(&house(elsewhere, &[]).await, path).await;
        for (nth, (known, unknown)) in steps.iter().zip(&unknown).enumerate() {
            assert_eq!(known, unknown, "{elsewhere:?}, step {nth}");
        }
    }
}

#[tokio::test]
async fn r35_replacing_by_a_number_looks_the_same_whoever_has_it() {
    let replace = async |elsewhere| {
        let house = house(elsewhere, &[OTHER]).await;
        let name = NameKey::of("mallory").unwrap();
        let mallory = house.store.find_user(&name).await.unwrap().unwrap().id;
        let old = house.phones(&mallory).await.remove(0).id;
        seen(&house, &format!("/security/phones/{old}/replace")).await
    };
    let unknown = replace(Elsewhere::Unknown).await;
    assert_eq!(statuses(&unknown), [303, 200, 422, 200, 429, 303, 200, 303, 200]);
    for elsewhere in ALL {
        let steps = replace(elsewhere).await;
        for (nth, (known, unknown)) in steps.iter().zip(&unknown).enumerate() {
            assert_eq!(known, unknown, "{elsewhere:?}, step {nth}");
        }
    }
}
