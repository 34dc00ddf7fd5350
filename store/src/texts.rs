//! The texts that a library keeps: read, and let go once no record speaks of them.

use std::collections::BTreeSet;

use postil_model::{History, Library, TextId};
use redb::{ReadTransaction, ReadableTable};

use crate::guarded::guarded;
use crate::record::{text_from_rows, text_key, text_of_key};
use crate::table::{Bytes, Table};

type Rows = redb::ReadOnlyTable<Bytes, Bytes>;

/// `None` in a library of a schema that has no texts.
fn open(transaction: &ReadTransaction) -> Result<Option<Rows>, redb::Error> {
    match transaction.open_table(Table::Texts.definition()) {
        Ok(rows) => Ok(Some(rows)),
        Err(redb::TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether the library has a text, without reading it.
pub(crate) fn is_there(transaction: &ReadTransaction, id: TextId) -> Result<bool, redb::Error> {
    guarded(|| match open(transaction)? {
        Some(rows) => Ok(rows.get(text_key(id, 0).as_slice())?.is_some()),
        None => Ok(false),
    })
}

/// A text; `None` if it is not there. One that is not whole is as good as none: it says so in the
/// log.
pub(crate) fn read(
    transaction: &ReadTransaction,
    id: TextId,
) -> Result<Option<String>, redb::Error> {
    guarded(|| {
        let Some(rows) = open(transaction)? else {
            return Ok(None);
        };
        let (first, last) = (text_key(id, 0), text_key(id, u32::MAX));
        let mut parts = Vec::new();
        for row in rows.range(first.as_slice()..=last.as_slice())? {
            let (key, value) = row?;
            parts.push((key.value().to_vec(), value.value().to_vec()));
        }
        if parts.is_empty() {
            return Ok(None);
        }
        let parts = parts.iter().map(|(key, value)| (&key[..], &value[..]));
        Ok(text_from_rows(parts)
            .inspect_err(|fault| tracing::warn!(%fault, "a text is not whole"))
            .ok())
    })
}

/// All texts that are whole, in the order of their ids.
pub(crate) fn read_all(
    transaction: &ReadTransaction,
) -> Result<Vec<(TextId, String)>, redb::Error> {
    let mut texts = Vec::new();
    for id in ids(transaction)? {
        if let Some(text) = read(transaction, id)? {
            texts.push((id, text));
        }
    }
    Ok(texts)
}

/// What the records of a library and its journal speak of.
pub(crate) fn spoken_of(library: &Library, history: &History) -> BTreeSet<TextId> {
    let mut texts = library.texts();
    texts.extend(history.texts());
    texts
}

/// The keys of all parts of texts that are not among these.
pub(crate) fn unused(
    transaction: &ReadTransaction,
    spoken_of: &BTreeSet<TextId>,
) -> Result<Vec<Vec<u8>>, redb::Error> {
    let mut keys = keys(transaction)?;
    keys.retain(|key| text_of_key(key).is_some_and(|id| !spoken_of.contains(&id)));
    Ok(keys)
}

fn ids(transaction: &ReadTransaction) -> Result<BTreeSet<TextId>, redb::Error> {
    let keys = keys(transaction)?;
    Ok(keys.iter().filter_map(|key| text_of_key(key)).collect())
}

fn keys(transaction: &ReadTransaction) -> Result<Vec<Vec<u8>>, redb::Error> {
    guarded(|| {
        let mut keys = Vec::new();
        if let Some(rows) = open(transaction)? {
            for row in rows.iter()? {
                keys.push(row?.0.value().to_vec());
            }
        }
        Ok(keys)
    })
}
