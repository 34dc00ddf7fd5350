//! A reading of the tables as one commit left them, around what is damaged.

use std::fs::File;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use redb::{ReadableDatabase, ReadableTableMetadata, StorageBackend as _};

use super::Found;
use super::limited::Limited;
use super::middle::{Key, middle};
use crate::database::builder;
use crate::guarded::guarded;
use crate::load::quarantine_row;
use crate::overlay::Overlay;
use crate::record::{Row, check_row};
use crate::table::Table;
use crate::{header, meta};

/// How often a table is gone into anew behind a damaged page.
const MAX_SEEKS: u32 = 2_000;
/// How often a gap between two keys is halved.
const MAX_DEPTH: u32 = 24;
/// The pages that one step may read. A path from the root takes about six; damaged pages may lead in
/// circles.
const MAX_PAGES_OF_STEP: u32 = 64;

/// Opening takes more steps than one: it reads what is allocated, a page for each region.
const MAX_PAGES_OF_OPENING: u32 = MAX_PAGES_OF_STEP * 64;

/// A reading of one commit.
pub(super) struct Scan {
    path: PathBuf,
    flags: header::Flags,
    left: Arc<AtomicU32>,
    pub(super) rows: Found,
    pub(super) faulty: Vec<Row>,
    pub(super) is_whole: bool,
}

impl Scan {
    pub(super) fn new(path: &Path, flags: header::Flags) -> Self {
        Self {
            path: path.to_owned(),
            flags,
            left: Arc::default(),
            rows: Found::new(),
            faulty: Vec::new(),
            is_whole: true,
        }
    }

    pub(super) fn tables(&mut self) {
        let schema = self.schema();
        for table in Table::ALL {
            // Without its root there is no way into a table.
            let n_told = match self.n_rows(table) {
                Ok(n_told) => n_told,
                Err(redb::Error::TableDoesNotExist(_)) if table.may_be_missing(schema) => continue,
                Err(redb::Error::TableDoesNotExist(_)) => {
                    self.is_whole = false;
                    continue;
                }
                Err(error) => {
                    tracing::info!(table = table.name(), %error, "a table is passed over");
                    self.is_whole = false;
                    if !self.can_be_opened() {
                        return;
                    }
                    continue;
                }
            };
            let n_before = self.rows.len() + self.faulty.len();
            let mut n_seeks = 0;
            let is_read = self.between(table, None, None, 0, &mut n_seeks);
            let n_read = self.rows.len() + self.faulty.len() - n_before;
            if !table.is_derived() && (!is_read || n_read as u64 != n_told) {
                self.is_whole = false;
            }
        }
        if !self.faulty.is_empty() {
            self.is_whole = false;
        }
    }

    /// Reads the rows between two keys, both exclusive, from both ends; where these do not meet,
    /// again from the middle of what is left. True if nothing was left out.
    fn between(
        &mut self,
        table: Table,
        low: Key,
        high: Key,
        depth: u32,
        n_seeks: &mut u32,
    ) -> bool {
        if *n_seeks >= MAX_SEEKS {
            return false;
        }
        *n_seeks += 2;
        let (last, is_read) = self.walk(table, low, high.as_deref(), false);
        if is_read {
            return true;
        }
        let (first, is_read) = self.walk(table, high, last.as_deref(), true);
        if is_read {
            // From the other end there was a way around what was damaged.
            return true;
        }
        if depth < MAX_DEPTH
            && let Some(middle) = middle(last.as_deref(), first.as_deref())
        {
            self.between(table, last, Some(middle.clone()), depth + 1, n_seeks);
            self.between(table, Some(middle), first, depth + 1, n_seeks);
        }
        false
    }

