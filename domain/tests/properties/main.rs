//! P1 to P9, over random histories of several people, numbers, browsers, sessions, apps, outcomes and faults.
//!
//! A thousand histories of at least sixty steps; `PROPTEST_CASES` sets how many are tried.
#[cfg(test)]
mod after;
#[cfg(test)]
mod apps;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod drive;
#[cfg(test)]
mod model;
#[cfg(test)]
mod ops;
#[cfg(test)]
mod sign_ins;

#[cfg(test)]
mod histories {
    use crate::apps;
    use crate::drive::Drive;
    use crate::model::Tally;
    use crate::ops::op;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
    use std::cell::RefCell;

    /// Operations of one history: enough for sign-ins, changes and locks to meet.
    const STEPS: std::ops::Range<usize> = 60..140;

    #[test]
    fn p1_to_p9_hold_in_every_history() {
        let mut config = Config { failure_persistence: None, ..Config::default() };
        // The library's own figure means that nobody named one.
        if config.cases == 256 {
            config.cases = 1000;
        }
        let cases = config.cases;
        let histories = (any::<u8>(), any::<bool>(), prop::collection::vec(op(), STEPS));
        let total = RefCell::new((Tally::default(), apps::Tally::default()));
        let outcome = TestRunner::new(config).run(&histories, |(start, tight, ops)| {
            let mut drive = Drive::new(start, tight);
            for op in &ops {
                drive.apply(op).map_err(|why| TestCaseError::fail(format!("{op:?}: {why}")))?;
            }
            let (core, apps) = &mut *total.borrow_mut();
            core.add(&drive.model.tally);
            apps.add(&drive.apps.tally);
            Ok(())
        });
        let (total, apps) = total.into_inner();
        match outcome {
            Ok(()) => {}
            Err(TestError::Fail(why, (start, tight, ops))) => {
                let lines: Vec<String> = ops.iter().map(|op| format!("{op:?}")).collect();
                panic!("{why}\nstart {start:08b}, tight {tight}\n{}", lines.join("\n"));
            }
            Err(why) => panic!("{why}"),
        }
        // A history in which nothing happens holds every promise.
        if cases >= 256 {
            let Tally {
                right,
                wrong,
                locked,
                tries_spent,
                second_of_two,
                faults,
                sends,
                addresses_full,
                calls,
                heard,
                changes,
            } = total;
            for (kind, count) in right.iter().enumerate() {
                assert!(*count > 25, "right codes of kind {kind}: {count}");
            }
            assert!(wrong > 1000 && sends > 1000 && tries_spent > 100, "{total:?}");
            assert!(locked > 10 && second_of_two > 10 && faults > 25, "{total:?}");
            assert!(changes > 100 && addresses_full > 25, "{total:?}");
            assert!(calls > 100 && heard > 50 && calls > heard, "{total:?}");
            assert!(apps.codes.iter().all(|count| *count > 100) && apps.redeemed > 100, "{apps:?}");
            assert!(apps.misfits > 10 && apps.second_uses > 25 && apps.refused > 100, "{apps:?}");
            assert!(apps.renewed > 25 && apps.reused > 3 && apps.no_longer_enough > 3, "{apps:?}");
            assert!(apps.steps_up > 10 && apps.consents > 10 && apps.strangers > 25, "{apps:?}");
            assert!(apps.raised > 3 && apps.ended > 25, "{apps:?}");
        }
    }

    impl Tally {
        fn add(&mut self, other: &Self) {
            for (mine, theirs) in self.right.iter_mut().zip(other.right) {
                *mine += theirs;
            }
            self.wrong += other.wrong;
            self.locked += other.locked;
            self.tries_spent += other.tries_spent;
            self.second_of_two += other.second_of_two;
            self.faults += other.faults;
            self.sends += other.sends;
            self.addresses_full += other.addresses_full;
            self.calls += other.calls;
            self.heard += other.heard;
            self.changes += other.changes;
        }
    }
}
