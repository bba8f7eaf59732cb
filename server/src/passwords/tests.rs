//! Promises about stored passwords.
use super::*;
use crate::entropy::OsEntropy;

fn pool(master: u8) -> PasswordPool {
    let keys = Keys::derive(&[master; 32]);
    PasswordPool::with_workers(&keys, Arc::new(OsEntropy), 2, 50).unwrap()
}

fn typed(text: &str) -> Password {
    Password::typed(text)
}

const RIGHT: PasswordCheck = PasswordCheck::Right { renewed: None };

/// A plain hash as another system would have made it.
fn foreign(password: &str, cost: Cost, length: usize) -> String {
    let params = argon2::Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(length)).unwrap();
    let mut hash = vec![0; length];
    let argon = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon.hash_password_into(password.as_bytes(), b"a foreign salt", &mut hash).unwrap();
    Stored { cost, version: 19, key_id: None, salt: b"a foreign salt".to_vec(), hash }.to_string()
}

#[tokio::test]
async fn the_right_password_is_right_and_every_other_is_wrong() {
    let pool = pool(1);
    let stored = pool.hash(typed("correct horse battery staple")).await.unwrap();
    assert_eq!(pool.check(Some(stored.clone()), typed("correct horse battery staple")).await.unwrap(), RIGHT);
    for wrong in
        ["correct horse battery stapl", "correct horse battery staple ", "", "Correct horse battery staple"]
    {
        assert_eq!(
            pool.check(Some(stored.clone()), typed(wrong)).await.unwrap(),
            PasswordCheck::Wrong,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn r44_a_difference_after_byte_72_counts() {
    let pool = pool(1);
    let stored = pool.hash(typed(&"x".repeat(200))).await.unwrap();
    let other = format!("{}y", "x".repeat(199));
    assert_eq!(pool.check(Some(stored), typed(&other)).await.unwrap(), PasswordCheck::Wrong);
}

#[tokio::test]
async fn r46_the_stored_form_names_cost_and_key_and_no_two_are_alike() {
    let pool = pool(1);
    let [one, two] = [pool.hash(typed("same")).await.unwrap(), pool.hash(typed("same")).await.unwrap()];
    assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid="), "{one}");
    assert_ne!(one, two);
    let stored: Stored = one.parse().ok().unwrap();
    assert_eq!(stored.salt.len(), 16);
    // The Argon2 output itself is not there: without the pepper nothing can be tested.
    let mut output = [0; argon::OUTPUT];
    Kernel::new().derive(COST, argon::VERSION, b"same", &stored.salt, &mut output).unwrap();
    assert_ne!(stored.hash, output);
}

#[tokio::test]
async fn r46_a_hash_of_another_key_file_is_a_fault_and_no_wrong_password() {
    let stored = pool(1).hash(typed("same")).await.unwrap();
    let fault = pool(2).check(Some(stored.clone()), typed("same")).await.unwrap_err();
    assert_eq!(fault.cause.downcast_ref::<PhcError>(), Some(&PhcError::OtherKey));
    assert_eq!(pool(2).adopt(&stored), Err(PhcError::OtherKey));
}

#[tokio::test]
async fn r46_imported_hashes_work_and_are_renewed_once() {
    let pool = pool(1);
    for (cost, length) in [
        (COST, 32),
        (Cost { memory_kib: 8192, passes: 3, lanes: 4 }, 32),
        (Cost { memory_kib: 30_000, passes: 1, lanes: 1 }, 64),
        (Cost { memory_kib: 4096, passes: 1, lanes: 2 }, 16),
    ] {
        let plain = foreign("from elsewhere", cost, length);
        let adopted = pool.adopt(&plain).unwrap();
        assert!(adopted.contains("keyid=") && adopted.len() > plain.len());
        assert_eq!(pool.adopt(&adopted).unwrap(), adopted);
        for stored in [plain, adopted] {
            assert_eq!(pool.check(Some(stored.clone()), typed("wrong")).await.unwrap(), PasswordCheck::Wrong);
            let check = pool.check(Some(stored.clone()), typed("from elsewhere")).await.unwrap();
            let PasswordCheck::Right { renewed } = check else { panic!("{cost:?}") };
            // Ours in all but the pepper's arrival needs no second renewal.
            let Some(renewed) = renewed else {
                assert!(cost == COST && stored.contains("keyid"), "{cost:?}");
                continue;
            };
            assert!(renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid="));
            assert_eq!(pool.check(Some(renewed), typed("from elsewhere")).await.unwrap(), RIGHT);
        }
    }
}

#[tokio::test]
async fn what_is_no_argon2id_is_not_adopted() {
    let pool = pool(1);
    assert_eq!(pool.adopt("$2b$12$abcdefghijklmnopqrstuv"), Err(PhcError::NotArgon2id));
    assert_eq!(
        pool.adopt(&foreign("x", COST, 32).replace("m=19456", "m=9999999")),
        Err(PhcError::OutOfRange)
    );
}

#[tokio::test]
async fn r50_an_unknown_name_is_wrong_after_the_same_work() {
    let pool = pool(1);
    assert_eq!(pool.check(None, typed("anything")).await.unwrap(), PasswordCheck::Wrong);
    // The same work means: the same cost, salt and hash length as a stored one.
    let stored: Stored = pool.hash(typed("x")).await.unwrap().parse().ok().unwrap();
    assert_eq!(
        (pool.dummy.cost, pool.dummy.salt.len(), pool.dummy.hash.len(), pool.dummy.key_id),
        (stored.cost, stored.salt.len(), stored.hash.len(), stored.key_id)
    );
}

#[test]
fn r50_a_wrong_password_is_as_much_work_at_a_cheaper_hash_of_another_system() {
    for (memory_kib, passes) in
        [(12_288, 3), (9_216, 4), (7_168, 5), (19_456, 1), (4_096, 3), (8, 1), (19_455, 2)]
    {
        let cost = Cost { memory_kib, passes, lanes: 1 };
        let both = cost.work() + cost.filler().map_or(0, Cost::work);
        assert!((COST.work() - 16..=COST.work()).contains(&both), "{cost:?}: {both}");
    }
    for (memory_kib, passes) in [(19_456, 2), (65_536, 3)] {
        assert_eq!(Cost { memory_kib, passes, lanes: 1 }.filler(), None);
    }
}

#[tokio::test]
async fn a_hash_that_is_kept_is_checked_though_it_would_not_be_taken_over_any_more() {
    let pool = pool(1);
    let dear = foreign("from elsewhere", Cost { memory_kib: 262_144, passes: 4, lanes: 1 }, 32);
    assert_eq!(pool.adopt(&dear), Err(PhcError::OutOfRange));
    let check = pool.check(Some(dear), typed("from elsewhere")).await.unwrap();
    assert!(matches!(check, PasswordCheck::Right { renewed: Some(_) }), "{check:?}");
}

#[test]
fn a_hash_from_a_directory_is_taken_with_the_name_of_its_scheme() {
    let pool = pool(1);
    let plain = foreign("from elsewhere", COST, 32);
    let named = pool.adopt(&format!("{{ARGON2}}{plain}"));
    assert_eq!(named, pool.adopt(&plain));
    assert!(named.is_ok());
}

#[tokio::test]
async fn r47_a_crowd_is_served_up_to_the_limit_and_the_rest_is_told_to_come_back() {
    let keys = Keys::derive(&[1; 32]);
    let pool = PasswordPool::with_workers(&keys, Arc::new(OsEntropy), 2, 6).unwrap();
    let all = futures::future::join_all((0..40).map(|_| pool.check(None, typed("x")))).await;
    let busy = all.iter().filter(|check| matches!(check, Ok(PasswordCheck::Busy))).count();
    let wrong = all.iter().filter(|check| matches!(check, Ok(PasswordCheck::Wrong))).count();
    assert_eq!(busy + wrong, 40);
    assert!(wrong >= 6 && busy >= 1, "{wrong} {busy}");
}
