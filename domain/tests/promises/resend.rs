//! Asking for a new code: the three outcomes, pauses, reloads, another number (R8, R15).
use crate::hands::*;
use domain::challenge::{Dead, Standing};
use domain::channel::Channel;
use domain::delivery::SendProblem;
use domain::limits::Limit;
use domain::otp::{Checked, Sent};
use domain::sign_in::AfterPassword;
use domain::testing::{PASSWORD, Script, block_on};

#[test]
fn r08_taken_the_new_code_works_and_the_old_one_is_dead() {
    let sam = sam();
    let flow = sam.half();
    let old = sam.last(ONE);
    sam.pass(30);
    assert_eq!(sam.resend(&flow, None), Sent::Out);
    assert!(matches!(refusal(sam.code(&flow, &old)), Checked::Wrong { tries_left: 4, .. }));
    entry(sam.code(&flow, &sam.last(ONE)));
}

#[test]
fn r05_r08_a_taken_code_has_tries_of_its_own() {
    let sam = sam();
    let flow = sam.half();
    let wrong = other_than(&sam.last(ONE));
    for _ in 0..5 {
        refusal(sam.code(&flow, &wrong));
    }
    sam.pass(30);
    assert_eq!(sam.resend(&flow, None), Sent::Out);
    assert_eq!(sam.flow(&flow).tries, 0);
    entry(sam.code(&flow, &sam.last(ONE)));
}

#[test]
fn r08_refused_the_old_code_stays_and_the_new_one_is_dead() {
    let sam = sam();
    let flow = sam.half();
    let old = sam.last(ONE);
    refusal(sam.code(&flow, &other_than(&old)));
    sam.pass(30);
    sam.w.sms.next(Script::Refuse(SendProblem::Retry));
    assert_eq!(sam.resend(&flow, None), Sent::Refused(SendProblem::Retry));
    let refused = sam.w.sms.sent()[1].code().unwrap().to_owned();
    assert!(matches!(refusal(sam.code(&flow, &refused)), Checked::Wrong { tries_left: 3, .. }));
    entry(sam.code(&flow, &old));
}

#[test]
fn r08_unknown_both_codes_work_on_one_budget() {
    for newer in [false, true] {
        let sam = sam();
        let flow = sam.half();
        let old = sam.last(ONE);
        let wrong = other_than(&old);
        for _ in 0..3 {
            refusal(sam.code(&flow, &wrong));
        }
        sam.pass(30);
        sam.w.sms.next(Script::LoseAnswer);
        assert_eq!(sam.resend(&flow, None), Sent::Unsure(SendProblem::Retry));
        assert!(matches!(refusal(sam.code(&flow, &wrong)), Checked::Wrong { tries_left: 1, .. }));
        let code = if newer { sam.last(ONE) } else { old };
        entry(sam.code(&flow, &code));
    }
}

#[test]
fn r08_after_unknown_a_spent_budget_is_spent_for_both() {
    let sam = sam();
    let flow = sam.half();
    let old = sam.last(ONE);
    for _ in 0..4 {
        refusal(sam.code(&flow, &other_than(&old)));
    }
    sam.pass(30);
    sam.w.sms.next(Script::LoseAnswer);
    sam.resend(&flow, None);
    refusal(sam.code(&flow, &other_than(&old)));
    for code in [old, sam.last(ONE)] {
        let dead = refusal(sam.code(&flow, &code));
        assert!(matches!(dead, Checked::Dead(Dead::TriesSpent)), "{dead:?}");
    }
}

#[test]
fn r08_of_three_codes_with_unknown_outcomes_the_newest_two_work() {
    let sam = sam();
    let flow = sam.half();
    let first = sam.last(ONE);
    for pause in [30, 60] {
        sam.pass(pause);
        sam.w.sms.next(Script::LoseAnswer);
        sam.resend(&flow, None);
    }
    assert!(matches!(refusal(sam.code(&flow, &first)), Checked::Wrong { .. }));
    let second = sam.w.sms.sent()[1].code().unwrap().to_owned();
    entry(sam.code(&flow, &second));
}

