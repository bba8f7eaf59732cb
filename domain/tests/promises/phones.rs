//! Adding a number: pending until its code comes back (R29), limits on how many, labels, order.
use crate::hands::*;
use domain::id::{FlowId, PhoneId, SessionHandle};
use domain::otp::{Checked, Sent};
use domain::phone::NumberProblem;
use domain::phones::{Begun, Renamed};
use domain::sign_in::AfterPassword;
use domain::testing::{PASSWORD, Script, block_on, world_with};

fn begin(sam: &Sam, typed: &str) -> Begun {
    let trail = sam.w.trail(&sam.browser);
    block_on(sam.w.book().begin(&sam.id, &sam.browser, typed, "Work", &trail)).unwrap()
}

fn begun(sam: &Sam, typed: &str) -> FlowId {
    match begin(sam, typed) {
        Begun::Confirming(flow) => flow,
        other => panic!("{other:?}"),
    }
}

fn confirm(sam: &Sam, flow: &FlowId, typed: &str) -> Checked {
    let trail = sam.w.trail(&sam.browser);
    block_on(sam.w.book().confirm(sam.flow(flow), typed, &trail)).unwrap()
}

#[test]
fn a_number_counts_once_its_code_has_come_back() {
    let sam = sam();
    let flow = begun(&sam, "+1 201-555-0102");
    assert!(sam.w.phones(&sam.id)[1].pending());
    assert!(matches!(confirm(&sam, &flow, &other_than(&sam.last(TWO))), Checked::Wrong { .. }));
    assert!(sam.w.phones(&sam.id)[1].pending());
    assert!(matches!(confirm(&sam, &flow, &sam.last(TWO)), Checked::Right(_)));
    let phone = &sam.w.phones(&sam.id)[1];
    assert!(phone.serves() && !phone.preferred);
    assert_eq!(phone.label, "Work");
}

#[test]
fn the_first_number_becomes_the_preferred_one() {
    let w = domain::testing::world();
    let id = w.account("kim");
    let browser = w.browser();
    let Ok(Begun::Confirming(flow)) = block_on(w.book().begin(&id, &browser, TWO, "", &w.trail(&browser)))
    else {
        panic!()
    };
    let page = block_on(w.core.challenges.flow(&flow, &browser)).unwrap().unwrap();
    let code = w.sms.last_code(TWO).unwrap();
    block_on(w.book().confirm(page, &code, &w.trail(&browser))).unwrap();
    assert!(w.phones(&id)[0].preferred);
}

#[test]
fn r29_of_two_numbers_in_two_browsers_only_the_confirmed_one_counts() {
    let sam = sam();
    let flow = begun(&sam, TWO);
    let other = sam.w.browser();
    let trail = sam.w.trail(&other);
    block_on(sam.w.book().begin(&sam.id, &other, THREE, "", &trail)).unwrap();
    let crossed = confirm(&sam, &flow, &sam.last(THREE));
    assert!(matches!(crossed, Checked::Wrong { .. }), "{crossed:?}");
    assert!(matches!(confirm(&sam, &flow, &sam.last(TWO)), Checked::Right(_)));
    let proven: Vec<_> = sam.w.phones(&sam.id).into_iter().filter(|p| !p.pending()).collect();
    assert_eq!(proven.len(), 2);
    assert!(proven.iter().all(|phone| phone.mask.last_digits != "03"));
    // R32: the other confirmation has ended with the change.
    assert!(block_on(sam.w.book().confirming(&other, &trail)).unwrap().is_none());
}

#[test]
fn r08_a_second_post_of_a_number_sends_nothing() {
    let sam = sam();
    let flow = begun(&sam, TWO);
    assert_eq!(begun(&sam, TWO), flow);
    assert_eq!(sam.w.sms.count(), 1);
    assert_eq!(sam.w.phones(&sam.id).len(), 2);
}

#[test]
fn a_number_begun_anew_in_another_browser_takes_the_place_of_the_pending_one() {
    let sam = sam();
    let flow = begun(&sam, TWO);
    let code = sam.last(TWO);
    let other = sam.w.browser();
    block_on(sam.w.book().begin(&sam.id, &other, TWO, "", &sam.w.trail(&other))).unwrap();
    assert_eq!(sam.w.phones(&sam.id).len(), 2);
    assert!(matches!(confirm(&sam, &flow, &code), Checked::Dead(_)));
}

fn resume(sam: &Sam, browser: &SessionHandle, phone: &PhoneId) -> Begun {
    block_on(sam.w.book().resume(&sam.id, browser, phone, &sam.w.trail(browser))).unwrap()
}

#[test]
fn a_waiting_number_goes_on_with_the_code_that_is_there_and_sends_none() {
    let sam = sam();
    let flow = begun(&sam, TWO);
    let pending = sam.w.phones(&sam.id)[1].id.clone();
    assert!(matches!(resume(&sam, &sam.browser, &pending), Begun::Confirming(same) if same == flow));
    assert_eq!(sam.w.sms.count(), 1);
}

