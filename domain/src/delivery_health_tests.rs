use super::*;
use crate::delivery::SendProblem;

const NOW: i64 = 1_790_000_000_000;

fn now() -> Timestamp {
    Timestamp::from_millis(NOW)
}

/// A message of an account, so many seconds old.
fn fate(
    account: usize,
    age: i64,
    state: DeliveryState,
    heard: Option<(Progress, Option<SendProblem>, i64)>,
) -> Fate {
    let created_at = Timestamp::from_millis(NOW - age * 1000);
    let heard = heard.map(|(progress, problem, after)| Heard {
        progress,
        problem,
        at: created_at.plus(Duration::from_secs(after.unsigned_abs())),
    });
    let number = NumberHash::stored(format!("number {account}"));
    Fate { account: AccountId::stored(format!("{account:032x}")), number, state, heard, created_at }
}

fn refused(account: usize, age: i64, problem: SendProblem) -> Fate {
    fate(account, age, DeliveryState::Refused(problem), None)
}

fn down(account: usize, age: i64) -> Fate {
    refused(account, age, SendProblem::Unavailable)
}

fn arrived(account: usize, age: i64, after: i64) -> Fate {
    fate(account, age, DeliveryState::Taken, Some((Progress::Delivered, None, after)))
}

fn judged(mut fates: Vec<Fate>) -> DeliveryHealth {
    fates.sort_by_key(|fate| std::cmp::Reverse(fate.created_at));
    judge(&fates, now())
}

#[test]
fn nothing_known_is_well() {
    assert_eq!(judged(vec![]), DeliveryHealth::Well);
    assert_eq!(judged((0..50).map(|n| arrived(n, 30, 4)).collect()), DeliveryHealth::Well);
}

#[test]
fn five_messages_of_three_accounts_that_fail_are_a_fault() {
    let fates = vec![down(1, 10), down(1, 50), down(2, 20), down(2, 60), down(3, 30)];
    assert_eq!(judged(fates.clone()), DeliveryHealth::Broken);
    for left_out in 0..fates.len() {
        let mut fewer = fates.clone();
        fewer.remove(left_out);
        assert_eq!(judged(fewer), DeliveryHealth::Well, "four are too few");
    }
}

#[test]
fn one_or_two_accounts_alone_prove_nothing_however_often_they_ask() {
    for accounts in 1..=2 {
        let fates = (0..200).map(|n: usize| down(n % accounts, i64::try_from(n).unwrap())).collect();
        assert_eq!(judged(fates), DeliveryHealth::Well, "{accounts}");
    }
}

#[test]
fn what_is_about_numbers_is_no_evidence_and_what_the_service_has_no_room_for_is() {
    use SendProblem::{Late, Retry, Unavailable, Wait};
    for problem in SendProblem::ALL {
        let services = matches!(problem, Unavailable | Wait | Retry | Late);
        let fates = (0..30).map(|n| refused(n, 10, problem)).collect();
        let wanted = if services { DeliveryHealth::Broken } else { DeliveryHealth::Well };
        assert_eq!(judged(fates), wanted, "refused: {problem:?}");
        let heard = Some((Progress::Undelivered, Some(problem), 5));
        let fates = (0..30).map(|n| fate(n, 10, DeliveryState::Taken, heard)).collect();
        assert_eq!(judged(fates), wanted, "not delivered: {problem:?}");
    }
    let unknown = DeliveryState::Unknown(Retry);
    assert_eq!(judged((0..5).map(|n| fate(n, 10, unknown, None)).collect()), DeliveryHealth::Broken);
}

#[test]
fn messages_that_arrive_after_a_minute_are_slow() {
    assert_eq!(judged((0..9).map(|n| arrived(n, 200, 61)).collect()), DeliveryHealth::Slow);
    assert_eq!(judged((0..9).map(|n| arrived(n, 200, 60)).collect()), DeliveryHealth::Well);
    // A third of the voices, and at least three.
    let mixed = |slow: usize, fine: usize| {
        let fates = (0..slow).flat_map(|n| [arrived(n, 200, 90), arrived(n, 300, 90)]);
        judged(fates.chain((100..100 + fine).map(|n| arrived(n, 100, 3))).collect())
    };
    assert_eq!(mixed(3, 6), DeliveryHealth::Slow);
    assert_eq!(mixed(3, 7), DeliveryHealth::Well);
    assert_eq!(mixed(2, 0), DeliveryHealth::Well);
}

#[test]
fn a_tenth_that_fails_by_itself_is_no_fault() {
    let fates = (0..100).map(|n| if n % 10 == 0 { down(n, 30) } else { arrived(n, 30, 4) }).collect();
    assert_eq!(judged(fates), DeliveryHealth::Well);
}

#[test]
fn a_message_just_taken_does_not_speak_for_a_service_that_fails_later() {
    // Everybody has asked for a second code, which nobody has heard of yet.
    let pending = |n, age| fate(n, age, DeliveryState::Taken, Some((Progress::Sent, None, 1)));
    let fates = (0..6).flat_map(|n| [down(n, 90), pending(n, 20)]).collect();
    assert_eq!(judged(fates), DeliveryHealth::Broken);
    // A minute later the network that tells no more is believed.
    let fates = (0..6).flat_map(|n| [down(n, 150), pending(n, 61)]).collect();
    assert_eq!(judged(fates), DeliveryHealth::Well);
}

#[test]
fn the_note_goes_once_new_messages_arrive() {
    let outage = || (0..30).map(|n| down(n, 200));
    let with = |recovered: usize| {
        judged(outage().chain((100..100 + recovered).map(|n| arrived(n, 30, 4))).collect())
    };
    assert_eq!(with(0), DeliveryHealth::Broken);
    assert_eq!(with(11), DeliveryHealth::Slow);
    assert_eq!(with(14), DeliveryHealth::Well);
}

#[test]
fn after_ten_minutes_a_fault_is_forgotten() {
    let fates = |age| (0..10).map(|n| down(n, age)).collect();
    assert_eq!(judged(fates(599)), DeliveryHealth::Broken);
    assert_eq!(judged(fates(600)), DeliveryHealth::Well);
}

#[test]
fn the_worse_the_higher() {
    assert_eq!(DeliveryHealth::ALL.map(DeliveryHealth::rank), [0, 1, 2]);
    assert_eq!(DeliveryHealth::ALL.map(DeliveryHealth::name), ["well", "slow", "broken"]);
}

#[test]
fn one_number_in_many_accounts_is_one_voice() {
    let theirs = |account| Fate { number: NumberHash::stored("one".to_owned()), ..down(account, 30) };
    assert_eq!(judged((0..9).map(theirs).collect()), DeliveryHealth::Well);
    assert_eq!(judged((0..9).map(|account| down(account, 30)).collect()), DeliveryHealth::Broken);
}
