//! Reads what can be read of a damaged database, without changing it and without believing it.
//!
//! Three ways, each for what the ones before did not give:
//! 1. redb's tree as the header points to it, its damaged pages stepped over;
//! 2. the tree of the commit before, whose pages may still be there;
//! 3. envelopes found anywhere in the file's bytes (see [`carve`]).
//!
//! Only the first gives what was current; the others give older states too. What any of them gives
//! was written by Postil under that very key: the checksum of its envelope says so.

use std::collections::{BTreeMap, btree_map};
use std::fs::File;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use redb::{ReadableDatabase, ReadableTableMetadata, StorageBackend};

use crate::database::builder;
use crate::guarded::guarded;
use crate::load::quarantine_row;
use crate::overlay::Overlay;
use crate::record::{Row, check_row};
use crate::table::Table;
use crate::{carve, header};

pub(crate) type Found = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

/// What a damaged file gave.
#[derive(Debug, Default)]
pub(crate) struct Salvage {
    /// Sound rows that were current.
    pub(crate) rows: Found,
    /// Sound rows of keys that `rows` does not have, in the latest state that was found.
    pub(crate) older: Found,
    /// Rows for the quarantine table: what lay under a key and is not sound.
    pub(crate) faulty: Vec<Row>,
    /// Whether every authored table was read to its end and all of it was sound.
    pub(crate) is_whole: bool,
}

/// Reads what can be read.
///
/// # Errors
/// The file cannot be opened or read as a file.
pub(crate) fn salvage(path: &Path) -> io::Result<Salvage> {
    let mut salvage = Salvage::default();
    if let Some(flags) = header::flags(path)? {
        let mut current = Scan::new(path, flags);
        current.tables();
        salvage.is_whole = current.is_whole;
        salvage.rows = current.rows;
        salvage.faulty = current.faulty;
        if salvage.is_whole {
            return Ok(salvage);
        }
        let mut before = Scan::new(path, flags.other_commit());
        before.tables();
        salvage.older = before.rows;
    }
    for (key, value) in carve::carve(path)? {
        match salvage.older.entry(key) {
            btree_map::Entry::Vacant(free) => drop(free.insert(value)),
            btree_map::Entry::Occupied(mut taken) => {
                if carve::is_newer(taken.key().0, &value, taken.get()) {
                    taken.insert(value);
                }
            }
        }
    }
    salvage
        .older
        .retain(|key, _| !salvage.rows.contains_key(key));
    Ok(salvage)
}

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
struct Scan {
    path: PathBuf,
    flags: header::Flags,
    left: Arc<AtomicU32>,
    rows: Found,
    faulty: Vec<Row>,
    is_whole: bool,
}

type Key = Option<Vec<u8>>;

impl Scan {
    fn new(path: &Path, flags: header::Flags) -> Self {
        Self {
            path: path.to_owned(),
            flags,
            left: Arc::default(),
            rows: Found::new(),
            faulty: Vec::new(),
            is_whole: true,
        }
    }

    fn tables(&mut self) {
        for table in Table::ALL {
            // Without its root there is no way into a table.
            let n_told = match self.n_rows(table) {
                Ok(n_told) => n_told,
                Err(redb::Error::TableDoesNotExist(_)) if table.may_be_missing() => continue,
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
        Ok(Limited {
            overlay,
            left: Arc::clone(&self.left),
        })
    }
}

/// Storage that gives an error after so many reads.
#[derive(Debug)]
struct Limited {
    overlay: Overlay,
    left: Arc<AtomicU32>,
}

impl StorageBackend for Limited {
    fn len(&self) -> io::Result<u64> {
        self.overlay.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let take_one = |left: u32| left.checked_sub(1);
        let order = Ordering::Relaxed;
        if self.left.fetch_update(order, order, take_one).is_err() {
            return Err(io::Error::other("pages that lead in circles"));
        }
        self.overlay.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.overlay.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.overlay.write(offset, data)
    }
}

fn exclusive(key: Option<&Vec<u8>>) -> Bound<&[u8]> {
    key.map_or(Bound::Unbounded, |key| Bound::Excluded(key.as_slice()))
}

/// A key about half-way between two, as numbers; `None` where there is no room.
fn middle(low: Option<&[u8]>, high: Option<&[u8]>) -> Key {
    /// Longer than any key but the quarantine's; those are told apart by what comes before.
    const N: usize = 40;
    let digit = |key: Option<&[u8]>, i: usize, default: u16| {
        key.map_or(default, |key| u16::from(key.get(i).copied().unwrap_or(0)))
    };
    let mut sum = [0_u16; N];
    for (i, digit_of_sum) in sum.iter_mut().enumerate() {
        *digit_of_sum = digit(low, i, 0) + digit(high, i, 0xFF);
    }
    for i in (1..N).rev() {
        sum[i - 1] += sum[i] >> 8;
        sum[i] &= 0xFF;
    }
    let mut carry = 0;
    let middle = sum.iter().map(|digit| {
        let digit = digit + carry * 256;
        carry = digit & 1;
        (digit >> 1) as u8
    });
    let middle: Vec<u8> = middle.collect();
    let is_between = low.is_none_or(|low| low < middle.as_slice())
        && high.is_none_or(|high| middle.as_slice() < high);
    is_between.then_some(middle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_middle_lies_between(
            a in prop::collection::vec(any::<u8>(), 0..34),
            b in prop::collection::vec(any::<u8>(), 0..34),
        ) {
            let (low, high) = (a.clone().min(b.clone()), a.max(b));
            if let Some(middle) = middle(Some(&low), Some(&high)) {
                prop_assert!(low < middle && middle < high);
            }
        }

        #[test]
        fn halving_comes_close(a: u128, b: u128) {
            let (low, high) = (a.min(b), a.max(b));
            prop_assume!(high - low > 2);
            let middle = middle(Some(&low.to_be_bytes()), Some(&high.to_be_bytes()));
            let middle = middle.map(|m| u128::from_be_bytes(m[..16].try_into().unwrap()));
            prop_assert_eq!(middle, Some(low + (high - low) / 2));
        }
    }
}
