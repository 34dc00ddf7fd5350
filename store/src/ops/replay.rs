//! Lines taken over into a library and its journal.

use postil_model::{Change, Entry, History, Library, Step};

use super::read::{Line, OpsProblem};

/// Takes lines over, in order: those after `after_seq`, which is how far the library has come, or
/// all. Gives what could not be read. Entries follow from the library as it was before each line.
pub fn replay(
    lines: impl IntoIterator<Item = Line>,
    after_seq: Option<u64>,
    library: &mut Library,
    history: &mut History,
) -> Vec<OpsProblem> {
    let mut problems = Vec::new();
    let mut entries = history.entries().to_vec();
    for line in lines {
        problems.extend(line.problems);
        if after_seq.is_some_and(|after| line.seq <= after) {
            continue;
        }
        if let Some(told) = line.entry {
            // Everything before was forgotten, and the counting began anew.
            if entries.last().is_some_and(|last| last.id > told.id) {
                entries.clear();
            }
            let earlier = entries.last().filter(|last| last.id == told.id).cloned();
            let steps = steps(&told.steps, &line.changes, library, earlier.as_ref());
            if earlier.is_some() {
                entries.pop();
            }
            if !steps.is_empty() || told.tick.is_some() {
                entries.push(Entry {
                    id: told.id,
                    at: told.at,
                    label: told.label,
                    kind: told.kind,
                    steps,
                    tick: told.tick,
                });
            }
        }
        for change in line.changes {
            library.apply(change);
        }
    }
    *history = History::from_entries(entries);
    problems
}

/// The steps of an entry whose changes are about to be applied; none unless all are there.
/// `earlier` is the entry that this one takes the place of.
fn steps(
    places: &[usize],
    changes: &[Change],
    library: &Library,
    earlier: Option<&Entry>,
) -> Vec<Step> {
    let steps = places.iter().map(|place| {
        let after = changes.get(*place)?;
        let id = after.record_id();
        let same = |step: &&Step| step.after.record_id() == id;
        let before = match earlier.and_then(|entry| entry.steps.iter().find(same)) {
            Some(step) => step.before.clone(),
            None => library.record(id),
        };
        let after = after.clone();
        Some(Step { before, after })
    });
    steps.collect::<Option<_>>().unwrap_or_default()
}
