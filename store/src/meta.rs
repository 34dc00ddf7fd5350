//! What a database says of itself: the schema that it follows and which library it is.

use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use redb::ReadTransaction;

use crate::codec::{self, Oversize};
use crate::record::{MetaV1, Row, THE_LIBRARY};
use crate::table::Table;
use crate::{OpenError, RecordFault};

/// The version of the tables and of what they mean together.
///
/// - 1: plans, phases, milestones, documents, notes, readings, settings; later also the journal.
/// - 2: the margin and its texts; settings of the page.
pub(crate) const SCHEMA: u32 = 2;

/// Tells a library from every other, also from a copy that went its own way before it got one.
pub(crate) type StoreId = [u8; 16];

/// The row for a new library.
pub(crate) fn new_row() -> Result<Row, Oversize> {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let meta = MetaV1 {
        schema: SCHEMA,
        store_id: random_id(since_1970.as_nanos()),
        created: i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX),
    };
    Row::new(Table::Meta, THE_LIBRARY.to_vec(), &meta)
}

/// The id of the library that is open, if it is one that this program can write.
///
/// The outer error is redb's own; the inner says that the file is whole but not for us.
pub(crate) fn check(
    transaction: &ReadTransaction,
    file: &Path,
) -> Result<Result<StoreId, OpenError>, redb::Error> {
    let file = file.to_owned();
    let foreign = |file| {
        let why = "a redb database without Postil's tables".to_owned();
        Ok(Err(OpenError::Foreign { why, file }))
    };
    let table = match transaction.open_table(Table::Meta.definition()) {
        Ok(table) => table,
        Err(redb::TableError::TableDoesNotExist(_)) => return foreign(file),
        Err(error) => return Err(error.into()),
    };
    let Some(value) = table.get(THE_LIBRARY)? else {
        return foreign(file);
    };
    let meta =
        codec::open(Table::Meta.kind(), THE_LIBRARY, value.value()).and_then(|sealed| match sealed
            .version
        {
            1 => sealed.decode::<MetaV1>(),
            version => Err(RecordFault::Newer { version }),
        });
    let newer = |schema: String| {
        let what = format!("schema {schema}, this one knows {SCHEMA}");
        Ok(Err(OpenError::Newer {
            what,
            file: file.clone(),
        }))
    };
    match meta {
        Ok(meta) if meta.schema > SCHEMA => newer(meta.schema.to_string()),
        Ok(meta) => Ok(Ok(meta.store_id)),
        Err(RecordFault::Newer { version }) => newer(format!("in a record of version {version}")),
        Err(fault) => {
            let why = format!("{}: {fault}", Table::Meta.name());
            Ok(Err(OpenError::Damaged { why, file }))
        }
    }
}

/// The schema that a database follows; where that cannot be read, the oldest.
pub(crate) fn schema(transaction: &ReadTransaction) -> Result<u32, redb::Error> {
    Ok(read(transaction)?.map_or(1, |meta| meta.schema))
}

/// The row with which a library that says so follows the present schema; `None` if it does already,
/// or does not say.
pub(crate) fn row_for_present(transaction: &ReadTransaction) -> Result<Option<Row>, redb::Error> {
    let older = read(transaction)?.filter(|meta| meta.schema < SCHEMA);
    let row = older.map(|meta| {
        let meta = MetaV1 {
            schema: SCHEMA,
            ..meta
        };
        Row::new(Table::Meta, THE_LIBRARY.to_vec(), &meta)
    });
    let row = row.transpose();
    row.map_err(|oversize| redb::Error::ValueTooLarge(oversize.n_bytes))
}

fn read(transaction: &ReadTransaction) -> Result<Option<MetaV1>, redb::Error> {
    let table = match transaction.open_table(Table::Meta.definition()) {
        Ok(table) => table,
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Some(value) = table.get(THE_LIBRARY)? else {
        return Ok(None);
    };
    let meta = codec::open(Table::Meta.kind(), THE_LIBRARY, value.value())
        .and_then(codec::Sealed::decode::<MetaV1>);
    Ok(meta.ok())
}

/// When the library was created, as the clock said; `None` where that cannot be read.
pub(crate) fn created(transaction: &ReadTransaction) -> Result<Option<SystemTime>, redb::Error> {
    Ok(read(transaction)?.and_then(|meta| {
        let since_1970 = Duration::from_millis(u64::try_from(meta.created).ok()?);
        UNIX_EPOCH.checked_add(since_1970)
    }))
}

/// Not for secrets: enough that no two libraries share an id. Each hasher is keyed from the
/// system's randomness.
fn random_id(now_ns: u128) -> StoreId {
    let half = || RandomState::new().hash_one((now_ns, std::process::id()));
    (u128::from(half()) << 64 | u128::from(half())).to_be_bytes()
}
