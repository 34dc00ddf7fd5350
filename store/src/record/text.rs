//! Texts as rows, and back: in parts, each packed by itself, so that no text is too large for a
//! record and none is unpacked beyond what it says it takes.

use std::io::Read;

use postil_model::TextId;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::v1::Bytes;
use super::v1_margin::TextV1;
use super::{Encoded, Row};
use crate::RecordFault;
use crate::codec::{self, Oversize, Sealed};
use crate::table::Table;

/// What a part takes before it is packed: packed it takes hardly more, whatever is in it.
const PART_BYTES: usize = 1 << 20;

/// The key of a part: the text's id and the part's number, so that one range read gives a text.
pub(crate) fn text_key(id: TextId, part: u32) -> Vec<u8> {
    let mut key = id.0.to_vec();
    key.extend(part.to_be_bytes());
    key
}

/// The text of which a key names a part; `None` if it is no such key.
pub(crate) fn text_of_key(key: &[u8]) -> Option<TextId> {
    let (id, part) = key.split_first_chunk::<32>()?;
    (part.len() == 4).then_some(TextId(*id))
}

/// The rows to write for a text. An empty one has a part, too: it is there.
pub(crate) fn rows_from_text(id: TextId, text: &str) -> Result<Vec<Row>, Oversize> {
    let n_parts = text.len().div_ceil(PART_BYTES).max(1);
    let oversize = |_| Oversize {
        n_bytes: text.len(),
    };
    let n_parts = u32::try_from(n_parts).map_err(oversize)?;
    (0..n_parts)
        .map(|part| {
            let start = part as usize * PART_BYTES;
            let bytes = &text.as_bytes()[start..text.len().min(start + PART_BYTES)];
            let record = TextV1 {
                text: id.0,
                part,
                n_parts,
                n_bytes: bytes.len() as u32,
                zstd: Bytes(compress_to_vec(bytes, CompressionLevel::Fastest)),
            };
            let encoded = Encoded::new(Table::Texts, text_key(id, part), &record)?;
            Ok(encoded.seal())
        })
        .collect()
}

/// Whether a row is a part of a text, as it should be.
pub(crate) fn check_text_row(key: &[u8], value: &[u8]) -> Result<(), RecordFault> {
    part_from_row(key, value).map(drop)
}

/// The key under which a part belongs that was found elsewhere.
pub(super) fn key_from_sealed(sealed: Sealed<'_>) -> Option<Vec<u8>> {
    let record = decode(sealed).ok()?;
    Some(text_key(TextId(record.text), record.part))
}

/// Puts together the text of which these are the rows, in the order of their keys.
///
/// # Errors
/// A part is missing or damaged, or what they give is no text.
pub(crate) fn text_from_rows<'a>(
    rows: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) -> Result<String, RecordFault> {
    let mut bytes = Vec::new();
    let mut n_expected = None;
    let mut n_found = 0;
    for (key, value) in rows {
        let record = part_from_row(key, value)?;
        if record.part != n_found || *n_expected.get_or_insert(record.n_parts) != record.n_parts {
            return Err(payload("a text with parts that do not belong together"));
        }
        n_found += 1;
        unpack(&record, &mut bytes)?;
    }
    if n_expected != Some(n_found) {
        return Err(payload("a text without all of its parts"));
    }
    String::from_utf8(bytes).map_err(|_| payload("a text that is not UTF-8"))
}

fn part_from_row(key: &[u8], value: &[u8]) -> Result<TextV1, RecordFault> {
    let record = decode(codec::open(Table::Texts.kind(), key, value)?)?;
    if text_key(TextId(record.text), record.part) == key {
        Ok(record)
    } else {
        Err(payload("a part of another text"))
    }
}

fn decode(sealed: Sealed<'_>) -> Result<TextV1, RecordFault> {
    match sealed.version {
        1 => sealed.decode(),
        version => Err(RecordFault::Newer { version }),
    }
}

fn unpack(record: &TextV1, into: &mut Vec<u8>) -> Result<(), RecordFault> {
    let n_bytes = record.n_bytes as usize;
    if n_bytes > PART_BYTES {
        return Err(payload("a part that is too large"));
    }
    let fault = |error: &dyn std::fmt::Display| payload(&format!("not unpacked: {error}"));
    let decoder = StreamingDecoder::new(record.zstd.0.as_slice()).map_err(|e| fault(&e))?;
    let start = into.len();
    // One more than there should be, so that more is noticed and no more than that is unpacked.
    let read = decoder.take(n_bytes as u64 + 1).read_to_end(into);
    read.map_err(|e| fault(&e))?;
    if into.len() - start == n_bytes {
        Ok(())
    } else {
        Err(payload("a part of another length than it says"))
    }
}

fn payload(why: &str) -> RecordFault {
    RecordFault::Payload {
        why: why.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round_trip(text: &str) -> Result<String, RecordFault> {
        let rows = rows_from_text(TextId([7; 32]), text).unwrap();
        text_from_rows(rows.iter().map(|row| (&row.key[..], &row.value[..])))
    }

    #[test]
    fn texts_of_any_size_come_back() {
        for n in [
            0,
            1,
            PART_BYTES - 1,
            PART_BYTES,
            PART_BYTES + 1,
            3 * PART_BYTES,
        ] {
            let text: String = "Umlaut ü, ".chars().cycle().take(n).collect();
            assert_eq!(round_trip(&text).unwrap(), text, "{n}");
        }
    }

    #[test]
    fn prose_takes_less_room_packed() {
        let text = include_str!("../../../README.md").repeat(8);
        let rows = rows_from_text(TextId([7; 32]), &text).unwrap();
        let n_packed: usize = rows.iter().map(|row| row.value.len()).sum();
        assert!(n_packed * 3 < text.len(), "{n_packed} of {}", text.len());
    }

    #[test]
    fn a_part_that_is_missing_or_of_another_text_is_a_fault() {
        let text = "ab".repeat(PART_BYTES);
        let rows = rows_from_text(TextId([7; 32]), &text).unwrap();
        let others = rows_from_text(TextId([8; 32]), &text).unwrap();
        let get = |rows: &[&Row]| {
            text_from_rows(rows.iter().map(|row| (&row.key[..], &row.value[..]))).is_ok()
        };
        assert!(get(&[&rows[0], &rows[1]]));
        assert!(!get(&[&rows[0]]));
        assert!(!get(&[&rows[1]]));
        assert!(!get(&[&rows[1], &rows[0]]));
        assert!(!get(&[]));
        let swapped = text_from_rows([(&rows[0].key[..], &others[0].value[..])].into_iter());
        assert_eq!(swapped, Err(RecordFault::Checksum));
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "\\PC{0,400}") {
            prop_assert_eq!(round_trip(&text).unwrap(), text);
        }

        #[test]
        fn no_packed_bytes_panic_or_take_more_room_than_they_say(
            mut zstd in prop::collection::vec(any::<u8>(), 0..300),
            flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
            is_frame in any::<bool>(),
            n_bytes in 0..2_000_u32,
        ) {
            if is_frame {
                zstd = compress_to_vec(&zstd.repeat(9)[..], CompressionLevel::Fastest);
                for (at, byte) in flips {
                    let at = at.index(zstd.len());
                    zstd[at] ^= byte;
                }
            }
            let record = TextV1 { text: [7; 32], part: 0, n_parts: 1, n_bytes, zstd: Bytes(zstd) };
            let mut bytes = Vec::new();
            let _ = unpack(&record, &mut bytes);
            prop_assert!(bytes.len() <= n_bytes as usize + 1);
        }
    }
}