    /// Reads from one key, exclusive, towards another until redb gives an error. Gives the key that
    /// was read last and whether the end was reached.
    fn walk(&mut self, table: Table, from: Key, to: Option<&[u8]>, is_back: bool) -> (Key, bool) {
        let mut last = from;
        let Ok(limited) = self.limited() else {
            return (last, false);
        };
        let left = Arc::clone(&self.left);
        let refill = || left.store(MAX_PAGES_OF_STEP, Ordering::Relaxed);
        let (rows, faulty) = (&mut self.rows, &mut self.faulty);
        let result = guarded(|| {
            left.store(MAX_PAGES_OF_OPENING, Ordering::Relaxed);
            let redb = builder()
                .set_cache_size(0)
                .open_read_only_with_backend(limited)?;
            let opened = redb.begin_read()?.open_table(table.definition())?;
            let bound = |key: Option<&[u8]>| key.map(<[u8]>::to_vec);
            let (start, end) = if is_back {
                (bound(to), bound(last.as_deref()))
            } else {
                (bound(last.as_deref()), bound(to))
            };
            refill();
            let range = (exclusive(start.as_ref()), exclusive(end.as_ref()));
            let mut range = opened.range::<&[u8]>(range)?;
            loop {
                refill();
                let next = if is_back {
                    range.next_back()
                } else {
                    range.next()
                };
                let Some(row) = next else {
                    return Ok(());
                };
                let (key, value) = row?;
                let (key, value) = (key.value(), value.value());
                let goes_on = last
                    .as_deref()
                    .is_none_or(|last| if is_back { key < last } else { key > last });
                if !goes_on {
                    return Err(redb::Error::Corrupted("keys out of order".to_owned()));
                }
                last = Some(key.to_vec());
                match check_row(table, key, value) {
                    Ok(()) => drop(rows.insert((table, key.to_vec()), value.to_vec())),
                    Err(_) if table.is_derived() => {}
                    Err(_) => faulty.push(quarantine_row(table, key, value)),
                }
            }
        });
        if let Err(error) = &result {
            tracing::info!(table = table.name(), %error, "a part is stepped over");
        }
        (last, result.is_ok())
    }

    fn can_be_opened(&self) -> bool {
        let left = Arc::clone(&self.left);
        let opened = self.limited().map_err(redb::Error::Io).and_then(|limited| {
            guarded(|| {
                left.store(MAX_PAGES_OF_OPENING, Ordering::Relaxed);
                builder()
                    .set_cache_size(0)
                    .open_read_only_with_backend(limited)?;
                Ok(())
            })
        });
        opened.is_ok()
    }

    /// How many rows the table says that it has.
    /// Where that cannot be read, the latest: then no table may be missing.
    fn schema(&self) -> u32 {
        let schema = self
            .limited()
            .map_err(redb::Error::from)
            .and_then(|limited| {
                guarded(|| {
                    self.left.store(MAX_PAGES_OF_OPENING, Ordering::Relaxed);
                    let redb = builder()
                        .set_cache_size(0)
                        .open_read_only_with_backend(limited)?;
                    meta::schema(&redb.begin_read()?)
                })
            });
        schema.unwrap_or(meta::SCHEMA)
    }

    fn n_rows(&self, table: Table) -> Result<u64, redb::Error> {
        let limited = self.limited()?;
        let left = Arc::clone(&self.left);
        guarded(|| {
            left.store(MAX_PAGES_OF_OPENING, Ordering::Relaxed);
            let redb = builder()
                .set_cache_size(0)
                .open_read_only_with_backend(limited)?;
            let opened = redb.begin_read()?.open_table(table.definition())?;
            Ok(opened.len()?)
        })
    }

    /// The file as if it had been closed cleanly with the commit that is meant: so redb reads it
    /// without a repair, which would check its pages and give up.
    fn limited(&self) -> io::Result<Limited> {
        let overlay = Overlay::new(File::open(&self.path)?)?;
        overlay.write(header::FLAGS_OFFSET, &[self.flags.as_closed()])?;
        Ok(Limited::new(overlay, &self.left))
    }
}

fn exclusive(key: Option<&Vec<u8>>) -> Bound<&[u8]> {
    key.map_or(Bound::Unbounded, |key| Bound::Excluded(key.as_slice()))
}
