//! Which note an answer belongs to in the end.

use std::collections::HashMap;

/// What an answer comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Root {
    /// It answers this, at this many removes: 1 is directly.
    Note(u128, usize),
    /// What it answers is not there.
    Missing,
    /// It answers itself, by way of others or not.
    Cycle,
}

/// Finds the root of every answer. `parents` gives what each answers; `is_note` tells what is no
/// answer itself. Takes time linear in the number of answers, however long their chains.
pub(super) fn roots(
    parents: &HashMap<u128, u128>,
    is_note: impl Fn(u128) -> bool,
) -> HashMap<u128, Root> {
    let mut roots: HashMap<u128, Root> = HashMap::new();
    for &start in parents.keys() {
        let mut chain = Vec::new();
        let mut on_chain = std::collections::HashSet::new();
        let mut at = start;
        let mut root = loop {
            if let Some(known) = roots.get(&at) {
                break *known;
            }
            match parents.get(&at) {
                _ if !on_chain.insert(at) => break Root::Cycle,
                Some(parent) => {
                    chain.push(at);
                    at = *parent;
                }
                None if is_note(at) => break Root::Note(at, 0),
                None => break Root::Missing,
            }
        };
        for answer in chain.into_iter().rev() {
            if let Root::Note(_, removes) = &mut root {
                *removes += 1;
            }
            roots.insert(answer, root);
        }
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_lead_to_their_note_to_nothing_or_to_themselves() {
        // 1 is a note; 2 to 4 follow from it; 5 answers nobody; 6 and 7 each other, 8 them; 9 itself.
        let parents = HashMap::from([
            (2, 1),
            (3, 2),
            (4, 3),
            (5, 99),
            (6, 7),
            (7, 6),
            (8, 6),
            (9, 9),
        ]);
        let roots = roots(&parents, |id| id == 1);
        assert_eq!(roots[&2], Root::Note(1, 1));
        assert_eq!(roots[&4], Root::Note(1, 3));
        assert_eq!(roots[&5], Root::Missing);
        for cyclic in [6, 7, 8, 9] {
            assert_eq!(roots[&cyclic], Root::Cycle);
        }
    }

    #[test]
    fn a_long_chain_takes_no_stack_and_little_time() {
        let parents: HashMap<u128, u128> = (1..200_000).map(|n| (n, n - 1)).collect();
        let roots = roots(&parents, |id| id == 0);
        assert_eq!(roots[&199_999], Root::Note(0, 199_999));
    }
}
