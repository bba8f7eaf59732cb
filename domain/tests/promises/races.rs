//! Several requests at the same moment, in every order of their steps that a few hundred seeds draw (R3, R6, A1–A3).
use crate::hands::*;
use domain::channel::Channel;
use domain::otp::{Checked, Sent};
use domain::phones::Begun;
use domain::sign_in::Finished;
use domain::testing::{Planned, Racer, block_on, race};

const SEEDS: std::ops::Range<u64> = 0..300;

/// Posts all these codes from one page at the same moment; says how each was answered.
fn posts(sam: &Sam, flow: &domain::id::FlowId, codes: &[String], seed: u64) -> Vec<Finished> {
    let (page, trail, service) = (sam.waiting(flow).flow, sam.w.trail(&sam.browser), sam.w.sign_in());
    sam.w.memory.set_racing(true);
    let racers: Vec<Racer<'_, Finished>> = codes
        .iter()
        .map(|code| {
            let page = page.clone();
            let (service, trail) = (&service, &trail);
            let post = async move { service.code(page.created_at, page, code, trail).await.unwrap() };
            Box::pin(post) as Racer<'_, Finished>
        })
        .collect();
    let answers = race(racers, seed);
    sam.w.memory.set_racing(false);
    answers
}

#[test]
fn a02_of_parallel_posts_of_a_right_code_exactly_one_signs_in() {
    for seed in SEEDS {
        let sam = sam();
        let flow = sam.half();
        let codes = vec![sam.last(ONE); 5];
        let answers = posts(&sam, &flow, &codes, seed);
        let ins = answers.iter().filter(|answer| matches!(answer, Finished::In(_))).count();
        assert_eq!(ins, 1, "seed {seed}: {answers:?}");
        let compared = answers.iter().filter(|answer| matches!(answer, Finished::Not(Checked::Wrong { .. })));
        assert_eq!(compared.count(), 0, "seed {seed}");
        assert_eq!(sam.w.memory.with(|world| world.accounts[0].sign_ins.len()), 1);
    }
}

#[test]
fn a01_of_parallel_guesses_no_more_are_compared_than_there_are_tries() {
    let mut lucky = 0;
    for seed in SEEDS {
        let sam = sam();
        let flow = sam.half();
        let right = sam.last(ONE);
        let mut codes: Vec<String> =
            (0..11).map(|n| format!("{n:06}")).filter(|code| *code != right).collect();
        codes.truncate(10);
        codes.push(right);
        let answers = posts(&sam, &flow, &codes, seed);
        let compared = answers.iter().filter(|answer| {
            matches!(answer, Finished::In(_) | Finished::Not(Checked::Wrong { .. } | Checked::Right(_)))
        });
        assert!(compared.count() <= 5, "seed {seed}: {answers:?}");
        lucky += usize::from(answers.iter().any(|answer| matches!(answer, Finished::In(_))));
        assert!(sam.flow(&flow).tries <= 5);
    }
    assert!(lucky > 0 && lucky < 290, "the right one is sometimes among the first, mostly not: {lucky}");
}

#[test]
fn a03_the_failure_counter_never_lags_behind_comparisons() {
    for seed in SEEDS {
        let sam = sam();
        let first = sam.half();
        sam.pass(1);
        let other = sam.w.browser();
        let second = sam.half_in(&other);
        let wrong = other_than(&sam.last(ONE));
        let pages = [sam.flow(&first), sam.flow(&second)];
        let (trail, service) = (sam.w.trail(&sam.browser), sam.w.sign_in());
        sam.w.memory.set_racing(true);
        let racers: Vec<Racer<'_, bool>> = (0..12)
            .map(|n| {
                let (page, service, trail, wrong) = (pages[n % 2].clone(), &service, &trail, &wrong);
                Box::pin(async move {
                    matches!(
                        service.code(page.created_at, page, wrong, trail).await,
                        Ok(Finished::Not(Checked::Wrong { .. }))
                    )
                }) as Racer<'_, bool>
            })
            .collect();
        let compared = race(racers, seed).into_iter().filter(|compared| *compared).count();
        let counted =
            sam.w.memory.with(|world| world.counts.values().map(|count| count.failures).sum::<u32>());
        assert_eq!((compared, counted), (10, 10), "seed {seed}");
    }
}

#[test]
fn r08_of_parallel_wishes_for_a_new_code_one_sends() {
    for seed in SEEDS {
        let sam = sam();
        let flow = sam.half();
        sam.pass(30);
        let (page, trail, service) = (sam.waiting(&flow).flow, sam.w.trail(&sam.browser), sam.w.sign_in());
        sam.w.memory.set_racing(true);
        let racers = (0..3).map(|_| {
            let (page, trail, service) = (&page, &trail, &service);
            Box::pin(async move { service.resend(page.clone(), None, Channel::Sms, trail).await.unwrap() })
                as Racer<'_, Sent>
        });
        let mut sent = race(racers.collect(), seed);
        sent.sort_by_key(|sent| *sent != Sent::Out);
        assert_eq!(sent, [Sent::Out, Sent::Already, Sent::Already], "seed {seed}");
        assert_eq!(sam.w.sms.count(), 2);
    }
}

