//! Codes: spent before they are compared, right once, worth something in one place.
use crate::place::Place;
use crate::world::{Guess, LOCK, TRIES, World, parallel};
use domain::challenge::{PhonePlan, Standing};
use domain::notice::NoticeKind;
use domain::policy::OtpPolicy;
use domain::ports::{AttemptKey, Challenges, Opened, Phones, Removed};
use domain::purpose::{Counter, Purpose};
use std::sync::Arc;
use tokio::sync::Semaphore;

fn wrong(tries_left: u32, failures_left: u32) -> Guess {
    Guess::Wrong { tries_left, failures_left }
}

pub async fn a_right_code_counts_once(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    assert_eq!(world.guess_wrong(&code).await, wrong(4, 19));
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Nothing);
    assert!(!world.consume(&code, &[]).await);
    let flow = world.flow(&code).await;
    assert_eq!(flow.finished_at, Some(world.now()));
    assert!(!flow.code.unwrap().standing);
}

pub async fn r06_500_parallel_guesses_spend_five_tries(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    let code = Arc::new(code);
    let paid = parallel(500, |_| {
        let (world, code) = (world.hand(), Arc::clone(&code));
        async move { world.take(&code).await.map(|taken| taken.tries_left) }
    })
    .await;
    let mut left: Vec<u32> = paid.into_iter().flatten().collect();
    left.sort_unstable();
    assert_eq!(left, [0, 1, 2, 3, 4]);
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Nothing);
}

/// The right code stands among the guesses, and comes while they are made: behind the first five that were answered.
pub async fn r06_of_500_guesses_at_once_five_are_compared_and_the_right_one_comes_too_late(world: World) {
    const RIGHT_AT: u32 = 400;
    // As many as either can do in a few seconds.
    let rounds = if matches!(*world.place, Place::Folder(_)) { 200 } else { 40 };
    for round in 0..rounds {
        let ada = world.account(&format!("ada-{round}"), &["+12015550101"]).await;
        let code = Arc::new(world.sent(&ada, &world.session(), Purpose::SignIn).await);
        let first = code.digits.parse::<u32>().unwrap() + 1_000_000 - RIGHT_AT;
        let answered = Arc::new(Semaphore::new(0));
        let guesses = parallel(500, |nth| {
            let (world, code, answered) = (world.hand(), Arc::clone(&code), Arc::clone(&answered));
            let nth = u32::try_from(nth).unwrap();
            async move {
                if nth == RIGHT_AT {
                    answered.acquire_many(TRIES).await.unwrap().forget();
                }
                let guess = world.guess(&code, &format!("{:06}", (first + nth) % 1_000_000)).await;
                answered.add_permits(1);
                guess
            }
        })
        .await;
        let mut compared: Vec<&Guess> = guesses.iter().filter(|guess| **guess != Guess::Nothing).collect();
        compared.sort_unstable_by_key(|guess| match guess {
            Guess::Wrong { tries_left, .. } => *tries_left,
            _ => panic!("round {round}: {guess:?}"),
        });
        assert!(compared.into_iter().eq(&(0..TRIES).map(|n| wrong(n, LOCK - TRIES + n)).collect::<Vec<_>>()));
        assert_eq!(world.flow(&code).await.finished_at, None);
    }
}

pub async fn r03_exactly_one_consumer(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    for _ in 0..5 {
        let code = Arc::new(world.sent(&ada, &world.session(), Purpose::FreshProof).await);
        let right = parallel(50, |_| {
            let (world, code) = (world.hand(), Arc::clone(&code));
            async move { world.consume(&code, &[]).await }
        })
        .await;
        assert_eq!(right.into_iter().filter(|won| *won).count(), 1);
    }
}

pub async fn r05_five_wrong_codes_and_the_right_one_is_refused(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    for n in 1..=TRIES {
        assert_eq!(world.guess_wrong(&code).await, wrong(TRIES - n, LOCK - n));
    }
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Nothing);
    assert_eq!(world.flow(&code).await.tries, TRIES);
}