#[test]
fn r29_a_waiting_number_is_proven_from_another_browser_by_a_code_of_its_own() {
    let sam = sam();
    let first = begun(&sam, TWO);
    let pending = sam.w.phones(&sam.id)[1].id.clone();
    let other = sam.w.browser();
    let Begun::Confirming(flow) = resume(&sam, &other, &pending) else { panic!() };
    assert_ne!(flow, first);
    assert_eq!((sam.w.sms.count(), sam.w.phones(&sam.id).len()), (2, 2), "a new code, no second number");
    let done = block_on(sam.w.book().confirm(sam.flow(&flow), &sam.last(TWO), &sam.w.trail(&other))).unwrap();
    assert!(matches!(done, Checked::Right(_)));
    assert!(sam.w.phones(&sam.id)[1].serves());
}

#[test]
fn r30_a_waiting_replacement_goes_on_as_one() {
    let sam = sam();
    let trail = sam.w.trail(&sam.browser);
    block_on(sam.w.book().begin_replacement(&sam.id, &sam.browser, &sam.phone, TWO, &trail)).unwrap();
    let pending = sam.w.phones(&sam.id)[1].id.clone();
    let other = sam.w.browser();
    let Begun::Confirming(flow) = resume(&sam, &other, &pending) else { panic!() };
    block_on(sam.w.book().confirm(sam.flow(&flow), &sam.last(TWO), &sam.w.trail(&other))).unwrap();
    let phones = sam.w.phones(&sam.id);
    assert_eq!((phones.len(), phones[0].id.clone()), (1, pending), "the old one is gone");
}

#[test]
fn r143_only_a_waiting_number_of_ones_own_can_be_gone_on_with() {
    let sam = sam();
    begun(&sam, TWO);
    let pending = sam.w.phones(&sam.id)[1].id.clone();
    let eve = sam.w.account("eve");
    let browser = sam.w.browser();
    let asked = block_on(sam.w.book().resume(&eve, &browser, &pending, &sam.w.trail(&browser))).unwrap();
    assert!(matches!(asked, Begun::NoSuchPhone));
    assert!(matches!(resume(&sam, &sam.browser, &sam.phone), Begun::NoSuchPhone), "a proven one needs none");
    assert_eq!(sam.w.sms.count(), 1);
}

#[test]
fn another_number_in_the_same_browser_overtakes_the_first() {
    let sam = sam();
    let flow = begun(&sam, TWO);
    begun(&sam, THREE);
    assert!(matches!(confirm(&sam, &flow, &sam.last(TWO)), Checked::Dead(_)));
    let digits: Vec<String> = sam.w.phones(&sam.id).iter().map(|p| p.mask.last_digits.clone()).collect();
    assert_eq!(digits, ["01", "03"], "nothing is left of the first");
}

#[test]
fn what_is_not_taken_is_told_and_nothing_is_sent() {
    let sam = sam();
    for (typed, problem) in [
        ("", NumberProblem::Missing),
        ("abc", NumberProblem::NotANumber),
        ("+19005550100", NumberProblem::Kind),
        ("+8816123456", NumberProblem::Country),
    ] {
        let begun = begin(&sam, typed);
        assert!(matches!(begun, Begun::Number(why) if why == problem), "{typed}: {begun:?}");
    }
    assert!(matches!(begin(&sam, ONE), Begun::AlreadyYours));
    let trail = sam.w.trail(&sam.browser);
    let label = block_on(sam.w.book().begin(&sam.id, &sam.browser, TWO, "a\u{202e}b", &trail)).unwrap();
    assert!(matches!(label, Begun::Label));
    assert_eq!((sam.w.sms.count(), sam.w.phones(&sam.id).len()), (0, 1));
}

#[test]
fn a_refused_first_code_leaves_no_pending_number() {
    let sam = sam();
    sam.w.sms.next(Script::Refuse(domain::delivery::SendProblem::Check));
    assert!(matches!(begin(&sam, TWO), Begun::NotSent(Sent::Refused(_))));
    assert_eq!(sam.w.phones(&sam.id).len(), 1);
    begun(&sam, TWO);
}

#[test]
fn an_account_has_no_more_phones_than_it_may_and_a_replacement_still_fits() {
    let sam = sam_in(world_with(|policy| {
        policy.phones = domain::policy::PhonePolicy::new(2).unwrap();
    }));
    sam.w.phone(&sam.id, TWO);
    assert!(matches!(begin(&sam, THREE), Begun::NotSent(Sent::TooManyPhones)));
    assert_eq!(sam.w.sms.count(), 0);
    let trail = sam.w.trail(&sam.browser);
    let replacing =
        block_on(sam.w.book().begin_replacement(&sam.id, &sam.browser, &sam.phone, THREE, &trail)).unwrap();
    assert!(matches!(replacing, Begun::Confirming(_)), "{replacing:?}");
}

