//! Brings what is known of a plan's documents in line with what a scan of its folder found.

use std::collections::{BTreeMap, HashMap};

use crate::{Change, Document, DocumentId, FileStamp, Library, PlanId, Timestamp};

/// A file as a scan saw it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenFile {
    /// Path under the plan's folder, separated by `/`.
    pub path: String,
    /// Hash of its bytes; `None` where it could not be read.
    pub hash: Option<[u8; 32]>,
    /// Bytes.
    pub len: u64,
    /// Nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Inode number, 0 where there is none.
    pub inode: u64,
}

/// The changes that make the library say what the scan saw.
///
/// A file at a path nobody had, with the content of a document whose own file is gone, is that
/// document under a new name: it keeps its id and everything on it. A document without a file is
/// marked missing and kept. Empty files are never taken for each other. The same scan twice gives
/// no change the second time. `new_id` is called once for each document that is new.
pub fn reconcile(
    library: &Library,
    plan: PlanId,
    files: &[SeenFile],
    now: Timestamp,
    mut new_id: impl FnMut() -> DocumentId,
) -> Vec<Change> {
    let mut by_path: HashMap<&str, &Document> = HashMap::new();
    for document in library.documents(plan) {
        let place = by_path.entry(&document.path).or_insert(document);
        // Two documents can hold one path, when a missing one's name was taken: the one that is
        // there is meant.
        if place.missing.is_some() && document.missing.is_none() {
            *place = document;
        }
    }
    let mut unclaimed: BTreeMap<DocumentId, &Document> = library
        .documents(plan)
        .map(|document| (document.id, document))
        .collect();
    let mut unknown: Vec<&SeenFile> = Vec::new();
    let mut changes = Vec::new();

    for file in files {
        if let Some(document) = by_path.get(file.path.as_str()) {
            unclaimed.remove(&document.id);
            note_seen(library, document, file, now, &mut changes);
        } else {
            unknown.push(file);
        }
    }

    let mut by_hash: HashMap<[u8; 32], Vec<&Document>> = HashMap::new();
    for document in unclaimed.values() {
        if let Some(hash) = document.hash {
            by_hash.entry(hash).or_default().push(document);
        }
    }
    for file in unknown {
        let same_content = file
            .hash
            .filter(|_| file.len > 0)
            .and_then(|hash| by_hash.get_mut(&hash));
        let moved = same_content.and_then(|candidates| {
            let best = (0..candidates.len()).max_by_key(|&i| {
                let document = candidates[i];
                let has_same_name = file_name(&document.path) == file_name(&file.path);
                (
                    document.missing.is_none(),
                    has_same_name,
                    document.last_seen,
                    document.id,
                )
            })?;
            Some(candidates.swap_remove(best))
        });
        if let Some(document) = moved {
            unclaimed.remove(&document.id);
            note_seen(library, document, file, now, &mut changes);
        } else {
            let document = Document {
                id: new_id(),
                plan,
                path: file.path.clone(),
                hash: file.hash,
                first_seen: now,
                last_seen: now,
                missing: None,
            };
            changes.push(Change::Stamp(stamp_of(document.id, file)));
            changes.push(Change::Document(document));
        }
    }

    for document in unclaimed
        .values()
        .filter(|document| document.missing.is_none())
    {
        changes.push(Change::Document(Document {
            missing: Some(now),
            last_seen: now,
            ..(*document).clone()
        }));
    }
    changes
}

/// The changes that a new content of one listed file makes. None for a file that is not known.
#[must_use]
pub fn file_changed(
    library: &Library,
    plan: PlanId,
    file: &SeenFile,
    now: Timestamp,
) -> Vec<Change> {
    let mut changes = Vec::new();
    let of_path = |document: &&Document| document.path == file.path;
    let present = library
        .documents(plan)
        .filter(|d| d.missing.is_none())
        .find(of_path);
    if let Some(document) = present.or_else(|| library.documents(plan).find(of_path)) {
        note_seen(library, document, file, now, &mut changes);
    }
    changes
}

fn note_seen(
    library: &Library,
    document: &Document,
    file: &SeenFile,
    now: Timestamp,
    changes: &mut Vec<Change>,
) {
    let hash = file.hash.or(document.hash);
    if document.path != file.path || document.hash != hash || document.missing.is_some() {
        changes.push(Change::Document(Document {
            path: file.path.clone(),
            hash,
            last_seen: now,
            missing: None,
            ..document.clone()
        }));
    }
    let stamp = stamp_of(document.id, file);
    if library.stamp(document.id) != Some(&stamp) {
        changes.push(Change::Stamp(stamp));
    }
}

fn stamp_of(document: DocumentId, file: &SeenFile) -> FileStamp {
    FileStamp {
        document,
        len: file.len,
        mtime_ns: file.mtime_ns,
        inode: file.inode,
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(test)]
#[path = "reconcile_tests.rs"]
mod tests;
