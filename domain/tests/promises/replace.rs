//! Putting a number in the place of another: the old one serves until the new one is proven (R30).
use crate::hands::*;
use domain::id::FlowId;
use domain::otp::Checked;
use domain::phones::Begun;
use domain::testing::{Planned, block_on};

fn replacing(sam: &Sam) -> FlowId {
    let trail = sam.w.trail(&sam.browser);
    match block_on(sam.w.book().begin_replacement(&sam.id, &sam.browser, &sam.phone, TWO, &trail)).unwrap() {
        Begun::Confirming(flow) => flow,
        other => panic!("{other:?}"),
    }
}

fn confirm(sam: &Sam, flow: &FlowId, typed: &str) -> Checked {
    let trail = sam.w.trail(&sam.browser);
    block_on(sam.w.book().confirm(sam.flow(flow), typed, &trail)).unwrap()
}

/// Last digits of the numbers that serve.
fn serving(sam: &Sam) -> Vec<String> {
    let phones = sam.w.phones(&sam.id);
    phones.iter().filter(|phone| phone.serves()).map(|phone| phone.mask.last_digits.clone()).collect()
}

#[test]
fn r30_the_old_number_serves_until_the_new_one_is_proven() {
    let sam = sam();
    let trail = sam.w.trail(&sam.browser);
    block_on(sam.w.book().rename(&sam.id, &sam.phone, "Home", &trail)).unwrap();
    let flow = replacing(&sam);
    assert_eq!(serving(&sam), ["01"]);
    sam.half_in(&sam.w.browser());
    assert_eq!(sam.w.sms.sent()[1].to, ONE);
    assert!(matches!(confirm(&sam, &flow, &other_than(&sam.last(TWO))), Checked::Wrong { .. }));
    assert_eq!(serving(&sam), ["01"]);
    assert!(matches!(confirm(&sam, &flow, &sam.last(TWO)), Checked::Right(_)));
    assert_eq!(serving(&sam), ["02"]);
    let phone = &sam.w.phones(&sam.id)[0];
    assert_eq!((phone.label.as_str(), phone.preferred, phone.replaces.as_ref()), ("Home", true, None));
    sam.pass(60);
    sam.half_in(&sam.w.browser());
    assert_eq!(sam.w.sms.sent().last().unwrap().to, TWO);
}

#[test]
fn r30_a_fault_at_any_step_leaves_exactly_one_number_serving() {
    for after in [false, true] {
        for at in 0.. {
            let sam = sam();
            let plan = if after { Planned::After(at) } else { Planned::Before(at) };
            sam.w.memory.fail(plan);
            let trail = sam.w.trail(&sam.browser);
            let book = sam.w.book();
            let begun = block_on(book.begin_replacement(&sam.id, &sam.browser, &sam.phone, TWO, &trail));
            assert_eq!(serving(&sam), ["01"], "{plan:?}");
            if let Ok(Begun::Confirming(flow)) = begun
                && let Ok(Some(page)) = block_on(sam.w.core.challenges.flow(&flow, &sam.browser))
            {
                // Where the message was never carried, nobody knows the code.
                let code = sam.w.sms.last_code(TWO).unwrap_or_else(|| "123456".to_owned());
                let _ = block_on(book.confirm(page, &code, &trail));
            }
            assert_eq!(serving(&sam).len(), 1, "{plan:?}");
            if sam.w.memory.heal().is_none() {
                assert!(at > 8, "the journey has at least so many steps");
                assert_eq!(serving(&sam), ["02"]);
                break;
            }
        }
    }
}

#[test]
fn r32_replacing_ends_other_sessions_and_the_old_number_s_codes() {
    let sam = sam();
    let far = sam.w.browser();
    sam.sign_in_with(&far, ONE);
    sam.pass(60);
    let half = sam.half_in(&far);
    let page = sam.waiting_in(&far, &half).unwrap().flow;
    let flow = replacing(&sam);
    confirm(&sam, &flow, &sam.last(TWO));
    assert!(sam.w.memory.with(|w| w.sessions.is_empty()));
    assert!(matches!(refusal(sam.post(&page, &sam.last(ONE))), Checked::Dead(_)));
}

#[test]
fn a_number_of_one_s_own_replaces_no_other() {
    let sam = sam();
    sam.w.phone(&sam.id, TWO);
    let trail = sam.w.trail(&sam.browser);
    for number in [ONE, TWO] {
        let begun =
            block_on(sam.w.book().begin_replacement(&sam.id, &sam.browser, &sam.phone, number, &trail));
        assert!(matches!(begun, Ok(Begun::AlreadyYours)));
    }
}

#[test]
fn a_phone_that_is_removed_meanwhile_is_not_replaced() {
    let sam = sam();
    sam.w.phone(&sam.id, THREE);
    let flow = replacing(&sam);
    let other = sam.w.browser();
    block_on(sam.w.book().remove(&sam.id, &sam.phone, &sam.w.trail(&other))).unwrap();
    let checked = confirm(&sam, &flow, &sam.last(TWO));
    assert!(matches!(checked, Checked::Dead(_)), "{checked:?}");
    assert_eq!(serving(&sam), ["03"]);
}
