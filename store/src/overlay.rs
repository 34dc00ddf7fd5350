//! Storage that reads a file and keeps what is written to it in memory, so that a database can be
//! opened, repaired and read without a byte of the file changing.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;

const PAGE_BYTES: u64 = 4096;

type Page = Box<[u8; PAGE_BYTES as usize]>;

#[derive(Debug)]
pub(crate) struct Overlay {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    /// Bytes that still show the file; beyond are zeros.
    n_shown: u64,
    /// The length that redb sees.
    len: u64,
    /// Pages that were written, by number.
    pages: BTreeMap<u64, Page>,
}

impl Overlay {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self {
            state: Mutex::new(State {
                file,
                n_shown: len,
                len,
                pages: BTreeMap::new(),
            }),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state().len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut state = self.state();
        state.check_range(offset, out.len())?;
        state.read_file(offset, out)?;
        for (page, in_page, in_out) in pieces(offset, out.len()) {
            if let Some(page) = state.pages.get(&page) {
                out[in_out].copy_from_slice(&page[in_page]);
            }
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.state();
        if len < state.len {
            let first_gone = len.div_ceil(PAGE_BYTES);
            drop(state.pages.split_off(&first_gone));
            // What is cut off reads as zeros if the file grows again.
            let n_kept = (len % PAGE_BYTES) as usize;
            if let Some(last) = state.pages.get_mut(&(len / PAGE_BYTES)) {
                last[n_kept..].fill(0);
            }
        }
        state.n_shown = state.n_shown.min(len);
        state.len = len;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        state.check_range(offset, data.len())?;
        for (number, in_page, in_data) in pieces(offset, data.len()) {
            if !state.pages.contains_key(&number) {
                let mut page: Page = Box::new([0; PAGE_BYTES as usize]);
                state.read_file(number * PAGE_BYTES, page.as_mut_slice())?;
                state.pages.insert(number, page);
            }
            if let Some(page) = state.pages.get_mut(&number) {
                page[in_page].copy_from_slice(&data[in_data]);
            }
        }
        Ok(())
    }
}

impl State {
    fn check_range(&self, offset: u64, n: usize) -> io::Result<()> {
        match offset.checked_add(n as u64) {
            Some(end) if end <= self.len => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Fills `out` from what is shown of the file, and with zeros from there on.
    fn read_file(&mut self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let n_shown = self.n_shown.saturating_sub(offset).min(out.len() as u64) as usize;
        let (shown, hidden) = out.split_at_mut(n_shown);
        hidden.fill(0);
        if !shown.is_empty() {
            self.file.seek(SeekFrom::Start(offset))?;
            self.file.read_exact(shown)?;
        }
        Ok(())
    }
}

type Span = std::ops::Range<usize>;

/// The pages that `n` bytes at `offset` touch: each with the span in the page and in the bytes.
fn pieces(offset: u64, n: usize) -> impl Iterator<Item = (u64, Span, Span)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        if done == n {
            return None;
        }
        let at = offset + done as u64;
        let start = (at % PAGE_BYTES) as usize;
        let n_here = (n - done).min(PAGE_BYTES as usize - start);
        let piece = (at / PAGE_BYTES, start..start + n_here, done..done + n_here);
        done += n_here;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Write(u64, Vec<u8>),
        SetLen(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        let bytes = (any::<u8>(), 1..9000_usize).prop_map(|(byte, n)| vec![byte; n]);
        prop_oneof![
            (0..20_000_u64, bytes).prop_map(|(at, bytes)| Step::Write(at, bytes)),
            (0..20_000_u64).prop_map(Step::SetLen),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn it_is_a_file_that_forgets(
            n in 0..10_000_usize,
            steps in prop::collection::vec(step(), 0..12),
        ) {
            let mut file = tempfile::tempfile().unwrap();
            let mut expected: Vec<u8> = (0..n).map(|i| (i % 251) as u8 + 1).collect();
            file.write_all(&expected).unwrap();
            let original = expected.clone();
            let overlay = Overlay::new(file.try_clone().unwrap()).unwrap();
            for step in steps {
                match step {
                    Step::Write(at, bytes) => {
                        let end = at as usize + bytes.len();
                        let is_inside = end <= expected.len();
                        prop_assert_eq!(overlay.write(at, &bytes).is_ok(), is_inside);
                        if is_inside {
                            expected[at as usize..end].copy_from_slice(&bytes);
                        }
                    }
                    Step::SetLen(len) => {
                        overlay.set_len(len).unwrap();
                        expected.resize(len as usize, 0);
                    }
                }
                let mut read = vec![9; expected.len()];
                overlay.read(0, &mut read).unwrap();
                prop_assert_eq!(&read, &expected);
            }
            prop_assert_eq!(overlay.len().unwrap(), expected.len() as u64);
            let mut left = Vec::new();
            file.rewind().unwrap();
            file.read_to_end(&mut left).unwrap();
            prop_assert_eq!(left, original);
        }
    }
}