#[test]
fn a_code_whose_outcome_nobody_wrote_down_works_and_so_does_the_one_before() {
    for newer in [false, true] {
        let sam = sam();
        let flow = sam.half();
        let old = sam.last(ONE);
        sam.pass(30);
        sam.w.sms.next(Script::Crash);
        sam.resend(&flow, None);
        sam.pass(61);
        sam.w.sweep(&sam.browser);
        assert_eq!(sam.w.sms.count(), 2, "D14: never sent again by us");
        let code = if newer { sam.last(ONE) } else { old };
        entry(sam.code(&flow, &code));
    }
}

#[test]
fn r15_pauses_grow_and_an_early_wish_sends_nothing() {
    let sam = sam();
    let flow = sam.half();
    for (sent, pause) in [(1, 30), (2, 60), (3, 120)] {
        sam.pass(pause - 1);
        let early = sam.resend(&flow, None);
        assert!(matches!(early, Sent::Wait(wait) if wait.limit == Limit::Pause), "{early:?}");
        assert_eq!(sam.w.sms.count(), sent);
        sam.pass(1);
        assert_eq!(sam.resend(&flow, None), Sent::Out);
    }
    assert_eq!(sam.flow(&flow).next_send_at(&sam.w.core.policy.otp).seconds_from(sam.w.now()), 300);
}

#[test]
fn r08_reload_never_sends() {
    let sam = sam();
    let flow = sam.half();
    for _ in 0..20 {
        let waiting = sam.waiting(&flow);
        assert!(matches!(waiting.flow.standing(&sam.w.core.policy.otp, sam.w.now()), Standing::Open { .. }));
        sam.pass(10);
    }
    assert_eq!(sam.w.sms.count(), 1);
}

#[test]
fn r08_a_second_post_of_the_password_sends_nothing_and_leads_to_the_same_code() {
    let sam = sam();
    let flow = sam.half();
    let code = sam.last(ONE);
    sam.pass(29);
    let AfterPassword::Half { flow: again, sent } = sam.knock(&sam.browser, "sam", PASSWORD) else {
        panic!()
    };
    assert_eq!((&again, sent), (&flow, Sent::Already));
    assert_eq!(sam.w.sms.count(), 1);
    // Beyond the pause it is the wish for a new code in the same flow.
    sam.pass(1);
    let AfterPassword::Half { flow: again, sent } = sam.knock(&sam.browser, "sam", PASSWORD) else {
        panic!()
    };
    assert_eq!((&again, sent), (&flow, Sent::Out));
    assert!(matches!(refusal(sam.code(&flow, &code)), Checked::Wrong { .. }));
    entry(sam.code(&flow, &sam.last(ONE)));
}

#[test]
fn r08_of_two_wishes_in_the_same_moment_one_sends() {
    let sam = sam();
    let flow = sam.half();
    sam.pass(30);
    let page = sam.waiting(&flow).flow;
    let trail = sam.w.trail(&sam.browser);
    let resend = || block_on(sam.w.sign_in().resend(page.clone(), None, Channel::Sms, &trail)).unwrap();
    assert_eq!(resend(), Sent::Out);
    assert_eq!(resend(), Sent::Already);
    assert_eq!(sam.w.sms.count(), 2);
}

#[test]
fn a_sign_in_begun_again_in_the_last_seconds_of_a_flow_gets_a_flow_of_its_own() {
    let sam = sam();
    let old = sam.half();
    sam.pass(400);
    assert_eq!(sam.resend(&old, None), Sent::Out);
    sam.pass(195);
    let AfterPassword::Half { flow, sent } = sam.knock(&sam.browser, "sam", PASSWORD) else { panic!() };
    assert_ne!(flow, old);
    assert_eq!(sent, Sent::Out);
    sam.pass(60);
    entry(sam.code(&flow, &sam.last(ONE)));
}