#[test]
fn r34_r35_a_number_of_somebody_else_is_taken_like_any_other_and_changes_nothing_there() {
    let sam = sam();
    let kim = sam.w.account("kim");
    sam.w.phone(&kim, TWO);
    let before = format!("{:?}", sam.w.phones(&kim));
    let flow = begun(&sam, TWO);
    confirm(&sam, &flow, &sam.last(TWO));
    assert_eq!(sam.w.phones(&sam.id).len(), 2);
    assert_eq!(format!("{:?}", sam.w.phones(&kim)), before);
}

#[test]
fn r32_a_proven_number_ends_other_sessions_and_half_sign_ins() {
    let sam = sam();
    sam.sign_in_with(&sam.browser, ONE);
    sam.pass(60);
    let far = sam.w.browser();
    sam.sign_in_with(&far, ONE);
    sam.pass(60);
    let half = sam.w.browser();
    let waiting = sam.half_in(&half);
    let flow = begun(&sam, TWO);
    confirm(&sam, &flow, &sam.last(TWO));
    let left: Vec<_> = sam.w.memory.with(|w| w.sessions.keys().cloned().collect());
    assert_eq!(left, std::slice::from_ref(&sam.browser));
    assert!(sam.waiting_in(&half, &waiting).is_none());
}

#[test]
fn r143_phones_of_another_account_are_unknown() {
    let sam = sam();
    let kim = sam.w.account("kim");
    let foreign = sam.w.phone(&kim, TWO);
    let trail = sam.w.trail(&sam.browser);
    let book = sam.w.book();
    assert!(block_on(book.one(&sam.id, &foreign)).unwrap().is_none());
    assert_eq!(block_on(book.rename(&sam.id, &foreign, "mine", &trail)).unwrap(), Renamed::NoSuchPhone);
    assert!(!block_on(book.prefer(&sam.id, &foreign, &trail)).unwrap());
    assert!(block_on(book.outlook(&sam.id, &foreign)).unwrap().is_none());
    assert_eq!(block_on(book.remove(&sam.id, &foreign, &trail)).unwrap(), domain::ports::Removed::Unknown);
    let replacing = block_on(book.begin_replacement(&sam.id, &sam.browser, &foreign, THREE, &trail)).unwrap();
    assert!(matches!(replacing, Begun::NoSuchPhone));
    assert!(sam.w.phones(&kim)[0].serves());
}

#[test]
fn codes_go_to_the_preferred_phone_first() {
    let sam = sam();
    let second = sam.w.phone(&sam.id, TWO);
    let trail = sam.w.trail(&sam.browser);
    assert!(block_on(sam.w.book().prefer(&sam.id, &second, &trail)).unwrap());
    sam.half();
    assert_eq!(sam.w.sms.sent()[0].to, TWO);
    let preferred: Vec<bool> = sam.w.phones(&sam.id).iter().map(|phone| phone.preferred).collect();
    assert_eq!(preferred, [false, true]);
    begun(&sam, THREE);
    let pending = sam.w.phones(&sam.id)[2].id.clone();
    assert!(!block_on(sam.w.book().prefer(&sam.id, &pending, &trail)).unwrap(), "a pending one cannot be");
}

#[test]
fn a_forgotten_pending_number_ends_its_confirmation_and_nothing_else() {
    let sam = sam();
    let half = sam.half();
    sam.pass(1);
    let flow = begun(&sam, TWO);
    let code = sam.last(TWO);
    let pending = sam.w.phones(&sam.id)[1].id.clone();
    let trail = sam.w.trail(&sam.browser);
    assert_eq!(
        block_on(sam.w.book().remove(&sam.id, &pending, &trail)).unwrap(),
        domain::ports::Removed::GivenUp
    );
    assert!(matches!(confirm(&sam, &flow, &code), Checked::Dead(_)));
    entry(sam.code(&half, &sam.last(ONE)));
}

#[test]
fn a_label_is_tidied_and_a_bad_one_refused() {
    let sam = sam();
    let trail = sam.w.trail(&sam.browser);
    let rename = |label| block_on(sam.w.book().rename(&sam.id, &sam.phone, label, &trail)).unwrap();
    assert_eq!(rename("  My   phone "), Renamed::Done);
    assert_eq!(sam.w.phones(&sam.id)[0].label, "My phone");
    assert_eq!(rename("a\nb"), Renamed::Label);
    assert_eq!(sam.w.phones(&sam.id)[0].label, "My phone");
}

#[test]
fn p05_a_pending_number_gets_no_code_for_signing_in() {
    let sam = sam();
    begun(&sam, TWO);
    let seen = sam.w.sms.count();
    let other = sam.w.browser();
    assert!(matches!(sam.knock(&other, "sam", PASSWORD), AfterPassword::Half { .. }));
    let sent = sam.w.sms.since(seen);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to, ONE);
}
