//! What is seen of a file without reading all of it: its first line and its last.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::json::{Hex, LineV1, is_sum_right};
use super::read::MAX_LINE_BYTES;
use crate::meta::StoreId;

pub(super) type AnyLine = LineV1<serde::de::IgnoredAny, serde::de::IgnoredAny>;

fn parse(line: &[u8]) -> Option<AnyLine> {
    if is_sum_right(line) == Some(false) {
        return None;
    }
    serde_json::from_slice(line).ok()
}

/// The numbers of the first and the last line of that library's file; `None` if there is no such
/// file. The last is `None` where the file must be read to know.
pub(crate) fn span(path: &Path, library: StoreId) -> io::Result<Option<(u64, Option<u64>)>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let library = Hex(library).to_string();
    let first = first_line(&mut file)?.filter(|line| line.library.as_ref() == Some(&library));
    let Some(first) = first else {
        return Ok(None);
    };
    let len = file.metadata()?.len();
    let (last, _) = end(&mut file, len)?;
    Ok(Some((first.seq, last)))
}

/// The line that says whose file it is.
pub(super) fn first_line(file: &mut File) -> io::Result<Option<AnyLine>> {
    const MAX_BYTES: u64 = 4096;
    let mut start = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(MAX_BYTES).read_to_end(&mut start)?;
    let end = start.iter().position(|byte| *byte == b'\n');
    Ok(end.and_then(|end| parse(&start[..end])))
}

/// The number of the last whole line, if it is one that counts, and whether there is half a line
/// after it.
pub(super) fn end(file: &mut File, len: u64) -> io::Result<(Option<u64>, bool)> {
    const STEP: u64 = 64 << 10;
    let mut tail: Vec<u8> = Vec::new();
    let mut start = len;
    loop {
        let n = STEP.min(start).max((tail.len() as u64).min(start));
        start -= n;
        let mut more = vec![0; n as usize];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut more)?;
        more.extend(&tail);
        tail = more;
        let mut line_feeds = tail.iter().rposition(|byte| *byte == b'\n').into_iter();
        let last = line_feeds.next();
        let before = last.and_then(|last| tail[..last].iter().rposition(|byte| *byte == b'\n'));
        if before.is_some() || start == 0 || tail.len() > MAX_LINE_BYTES {
            let is_torn = last.is_none_or(|last| last + 1 < tail.len());
            let first = before.map_or(0, |before| before + 1);
            let line = last.and_then(|last| parse(&tail[first..last]));
            let seq = line.filter(|line| !line.whole).map(|line| line.seq);
            return Ok((seq, is_torn));
        }
    }
}
