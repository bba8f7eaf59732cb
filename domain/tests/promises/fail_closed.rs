//! Whatever fails, nobody gets in and no number is proven (R14).
use crate::hands::*;
use domain::delivery::SendProblem;
use domain::phones::Begun;
use domain::sign_in::{AfterPassword, Finished, RequiredFactors};
use domain::testing::{PASSWORD, Planned, Script, block_on};

/// Runs a journey with a fault at every step in turn, before and after it is written; `journey` says what it gained.
fn with_every_fault(least: u32, journey: impl Fn(&Sam, Planned) -> bool) {
    for after in [false, true] {
        for at in 0.. {
            let sam = sam();
            let plan = if after { Planned::After(at) } else { Planned::Before(at) };
            sam.w.memory.fail(plan);
            let gained = journey(&sam, plan);
            match sam.w.memory.heal() {
                Some(what) => assert!(!gained, "gained although {what} failed ({plan:?})"),
                None => {
                    assert!(at >= least, "the journey ended after {at} steps");
                    break;
                }
            }
        }
    }
}

/// From the password to the code typed; `None`: a fault was told on the way.
fn journey(sam: &Sam, typed: impl Fn(&str) -> String) -> Option<Finished> {
    let (w, browser) = (&sam.w, &sam.browser);
    let trail = w.trail(browser);
    let flow = match block_on(w.sign_in().password(
        RequiredFactors::AllOfTheAccount,
        "sam",
        PASSWORD,
        None,
        browser,
        &trail,
    )) {
        Ok(AfterPassword::Half { flow, .. }) => flow,
        Ok(AfterPassword::In(entry)) => return Some(Finished::In(entry)),
        _ => return None,
    };
    let half = block_on(w.sign_in().half(&flow, browser, &trail)).ok()??;
    let code = w.sms.sent().last().and_then(|sent| sent.code().map(str::to_owned)).unwrap_or("123456".into());
    block_on(w.sign_in().code(half.created_at, half, &typed(&code), &trail)).ok()
}

#[test]
fn r14_a_wrong_code_never_signs_in_whatever_fails() {
    with_every_fault(10, |sam, plan| {
        let finished = journey(sam, other_than);
        assert!(!matches!(finished, Some(Finished::In(_))), "{plan:?}");
        false
    });
}

#[test]
fn r14_r03_a_right_code_signs_in_at_most_once_whatever_fails() {
    for after in [false, true] {
        for at in 0.. {
            let sam = sam();
            sam.w.memory.fail(if after { Planned::After(at) } else { Planned::Before(at) });
            let first = matches!(journey(&sam, str::to_owned), Some(Finished::In(_)));
            let met = sam.w.memory.heal();
            let mut ins = u32::from(first);
            // The person types the very code again, in the same browser.
            let flow = sam.w.memory.with(|world| world.flows.last().map(|flow| flow.id.clone()));
            if let (Some(flow), Some(code)) = (flow, sam.w.sms.last_code(ONE))
                && let Some(waiting) = sam.waiting_in(&sam.browser, &flow)
            {
                ins += u32::from(matches!(sam.post(&waiting.flow, &code), Finished::In(_)));
            }
            assert!(ins <= 1, "{met:?}");
            if met.is_none() {
                assert_eq!(ins, 1);
                break;
            }
        }
    }
}

#[test]
fn r14_a_wrong_password_never_leads_anywhere_whatever_fails() {
    with_every_fault(2, |sam, _| {
        let trail = sam.w.trail(&sam.browser);
        let knocked = block_on(sam.w.sign_in().password(
            RequiredFactors::AllOfTheAccount,
            "sam",
            "not the password",
            None,
            &sam.browser,
            &trail,
        ));
        matches!(knocked, Ok(AfterPassword::In(_) | AfterPassword::Half { .. })) || sam.w.sms.count() > 0
    });
}

#[test]
fn r14_an_unread_list_of_phones_is_not_an_empty_one() {
    let sam = sam();
    let trail = sam.w.trail(&sam.browser);
    for at in 0..8 {
        sam.w.memory.fail(Planned::Before(at));
        let knocked = block_on(sam.w.sign_in().password(
            RequiredFactors::AllOfTheAccount,
            "sam",
            PASSWORD,
            None,
            &sam.browser,
            &trail,
        ));
        assert!(!matches!(knocked, Ok(AfterPassword::In(_))), "call {at}");
        let proven = block_on(sam.w.proof().by_password(&sam.id, PASSWORD, |_| None, &trail));
        assert!(!matches!(proven, Ok(domain::fresh_proof::Proven::Yes(_))), "call {at}");
    }
}

#[test]
fn r14_no_number_is_proven_without_its_code_whatever_fails() {
    with_every_fault(7, |sam, plan| {
        let trail = sam.w.trail(&sam.browser);
        let book = sam.w.book();
        let begun = block_on(book.begin(&sam.id, &sam.browser, TWO, "", &trail));
        if let Ok(Begun::Confirming(flow)) = begun
            && let Ok(Some(page)) = block_on(sam.w.core.challenges.flow(&flow, &sam.browser))
        {
            let code = sam.w.sms.last_code(TWO).unwrap_or_else(|| "123456".to_owned());
            let _ = block_on(book.confirm(page, &other_than(&code), &trail));
        }
        let proven = sam.w.memory.with(|w| {
            w.phones.iter().any(|row| row.phone.verified_at.is_some() && row.number.reveal() == TWO)
        });
        assert!(!proven, "{plan:?}");
        false
    });
}

#[test]
fn r14_a_provider_that_fails_leaves_the_sign_in_half_way() {
    for script in [Script::Refuse(SendProblem::Unavailable), Script::Lose, Script::Crash] {
        let sam = sam();
        sam.w.sms.next(script);
        assert!(matches!(sam.knock(&sam.browser, "sam", PASSWORD), AfterPassword::Half { .. }), "{script:?}");
    }
}

#[test]
fn r14_hashing_that_fails_or_is_too_busy_lets_nobody_in() {
    let sam = sam();
    let kim = sam.w.account("kim");
    sam.w.passwords.set_busy(true);
    assert!(matches!(sam.knock(&sam.browser, "kim", PASSWORD), AfterPassword::Busy));
    let trail = sam.w.trail(&sam.browser);
    let proven = block_on(sam.w.proof().by_password(&kim, PASSWORD, |_| None, &trail)).unwrap();
    assert!(matches!(proven, domain::fresh_proof::Proven::Busy));
    sam.w.passwords.set_faulty(true);
    assert!(
        block_on(sam.w.sign_in().password(
            RequiredFactors::AllOfTheAccount,
            "kim",
            PASSWORD,
            None,
            &sam.browser,
            &trail
        ))
        .is_err()
    );
    assert!(block_on(sam.w.proof().by_password(&kim, PASSWORD, |_| None, &trail)).is_err());
}

#[test]
fn d03_a_crash_between_try_and_comparison_costs_the_try() {
    let sam = sam();
    let flow = sam.half();
    let page = sam.waiting(&flow).flow;
    for left in (0..5).rev() {
        // The try is written, its answer lost: nothing was compared.
        sam.w.memory.fail(Planned::After(0));
        let trail = sam.w.trail(&sam.browser);
        assert!(
            block_on(sam.w.sign_in().code(page.created_at, page.clone(), &sam.last(ONE), &trail)).is_err()
        );
        assert_eq!(sam.w.memory.heal(), Some("spending a try"));
        assert_eq!(5 - sam.flow(&flow).tries, left);
    }
    refusal(sam.post(&page, &sam.last(ONE)));
}
