//! Lines that wait to be written: which changes they tell, how many go in each, and how they stay
//! few.

use std::collections::BTreeSet;

use postil_model::{Change, Entry, Placement, RecordId};

use super::json::{ChangeV1, EntryV1};

/// Changes that a line takes, as [`size`] counts, before the next is begun. Escaped, a character
/// may take six times that: still less than what is read as a line.
const LINE_BYTES: usize = 8 << 20;
/// Lines in memory may take so much before those are thinned out that later ones outdo.
const PENDING_BYTES: usize = 16 << 20;

/// Lines that are not in the file yet, oldest first.
pub(super) struct Pending {
    lines: Vec<PendingLine>,
    /// What they take, and when that becomes too much.
    n_bytes: usize,
    max_bytes: usize,
}

pub(super) struct PendingLine {
    pub(super) seq: u64,
    pub(super) revision: u64,
    pub(super) entry: Option<EntryV1>,
    changes: Vec<(RecordId, usize, ChangeV1)>,
}

impl PendingLine {
    pub(super) fn changes(&self) -> Vec<&ChangeV1> {
        self.changes.iter().map(|(_, _, change)| change).collect()
    }
}

impl Pending {
    pub(super) fn new() -> Self {
        Self {
            lines: Vec::new(),
            n_bytes: 0,
            max_bytes: PENDING_BYTES,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn lines(&self) -> &[PendingLine] {
        &self.lines
    }

    /// Adds the lines of a batch, numbered on from `seq`, the last before them. Gives the number of
    /// the last, or `None` if there is nothing to tell.
    pub(super) fn push(
        &mut self,
        mut seq: u64,
        revision: u64,
        entry: Option<&Entry>,
        changes: &[Change],
    ) -> Option<u64> {
        let told = changes.iter().filter(|change| is_told(change));
        let told: Vec<Change> = told.cloned().collect();
        if told.is_empty() && entry.is_none() {
            return None;
        }
        let lines = split(&told);
        // The steps of an entry are in one line, or it is not told.
        let mut entry = entry
            .filter(|_| lines.len() < 2)
            .map(|entry| EntryV1::new(entry, &told));
        let lines = if lines.is_empty() {
            vec![&[][..]]
        } else {
            lines
        };
        for changes in lines {
            seq += 1;
            let changes: Vec<_> = changes
                .iter()
                .map(|change| (change.record_id(), size(change), change.into()))
                .collect();
            self.n_bytes += changes.iter().map(|(_, n_bytes, _)| n_bytes).sum::<usize>();
            self.lines.push(PendingLine {
                seq,
                revision,
                entry: entry.take(),
                changes,
            });
        }
        if self.n_bytes > self.max_bytes {
            self.thin_out(seq);
        }
        Some(seq)
    }

    /// Takes out of the lines what later ones say anew, so that what waits for room on the disk does
    /// not grow for ever in memory. An entry goes with its changes. The last line stays: its number
    /// says how far they reach.
    fn thin_out(&mut self, last_seq: u64) {
        let mut outdone = BTreeSet::new();
        let mut n_bytes = 0;
        for line in self.lines.iter_mut().rev() {
            let n_before = line.changes.len();
            let later: BTreeSet<_> = line.changes.iter().map(|(id, _, _)| *id).collect();
            line.changes.retain(|(id, _, _)| !outdone.contains(id));
            if line.changes.len() < n_before {
                line.entry = None;
            }
            n_bytes += line.changes.iter().map(|(_, n, _)| n).sum::<usize>();
            outdone.extend(later);
        }
        self.lines
            .retain(|line| !line.changes.is_empty() || line.seq == last_seq);
        self.n_bytes = n_bytes;
        self.max_bytes = PENDING_BYTES.max(n_bytes * 2);
    }
}

/// Derived records are found again in the plan folders.
pub(super) fn is_told(change: &Change) -> bool {
    !change.is_derived()
}

/// About what a change takes.
fn size(change: &Change) -> usize {
    let texts = match change {
        Change::Plan(plan) => plan.name.len() + plan.folder.len() + plan.description.len(),
        Change::Phase(phase) => phase.name.len() + phase.description.len(),
        Change::Milestone(milestone) => milestone.name.len() + milestone.description.len(),
        Change::Document(document) => document.path.len(),
        Change::Note(note) => note.text.len(),
        Change::Annotation(annotation) => annotation.approximate_bytes(),
        Change::Reply(reply) => reply.body.len(),
        Change::Link(link) => link.name.len(),
        Change::Placed(placed) => match &placed.placement {
            Placement::Ambiguous { candidates } => 48 * candidates.len(),
            _ => 48,
        },
        Change::Settings(settings) => {
            let names: usize = settings.highlight_names.iter().map(String::len).sum();
            names + settings.backup_folder.as_ref().map_or(0, String::len)
        }
        Change::Reading(_) | Change::HandOver(_) | Change::LastRead(_) | Change::Stamp(_) => 0,
    };
    texts + 200
}

/// The changes in their order, in parts of which each fits in a line.
pub(super) fn split(changes: &[Change]) -> Vec<&[Change]> {
    let mut n_bytes = 0;
    let parts = changes.chunk_by(|change, _| {
        n_bytes += size(change);
        let is_same = n_bytes < LINE_BYTES;
        if !is_same {
            n_bytes = 0;
        }
        is_same
    });
    parts.collect()
}
