//! The way to an open library: what may be in the directory, and what is done about it.

use std::path::{Path, PathBuf};

use postil_model::Library;
use redb::ReadableDatabase;

use crate::database::{self, Database, Identity, builder};
use crate::guarded::guarded;
use crate::load::{Loaded, load};
use crate::meta;
use crate::overlay::Overlay;
use crate::place::{Place, file_id, is_there};
use crate::record::Row;
use crate::{OpenError, OpenRedb, RecordProblem, header};

/// A library that was opened, and all that is in it.
pub(crate) struct Opened {
    pub(crate) database: Database,
    pub(crate) identity: Identity,
    pub(crate) library: Library,
    pub(crate) problems: Vec<RecordProblem>,
    pub(crate) quarantine: Vec<Row>,
    pub(crate) file: PathBuf,
}

/// Opens the library of a data directory, or makes an empty one where there is none.
///
/// # Errors
/// What was found is not a library that this program can read and write: it was not changed.
pub(crate) fn open_or_create(place: &Place, open_redb: &OpenRedb) -> Result<Opened, OpenError> {
    let new = place.new_database();
    if is_there(&new).map_err(OpenError::io(&new))? {
        // Its making was cut short, so nothing was ever stored in it; but that is for a person to
        // say.
        let aside = place.set_aside(&new).map_err(OpenError::io(&new))?;
        tracing::warn!(file = %aside.display(), "an unfinished database was set aside");
    }
    let file = place.database();
    if !is_there(&file).map_err(OpenError::io(&file))? {
        database::create(place, open_redb)?;
    }
    let (identity, loaded) = look(&file)?;
    let database = Database::open(place, identity, open_redb)?;
    Ok(Opened {
        database,
        identity,
        library: loaded.library,
        problems: loaded.problems,
        quarantine: loaded.quarantine,
        file,
    })
}

/// Reads a library without changing the file, repairing it in memory if a crash left it so. Only a
/// file that passes is opened for writing: redb's own opening writes before it knows.
fn look(path: &Path) -> Result<(Identity, Loaded), OpenError> {
    let io = || OpenError::io(path);
    if !std::fs::metadata(path).map_err(io())?.is_file() {
        let why = "it is not a regular file".to_owned();
        let file = path.to_owned();
        return Err(OpenError::Foreign { why, file });
    }
    let file = std::fs::File::open(path).map_err(io())?;
    header::check(&file, path)?;
    let file_id = file_id(&file.metadata().map_err(io())?);
    let overlay = Overlay::new(file).map_err(io())?;
    let seen = guarded(|| {
        let redb = builder().create_with_backend(overlay)?;
        let transaction = redb.begin_read()?;
        match meta::check(&transaction, path)? {
            Ok(store_id) => {
                let identity = Identity { store_id, file_id };
                Ok(Ok((identity, load(&transaction)?)))
            }
            Err(error) => Ok(Err(error)),
        }
    });
    seen.map_err(|error| OpenError::from_redb(error, path))?
}
