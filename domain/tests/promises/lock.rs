//! Too many wrong codes in a row: the number is off, and nothing but proving it anew sets it free (R4, A4).
use crate::hands::*;
use domain::challenge::Dead;
use domain::otp::{Checked, Sent};
use domain::phone::Phone;
use domain::phones::{Afterwards, Begun};
use domain::sign_in::AfterPassword;
use domain::testing::{PASSWORD, block_on, world_with};
use domain::time::Clock as _;

/// Room for many messages, so that the lock alone is looked at.
fn roomy() -> Sam {
    sam_in(world_with(|policy| {
        policy.otp = domain::policy::OtpPolicy::new(6, 300, 5, 20, &[30]).unwrap();
        policy.limits.per_number_hour = 100;
        policy.limits.per_number_day = 100;
        policy.limits.per_account_day = 100;
    }))
}

/// Wrong codes until the number is off; says how many were compared.
fn lock(sam: &Sam) -> u32 {
    let mut compared = 0;
    for round in 0.. {
        let browser = sam.w.browser();
        let AfterPassword::Half { flow, sent } = sam.knock(&browser, "sam", PASSWORD) else { panic!() };
        if sent == Sent::Locked {
            return compared;
        }
        assert!(round < 20, "the number is never off");
        for _ in 0..4 {
            match refusal(sam.type_in(&browser, &flow, &other_than(&sam.last(ONE)))) {
                Checked::Wrong { .. } => compared += 1,
                other => panic!("{other:?}"),
            }
        }
        sam.pass(30);
    }
    unreachable!()
}

#[test]
fn a04_twenty_wrong_codes_over_new_sign_ins_and_the_number_is_off() {
    let sam = roomy();
    assert_eq!(lock(&sam), 20);
    let phone = &sam.w.phones(&sam.id)[0];
    assert!(phone.locked && !phone.serves());
}

#[test]
fn r14_who_removes_the_last_number_that_is_not_off_is_told_that_nobody_gets_in() {
    let sam = roomy();
    lock(&sam);
    let second = sam.w.phone(&sam.id, TWO);
    let outlook = block_on(sam.w.book().outlook(&sam.id, &second)).unwrap().unwrap();
    assert!(matches!(outlook.after, Afterwards::AllOff), "{outlook:?}");
    // The one that is off can go: codes go on to the other.
    let outlook = block_on(sam.w.book().outlook(&sam.id, &sam.phone)).unwrap().unwrap();
    assert!(matches!(&outlook.after, Afterwards::StaysOn(next) if next.id == second), "{outlook:?}");
    // It is as told: no code goes out, and the password alone is not enough.
    let trail = sam.w.trail(&sam.browser);
    block_on(sam.w.book().remove(&sam.id, &second, &trail)).unwrap();
    let knocked = sam.knock(&sam.w.browser(), "sam", PASSWORD);
    assert!(matches!(knocked, AfterPassword::Half { sent: Sent::Locked, .. }), "{knocked:?}");
}

#[test]
fn a04_twenty_wrong_codes_over_resends_and_the_number_is_off() {
    let sam = roomy();
    let flow = sam.half();
    for left in (0..20).rev() {
        match refusal(sam.code(&flow, &other_than(&sam.last(ONE)))) {
            Checked::Wrong { locked, .. } => assert_eq!(locked, left == 0, "{left} left"),
            other => panic!("{other:?}"),
        }
        if left % 4 == 0 && left > 0 {
            sam.pass(30);
            assert_eq!(sam.resend(&flow, None), Sent::Out);
        }
    }
    let dead = refusal(sam.code(&flow, &sam.last(ONE)));
    assert!(matches!(dead, Checked::Dead(Dead::Locked)), "the right code is refused: {dead:?}");
    sam.pass(30);
    assert_eq!(sam.resend(&flow, None), Sent::Locked);
}

#[test]
fn r04_a_flow_that_was_open_before_is_off_with_the_number() {
    let sam = roomy();
    let mine = sam.half();
    let code = sam.last(ONE);
    sam.pass(1);
    assert_eq!(lock(&sam), 20);
    let until = sam.flow(&mine).code.unwrap().expires_at;
    assert!(sam.w.clock.now() < until, "the code would still be good");
    let dead = refusal(sam.code(&mine, &code));
    assert!(matches!(dead, Checked::Dead(Dead::Locked)), "{dead:?}");
}

#[test]
fn r11_a_right_code_begins_the_count_anew() {
    let sam = roomy();
    for _ in 0..6 {
        let flow = sam.half();
        for _ in 0..4 {
            let wrong = refusal(sam.code(&flow, &other_than(&sam.last(ONE))));
            assert!(matches!(wrong, Checked::Wrong { locked: false, .. }), "{wrong:?}");
        }
        entry(sam.code(&flow, &sam.last(ONE)));
        sam.pass(60);
    }
}

#[test]
fn r04_the_twentieth_code_in_a_row_may_still_be_right() {
    let sam = roomy();
    for round in 0..5 {
        let flow = sam.half();
        let wrong = if round == 4 { 3 } else { 4 };
        for _ in 0..wrong {
            refusal(sam.code(&flow, &other_than(&sam.last(ONE))));
        }
        if round == 4 {
            entry(sam.code(&flow, &sam.last(ONE)));
        }
        sam.pass(700);
    }
    assert!(sam.w.phones(&sam.id)[0].serves());
}

