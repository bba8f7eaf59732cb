//! News about the account's safety (R16, R31).
use crate::hands::*;
use domain::id::SessionHandle;
use domain::notice::{Notice, NoticeKind};
use domain::otp::Checked;
use domain::phones::Begun;
use domain::ports::Notices;
use domain::sign_in::{AfterPassword, RequiredFactors};
use domain::testing::{PASSWORD, Script, block_on, world_with};

fn open(sam: &Sam) -> Vec<Notice> {
    block_on(sam.w.memory.open_of(&sam.id)).unwrap()
}

fn unfinished(sam: &Sam) -> Vec<Notice> {
    open(sam).into_iter().filter(|notice| notice.kind == NoticeKind::UnfinishedSignIn).collect()
}

/// Somebody knows the password and guesses three times.
fn intruder(sam: &Sam) -> SessionHandle {
    let browser = sam.w.browser();
    let flow = sam.half_in(&browser);
    for _ in 0..3 {
        refusal(sam.type_in(&browser, &flow, &other_than(&sam.last(ONE))));
    }
    browser
}

#[test]
fn r16_an_unfinished_sign_in_is_told_at_the_next_one_with_its_own_time_and_browser() {
    let sam = sam();
    let at = sam.w.now();
    let browser = intruder(&sam);
    assert!(open(&sam).is_empty());
    sam.pass(120);
    sam.sign_in_with(&sam.browser, ONE);
    let told = unfinished(&sam);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].at, &told[0].agent), (at, &sam.w.trail(&browser).agent));
}

#[test]
fn r16_signing_in_to_an_app_by_the_password_alone_does_not_hide_it() {
    let sam = sam();
    let browser = intruder(&sam);
    sam.pass(60);
    let trail = sam.w.trail(&browser);
    let alone = sam.w.sign_in();
    let alone = alone.password(RequiredFactors::PasswordAlone, "sam", PASSWORD, None, &browser, &trail);
    let knocked = block_on(alone).unwrap();
    assert!(matches!(&knocked, AfterPassword::In(entry) if entry.apps_only()), "{knocked:?}");
    sam.pass(60);
    sam.sign_in_with(&sam.browser, ONE);
    assert_eq!(unfinished(&sam).len(), 1);
}

#[test]
fn r16_one_s_own_finished_sign_in_is_no_news() {
    let sam = sam();
    sam.sign_in_with(&sam.browser, ONE);
    sam.pass(60);
    sam.sign_in_with(&sam.w.browser(), ONE);
    assert!(open(&sam).is_empty());
}

#[test]
fn r16_at_most_one_an_hour() {
    let sam = sam_in(world_with(|policy| policy.limits.per_number_hour = 10));
    for (minutes, banners) in [(0, 1), (20, 1), (50, 2)] {
        sam.pass(minutes * 60);
        intruder(&sam);
        sam.pass(60);
        sam.sign_in_with(&sam.w.browser(), ONE);
        assert_eq!(unfinished(&sam).len(), banners, "after {minutes} more minutes");
    }
}

#[test]
fn r31_an_added_number_is_told_to_the_others_not_to_itself() {
    let sam = sam();
    let trail = sam.w.trail(&sam.browser);
    let begun = block_on(sam.w.book().begin(&sam.id, &sam.browser, TWO, "", &trail)).unwrap();
    let Begun::Confirming(flow) = begun else { panic!() };
    let seen = sam.w.sms.count();
    let checked = block_on(sam.w.book().confirm(sam.flow(&flow), &sam.last(TWO), &trail)).unwrap();
    assert!(matches!(checked, Checked::Right(_)));
    let sent = sam.w.sms.since(seen);
    assert_eq!(sent.iter().map(|sent| sent.to.as_str()).collect::<Vec<_>>(), [ONE]);
    assert!(sent[0].code().is_none());
    let told = open(&sam);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].kind, NoticeKind::PhoneAdded);
    assert_eq!(told[0].mask.as_ref().unwrap().last_digits, "02");
}

#[test]
fn r31_a_replaced_number_is_told() {
    let sam = sam();
    let trail = sam.w.trail(&sam.browser);
    let begun = block_on(sam.w.book().begin_replacement(&sam.id, &sam.browser, &sam.phone, TWO, &trail));
    let Ok(Begun::Confirming(flow)) = begun else { panic!() };
    let seen = sam.w.sms.count();
    block_on(sam.w.book().confirm(sam.flow(&flow), &sam.last(TWO), &trail)).unwrap();
    let sent = sam.w.sms.since(seen);
    assert_eq!(sent.iter().map(|sent| sent.to.as_str()).collect::<Vec<_>>(), [ONE]);
    assert_eq!(open(&sam)[0].kind, NoticeKind::PhoneReplaced);
}

/// Five wrong codes switch a number off.
fn soon_off() -> Sam {
    sam_in(world_with(|policy| {
        policy.otp = domain::policy::OtpPolicy::new(6, 300, 5, 5, &[30]).unwrap();
    }))
}

