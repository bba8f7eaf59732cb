//! What pages recommend, over every failure and everything a page may have.

use super::*;

/// Every page that there may be.
fn each(mut check: impl FnMut(Offered)) {
    for bits in 0_u8..64 {
        let bit = |at: u8| bits & (1 << at) != 0;
        for elsewhere in [Elsewhere::No, Elsewhere::Typed, Elsewhere::Replace] {
            check(Offered {
                by_call: bit(0),
                again: bit(1),
                call: bit(2),
                text: bit(3),
                others: bit(4),
                elsewhere,
                pausing: bit(5),
            });
        }
    }
}

fn plans(offered: Offered) -> Vec<(Option<Unreachable>, Plan)> {
    let after = Unreachable::ALL.into_iter().map(|reason| (Some(reason), offered.after(reason)));
    after.chain([(None, offered.without_it()), (None, offered.anew())]).collect()
}

fn has(offered: Offered, way: Way) -> bool {
    match way {
        Way::Again => offered.again,
        Way::Call => offered.call && !offered.by_call,
        Way::Text => offered.text && offered.by_call,
        Way::OwnNumber => offered.others,
        Way::TypedNumber => offered.elsewhere == Elsewhere::Typed,
        Way::Replace => offered.elsewhere == Elsewhere::Replace,
    }
}

#[test]
fn what_the_sentence_names_first_is_the_filled_button() {
    each(|offered| {
        for (reason, plan) in plans(offered) {
            let Some(named) = plan.named().first().copied() else { continue };
            // "Try again in a moment" stands before the sentence.
            let said = plan.told && plan.first() == Some(Way::Again);
            assert!(plan.first() == Some(named) || said, "{reason:?} {offered:?}: {plan:?}");
        }
    });
}

#[test]
fn where_only_help_is_named_no_button_is_filled() {
    each(|offered| {
        for (reason, plan) in plans(offered) {
            if plan.asks_for_help() {
                assert_eq!((plan.first(), plan.named()), (None, vec![]), "{reason:?} {offered:?}");
            }
        }
    });
}

#[test]
fn no_way_is_named_that_the_page_does_not_have_or_that_has_to_wait() {
    each(|offered| {
        for (reason, plan) in plans(offered) {
            for way in plan.named() {
                assert!(has(offered, way), "{reason:?} {offered:?}: {way:?}");
                assert!(!(offered.pausing && way.waits()), "{reason:?} {offered:?}: {way:?}");
            }
        }
    });
}

#[test]
fn no_button_is_lost_but_that_of_a_call_that_would_end_the_same_way() {
    let all = [Way::Again, Way::Call, Way::Text, Way::OwnNumber, Way::TypedNumber, Way::Replace];
    each(|offered| {
        for (reason, plan) in plans(offered) {
            let ways = plan.ways();
            for way in all {
                let in_vain = way == Way::Again
                    && offered.by_call
                    && offered.text
                    && reason.is_some_and(Unreachable::lasts);
                let wanted = usize::from(has(offered, way) && !in_vain);
                let count = ways.iter().filter(|known| **known == way).count();
                assert_eq!(count, wanted, "{reason:?} {offered:?}: {way:?} in {ways:?}");
            }
        }
    });
}

#[test]
fn a_number_that_no_code_gets_through_to_is_answered_by_another_number() {
    let page = Offered { again: true, call: true, others: true, ..Offered::default() };
    for reason in [Unreachable::Check, Unreachable::Dead] {
        assert_eq!(page.after(reason).named(), [Way::OwnNumber], "{reason:?}");
        assert_eq!(page.after(reason).ways(), [Way::OwnNumber, Way::Again, Way::Call], "{reason:?}");
        let alone = Offered { others: false, ..page };
        assert!(alone.after(reason).asks_for_help(), "{reason:?}");
    }
    assert_eq!(page.without_it().first(), Some(Way::OwnNumber));
}

#[test]
fn during_the_pause_what_can_be_done_at_once_comes_first() {
    let page = Offered { again: true, call: true, others: true, pausing: true, ..Offered::default() };
    let plan = page.after(Unreachable::Off);
    assert_eq!((plan.named(), plan.first()), (vec![Way::OwnNumber], Some(Way::OwnNumber)));
    // Where there is nothing of the kind, the clock stands there and nobody is sent for help.
    let plan = Offered { others: false, ..page }.after(Unreachable::Off);
    assert_eq!((plan.named(), plan.first(), plan.asks_for_help()), (vec![], Some(Way::Again), false));
}

#[test]
fn a_failed_test_is_answered_by_another_test_or_where_that_shows_nothing_new_by_another_number() {
    for reason in Unreachable::ALL {
        let plan = Offered::tested(false, Some(reason), false).after(reason);
        let wanted = if reason.lasts() { Way::Replace } else { Way::Again };
        assert_eq!(plan.first(), Some(wanted), "{reason:?}");
    }
}

#[test]
fn the_likeliest_way_is_named_first() {
    let all = Offered { again: true, call: true, others: true, ..Offered::default() };
    assert_eq!(all.after(Unreachable::Other).named(), [Way::Again, Way::Call, Way::OwnNumber]);
    assert_eq!(all.after(Unreachable::NoTexts).named(), [Way::Call, Way::OwnNumber]);
    assert_eq!(all.after(Unreachable::Stop).named(), [Way::Call, Way::OwnNumber, Way::Again]);
    let call = Offered { by_call: true, text: true, again: true, ..Offered::default() };
    assert_eq!(call.after(Unreachable::NoCall).ways(), [Way::Text]);
    assert_eq!(call.after(Unreachable::NotHeard).ways(), [Way::Again, Way::Text]);
}
