//! A23: one number is not flooded, whoever asks from wherever: at most five texts an hour and ten a day, in any window (R15).
use crate::harness::{Answer, House, NUMBER, PASSWORD};

/// So many accounts have the one number.
async fn crowd(people: u8) -> House {
    let house = House::new().await;
    for nth in 0..people {
        house.account(&format!("person-{nth}"), &[NUMBER]).await;
    }
    house
}

/// One of them asks for a code, from an address of his own; whether one was sent.
async fn asks(house: &House, nth: u8) -> (bool, Answer) {
    let before = house.sent();
    let answer = house.browser().from([198, 51, 100, nth]).knock(&format!("person-{nth}"), PASSWORD).await;
    (house.sent() > before, answer)
}

#[tokio::test]
async fn a23_of_a_hundred_accounts_at_a_hundred_addresses_five_an_hour_and_ten_a_day_reach_their_number() {
    let house = crowd(100).await;
    let mut sent = Vec::new();
    for (hour, who) in [(0, 0..100), (1, 0..100), (2, 0..10), (22, 10..20), (25, 20..40)] {
        let mut now = 0;
        for nth in who {
            let (one, answer) = asks(&house, nth).await;
            now += usize::from(one);
            assert_eq!(answer.location() == Some("/login/otp"), one, "{}", answer.text());
            assert_eq!(answer.status == 429, !one, "{}", answer.text());
        }
        sent.push(now);
        let next = [0, 1, 2, 22, 25, 26].into_iter().find(|next| *next > hour).unwrap();
        house.clock.pass_seconds((next - hour) * 3600);
    }
    assert_eq!(sent, [5, 5, 0, 0, 5]);
}

#[tokio::test]
async fn a23_a_number_gets_five_texts_an_hour_and_ten_a_day_from_everybody_together() {
    let house = crowd(12).await;
    let mut sent_at: Vec<u64> = Vec::new();
    let mut refused = 0;
    let mut words = std::collections::HashSet::new();
    for minute in 0..(26 * 6u8) {
        let (sent, answer) = asks(&house, minute % 12).await;
        if sent {
            sent_at.push(u64::from(minute) * 600);
            assert_eq!(answer.location(), Some("/login/otp"));
        } else {
            refused += 1;
            assert_eq!(answer.status, 429, "{}", answer.text());
            let wait = answer.retry_after().unwrap();
            assert!((1..=86_400).contains(&wait), "{wait}");
            words.insert(answer.alert().unwrap().split("Wait").next().unwrap().to_owned());
        }
        house.clock.pass_seconds(600);
    }
    assert!(refused > 100, "{refused}");
    assert_eq!(words.len(), 1, "the same words whoever asks: {words:?}");
    for (window, most) in [(3600, 5), (86_400, 10)] {
        for from in &sent_at {
            let within = sent_at.iter().filter(|at| (*from..from + window).contains(*at)).count();
            assert!(within <= most, "{within} within {window} s");
        }
    }
    assert_eq!(sent_at.len(), 20, "ten on the first day, ten more as those leave the window");
}

#[tokio::test]
async fn r15_an_account_gets_ten_texts_a_day_over_all_its_numbers() {
    let house =
        House::with(&[("otp.sends_per_number_per_hour", "50"), ("otp.sends_per_number_per_day", "50")]).await;
    house.account("ada", &[NUMBER]).await;
    for round in 0..14 {
        let answer = house.browser().knock("ada", PASSWORD).await;
        assert_eq!(answer.status == 429, round >= 10, "round {round}: {}", answer.text());
        house.clock.pass_seconds(1200);
    }
    assert_eq!(house.sent(), 10);
}
