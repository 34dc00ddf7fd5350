//! Whatever is written is what is read: against a library in memory.

use postil_model::{Change, Library};
use proptest::prelude::*;

use crate::generate::change;
use crate::support::{Bench, copy};

#[derive(Clone, Debug)]
enum Step {
    Write(Vec<Change>),
    /// Without waiting for it to be on the disk.
    WriteOn(Vec<Change>),
    Restart,
    /// Goes on with what a killed process would have left.
    Die,
}

fn step() -> impl Strategy<Value = Step> {
    let changes = || prop::collection::vec(change(), 0..8);
    prop_oneof![
        3 => changes().prop_map(Step::Write),
        2 => changes().prop_map(Step::WriteOn),
        1 => Just(Step::Restart),
        1 => Just(Step::Die),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_library_comes_back(changes in prop::collection::vec(change(), 0..60)) {
        let dir = tempfile::tempdir().unwrap();
        let mut bench = Bench::open(dir.path());
        bench.save(changes);
        let expected = bench.close();
        let bench = Bench::open(dir.path());
        prop_assert!(bench.problems.is_empty());
        prop_assert_eq!(&bench.library, &expected);

        // And as the changes that a library says it is made of.
        let other = tempfile::tempdir().unwrap();
        let mut bench = Bench::open(other.path());
        bench.save(expected.to_changes().collect());
        bench.close();
        prop_assert_eq!(&Bench::open(other.path()).library, &expected);
    }

    #[test]
    fn any_session_is_what_it_would_be_in_memory(steps in prop::collection::vec(step(), 1..12)) {
        let mut dir = tempfile::tempdir().unwrap();
        let mut bench = Bench::open(dir.path());
        for step in steps {
            match step {
                Step::Write(changes) => bench.save(changes),
                Step::WriteOn(changes) => bench.write(changes),
                Step::Restart => {
                    let expected: Library = bench.close();
                    bench = Bench::open(dir.path());
                    prop_assert_eq!(&bench.library, &expected);
                }
                Step::Die => {
                    bench.save(Vec::new());
                    let left = copy(dir.path());
                    let expected = bench.close();
                    dir = left;
                    bench = Bench::open(dir.path());
                    prop_assert_eq!(&bench.library, &expected);
                }
            }
        }
        let expected = bench.close();
        prop_assert_eq!(&Bench::open(dir.path()).library, &expected);
    }
}