pub async fn r02_a_code_is_right_until_its_last_second(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    world.pass(299);
    assert_eq!(world.guess_wrong(&code).await, wrong(4, 19));
    let taken = world.take(&code).await;
    world.pass(1);
    assert!(taken.is_some() && !world.consume(&code, &[]).await, "paid in time, used too late");
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Nothing);
}

pub async fn r07_a_code_is_worth_nothing_elsewhere(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let old = world.phone(&ada).await.id;
    let session = world.session();
    let purposes = [Purpose::SignIn, Purpose::FreshProof, Purpose::Test];
    for purpose in &purposes {
        let code = world.sent(&ada, &session, purpose.clone()).await;
        for other in purposes.iter().chain([&Purpose::NewPhone, &Purpose::ReplacePhone { old: old.clone() }])
        {
            if other == purpose {
                continue;
            }
            let key = AttemptKey {
                account: &ada,
                flow: &code.flow,
                session: &code.session,
                purpose: other,
                tries: TRIES,
                failures_before_lock: LOCK,
            };
            assert!(world.store.take_attempt(&key, world.now()).await.unwrap().is_none(), "{other:?}");
            assert!(!world.consume_as((&ada, &code.challenge), other, &session, &[]).await, "{other:?}");
        }
        let mut elsewhere = code.clone();
        elsewhere.session = world.session();
        assert!(world.take(&elsewhere).await.is_none());
        assert!(world.store.flow(&code.flow, &elsewhere.session).await.unwrap().is_none());
        assert_eq!(world.flow(&code).await.tries, 0, "nothing was spent");
        assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    }
}

pub async fn r04_failures_outlive_resends_sessions_and_adding_the_number_anew(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let mut failures = 0;
    while failures < 8 {
        let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
        for _ in 0..4 {
            failures += 1;
            assert_eq!(
                world.guess_wrong(&code).await,
                wrong(TRIES - 1 - (failures - 1) % 4, LOCK - failures)
            );
        }
        world.pass(3600);
    }
    // Removed by its person and added again: the number is the same, and so is its count.
    let phone = world.phone(&ada).await;
    let session = world.session();
    let gone = world.store.remove(&ada, &phone.id, &[], &world.trail(&session)).await.unwrap();
    assert_eq!(gone, Removed::Last);
    let (code, _) =
        world.open(&ada, &session, Purpose::NewPhone, world.pending("+12015550101", None, 5), vec![]).await;
    assert!(!world.store.locked(&ada, &phone.hash, Counter::Using).await.unwrap());
    assert_eq!(world.guess_wrong(&code).await, wrong(4, 19), "binding is counted by itself");
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    assert_eq!(world.guess_wrong(&code).await, wrong(4, 19), "proven anew, it begins anew");
}

pub async fn r11_a_right_code_forgives_its_own_counter_alone(world: World) {
    let ada = world.account("ada", &["+12015550101", "+12015550102"]).await;
    let phones = world.phones(&ada).await;
    let session = world.session();
    for phone in &phones {
        let plan = PhonePlan::Existing(phone.id.clone());
        let (code, _) = world.open(&ada, &session, Purpose::SignIn, plan, vec![]).await;
        assert_eq!(world.guess_wrong(&code).await, wrong(4, 19));
    }
    let code = world.sent(&ada, &session, Purpose::SignIn).await;
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    for (phone, left) in phones.iter().zip([19, 18]) {
        let plan = PhonePlan::Existing(phone.id.clone());
        let (code, _) = world.open(&ada, &session, Purpose::FreshProof, plan, vec![]).await;
        assert_eq!(world.guess_wrong(&code).await, wrong(4, left));
    }
}

