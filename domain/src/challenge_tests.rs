//! Promises about where a flow stands.
use super::*;
use std::time::Duration;

fn policy() -> OtpPolicy {
    OtpPolicy::new(6, 300, 5, 20, &[30, 60, 120, 300]).unwrap()
}

fn flow(now: Timestamp) -> Flow {
    let id = "0".repeat(32);
    Flow {
        id: FlowId::stored(id.clone()),
        account: AccountId::stored(id.clone()),
        session: SessionHandle::stored(id.clone()),
        purpose: Purpose::SignIn,
        phone: PhoneId::stored(id),
        hash: NumberHash::stored("h".into()),
        mask: Mask { calling_code: "1".into(), last_digits: "23".into() },
        fixed_line: false,
        locked: false,
        failures: 0,
        tries: 0,
        sends: 1,
        last_sent_at: Some(now),
        created_at: now,
        expires_at: now.plus(Duration::from_secs(600)),
        finished_at: None,
        ended_at: None,
        code: Some(CodeState {
            reference: "K7Q2".into(),
            channel: Channel::Sms,
            created_at: now,
            expires_at: now.plus(Duration::from_secs(300)),
            standing: true,
        }),
        delivery: None,
    }
}

#[test]
fn r02_a_code_counts_until_its_last_second_and_not_after() {
    let start = Timestamp::from_millis(1_000_000);
    let flow = flow(start);
    let at = |s| flow.standing(&policy(), start.plus(Duration::from_secs(s)));
    assert!(matches!(at(299), Standing::Open { tries_left: 5, .. }));
    assert_eq!(at(300), Standing::Dead(Dead::Expired));
    assert_eq!(at(600), Standing::Dead(Dead::Ended));
}

#[test]
fn a_flow_says_why_no_code_can_be_right() {
    let now = Timestamp::from_millis(1_000_000);
    let with = |change: fn(&mut Flow)| {
        let mut flow = flow(now);
        change(&mut flow);
        flow.standing(&policy(), now)
    };
    assert_eq!(with(|f| f.tries = 5), Standing::Dead(Dead::TriesSpent));
    assert_eq!(with(|f| f.locked = true), Standing::Dead(Dead::Locked));
    assert_eq!(with(|f| f.code = None), Standing::Dead(Dead::NoCode));
    assert_eq!(with(|f| f.finished_at = Some(Timestamp::from_millis(1))), Standing::Dead(Dead::Used));
    assert_eq!(with(|f| f.ended_at = Some(Timestamp::from_millis(1))), Standing::Dead(Dead::Ended));
}

#[test]
fn r15_the_pause_grows_with_every_message() {
    let now = Timestamp::from_millis(1_000_000);
    let mut flow = flow(now);
    for (sends, pause) in [(1, 30), (2, 60), (3, 120), (4, 300), (9, 300)] {
        flow.sends = sends;
        assert_eq!(flow.next_send_at(&policy()).seconds_from(now), pause);
    }
}
