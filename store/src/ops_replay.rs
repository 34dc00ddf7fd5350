//! What `ops.jsonl`, and the files that it was before each backup, still say of the records.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use crate::backup::{self, Backup};
use crate::ops::{self, OpsFault};
use crate::place::Place;
use crate::record::{Row, row_from_change};
use crate::table::Table;

/// The latest states that the lines tell of.
#[derive(Default)]
pub(crate) struct Replayed {
    pub(crate) rows: BTreeMap<(Table, Vec<u8>), Vec<u8>>,
    /// Whether there are lines and all of them could be read.
    pub(crate) is_whole: bool,
}

/// Replays the lines that were written after a backup, or all that there are.
pub(crate) fn replay(place: &Place, after: Option<&Backup>) -> Replayed {
    let mut replayed = Replayed::default();
    let newer = backup::list(&place.dir)
        .unwrap_or_default()
        .into_iter()
        .rev();
    let newer =
        newer.filter(|backup| after.is_none_or(|after| backup.generation > after.generation));
    // A backup's own file holds what was done up to it; the present one what was done since.
    let mut files: Vec<PathBuf> = newer.map(|backup| backup.ops_file()).collect();
    files.push(place.ops());
    let mut is_any_damaged = false;
    for file in files {
        let lines = match ops::read(&file) {
            Ok(lines) => lines,
            Err(error) => {
                let is_missing = error.kind() == io::ErrorKind::NotFound;
                is_any_damaged |= !is_missing;
                tracing::info!(%error, file = %file.display(), "no lines of changes");
                continue;
            }
        };
        for line in lines {
            replayed.is_whole = true;
            is_any_damaged |= line.problems.iter().any(|p| p.fault != OpsFault::Torn);
            for row in line
                .changes
                .iter()
                .filter_map(|change| row_from_change(change).ok())
            {
                replayed.rows.insert((row.table, row.key), row.value);
            }
        }
    }
    replayed.is_whole &= !is_any_damaged;
    replayed
}

/// Whether there is such a file, with a line in it.
pub(crate) fn is_there(place: &Place) -> bool {
    std::fs::metadata(place.ops()).is_ok_and(|there| there.is_file() && there.len() > 0)
}

/// Keeps the lines of a library that is about to go, elsewhere.
pub(crate) fn put_away(place: &Place) -> io::Result<()> {
    if crate::files::is_there(&place.ops())? {
        place.set_aside(&place.ops())?;
    }
    Ok(())
}

impl Replayed {
    pub(crate) fn into_rows(self) -> impl Iterator<Item = Row> {
        self.rows
            .into_iter()
            .map(|((table, key), value)| Row { table, key, value })
    }
}