#[test]
fn r31_every_number_that_is_switched_off_is_told_even_two_within_the_hour() {
    let sam = sam_in(world_with(|policy| {
        policy.otp = domain::policy::OtpPolicy::new(6, 300, 5, 5, &[30]).unwrap();
        policy.limits.per_number_hour = 50;
    }));
    let second = sam.w.phone(&sam.id, TWO);
    let flow = sam.half();
    let guess = |number| {
        for _ in 0..5 {
            refusal(sam.code(&flow, &other_than(&sam.last(number))));
        }
    };
    guess(ONE);
    sam.pass(30);
    sam.resend(&flow, Some(&second));
    guess(TWO);
    let told: Vec<_> = open(&sam).into_iter().map(|n| (n.kind, n.mask.unwrap().last_digits)).collect();
    assert_eq!(
        told,
        [(NoticeKind::PhoneLocked, "02".to_owned()), (NoticeKind::PhoneLocked, "01".to_owned())]
    );
}

#[test]
fn r31_where_codes_to_two_numbers_count_the_one_that_is_switched_off_is_named() {
    let sam = soon_off();
    let second = sam.w.phone(&sam.id, TWO);
    let flow = sam.half();
    let wrong = other_than(&sam.last(ONE));
    for _ in 0..4 {
        refusal(sam.code(&flow, &wrong));
    }
    sam.pass(30);
    sam.w.sms.next(Script::LoseAnswer);
    sam.resend(&flow, Some(&second));
    let answer = refusal(sam.code(&flow, &wrong));
    assert!(
        matches!(answer, Checked::Wrong { locked: false, .. }),
        "the other number is not off: {answer:?}"
    );
    let told: Vec<_> = open(&sam).into_iter().map(|n| (n.kind, n.mask.unwrap().last_digits)).collect();
    assert_eq!(told, [(NoticeKind::PhoneLocked, "01".to_owned())]);
    let locked: Vec<bool> = sam.w.phones(&sam.id).iter().map(|phone| phone.locked).collect();
    assert_eq!(locked, [true, false]);
}

/// Codes go on to the number that was asked last: where that one is off, the page has nothing more to ask for.
#[test]
fn r04_the_number_that_was_asked_last_is_the_one_whose_end_the_page_tells() {
    let sam = soon_off();
    let second = sam.w.phone(&sam.id, TWO);
    let flow = sam.half();
    let wrong = other_than(&sam.last(ONE));
    sam.pass(30);
    sam.resend(&flow, Some(&second));
    for _ in 0..4 {
        refusal(sam.code(&flow, &wrong));
    }
    // In another browser: a code to the first number, then one to the second, which has one wrong code left, and nobody knows whether it
    // arrives.
    let browser = sam.w.browser();
    let AfterPassword::Half { flow, .. } = sam.knock(&browser, "sam", PASSWORD) else { panic!() };
    sam.pass(30);
    sam.w.sms.next(Script::LoseAnswer);
    let trail = sam.w.trail(&browser);
    let half = block_on(sam.w.sign_in().half(&flow, &browser, &trail)).unwrap().unwrap();
    block_on(sam.w.sign_in().resend(half, Some(&second), domain::channel::Channel::Sms, &trail)).unwrap();
    let answer = refusal(sam.type_in(&browser, &flow, &wrong));
    assert!(matches!(answer, Checked::Wrong { locked: true, .. }), "{answer:?}");
}

#[test]
fn r15_a_number_at_its_limit_gets_no_text_but_the_banner_is_there() {
    let sam = sam_in(world_with(|policy| policy.limits.per_number_hour = 1));
    sam.sign_in_with(&sam.browser, ONE);
    let trail = sam.w.trail(&sam.browser);
    let begun = block_on(sam.w.book().begin(&sam.id, &sam.browser, TWO, "", &trail));
    let Ok(Begun::Confirming(flow)) = begun else { panic!() };
    let seen = sam.w.sms.count();
    block_on(sam.w.book().confirm(sam.flow(&flow), &sam.last(TWO), &trail)).unwrap();
    assert_eq!(sam.w.sms.count(), seen);
    assert_eq!(open(&sam).len(), 1);
}

#[test]
fn a_notice_that_is_put_away_stays_away_and_nobody_else_can_do_it() {
    let sam = sam();
    let kim = sam.w.account("kim");
    intruder(&sam);
    sam.pass(60);
    sam.sign_in_with(&sam.browser, ONE);
    let id = open(&sam)[0].id.clone();
    let now = sam.w.now();
    assert!(!block_on(sam.w.memory.put_away(&kim, &id, now)).unwrap());
    assert!(block_on(sam.w.memory.put_away(&sam.id, &id, now)).unwrap());
    assert!(!block_on(sam.w.memory.put_away(&sam.id, &id, now)).unwrap());
    assert!(open(&sam).is_empty());
}
