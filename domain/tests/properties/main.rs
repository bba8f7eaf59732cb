//! P1 to P9 of the core, over random histories of several people, numbers, browsers, sessions, outcomes and faults.
//!
//! A thousand histories of at least sixty steps; `PROPTEST_CASES` sets how many are tried.
#[cfg(test)]
mod after;
#[cfg(test)]
mod drive;
#[cfg(test)]
mod model;
#[cfg(test)]
mod ops;

#[cfg(test)]
mod histories {
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
        let total = RefCell::new(Tally::default());
        let outcome = TestRunner::new(config).run(&histories, |(start, tight, ops)| {
            let mut drive = Drive::new(start, tight);
            for op in &ops {
                drive.apply(op).map_err(|why| TestCaseError::fail(format!("{op:?}: {why}")))?;
            }
            total.borrow_mut().add(&drive.model.tally);
            Ok(())
        });
        let total = total.into_inner();
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
            let Tally { right, wrong, locked, tries_spent, second_of_two, faults, sends, changes } = total;
            for (kind, count) in right.iter().enumerate() {
                assert!(*count > 25, "right codes of kind {kind}: {count}");
            }
            assert!(wrong > 1000 && sends > 1000 && tries_spent > 100, "{total:?}");
            assert!(locked > 10 && second_of_two > 10 && faults > 25, "{total:?}");
            assert!(changes > 100, "{total:?}");
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
            self.changes += other.changes;
        }
    }
}
