//! A23: one number is not flooded, whoever asks from wherever: at most five texts an hour and ten a day, in any window (R15).
use crate::harness::{House, NUMBER, PASSWORD};

#[tokio::test]
async fn a23_a_number_gets_five_texts_an_hour_and_ten_a_day_from_everybody_together() {
    let house = House::new().await;
    let people: Vec<String> = (0..12).map(|n| format!("person-{n}")).collect();
    for name in &people {
        house.account(name, &[NUMBER]).await;
    }
    let mut sent_at: Vec<u64> = Vec::new();
    let mut refused = 0;
    let mut words = std::collections::HashSet::new();
    for minute in 0..(26 * 6) {
        let name = &people[minute % people.len()];
        let octet = u8::try_from(minute % 250).unwrap();
        let mut browser = house.browser().from([198, 51, 100, octet]);
        let before = house.sent();
        let answer = browser.knock(name, PASSWORD).await;
        if house.sent() > before {
            sent_at.push(u64::try_from(minute).unwrap() * 600);
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