#[test]
fn r08_pressed_twice_at_once_a_number_gets_one_code_and_one_confirmation() {
    for seed in SEEDS {
        let sam = sam();
        let (trail, book) = (sam.w.trail(&sam.browser), sam.w.book());
        sam.w.memory.set_racing(true);
        let racers = (0..2).map(|_| {
            let (sam, trail, book) = (&sam, &trail, &book);
            let begin = async move { book.begin(&sam.id, &sam.browser, TWO, "", trail).await.unwrap() };
            Box::pin(begin) as Racer<'_, Begun>
        });
        let begun = race(racers.collect(), seed);
        sam.w.memory.set_racing(false);
        let flows: Vec<_> = begun
            .iter()
            .map(|begun| match begun {
                Begun::Confirming(flow) => flow.clone(),
                other => panic!("seed {seed}: {other:?}"),
            })
            .collect();
        assert_eq!(flows[0], flows[1], "seed {seed}");
        assert_eq!((sam.w.sms.count(), sam.w.phones(&sam.id).len()), (1, 2), "seed {seed}");
        let page = sam.flow(&flows[0]);
        assert!(matches!(block_on(book.confirm(page, &sam.last(TWO), &trail)), Ok(Checked::Right(_))));
    }
}

#[test]
fn r08_pressed_twice_at_once_a_test_and_a_proof_send_one_code_each() {
    for seed in SEEDS {
        let sam = sam();
        let (trail, tests, proof) = (sam.w.trail(&sam.browser), sam.w.tests(), sam.w.proof());
        sam.w.memory.set_racing(true);
        let racers = (0..4).map(|n| {
            let (sam, trail, tests, proof) = (&sam, &trail, &tests, &proof);
            Box::pin(async move {
                if n < 2 {
                    let started = tests.start(&sam.id, &sam.browser, &sam.phone, trail).await;
                    started.unwrap().unwrap().flow.is_some()
                } else {
                    proof.send(&sam.id, &sam.browser, None, Channel::Sms, trail).await.is_ok()
                }
            }) as Racer<'_, bool>
        });
        assert!(race(racers.collect(), seed).into_iter().all(|fine| fine), "seed {seed}");
        assert_eq!(sam.w.sms.count(), 2, "seed {seed}");
    }
}

#[test]
fn r30_r32_a_code_and_a_change_of_phones_at_once_leave_no_half_done_thing() {
    for seed in SEEDS {
        let sam = sam();
        let flow = sam.half();
        let code = sam.last(ONE);
        let page = sam.waiting(&flow).flow;
        let far = sam.w.browser();
        let (trail, far_trail) = (sam.w.trail(&sam.browser), sam.w.trail(&far));
        let (service, book) = (sam.w.sign_in(), sam.w.book());
        sam.w.memory.set_racing(true);
        let racers: Vec<Racer<'_, bool>> = vec![
            Box::pin(async {
                matches!(service.code(page.created_at, page, &code, &trail).await, Ok(Finished::In(_)))
            }),
            Box::pin(async { book.remove(&sam.id, &sam.phone, &far_trail).await.is_ok() }),
        ];
        let done = race(racers, seed);
        sam.w.memory.set_racing(false);
        assert!(done[1]);
        let finished = sam.flow(&flow).finished_at.is_some();
        assert_eq!(done[0], finished, "seed {seed}: in, or not in and the sign-in over");
        assert_eq!(sam.flow(&flow).ended_at.is_some(), !finished, "seed {seed}");
    }
}

#[test]
fn r14_a_race_with_a_fault_never_signs_in_twice() {
    for seed in SEEDS {
        let sam = sam();
        let flow = sam.half();
        let (page, trail, service) = (sam.waiting(&flow).flow, sam.w.trail(&sam.browser), sam.w.sign_in());
        let code = sam.last(ONE);
        sam.w.memory.fail(Planned::After(u32::try_from(seed % 9).unwrap()));
        sam.w.memory.set_racing(true);
        let racers = (0..3).map(|_| {
            let (page, trail, service, code) = (page.clone(), &trail, &service, &code);
            let post = async move {
                matches!(service.code(page.created_at, page, code, trail).await, Ok(Finished::In(_)))
            };
            Box::pin(post) as Racer<'_, bool>
        });
        let ins = race(racers.collect(), seed).into_iter().filter(|signed_in| *signed_in).count();
        assert!(ins <= 1, "seed {seed}");
        assert!(sam.w.memory.with(|world| world.accounts[0].sign_ins.len()) <= 1, "seed {seed}");
    }
}
