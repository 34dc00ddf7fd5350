//! What is known of records beside the database.

use postil_model::{Change, RecordId};

use crate::backup::Backup;
use crate::place::Place;
use crate::record::change_from_row;
use crate::salvage::Found;
use crate::table::Table;
use crate::{RecordProblem, ops_replay, recovery};

/// The newest whole backup and the lines after it.
pub(super) struct SecondCopies {
    rows: Found,
}

impl SecondCopies {
    pub(super) fn new(place: &Place, newest: Option<&Backup>) -> Self {
        let mut rows = newest
            .and_then(|backup| recovery::read(&backup.file).ok())
            .unwrap_or_default();
        rows.extend(ops_replay::replay(place, newest).rows);
        Self { rows }
    }

    pub(super) fn record(&self, problem: &RecordProblem) -> Option<Change> {
        let is_meant = |table: Table, key: &[u8]| {
            table.name() == problem.table && crate::load::hex(key) == problem.key_hex
        };
        let mut rows = self.rows.iter();
        let ((table, key), value) = rows.find(|((table, key), _)| is_meant(*table, key))?;
        change_from_row(*table, key, value).ok()
    }

    pub(super) fn of_id(&self, id: RecordId) -> Option<Change> {
        let mut changes = self
            .rows
            .iter()
            .filter_map(|((table, key), value)| change_from_row(*table, key, value).ok());
        changes.find(|change| match (change.record_id(), id) {
            // Under which plan it was is not known to what refers to it.
            (RecordId::Annotation(_, found), RecordId::Annotation(_, sought)) => found == sought,
            (found, sought) => found == sought,
        })
    }
}
