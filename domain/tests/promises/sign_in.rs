//! Signing in: with and without a second step, right and wrong codes.
use crate::hands::*;
use domain::challenge::Dead;
use domain::events::EventKind;
use domain::level::Level;
use domain::otp::{Checked, Sent};
use domain::session::Who;
use domain::sign_in::{AfterPassword, Finished, RequiredFactors};
use domain::testing::{PASSWORD, block_on, world};

#[test]
fn without_a_phone_the_password_signs_in_at_level_0() {
    let w = world();
    let id = w.account("kim");
    let browser = w.browser();
    let knocked = block_on(w.sign_in().password(
        RequiredFactors::AllOfTheAccount,
        "Kim",
        PASSWORD,
        None,
        &browser,
        &w.trail(&browser),
    ))
    .unwrap();
    let AfterPassword::In(entry) = knocked else { panic!("{knocked:?}") };
    assert_eq!((entry.account(), entry.level()), (&id, Level::Password));
    assert_eq!(w.sms.count(), 0);
}

#[test]
fn with_a_phone_the_password_leads_half_way_and_the_code_to_level_10() {
    let sam = sam();
    let flow = sam.half();
    assert_eq!(sam.w.sms.count(), 1);
    let entry = entry(sam.code(&flow, &sam.last(ONE)));
    assert_eq!((entry.account(), entry.level()), (&sam.id, Level::TwilioSms));
}

#[test]
fn a_pending_phone_asks_for_no_code() {
    let w = world();
    let id = w.account("kim");
    let browser = w.browser();
    let begun = block_on(w.book().begin(&id, &browser, TWO, "", &w.trail(&browser))).unwrap();
    assert!(matches!(begun, domain::phones::Begun::Confirming(_)), "{begun:?}");
    let other = w.browser();
    let knocked = block_on(w.sign_in().password(
        RequiredFactors::AllOfTheAccount,
        "kim",
        PASSWORD,
        None,
        &other,
        &w.trail(&other),
    ))
    .unwrap();
    let AfterPassword::In(entry) = knocked else { panic!("{knocked:?}") };
    assert_eq!(entry.level(), Level::Password);
    assert_eq!(w.sms.count(), 1, "the code of the enrolment only");
}

#[test]
fn a_wrong_code_costs_a_try_and_says_how_many_are_left() {
    let sam = sam();
    let flow = sam.half();
    let wrong = other_than(&sam.last(ONE));
    for left in [4, 3, 2, 1, 0] {
        match refusal(sam.code(&flow, &wrong)) {
            Checked::Wrong { tries_left, locked: false } => assert_eq!(tries_left, left),
            other => panic!("{other:?}"),
        }
    }
    let dead = refusal(sam.code(&flow, &sam.last(ONE)));
    assert!(matches!(dead, Checked::Dead(Dead::TriesSpent)), "R5: {dead:?}");
}

#[test]
fn r02_a_code_is_right_one_millisecond_before_its_end_and_dead_at_it() {
    for (late, right) in [(1, true), (0, false)] {
        let sam = sam();
        let flow = sam.half();
        sam.w.clock.pass(std::time::Duration::from_millis(300_000 - late));
        let finished = sam.code(&flow, &sam.last(ONE));
        if right {
            entry(finished);
        } else {
            let dead = refusal(finished);
            assert!(matches!(dead, Checked::Dead(Dead::Expired)), "{dead:?}");
        }
    }
}

#[test]
fn r57_a_half_sign_in_is_over_after_ten_minutes() {
    let sam = sam();
    let flow = sam.half();
    sam.pass(400);
    assert_eq!(sam.resend(&flow, None), Sent::Out);
    let kept = sam.waiting(&flow);
    sam.pass(200);
    assert!(sam.waiting_in(&sam.browser, &flow).is_none());
    // A page that was loaded before is of no use either.
    let dead = refusal(sam.post(&kept.flow, &sam.last(ONE)));
    assert!(matches!(dead, Checked::Dead(Dead::Ended)), "{dead:?}");
}

