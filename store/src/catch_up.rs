//! What a library has lost of what `ops.jsonl` tells, and that brought back.
//!
//! A line is written after the commit that it tells of, so that the lines never know more than the
//! database. If they do, the database is one of before: redb falls back to the commit before the last
//! where pages of the last are damaged after an unclean end, and does not say so; or somebody put an
//! older file in its place.

use std::collections::BTreeSet;
use std::io;

use postil_model::Library;

use crate::Recovery;
use crate::backup;
use crate::meta::StoreId;
use crate::opening::Opened;
use crate::ops::{self, Line, OpsFault};
use crate::place::Place;
use crate::record::{row_from_change, row_from_entry, row_from_ops_seq};

/// Brings what the lines tell beyond the library into it, with the rows that are to be written.
pub(crate) fn catch_up(place: &Place, opened: &mut Opened) {
    let (library, of) = (&opened.library, opened.identity.store_id);
    let (lines, is_complete) = lines_beyond(place, of, library, opened.ops_seq);
    if !lines.is_empty() {
        take(opened, lines, is_complete);
    }
}

/// The lines that tell of more than a library has, whose database says of the last line that it
/// knows `marked`; and whether they are all that there were.
pub(crate) fn lines_beyond(
    place: &Place,
    of: StoreId,
    library: &Library,
    marked: Option<u64>,
) -> (Vec<Line>, bool) {
    let is_empty = *library == Library::default();
    let Some(marked) = marked.or(is_empty.then_some(0)) else {
        return (Vec::new(), true);
    };
    lines_after(place, of, marked).unwrap_or_else(|error| {
        tracing::info!(%error, "how far ops.jsonl goes is not known");
        (Vec::new(), true)
    })
}

fn lines_after(place: &Place, of: StoreId, marked: u64) -> io::Result<(Vec<Line>, bool)> {
    let path = place.ops();
    let Some((first, last)) = ops::span(&path, of)? else {
        return Ok((Vec::new(), true));
    };
    if last.is_some_and(|last| last <= marked) {
        return Ok((Vec::new(), true));
    }
    let mut files = vec![path];
    if first > marked {
        // Put away beside a backup meanwhile.
        let newest = backup::list(&place.dir)?.into_iter().next();
        files.splice(..0, newest.map(|backup| backup.ops_file()));
    }
    let mut lines = Vec::new();
    for file in files {
        match ops::read(&file) {
            Ok(read) => lines.extend(read.filter(|line| line.seq > marked)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    let is_complete = lines.first().is_none_or(|line| line.seq == marked + 1);
    Ok((lines, is_complete))
}

fn take(opened: &mut Opened, lines: Vec<Line>, is_complete: bool) {
    let last = lines.iter().map(|line| line.seq).max();
    let mut records = BTreeSet::new();
    for change in lines.iter().flat_map(|line| &line.changes) {
        records.insert(change.record_id());
        opened.quarantine.extend(row_from_change(change));
    }
    let before = opened.history.entries().to_vec();
    let problems = ops::replay(lines, None, &mut opened.library, &mut opened.history);
    let entries = opened.history.entries().iter();
    for entry in entries.filter(|entry| !before.contains(entry)) {
        opened.quarantine.extend(row_from_entry(entry));
    }
    opened
        .quarantine
        .extend(last.map(row_from_ops_seq).and_then(Result::ok));
    opened.ops_seq = last;
    // What came back may speak of them.
    opened.unused_texts.clear();
    let all = opened.library.to_changes();
    let n_all = all.filter(|change| !change.is_derived()).count();
    let recovery = Recovery {
        why: "its file had lost what was written last".to_owned(),
        damaged: None,
        n_from_file: n_all.saturating_sub(records.len()),
        n_from_backup: 0,
        backup: None,
        n_from_ops: records.len(),
        n_lost: 0,
        is_complete: is_complete && problems.iter().all(|p| p.fault == OpsFault::Torn),
    };
    tracing::error!(%recovery, "the library had fallen back behind ops.jsonl");
    opened.recovery = Some(recovery);
}
