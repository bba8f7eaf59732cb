//! Sending oneself a test (R13).
use crate::hands::*;
use domain::delivery::{DeliveryState, SendProblem};
use domain::otp::{Checked, Sent};
use domain::testing::{Script, block_on};

#[test]
fn a_test_goes_the_way_of_a_sign_in_and_says_how_it_went() {
    let sam = sam();
    for (script, state) in [
        (Script::Take, DeliveryState::Taken),
        (Script::Refuse(SendProblem::Country), DeliveryState::Refused(SendProblem::Country)),
        (Script::Lose, DeliveryState::Unknown(SendProblem::Retry)),
    ] {
        sam.w.sms.next(script);
        let trail = sam.w.trail(&sam.browser);
        let started =
            block_on(sam.w.tests().start(&sam.id, &sam.browser, &sam.phone, &trail)).unwrap().unwrap();
        let flow = block_on(sam.w.tests().one(&sam.id, &started.flow.unwrap())).unwrap().unwrap();
        assert_eq!(flow.delivery.unwrap().state, state);
        sam.pass(30);
    }
}

#[test]
fn the_received_code_closes_the_test_once() {
    let sam = sam();
    let trail = sam.w.trail(&sam.browser);
    let started = block_on(sam.w.tests().start(&sam.id, &sam.browser, &sam.phone, &trail)).unwrap().unwrap();
    assert_eq!(started.sent, Sent::Out);
    let flow = started.flow.unwrap();
    let page = || block_on(sam.w.tests().one(&sam.id, &flow)).unwrap().unwrap();
    let code = sam.last(ONE);
    assert!(matches!(block_on(sam.w.tests().check(page(), &code, &trail)), Ok(Checked::Right(_))));
    assert!(page().finished_at.is_some());
    assert!(matches!(block_on(sam.w.tests().check(page(), &code, &trail)), Ok(Checked::Dead(_))));
}

#[test]
fn r08_a_second_press_within_the_pause_sends_nothing() {
    let sam = sam();
    let start = || {
        let trail = sam.w.trail(&sam.browser);
        block_on(sam.w.tests().start(&sam.id, &sam.browser, &sam.phone, &trail)).unwrap().unwrap()
    };
    let first = start();
    let second = start();
    assert_eq!((&second.flow, second.sent), (&first.flow, Sent::Already));
    assert_eq!(sam.w.sms.count(), 1);
    sam.pass(30);
    let third = start();
    assert_eq!(third.sent, Sent::Out);
    assert_ne!(third.flow, first.flow, "every test is one of its own");
}

#[test]
fn r143_only_a_proven_phone_of_the_account_is_tested_and_only_its_person_sees_it() {
    let sam = sam();
    let kim = sam.w.account("kim");
    let foreign = sam.w.phone(&kim, TWO);
    let trail = sam.w.trail(&sam.browser);
    assert!(block_on(sam.w.tests().start(&sam.id, &sam.browser, &foreign, &trail)).unwrap().is_none());
    block_on(sam.w.book().begin(&sam.id, &sam.browser, THREE, "", &trail)).unwrap();
    let pending = sam.w.phones(&sam.id)[1].id.clone();
    assert!(block_on(sam.w.tests().start(&sam.id, &sam.browser, &pending, &trail)).unwrap().is_none());
    let test = block_on(sam.w.tests().start(&sam.id, &sam.browser, &sam.phone, &trail)).unwrap().unwrap();
    let flow = test.flow.unwrap();
    assert!(block_on(sam.w.tests().one(&kim, &flow)).unwrap().is_none());
    let half = sam.half();
    assert!(block_on(sam.w.tests().one(&sam.id, &half)).unwrap().is_none(), "a sign-in is no test");
}