#[test]
fn r03_a_used_code_is_refused() {
    let sam = sam();
    let flow = sam.half();
    let code = sam.last(ONE);
    let stale = sam.waiting(&flow).flow;
    entry(sam.code(&flow, &code));
    let again = refusal(sam.code(&flow, &code));
    assert!(matches!(again, Checked::Dead(Dead::Used)), "{again:?}");
    // The second of two posts of one page read the flow before the first one finished it.
    let again = refusal(sam.post(&stale, &code));
    assert!(matches!(again, Checked::Dead(Dead::Used)), "{again:?}");
    // And it opens no other sign-in.
    sam.pass(1);
    let other = sam.w.browser();
    let flow = sam.half_in(&other);
    assert!(matches!(refusal(sam.type_in(&other, &flow, &code)), Checked::Wrong { .. }));
}

#[test]
fn r03_of_many_posts_of_a_right_code_one_signs_in() {
    let sam = sam();
    let flow = sam.half();
    let code = sam.last(ONE);
    let pages: Vec<_> = (0..4).map(|_| sam.waiting(&flow).flow).collect();
    let wins = pages.iter().filter(|page| matches!(sam.post(page, &code), Finished::In(_)));
    assert_eq!(wins.count(), 1);
}

#[test]
fn r07_a_code_is_worth_nothing_in_another_browser() {
    let sam = sam();
    let mine = sam.half();
    sam.pass(1);
    let other = sam.w.browser();
    let theirs = sam.half_in(&other);
    let first = sam.w.sms.sent()[0].code().unwrap().to_owned();
    assert!(matches!(refusal(sam.type_in(&other, &theirs, &first)), Checked::Wrong { .. }));
    assert!(sam.waiting_in(&other, &mine).is_none(), "another browser does not even see the flow");
    entry(sam.code(&mine, &first));
}

#[test]
fn r17_what_is_no_code_costs_no_try() {
    let sam = sam();
    let flow = sam.half();
    for typed in ["", "12345", "abcdef", "1234567"] {
        assert!(matches!(refusal(sam.code(&flow, typed)), Checked::NotACode), "{typed:?}");
    }
    assert_eq!(sam.flow(&flow).tries, 0);
    let code = sam.last(ONE);
    entry(sam.code(&flow, &format!(" {}-{} ", &code[..3], &code[3..])));
}

#[test]
fn r10_a_dead_code_answers_the_same_whether_it_is_right_or_wrong() {
    let sam = sam();
    let flow = sam.half();
    let code = sam.last(ONE);
    sam.pass(300);
    let answers = [code.clone(), other_than(&code), "no code".to_owned()]
        .map(|typed| format!("{:?}", refusal(sam.code(&flow, &typed))));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(sam.flow(&flow).tries, 0);
}

#[test]
fn a_given_up_sign_in_is_over_and_its_code_dead() {
    let sam = sam();
    let flow = sam.half();
    let page = sam.waiting(&flow).flow;
    let who = Who::Half { flow: flow.clone() };
    block_on(sam.w.sign_in().cancel(&page, &who, &sam.w.trail(&sam.browser))).unwrap();
    assert!(sam.waiting_in(&sam.browser, &flow).is_none());
    let late = refusal(sam.post(&page, &sam.last(ONE)));
    assert!(matches!(late, Checked::Dead(Dead::Ended)), "{late:?}");
}

#[test]
fn r41_a_sign_in_leaves_its_trace() {
    let sam = sam();
    let flow = sam.half();
    refusal(sam.code(&flow, &other_than(&sam.last(ONE))));
    entry(sam.code(&flow, &sam.last(ONE)));
    let kinds: Vec<EventKind> = sam.w.memory.with(|w| w.events.iter().map(|(e, _)| e.kind).collect());
    for kind in [EventKind::CodeIssued, EventKind::CodeWrong, EventKind::CodeRight, EventKind::SignedIn] {
        assert_eq!(kinds.iter().filter(|k| **k == kind).count(), 1, "{kind:?} in {kinds:?}");
    }
}
