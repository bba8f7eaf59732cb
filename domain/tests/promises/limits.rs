//! How many messages go out: in every window, over all purposes (R15, P4, A23).
use crate::hands::*;
use domain::limits::Limit;
use domain::otp::Sent;
use domain::sign_in::{AfterPassword, Finished, RequiredFactors};
use domain::testing::{PASSWORD, TestWorld, block_on, world, world_with};
use std::time::Duration;

/// Somebody tries to sign in, each time in a new browser.
fn knock(w: &TestWorld, name: &str) -> Sent {
    let browser = w.browser();
    match block_on(w.sign_in().password(
        RequiredFactors::AllOfTheAccount,
        name,
        PASSWORD,
        None,
        &browser,
        &w.trail(&browser),
    ))
    .unwrap()
    {
        AfterPassword::Half { sent, .. } => sent,
        other => panic!("{other:?}"),
    }
}

fn held(sent: Sent, limit: Limit) -> u64 {
    match sent {
        Sent::Wait(wait) if wait.limit == limit => wait.until.as_millis().unsigned_abs(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn p04_in_no_window_a_number_gets_more_than_it_may() {
    let w = world();
    for name in ["sam", "kim", "lee"] {
        let id = w.account(name);
        w.phone(&id, ONE);
    }
    // Two days of wishes from three accounts, every seven minutes.
    for round in 0..410 {
        knock(&w, ["sam", "kim", "lee"][round % 3]);
        w.clock.pass_seconds(420);
    }
    let times: Vec<i64> = w.sms.sent().iter().map(|sent| sent.at.as_millis()).collect();
    for (window, most) in [(3_600_000, 5), (86_400_000, 10)] {
        let fullest =
            times.iter().map(|from| times.iter().filter(|at| (*from..from + window).contains(*at)).count());
        assert_eq!(fullest.max().unwrap(), most, "in {window} ms");
    }
}

#[test]
fn r15_a_number_gets_five_an_hour_across_accounts_and_says_when_the_next_may_go() {
    let w = world();
    for name in ["sam", "kim"] {
        let id = w.account(name);
        w.phone(&id, ONE);
    }
    let first = w.now();
    for round in 0..5 {
        assert_eq!(knock(&w, ["sam", "kim"][round % 2]), Sent::Out);
        w.clock.pass_seconds(60);
    }
    let until = held(knock(&w, "sam"), Limit::Number);
    assert_eq!(until, first.plus(Duration::from_secs(3600)).as_millis().unsigned_abs());
    w.clock.pass_seconds(3300 - 1);
    held(knock(&w, "sam"), Limit::Number);
    w.clock.pass_seconds(1);
    assert_eq!(knock(&w, "sam"), Sent::Out);
}

#[test]
fn r15_an_account_gets_ten_a_day_over_all_its_numbers() {
    let w = world();
    let id = w.account("sam");
    let phones = [ONE, TWO, THREE].map(|number| w.phone(&id, number));
    let browser = w.browser();
    for round in 0..10 {
        let sent = block_on(w.tests().start(&id, &browser, &phones[round % 3], &w.trail(&browser))).unwrap();
        assert_eq!(sent.unwrap().sent, Sent::Out);
        w.clock.pass_seconds(60);
    }
    held(knock(&w, "sam"), Limit::Account);
    w.clock.pass_seconds(86_400 - 600);
    assert_eq!(knock(&w, "sam"), Sent::Out);
}

#[test]
fn r15_an_address_and_the_installation_have_their_limits_too() {
    let w = world_with(|policy| policy.limits.per_address_hour = Some(3));
    for (at, name) in ["a", "b", "c", "d"].into_iter().enumerate() {
        let id = w.account(name);
        w.phone(&id, &format!("+1201555010{at}"));
        let sent = knock(&w, name);
        if at < 3 {
            assert_eq!(sent, Sent::Out);
        } else {
            held(sent, Limit::Address);
        }
    }
    let w = world_with(|policy| policy.limits.per_minute = Some(2));
    for name in ["a", "b", "c"] {
        let id = w.account(name);
        w.memory.with(|world| assert!(world.accounts.iter().any(|row| row.id == id)));
    }
    let ids: Vec<_> = w.memory.with(|world| world.accounts.iter().map(|row| row.id.clone()).collect());
    for (at, id) in ids.iter().enumerate() {
        w.phone(id, &format!("+1201555010{at}"));
    }
    assert_eq!((knock(&w, "a"), knock(&w, "b")), (Sent::Out, Sent::Out));
    held(knock(&w, "c"), Limit::Installation);
    w.clock.pass_seconds(60);
    assert_eq!(knock(&w, "c"), Sent::Out);
}

#[test]
fn r15_refused_messages_count_and_held_ones_do_not() {
    let sam = sam_in(world_with(|policy| policy.limits.per_number_hour = 2));
    sam.w.sms.next(domain::testing::Script::Refuse(domain::delivery::SendProblem::Retry));
    assert!(matches!(knock(&sam.w, "sam"), Sent::Refused(_)));
    assert_eq!(knock(&sam.w, "sam"), Sent::Out);
    for _ in 0..5 {
        held(knock(&sam.w, "sam"), Limit::Number);
        sam.pass(60);
    }
    sam.pass(3300);
    assert_eq!(knock(&sam.w, "sam"), Sent::Out, "the wishes that were held did not prolong the wait");
}

#[test]
fn a_limit_that_holds_leaves_a_half_sign_in_that_goes_on_later_or_with_another_number() {
    let sam = sam_in(world_with(|policy| policy.limits.per_number_hour = 1));
    let second = sam.w.phone(&sam.id, TWO);
    assert_eq!(knock(&sam.w, "sam"), Sent::Out);
    let AfterPassword::Half { flow, sent } = sam.knock(&sam.browser, "sam", PASSWORD) else { panic!() };
    held(sent, Limit::Number);
    held(sam.resend(&flow, None), Limit::Number);
    assert_eq!(sam.resend(&flow, Some(&second)), Sent::Out);
    entry(sam.code(&flow, &sam.last(TWO)));
}

#[test]
fn a_held_resend_leaves_the_old_code_alone() {
    let sam = sam_in(world_with(|policy| policy.limits.per_number_hour = 1));
    let flow = sam.half();
    sam.pass(30);
    held(sam.resend(&flow, None), Limit::Number);
    assert_eq!(sam.flow(&flow).sends, 1);
    entry(sam.code(&flow, &sam.last(ONE)));
}

#[test]
fn sign_ins_from_one_address_are_limited_before_the_password_is_looked_at() {
    let w = world_with(|policy| policy.limits.sign_ins_per_address_minute = Some(3));
    w.account("sam");
    let browser = w.browser();
    let knock = |name: &str| {
        block_on(w.sign_in().password(
            RequiredFactors::AllOfTheAccount,
            name,
            "wrong",
            None,
            &browser,
            &w.trail(&browser),
        ))
        .unwrap()
    };
    for name in ["sam", "nobody", "sam"] {
        assert!(matches!(knock(name), AfterPassword::Wrong));
    }
    for name in ["sam", "nobody"] {
        assert!(matches!(knock(name), AfterPassword::Wait(wait) if wait.limit == Limit::SignIns));
    }
    assert_eq!(w.passwords.checks(), 3);
}

#[test]
fn r17_what_is_no_code_counts_per_address() {
    let sam = sam_in(world_with(|policy| policy.limits.sign_ins_per_address_minute = Some(4)));
    let flow = sam.half();
    for _ in 0..3 {
        refusal(sam.code(&flow, "no code"));
    }
    let held = sam.code(&flow, "no code");
    assert!(matches!(held, Finished::Not(domain::otp::Checked::Wait(_))), "{held:?}");
    entry(sam.code(&flow, &sam.last(ONE)));
}