#[test]
fn another_number_may_be_chosen_and_the_first_code_dies_with_it() {
    let sam = sam();
    let second = sam.w.phone(&sam.id, TWO);
    let flow = sam.half();
    let first = sam.last(ONE);
    assert!(matches!(sam.resend(&flow, Some(&second)), Sent::Wait(_)), "the pause holds for it too");
    sam.pass(30);
    assert_eq!(sam.resend(&flow, Some(&second)), Sent::Out);
    assert_eq!(sam.flow(&flow).phone, second);
    assert!(matches!(refusal(sam.code(&flow, &first)), Checked::Wrong { .. }));
    // A further wish goes to the number that was chosen.
    sam.pass(60);
    assert_eq!(sam.resend(&flow, None), Sent::Out);
    assert_eq!(sam.w.sms.sent().last().unwrap().to, TWO);
    entry(sam.code(&flow, &sam.last(TWO)));
}

#[test]
fn where_the_other_number_is_refused_the_first_code_counts_again() {
    let sam = sam();
    let second = sam.w.phone(&sam.id, TWO);
    let flow = sam.half();
    sam.pass(30);
    sam.w.sms.next(Script::RefuseNumber(SendProblem::Check));
    assert_eq!(sam.resend(&flow, Some(&second)), Sent::Refused(SendProblem::Check));
    assert_eq!(sam.flow(&flow).phone, sam.phone);
    assert_eq!(sam.w.phones(&sam.id)[1].attention, Some(SendProblem::Check), "R42: marked, never removed");
    entry(sam.code(&flow, &sam.last(ONE)));
}

#[test]
fn r29_r143_only_proven_numbers_of_the_account_can_be_chosen() {
    let sam = sam();
    let kim = sam.w.account("kim");
    let foreign = sam.w.phone(&kim, TWO);
    let trail = sam.w.trail(&sam.browser);
    block_on(sam.w.book().begin(&sam.id, &sam.browser, THREE, "", &trail)).unwrap();
    let pending = sam.w.phones(&sam.id)[1].id.clone();
    let flow = sam.half();
    let seen = sam.w.sms.count();
    sam.pass(60);
    for phone in [&foreign, &pending] {
        assert_eq!(sam.resend(&flow, Some(phone)), Sent::NoSuchPhone);
    }
    assert_eq!(sam.w.sms.count(), seen);
}

#[test]
fn r20_a_message_is_of_use_as_long_as_its_code() {
    let sam = sam();
    let flow = sam.half();
    sam.pass(420);
    assert_eq!(sam.resend(&flow, None), Sent::Out);
    let lives: Vec<u32> = sam.w.sms.sent().iter().map(|sent| sent.valid_for_seconds).collect();
    assert_eq!(lives, [300, 180], "the second code ends with its flow");
    sam.pass(175);
    assert_eq!(sam.resend(&flow, None), Sent::Over, "too late to be of use");
}

#[test]
fn a_code_to_a_first_refusing_number_leaves_a_half_sign_in_without_a_code() {
    let sam = sam();
    sam.w.sms.next(Script::Refuse(SendProblem::Unavailable));
    let AfterPassword::Half { flow, sent } = sam.knock(&sam.browser, "sam", PASSWORD) else { panic!() };
    assert_eq!(sent, Sent::Refused(SendProblem::Unavailable));
    let code = sam.w.sms.sent()[0].code().unwrap().to_owned();
    let dead = refusal(sam.code(&flow, &code));
    assert!(matches!(dead, Checked::Dead(Dead::NoCode)), "{dead:?}");
}

#[test]
fn r04_where_codes_to_two_numbers_count_a_wrong_guess_counts_on_both() {
    let sam = sam();
    let second = sam.w.phone(&sam.id, TWO);
    let flow = sam.half();
    sam.pass(30);
    sam.w.sms.next(Script::LoseAnswer);
    sam.resend(&flow, Some(&second));
    let (first, second) = (sam.last(ONE), sam.last(TWO));
    refusal(sam.code(&flow, &other_than(&first)));
    let failures: Vec<u32> = sam.w.memory.with(|world| world.counts.values().map(|c| c.failures).collect());
    assert_eq!(failures, [1, 1]);
    assert_ne!(first, second);
    entry(sam.code(&flow, &first));
    let failures: Vec<u32> = sam.w.memory.with(|world| world.counts.values().map(|c| c.failures).collect());
    assert_eq!(failures, [1], "the right code was no wrong one of the other number");
}
