//! Records found where they may not belong: whether they are sound, and where they do belong.

use super::{MetaV1, Row, text};
use super::{
    change_from_row, change_from_sealed, check_text_row, entry_from_row, ops_seq_from_row,
    row_from_change,
};
use crate::RecordFault;
use crate::codec::{self, Sealed};
use crate::table::Table;

/// Whether a row of any table is one that may be kept. A record of a later version is: it is carried
/// along unread.
pub(crate) fn check_row(table: Table, key: &[u8], value: &[u8]) -> Result<(), RecordFault> {
    let checked = match table {
        Table::Quarantine => Ok(()),
        Table::Journal => entry_from_row(key, value).map(drop),
        Table::OpsMark => ops_seq_from_row(key, value).map(drop),
        Table::Texts => check_text_row(key, value),
        Table::Meta => {
            codec::open(table.kind(), key, value).and_then(|sealed| match sealed.version {
                1 => sealed.decode::<MetaV1>().map(drop),
                version => Err(RecordFault::Newer { version }),
            })
        }
        _ => change_from_row(table, key, value).map(drop),
    };
    match checked {
        Err(RecordFault::Newer { .. }) => Ok(()),
        other => other,
    }
}

/// The row of an envelope found outside of any table, if it is one of the library or its journal:
/// the record says under which key it belongs, and the checksum whether that is so.
pub(crate) fn row_from_envelope(value: &[u8]) -> Option<Row> {
    let (header, rest) = value.split_first_chunk::<{ codec::HEADER_BYTES }>()?;
    let payload = rest.get(..rest.len().checked_sub(codec::CHECKSUM_BYTES)?)?;
    let table = Table::ALL
        .into_iter()
        .find(|table| table.kind() == header[1] && *table != Table::Quarantine)?;
    let sealed = Sealed::inside(u16::from_le_bytes([header[2], header[3]]), payload);
    let key = match table {
        Table::Journal => {
            // It begins with its id.
            let id = payload.first_chunk::<8>()?;
            u64::from_le_bytes(*id).to_be_bytes().to_vec()
        }
        Table::Texts => text::key_from_sealed(sealed)?,
        _ => {
            row_from_change(&change_from_sealed(table, sealed).ok()?)
                .ok()?
                .key
        }
    };
    check_row(table, &key, value).ok()?;
    Some(Row {
        table,
        key,
        value: value.to_vec(),
    })
}
