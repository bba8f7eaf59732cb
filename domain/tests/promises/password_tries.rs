//! Wrong passwords: waits that grow, an end, the owner's own browser, and nothing that tells which names there are.
use domain::password::NameKey;
use domain::password_tries::{KnownBrowser, LAST, Trier};
use domain::sign_in::{AfterPassword, RequiredFactors};
use domain::testing::{PASSWORD, TestWorld, block_on, world};
use domain::time::Timestamp;

const SIGNED_IN_BEFORE: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn knock_in(w: &TestWorld, name: &str, password: &str, browser: Option<&str>) -> AfterPassword {
    let session = w.browser();
    let known = browser.map(|id| KnownBrowser { id: id.to_owned(), since: SIGNED_IN_BEFORE });
    block_on(w.sign_in().password(
        RequiredFactors::AllOfTheAccount,
        name,
        password,
        known,
        &session,
        &w.trail(&session),
    ))
    .unwrap()
}

fn guess(w: &TestWorld, name: &str) -> AfterPassword {
    knock_in(w, name, "a guess of a stranger", None)
}

fn seconds(w: &TestWorld, knocked: &AfterPassword) -> Option<u64> {
    match knocked {
        AfterPassword::Wait(wait) => Some(wait.until.seconds_from(w.now())),
        _ => None,
    }
}

#[test]
fn r48_from_the_sixth_wrong_password_on_each_doubles_the_wait() {
    let w = world();
    w.account("kim");
    for name in ["kim", "nobody"] {
        let before = w.passwords.checks();
        for _ in 0..6 {
            assert!(matches!(guess(&w, name), AfterPassword::Wrong), "{name}");
        }
        for wait in [1, 2, 4, 8, 16] {
            assert_eq!(seconds(&w, &guess(&w, name)), Some(wait), "{name}");
            assert_eq!(seconds(&w, &knock_in(&w, name, PASSWORD, None)), Some(wait), "{name}");
            w.clock.pass_seconds(wait);
            assert!(matches!(guess(&w, name), AfterPassword::Wrong), "{name}");
        }
        assert_eq!(w.passwords.checks() - before, 11, "what has to wait is not looked at");
    }
}

/// Guesses as fast as the waits allow, until nothing is looked at any more.
fn hammer(w: &TestWorld, name: &str) -> u32 {
    let mut looked_at = 0;
    loop {
        match guess(w, name) {
            AfterPassword::Wrong => looked_at += 1,
            AfterPassword::Wait(wait) => w.clock.pass(wait.until.since(w.now())),
            AfterPassword::Off => return looked_at,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn r48_a_hundred_wrong_ones_in_a_row_are_the_end_for_names_of_all_kinds() {
    let w = world();
    w.account("kim");
    for name in ["kim", "nobody"] {
        assert_eq!(hammer(&w, name), LAST, "{name}");
        w.clock.pass_seconds(400 * 86_400);
        assert!(matches!(knock_in(&w, name, PASSWORD, None), AfterPassword::Off), "{name}");
    }
}

#[test]
fn r49_strangers_do_not_hold_up_the_owners_browser() {
    let w = world();
    w.account("kim");
    hammer(&w, "kim");
    assert!(matches!(knock_in(&w, "kim", PASSWORD, Some("her own")), AfterPassword::In(_)));
    assert!(matches!(knock_in(&w, "kim", PASSWORD, None), AfterPassword::Off), "but elsewhere it stays off");
}

#[test]
fn r49_the_owners_browser_is_no_place_to_guess_at_either() {
    let w = world();
    w.account("kim");
    for _ in 0..6 {
        assert!(matches!(knock_in(&w, "kim", "a guess", Some("her own")), AfterPassword::Wrong));
    }
    assert_eq!(seconds(&w, &knock_in(&w, "kim", PASSWORD, Some("her own"))), Some(1));
    assert!(matches!(knock_in(&w, "kim", PASSWORD, None), AfterPassword::In(_)), "each is counted by itself");
}

#[test]
fn r48_the_right_password_ends_the_row_it_was_tried_in() {
    let w = world();
    w.account("kim");
    for _ in 0..5 {
        guess(&w, "kim");
        knock_in(&w, "kim", "a mistake", Some("her own"));
    }
    assert!(matches!(knock_in(&w, "kim", PASSWORD, Some("her own")), AfterPassword::In(_)));
    for _ in 0..6 {
        assert!(matches!(knock_in(&w, "kim", "a mistake", Some("her own")), AfterPassword::Wrong), "anew");
    }
    // That strangers are counted on tells them nothing about when the owner signs in.
    assert!(matches!(guess(&w, "kim"), AfterPassword::Wrong));
    assert_eq!(seconds(&w, &guess(&w, "kim")), Some(1));
}

#[test]
fn r49_a_browser_that_knew_an_older_password_is_a_stranger() {
    let w = world();
    w.account("kim");
    let later = SIGNED_IN_BEFORE.plus(std::time::Duration::from_millis(1));
    w.memory.with(|world| world.accounts[0].password_set_at = Some(later));
    for nth in 0..6 {
        let old = format!("browser {nth}");
        assert!(matches!(knock_in(&w, "kim", "the old password", Some(&old)), AfterPassword::Wrong));
    }
    assert_eq!(seconds(&w, &knock_in(&w, "kim", "the old password", Some("browser 6"))), Some(1));
}

#[test]
fn r48_what_was_not_looked_at_does_not_count() {
    let w = world();
    w.account("kim");
    w.passwords.set_busy(true);
    for _ in 0..20 {
        assert!(matches!(guess(&w, "kim"), AfterPassword::Busy));
    }
    w.passwords.set_busy(false);
    assert!(matches!(knock_in(&w, "kim", PASSWORD, None), AfterPassword::In(_)));
}

#[test]
fn r48_a_check_that_failed_does_not_count() {
    let w = world();
    w.account("kim");
    w.passwords.set_faulty(true);
    for _ in 0..20 {
        let session = w.browser();
        block_on(w.sign_in().password(
            RequiredFactors::AllOfTheAccount,
            "kim",
            PASSWORD,
            None,
            &session,
            &w.trail(&session),
        ))
        .unwrap_err();
    }
    w.passwords.set_faulty(false);
    assert!(matches!(knock_in(&w, "kim", PASSWORD, None), AfterPassword::In(_)));
}

#[test]
fn r48_variants_of_a_name_are_one_name() {
    let w = world();
    w.account("kim");
    for name in ["kim", "KIM", " Kim ", "ｋｉｍ", "kim", "KIM"] {
        assert!(matches!(guess(&w, name), AfterPassword::Wrong), "{name}");
    }
    assert!(seconds(&w, &knock_in(&w, "kim", PASSWORD, None)).is_some());
    let row = Trier { name: NameKey::of("kim").unwrap(), browser: None };
    assert_eq!(w.memory.with(|world| world.tries[&row].wrong), 6);
}
