//! Names and accounts: unknown, disabled, written in other ways (R50, R51).
use crate::hands::*;
use domain::events::EventKind;
use domain::otp::Checked;
use domain::sign_in::{AfterPassword, RequiredFactors};
use domain::testing::{PASSWORD, block_on, world};

#[test]
fn r50_unknown_name_wrong_password_and_disabled_account_end_alike_at_the_same_cost() {
    let sam = sam();
    let off = sam.w.account("kim");
    sam.w.phone(&off, TWO);
    sam.w.memory.with(|world| world.accounts[1].disabled = true);
    let long = "x".repeat(10_000);
    for (name, password) in [
        ("sam", "not the password"),
        ("nobody", PASSWORD),
        ("kim", PASSWORD),
        ("", PASSWORD),
        ("", ""),
        (long.as_str(), long.as_str()),
    ] {
        let (hashed, noted) = (sam.w.passwords.checks(), sam.w.memory.with(|w| w.events.len()));
        assert!(matches!(sam.knock(&sam.browser, name, password), AfterPassword::Wrong));
        assert_eq!(sam.w.passwords.checks(), hashed + 1);
        sam.w.memory.with(|w| {
            assert_eq!(w.events.len(), noted + 1);
            assert_eq!(w.events[noted].0.kind, EventKind::PasswordWrong);
        });
    }
    assert_eq!(sam.w.sms.count(), 0);
}

#[test]
fn r51_every_way_to_write_a_name_is_asked_for_the_code() {
    let sam = sam();
    for name in ["sam", "SAM", " Sam ", "Ｓａｍ"] {
        let knocked = sam.knock(&sam.w.browser(), name, PASSWORD);
        assert!(matches!(knocked, AfterPassword::Half { .. }), "{name}: {knocked:?}");
    }
}

#[test]
fn an_account_that_is_switched_off_half_way_does_not_get_in_and_gets_no_code() {
    let sam = sam();
    let flow = sam.half();
    let page = sam.waiting(&flow);
    sam.w.switch_off(&sam.id);
    assert!(sam.waiting_in(&sam.browser, &flow).is_none());
    // Even a request that read the flow a moment before.
    assert!(matches!(refusal(sam.post(&page.flow, &sam.last(ONE))), Checked::Dead(_)));
}

#[test]
fn r46_an_old_hash_is_renewed_at_sign_in_and_only_then() {
    let w = world();
    w.account("kim");
    w.memory.with(|world| world.accounts[0].password_hash = format!("old:{PASSWORD}"));
    let browser = w.browser();
    let knock = |password: &str| {
        block_on(w.sign_in().password(
            RequiredFactors::AllOfTheAccount,
            "kim",
            password,
            None,
            &browser,
            &w.trail(&browser),
        ))
    };
    assert!(matches!(knock("wrong"), Ok(AfterPassword::Wrong)));
    assert!(w.memory.with(|world| world.accounts[0].password_hash.starts_with("old:")));
    assert!(matches!(knock(PASSWORD), Ok(AfterPassword::In(_))));
    assert_eq!(w.memory.with(|world| world.accounts[0].password_hash.clone()), PASSWORD);
    assert!(matches!(knock(PASSWORD), Ok(AfterPassword::In(_))));
}