#[test]
fn r04_with_one_number_off_another_serves() {
    let sam = roomy();
    sam.w.phone(&sam.id, TWO);
    let browser = sam.w.browser();
    let flow = sam.half();
    for _ in 0..4 {
        for _ in 0..5 {
            refusal(sam.code(&flow, &other_than(&sam.last(ONE))));
        }
        sam.pass(30);
        sam.resend(&flow, None);
    }
    let flow = sam.half_in(&browser);
    assert_eq!(sam.w.sms.sent().last().unwrap().to, TWO);
    entry(sam.type_in(&browser, &flow, &sam.last(TWO)));
}

#[test]
fn r14_where_every_number_is_off_the_password_alone_is_not_enough() {
    let sam = roomy();
    lock(&sam);
    let browser = sam.w.browser();
    let seen = sam.w.sms.count();
    let AfterPassword::Half { flow, sent } = sam.knock(&browser, "sam", PASSWORD) else { panic!() };
    assert_eq!(sent, Sent::Locked);
    assert_eq!(sam.w.sms.count(), seen);
    let dead = refusal(sam.type_in(&browser, &flow, &sam.last(ONE)));
    assert!(matches!(dead, Checked::Dead(Dead::Locked)), "{dead:?}");
}

#[test]
fn r04_a_number_that_is_off_is_set_free_by_proving_it_anew() {
    let sam = roomy();
    lock(&sam);
    let trail = sam.w.trail(&sam.browser);
    let begun = block_on(sam.w.book().begin(&sam.id, &sam.browser, ONE, "", &trail)).unwrap();
    let Begun::Confirming(flow) = begun else { panic!("{begun:?}") };
    assert!(sam.w.phones(&sam.id)[0].locked, "until then it stays off");
    let flow = sam.flow(&flow);
    assert!(!flow.locked, "what is off for use can be bound");
    let checked = block_on(sam.w.book().confirm(flow, &sam.last(ONE), &trail)).unwrap();
    assert!(matches!(checked, Checked::Right(_)), "{checked:?}");
    let phones = sam.w.phones(&sam.id);
    assert_eq!((phones.len(), phones[0].serves()), (1, true));
    sam.pass(60);
    sam.sign_in_with(&sam.w.browser(), ONE);
}

#[test]
fn r04_a_number_that_is_off_stays_off_when_it_is_removed_and_added_until_proven() {
    let sam = roomy();
    sam.w.phone(&sam.id, TWO);
    for _ in 0..5 {
        let browser = sam.w.browser();
        let AfterPassword::Half { flow, .. } = sam.knock(&browser, "sam", PASSWORD) else { panic!() };
        for _ in 0..4 {
            refusal(sam.type_in(&browser, &flow, &other_than(&sam.last(ONE))));
        }
    }
    let trail = sam.w.trail(&sam.browser);
    block_on(sam.w.book().remove(&sam.id, &sam.phone, &trail)).unwrap();
    let begun = block_on(sam.w.book().begin(&sam.id, &sam.browser, ONE, "", &trail)).unwrap();
    let Begun::Confirming(flow) = begun else { panic!("{begun:?}") };
    let browser = sam.w.browser();
    sam.half_in(&browser);
    assert_eq!(sam.w.sms.sent().last().unwrap().to, TWO);
    let flow = sam.flow(&flow);
    assert!(matches!(block_on(sam.w.book().confirm(flow, &sam.last(ONE), &trail)), Ok(Checked::Right(_))));
    assert!(sam.w.phones(&sam.id).iter().all(Phone::serves));
}

#[test]
fn wrong_codes_at_binding_a_number_never_switch_it_off_for_signing_in_and_the_other_way_round() {
    let sam = roomy();
    let trail = sam.w.trail(&sam.browser);
    let mut asked = 0;
    for _ in 0..5 {
        let browser = sam.w.browser();
        let Ok(Begun::Confirming(flow)) =
            block_on(sam.w.book().begin(&sam.id, &browser, TWO, "", &sam.w.trail(&browser)))
        else {
            panic!()
        };
        for _ in 0..4 {
            let page = sam.flow(&flow);
            let checked = block_on(sam.w.book().confirm(page, &other_than(&sam.last(TWO)), &trail)).unwrap();
            assert!(matches!(checked, Checked::Wrong { .. }), "{checked:?}");
            asked += 1;
        }
    }
    assert_eq!(asked, 20);
    let off = block_on(sam.w.book().begin(&sam.id, &sam.browser, TWO, "", &trail)).unwrap();
    assert!(matches!(off, Begun::NotSent(Sent::Locked)), "{off:?}");
    sam.sign_in_with(&sam.w.browser(), ONE);
}

#[test]
fn r34_wrong_codes_in_one_account_leave_the_number_alone_in_another() {
    let sam = roomy();
    let kim = sam.w.account("kim");
    sam.w.phone(&kim, ONE);
    lock(&sam);
    let browser = sam.w.browser();
    let AfterPassword::Half { flow, sent } = sam.knock(&browser, "kim", PASSWORD) else { panic!() };
    assert_eq!(sent, Sent::Out);
    entry(sam.type_in(&browser, &flow, &sam.last(ONE)));
}
