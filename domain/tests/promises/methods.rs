//! Switching sign-in methods takes them away from apps and no factor off anybody.
use crate::hands::*;
use domain::events::{Actor, EventKind, Trail};
use domain::level::{Level, Proof};
use domain::method::{MethodProblem, SwitchedOff};
use domain::sign_in::AfterPassword;
use domain::testing::{PASSWORD, TestWorld, block_on, policy, world};

fn operator(w: &TestWorld) -> Trail {
    Trail { actor: Actor::Operator, session: None, ..w.trail(&w.browser()) }
}

#[test]
fn with_the_method_disabled_who_has_a_phone_is_asked_for_a_code_all_the_same() {
    let sam = sam();
    let off = block_on(sam.w.core.methods.disable(Level::TwilioSms, &operator(&sam.w))).unwrap();
    assert_eq!(off, SwitchedOff::Done);
    let AfterPassword::Half { flow, .. } = sam.knock(&sam.browser, "sam", PASSWORD) else {
        panic!("a code is asked for")
    };
    let entry = entry(sam.code(&flow, &sam.last(ONE)));
    assert_eq!(entry.level(), Level::TwilioSms, "and what was reached is what was reached");
    // What an app is told of that session is another thing.
    let methods = block_on(sam.w.core.methods.all()).unwrap();
    assert_eq!(methods.told(entry.level()), Some(Level::Password));
}

#[test]
fn with_the_method_disabled_changes_of_factors_still_want_the_highest_proof() {
    let sam = sam();
    block_on(sam.w.core.methods.disable(Level::TwilioSms, &operator(&sam.w))).unwrap();
    let phones = block_on(sam.w.core.phones.of(&sam.id)).unwrap();
    let now = sam.w.now();
    let proof = Proof { level: Level::Password, at: now };
    assert!(!proof.is_fresh(Level::highest(&phones), &policy().unwrap().session, now), "R28");
}

#[test]
fn each_switch_leaves_its_event_and_what_changes_nothing_leaves_none() {
    let w = world();
    let methods = &w.core.methods;
    let trail = operator(&w);
    let sms = Level::TwilioSms;
    assert!(block_on(methods.set_default(sms, &trail)).unwrap().unwrap());
    assert_eq!(block_on(methods.set_default(sms, &trail)).unwrap(), Ok(false));
    assert_eq!(block_on(methods.disable(sms, &trail)).unwrap(), SwitchedOff::DoneWithDefault);
    assert_eq!(block_on(methods.disable(sms, &trail)).unwrap(), SwitchedOff::Already);
    assert_eq!(block_on(methods.set_default(sms, &trail)).unwrap(), Err(MethodProblem::Disabled));
    assert!(block_on(methods.enable(sms, &trail)).unwrap());
    assert!(!block_on(methods.enable(sms, &trail)).unwrap());
    let told = w.memory.with(|world| {
        let of = |(event, trail): &(domain::events::Event, Trail)| {
            assert_eq!((event.detail.as_deref(), trail.actor), (Some("twilio_sms"), Actor::Operator));
            event.kind
        };
        world.events.iter().map(of).collect::<Vec<_>>()
    });
    use EventKind::{MethodDefaultRemoved, MethodDefaultSet, MethodDisabled, MethodEnabled};
    assert_eq!(told, [MethodDefaultSet, MethodDisabled, MethodDefaultRemoved, MethodEnabled]);
}
