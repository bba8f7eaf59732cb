//! Proving one's identity afresh: at the highest level the account has (R28, A7).
use crate::hands::*;
use domain::channel::Channel;
use domain::fresh_proof::{Asked, Proven};
use domain::level::{Level, Proof};
use domain::otp::{Checked, Sent};
use domain::sign_in::{AfterPassword, RequiredFactors};
use domain::testing::{PASSWORD, block_on, world};

fn asked(sam: &Sam) -> Asked {
    block_on(sam.w.proof().asked(&sam.id, &sam.browser, &sam.w.trail(&sam.browser))).unwrap()
}

fn send(sam: &Sam, to: Option<&domain::id::PhoneId>) -> Sent {
    block_on(sam.w.proof().send(&sam.id, &sam.browser, to, Channel::Sms, &sam.w.trail(&sam.browser))).unwrap()
}

#[test]
fn a07_with_a_phone_the_password_never_suffices() {
    let sam = sam();
    let trail = sam.w.trail(&sam.browser);
    let proven = block_on(sam.w.proof().by_password(&sam.id, PASSWORD, |_| None, &trail)).unwrap();
    assert!(matches!(proven, Proven::NotEnough), "{proven:?}");
    assert_eq!(sam.w.passwords.checks(), 0);
}

#[test]
fn a07_not_even_where_the_only_phone_is_off() {
    let sam = sam();
    let hash = sam.w.phones(&sam.id)[0].hash.clone();
    sam.w.memory.with(|world| {
        let off = domain::testing::memory::Count { failures: 20, locked: true };
        world.counts.insert((sam.id.clone(), hash, domain::purpose::Counter::Using), off);
    });
    let trail = sam.w.trail(&sam.browser);
    assert!(matches!(
        block_on(sam.w.proof().by_password(&sam.id, PASSWORD, |_| None, &trail)),
        Ok(Proven::NotEnough)
    ));
    assert!(matches!(asked(&sam), Asked::Choose { phones } if phones.is_empty()));
    assert_eq!(send(&sam, Some(&sam.phone)), Sent::Locked);
    assert_eq!(send(&sam, None), Sent::NoSuchPhone);
}

#[test]
fn a_code_proves_level_10_for_as_long_as_it_is_fresh() {
    let sam = sam();
    assert!(matches!(asked(&sam), Asked::Choose { phones } if phones.len() == 1));
    assert_eq!(sam.w.sms.count(), 0, "looking sends nothing");
    assert_eq!(send(&sam, None), Sent::Out);
    let Asked::Code { flow, .. } = asked(&sam) else { panic!() };
    let trail = sam.w.trail(&sam.browser);
    let wrong =
        block_on(sam.w.proof().by_code((*flow).clone(), &other_than(&sam.last(ONE)), &trail)).unwrap();
    assert!(matches!(wrong, Err(Checked::Wrong { .. })));
    let proof = block_on(sam.w.proof().by_code(*flow, &sam.last(ONE), &trail)).unwrap().unwrap();
    assert_eq!(proof, Proof { level: Level::TwilioSms, at: trail.at });
    let holds = |proof| block_on(sam.w.proof().holds(&sam.id, proof, &sam.w.trail(&sam.browser))).unwrap();
    assert!(holds(proof));
    assert!(!holds(Proof { level: Level::Password, ..proof }), "R28: at the highest level");
    sam.pass(299);
    assert!(holds(proof));
    sam.pass(1);
    assert!(!holds(proof));
    assert!(matches!(asked(&sam), Asked::Choose { .. }), "a used code is not asked for again");
}

#[test]
fn without_a_phone_the_password_proves_level_0() {
    let w = world();
    let id = w.account("kim");
    let browser = w.browser();
    let trail = w.trail(&browser);
    assert!(matches!(block_on(w.proof().asked(&id, &browser, &trail)), Ok(Asked::Password)));
    assert!(matches!(
        block_on(w.proof().by_password(&id, "not the password", |_| None, &trail)),
        Ok(Proven::Wrong)
    ));
    let proven = block_on(w.proof().by_password(&id, PASSWORD, |_| None, &trail)).unwrap();
    assert!(matches!(proven, Proven::Yes(Proof { level: Level::Password, .. })));
}

#[test]
fn a15_a_stolen_session_is_no_place_to_guess_the_password_at() {
    let w = world();
    let id = w.account("kim");
    let trail = w.trail(&w.browser());
    for _ in 0..6 {
        assert!(matches!(block_on(w.proof().by_password(&id, "guess", |_| None, &trail)), Ok(Proven::Wrong)));
    }
    let held = block_on(w.proof().by_password(&id, PASSWORD, |_| None, &trail)).unwrap();
    assert!(matches!(held, Proven::Wait(wait) if wait.until.seconds_from(w.now()) == 1), "{held:?}");
    assert_eq!(w.passwords.checks(), 6);
    let browser = w.browser();
    let at_the_door = block_on(w.sign_in().password(
        RequiredFactors::AllOfTheAccount,
        "kim",
        PASSWORD,
        None,
        &browser,
        &trail,
    ))
    .unwrap();
    assert!(matches!(at_the_door, AfterPassword::Wait(_)), "one count for both doors: {at_the_door:?}");
}

#[test]
fn a_disabled_account_proves_nothing_by_password() {
    let w = world();
    let id = w.account("kim");
    w.memory.with(|world| world.accounts[0].disabled = true);
    let trail = w.trail(&w.browser());
    assert!(matches!(block_on(w.proof().by_password(&id, PASSWORD, |_| None, &trail)), Ok(Proven::Wrong)));
}

#[test]
fn a_further_wish_goes_to_the_same_phone_unless_another_is_named() {
    let sam = sam();
    let second = sam.w.phone(&sam.id, TWO);
    assert_eq!(send(&sam, Some(&second)), Sent::Out);
    assert!(matches!(send(&sam, None), Sent::Wait(_)), "within the pause nothing is sent");
    sam.pass(30);
    assert_eq!(send(&sam, None), Sent::Out);
    sam.pass(60);
    assert_eq!(send(&sam, Some(&sam.phone)), Sent::Out);
    let to: Vec<String> = sam.w.sms.sent().into_iter().map(|sent| sent.to).collect();
    assert_eq!(to, [TWO, TWO, ONE]);
    let Asked::Code { flow, others } = asked(&sam) else { panic!() };
    assert_eq!((&flow.phone, &others[0].id), (&sam.phone, &second));
}

#[test]
fn a_proof_under_way_is_nobody_else_s() {
    let sam = sam();
    send(&sam, None);
    let kim = sam.w.account("kim");
    sam.w.phone(&kim, TWO);
    let trail = sam.w.trail(&sam.browser);
    let other_person = block_on(sam.w.proof().asked(&kim, &sam.browser, &trail)).unwrap();
    assert!(matches!(other_person, Asked::Choose { .. }));
    let other_browser = sam.w.browser();
    let elsewhere = block_on(sam.w.proof().asked(&sam.id, &other_browser, &trail)).unwrap();
    assert!(matches!(elsewhere, Asked::Choose { .. }));
}
