//! A23: one number is not flooded, whoever asks from wherever: at most five texts an hour and ten a day, in any window (R15). What two
//! nodes send in turn is counted where it arrives, at the provider.
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER, PASSWORD};
use ::fake_twilio::FakeTwilio;
use domain::time::Clock as _;
use std::net::IpAddr;

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// The most of these seconds that lie within any window of that length.
fn most_within(sent_at: &[u64], window: u64) -> usize {
    let within = |from: &u64| sent_at.iter().filter(|at| (*from..from + window).contains(*at)).count();
    sent_at.iter().map(within).max().unwrap_or_default()
}

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
    assert_eq!((most_within(&sent_at, HOUR), most_within(&sent_at, DAY)), (5, 10));
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

/// Two nodes, what their provider got, and one hand on their clock.
struct Nodes {
    both: [House; 2],
    fake: FakeTwilio,
    turn: usize,
    seen: usize,
    began: u64,
}

impl Nodes {
    async fn with(settings: &[(&str, &str)]) -> Self {
        let mut all = vec![("sms.twilio.callbacks", "always")];
        all.extend_from_slice(settings);
        let (one, fake) = House::with_twilio(&all).await;
        let other = one.another_node().await;
        let began = seconds(&one);
        Self { both: [one, other], fake, turn: 0, seen: 0, began }
    }

    /// The node whose turn it is.
    fn next(&mut self) -> &House {
        self.turn += 1;
        &self.both[self.turn % 2]
    }

    /// When the provider got one more text or call, since the begin; nothing where it got none.
    fn arrived(&mut self) -> Option<u64> {
        let there = self.fake.inbox(None).len() + self.fake.calls(None).len();
        let more = there - std::mem::replace(&mut self.seen, there);
        assert!(more <= 1, "{more} messages for one wish");
        (more == 1).then(|| seconds(&self.both[0]) - self.began)
    }

    /// A sign-in at the next node; with when its code arrived.
    async fn knocks(&mut self, name: &str, from: IpAddr) -> (Browser, Option<u64>) {
        let mut browser = self.next().browser();
        browser.peer.set_ip(from);
        let answer = browser.knock(name, PASSWORD).await;
        (browser, self.sent_or_held(&answer))
    }

    /// Half a minute later, a new code at the node after it.
    async fn asks_again(&mut self, browser: Browser, channel: &str, phone: &str) -> Option<u64> {
        self.pass(30);
        let mut browser = browser.by(self.next().line());
        browser.get("/login/otp").await;
        let answer = browser.post("/login/otp/resend", &[("channel", channel), ("phone", phone)]).await;
        self.sent_or_held(&answer)
    }

    fn sent_or_held(&mut self, answer: &Answer) -> Option<u64> {
        let arrived = self.arrived();
        let held = answer.status == 429 && answer.retry_after().is_some_and(|wait| (1..=DAY).contains(&wait));
        assert_eq!(held, arrived.is_none(), "{}", answer.text());
        arrived
    }

    fn pass(&self, seconds: u64) {
        self.both[0].clock.pass_seconds(seconds);
    }
}

fn seconds(house: &House) -> u64 {
    u64::try_from(house.clock.now().as_millis() / 1000).unwrap()
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[tokio::test]
async fn r15_two_nodes_in_turn_send_a_number_no_more_than_one_would_by_text_and_call() {
    let mut nodes = Nodes::with(&[]).await;
    for nth in 0..12 {
        nodes.both[0].account(&format!("person-{nth}"), &[NUMBER]).await;
    }
    let mut sent_at = Vec::new();
    for round in 0..180 {
        let name = format!("person-{}", round % 12);
        let (browser, arrived) = nodes.knocks(&name, address(&format!("198.51.100.{}", round % 250))).await;
        sent_at.extend(arrived);
        if arrived.is_some() {
            let channel = if round % 2 == 0 { "voice" } else { "sms" };
            sent_at.extend(nodes.asks_again(browser, channel, "").await);
        }
        nodes.pass(600);
    }
    assert!(!nodes.fake.calls(None).is_empty() && !nodes.fake.inbox(None).is_empty());
    assert_eq!((most_within(&sent_at, HOUR), most_within(&sent_at, DAY)), (5, 10));
}

#[tokio::test]
async fn r15_two_nodes_in_turn_send_an_account_ten_messages_a_day_to_all_its_numbers() {
    let more = [("otp.sends_per_number_per_hour", "50"), ("otp.sends_per_number_per_day", "50")];
    let mut nodes = Nodes::with(&more).await;
    let ada = nodes.both[0].account(ADA, &[NUMBER, OTHER]).await;
    let other = nodes.both[0].phones(&ada).await.into_iter().find(|phone| !phone.preferred).unwrap().id;
    let mut sent_at = Vec::new();
    for _ in 0..60 {
        let (browser, arrived) = nodes.knocks(ADA, address("198.51.100.1")).await;
        sent_at.extend(arrived);
        if arrived.is_some() {
            sent_at.extend(nodes.asks_again(browser, "sms", other.as_str()).await);
        }
        nodes.pass(HOUR);
    }
    assert!(nodes.fake.inbox(Some(NUMBER)).len() > 5 && nodes.fake.inbox(Some(OTHER)).len() > 5);
    assert_eq!(most_within(&sent_at, DAY), 10);
}

#[tokio::test]
async fn r15_two_nodes_in_turn_send_no_more_for_one_address_than_its_limit() {
    let mut nodes = Nodes::with(&[("limits.sends_per_address_per_hour", "6")]).await;
    for nth in 0..24 {
        nodes.both[0].account(&format!("person-{nth}"), &[&format!("+120155501{nth:02}")]).await;
    }
    let mut sent_at = [const { Vec::new() }; 3];
    for round in 0..120 {
        // One address, and two networks of many: each of them comes to both nodes.
        let from = round / 2 % 3;
        let peer = match from {
            0 => "198.51.100.1".to_owned(),
            net => format!("2001:db8:0:{net}::{round:x}"),
        };
        let (_, arrived) = nodes.knocks(&format!("person-{}", round % 24), address(&peer)).await;
        sent_at[from].extend(arrived);
        nodes.pass(120);
    }
    for times in sent_at {
        assert_eq!(most_within(&times, HOUR), 6);
        assert!(times.len() > 20, "{times:?}");
    }
}