pub async fn r04_a_number_that_is_off_gets_no_code_and_is_bound_anew(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let phone = world.phone(&ada).await;
    let session = world.session();
    let mut last = None;
    for n in 1..=LOCK {
        if n % 5 == 1 {
            last = Some(world.sent(&ada, &session, Purpose::SignIn).await);
        }
        let left = world.guess_wrong(last.as_ref().unwrap()).await;
        assert_eq!(left, wrong(4 - (n - 1) % 5, LOCK - n));
    }
    assert!(world.store.locked(&ada, &phone.hash, Counter::Using).await.unwrap());
    assert!(world.phone(&ada).await.locked);
    assert!(world.flow(&last.unwrap()).await.locked);
    let plan = PhonePlan::Existing(phone.id.clone());
    let (_, opened) = world.open(&ada, &session, Purpose::FreshProof, plan, vec![]).await;
    assert_eq!(opened, Opened::Overtaken, "no code for use");
    let plan = PhonePlan::Existing(phone.id.clone());
    let (code, opened) = world.open(&ada, &session, Purpose::NewPhone, plan, vec![]).await;
    assert_eq!(opened, Opened::Written, "a code for binding");
    assert!(!world.flow(&code).await.locked);
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    assert!(!world.phone(&ada).await.locked);
}

pub async fn a_lowered_figure_switches_off_what_is_beyond_it(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let hash = world.phone(&ada).await.hash;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    for _ in 0..3 {
        world.guess_wrong(&code).await;
    }
    let key = AttemptKey {
        account: &ada,
        flow: &code.flow,
        session: &code.session,
        purpose: &code.purpose,
        tries: TRIES,
        failures_before_lock: 2,
    };
    assert!(world.store.take_attempt(&key, world.now()).await.unwrap().is_none());
    assert!(world.store.locked(&ada, &hash, Counter::Using).await.unwrap());
    assert_eq!(world.flow(&code).await.tries, 3, "both or none");
}

pub async fn r60_an_account_switched_off_gets_no_guess(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    assert!(world.take(&code).await.is_some());
    assert!(world.store.disable_user(&ada, &world.operator()).await.unwrap());
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Nothing);
    assert!(!world.consume(&code, &[]).await, "paid before, used after");
    assert!(world.store.enable_user(&ada, &world.operator()).await.unwrap());
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Nothing, "its flow has ended");
}

pub async fn a_flow_that_ended_after_the_try_gains_nothing(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    assert!(world.take(&code).await.is_some());
    world.store.cancel(&code.flow, &code.session, &[], &world.trail(&code.session)).await.unwrap();
    assert!(!world.consume(&code, &[]).await);
    let other = world.session();
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    world.store.cancel(&code.flow, &other, &[], &world.trail(&other)).await.unwrap();
    assert!(world.consume(&code, &[]).await, "another browser cannot cancel it");
}

pub async fn a_number_removed_after_the_try_gains_nothing(world: World) {
    let ada = world.account("ada", &["+12015550101", "+12015550102"]).await;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    assert!(world.take(&code).await.is_some());
    let phone = world.phone(&ada).await;
    let notice = world.notice(NoticeKind::PhoneRemoved, &[], &[]);
    world.store.remove(&ada, &phone.id, &[notice], &world.operator()).await.unwrap();
    assert!(!world.consume(&code, &[]).await);
    let policy = OtpPolicy::new(6, 300, TRIES, LOCK, &[30]).unwrap();
    assert!(world.store.latest(&code.session, &["sign_in"]).await.unwrap().is_some_and(|flow| {
        matches!(flow.standing(&policy, world.now()), Standing::Dead(domain::challenge::Dead::Ended))
    }));
}

pub async fn unfinished_sign_ins_of_other_browsers_are_known(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let mine = world.session();
    let first = world.sent(&ada, &mine, Purpose::SignIn).await;
    world.pass(1);
    let begun = world.now();
    world.sent(&ada, &world.session(), Purpose::SignIn).await;
    world.pass(60);
    // Trying again in the same browser is nobody else.
    let code = world.sent(&ada, &mine, Purpose::SignIn).await;
    assert_ne!(first.flow, code.flow);
    let unfinished = world.store.unfinished_sign_in(&ada, &code.flow).await.unwrap();
    assert_eq!(unfinished, Some((begun, "Firefox on Linux".to_owned())));
    world.pass(1);
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    let next = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    assert_eq!(world.store.unfinished_sign_in(&ada, &next.flow).await.unwrap(), None);
}
