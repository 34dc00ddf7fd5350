//! The way to an open library: what may be in the directory, and what is done about it.
//!
//! A file that is whole is opened. One that a later Postil wrote, or that lies where nothing can be
//! written, is read. One that is damaged, or is no library at all, is set aside and made anew from
//! what is left. What cannot be told from a passing trouble of the disk is left alone.

use std::path::{Path, PathBuf};

use postil_model::{History, Library};
use redb::ReadableDatabase;

use crate::catch_up::{catch_up, lines_beyond};
use crate::copy::checking_builder;
use crate::database::{self, Database, Identity};
use crate::event::{Access, ReadOnlyWhy};
use crate::files::{file_id, is_there};
use crate::guarded::guarded;
use crate::load::{Loaded, load};
use crate::overlay::Overlay;
use crate::place::Place;
use crate::progress::Progress;
use crate::record::Row;
use crate::recovery::{self, Recovery};
use crate::{OpenError, OpenRedb, RecordProblem, backup, header, meta, migrate, texts};

/// A library that was opened, and all that is in it.
pub(crate) struct Opened {
    /// `None` if it is only to be read.
    pub(crate) database: Option<Database>,
    pub(crate) access: Access,
    pub(crate) identity: Identity,
    pub(crate) library: Library,
    pub(crate) history: History,
    pub(crate) ops_seq: Option<u64>,
    pub(crate) problems: Vec<RecordProblem>,
    /// To be written before anything else.
    pub(crate) quarantine: Vec<Row>,
    /// Keys of the texts that no record speaks of: to be dropped.
    pub(crate) unused_texts: Vec<Vec<u8>>,
    pub(crate) recovery: Option<Recovery>,
    pub(crate) file: PathBuf,
}

/// A crash's repair is preceded by a copy of files up to this size.
const MAX_COPIED_BYTES: u64 = 256 << 20;

/// Opens the library of a data directory, or makes an empty one where there is none.
///
/// A damaged one is made anew from what is left, and `progress` hears how far a long repair is.
///
/// # Errors
/// What was found is not a library that this program can read: it was not changed.
pub(crate) fn open_or_create(
    place: &Place,
    open_redb: &OpenRedb,
    progress: &Progress,
) -> Result<Opened, OpenError> {
    let file = place.database();
    let is_file = is_there(&file).map_err(OpenError::io(&file))?;
    let new = place.new_database();
    if is_there(&new).map_err(OpenError::io(&new))? {
        // Its making was cut short, so nothing was ever stored in it; but that is for a person to
        // say.
        match place.set_aside(&new) {
            Ok(aside) => {
                tracing::warn!(file = %aside.display(), "an unfinished database was set aside");
            }
            // Where nothing can be written, it is in nobody's way.
            Err(error) if is_file && is_read_only(&error) => {}
            Err(error) => return Err(OpenError::io(&new)(error)),
        }
    }
    let mut recovery = None;
    if !is_file {
        if recovery::has_second_copies(place) {
            let why = "its file was gone".to_owned();
            recovery = Some(recovery::recover(place, why, open_redb)?);
        } else {
            database::create(place, open_redb)?;
        }
    }
    let seen = match look(&file, progress) {
        Ok(seen) => seen,
        Err(Refusal::Final(error)) => return Err(error),
        Err(Refusal::Damaged(why)) => {
            recovery = Some(recovery::recover(place, why, open_redb)?);
            look(&file, progress).map_err(|refusal| refusal.into_error(&file))?
        }
    };
    let (database, access) = if let Some(what) = seen.newer {
        let why = ReadOnlyWhy::Newer { what };
        (None, Access::ReadOnly { why })
    } else {
        if seen.is_unclean {
            keep_copy(place, &file);
        }
        match Database::open(place, seen.identity, open_redb, progress) {
            Ok(database) => match migrate::migrate(place, &database, open_redb) {
                Ok(()) => (Some(database), Access::ReadWrite),
                Err(why) => {
                    tracing::error!(why, "an older library is only read");
                    let why = ReadOnlyWhy::Older { why };
                    (None, Access::ReadOnly { why })
                }
            },
            Err(OpenError::Io { error, .. }) if is_read_only(&error) => {
                let why = ReadOnlyWhy::Place {
                    why: error.to_string(),
                };
                (None, Access::ReadOnly { why })
            }
            Err(error) => return Err(error),
        }
    };
    let unused_texts = match &database {
        // An unreadable record may speak of any of them.
        Some(database) if seen.loaded.problems.is_empty() => {
            let spoken_of = texts::spoken_of(&seen.loaded.library, &seen.loaded.history);
            let read = database.read();
            let unused = read.and_then(|now| texts::unused(&now, &spoken_of));
            unused.map_err(|error| OpenError::from_redb(error, &file))?
        }
        _ => Vec::new(),
    };
    let mut opened = Opened {
        database,
        access,
        unused_texts,
        identity: seen.identity,
        library: seen.loaded.library,
        history: seen.loaded.history,
        ops_seq: seen.loaded.ops_seq,
        problems: seen.loaded.problems,
        quarantine: seen.loaded.quarantine,
        recovery,
        file,
    };
    if opened.recovery.is_none() {
        catch_up(place, &mut opened);
    }
    Ok(opened)
}

/// What was seen of a file without changing it.
struct Seen {
    identity: Identity,
    loaded: Loaded,
    /// What is newer than this program knows; then `loaded` is what could be read all the same.
    newer: Option<String>,
    /// Whether opening it takes a repair.
    is_unclean: bool,
}

/// Why a file is not opened.
enum Refusal {
    /// It is to be left where it is.
    Final(OpenError),
    /// It was or should have been a library, and is none that can be read.
    Damaged(String),
}

impl Refusal {
    fn of(error: OpenError) -> Self {
        match error {
            OpenError::Damaged { why, .. } => Self::Damaged(why),
            other => Self::Final(other),
        }
    }

    fn into_error(self, file: &Path) -> OpenError {
        match self {
            Self::Final(error) => error,
            Self::Damaged(why) => OpenError::Damaged {
                why,
                file: file.to_owned(),
            },
        }
    }
}

/// Whether the file is a whole library that this program can write.
///
/// # Errors
/// What is wrong with it. It was not changed.
pub(crate) fn check_is_whole(file: &Path) -> Result<(), OpenError> {
    match look(file, &Progress::silent()) {
        Ok(seen) => match seen.newer {
            None => Ok(()),
            Some(what) => Err(OpenError::Newer {
                what,
                file: file.to_owned(),
            }),
        },
        Err(refusal) => Err(refusal.into_error(file)),
    }
}

/// Reads a library without changing the file, repairing it in memory if a crash left it so. Only a
/// file that passes is opened for writing: redb's own opening writes before it knows.
///
/// Every page is checked on the way: redb itself checks none after a clean end, and would hand out
/// what became of them.
fn look(path: &Path, progress: &Progress) -> Result<Seen, Refusal> {
    let io = |error| Refusal::Final(OpenError::io(path)(error));
    if !std::fs::metadata(path).map_err(io)?.is_file() {
        let why = "it is not a regular file".to_owned();
        let file = path.to_owned();
        return Err(Refusal::Final(OpenError::Foreign { why, file }));
    }
    let file = std::fs::File::open(path).map_err(io)?;
    header::check(&file, path).map_err(|error| match error {
        OpenError::Foreign { why, .. } => Refusal::Damaged(why),
        other => Refusal::of(other),
    })?;
    let is_unclean = header::flags(path)
        .map_err(io)?
        .is_some_and(header::Flags::is_unclean);
    let file_id = file_id(&file.metadata().map_err(io)?);
    let overlay = Overlay::new(file).map_err(io)?;
    let seen = guarded(|| {
        let redb = progress
            .tell_of(&mut checking_builder())
            .create_with_backend(overlay)?;
        let transaction = redb.begin_read()?;
        let (store_id, newer) = match meta::check(&transaction, path)? {
            Ok(store_id) => (store_id, None),
            Err(OpenError::Newer { what, .. }) => (meta::StoreId::default(), Some(what)),
            Err(error) => return Ok(Err(error)),
        };
        let loaded = match load(&transaction) {
            Err(redb::Error::TableDoesNotExist(_)) if newer.is_some() => {
                let (what, file) = (newer.unwrap_or_default(), path.to_owned());
                return Ok(Err(OpenError::Newer { what, file }));
            }
            loaded => loaded?,
        };
        Ok(Ok(Seen {
            identity: Identity { store_id, file_id },
            loaded,
            newer,
            is_unclean,
        }))
    });
    match seen {
        Ok(Ok(seen)) => Ok(seen),
        Ok(Err(error)) => Err(Refusal::of(error)),
        Err(error) => Err(Refusal::of(OpenError::from_redb(error, path))),
    }
}

/// Keeps the bytes of a file that is about to be repaired. Repairs were never seen to do harm: if
/// there is no room for a copy, they go on.
fn keep_copy(place: &Place, file: &Path) {
    let is_small = std::fs::metadata(file).is_ok_and(|metadata| metadata.len() < MAX_COPIED_BYTES);
    if is_small && let Err(error) = backup::keep_unclean(place, file) {
        tracing::info!(%error, "no copy was kept of a library that was not closed");
    }
}

fn is_read_only(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied
    )
}

/// What there is to be seen of a library's file.
pub(crate) enum Look {
    Whole(Library, Vec<RecordProblem>),
    /// Whole, and so many batches behind what `ops.jsonl` tells.
    Behind(usize),
    /// Of a later Postil, as far as this one can read it.
    ReadOnly(Library, Vec<RecordProblem>, String),
    Damaged(String),
    /// Not for us to touch.
    Refused(OpenError),
}

/// Looks at the library's file, and how far `ops.jsonl` goes, without changing them.
pub(crate) fn look_at(place: &Place) -> Look {
    match look(&place.database(), &Progress::silent()) {
        Ok(seen) => {
            let Loaded {
                library,
                problems,
                ops_seq,
                ..
            } = seen.loaded;
            if let Some(what) = seen.newer {
                return Look::ReadOnly(library, problems, what);
            }
            let (lines, _) = lines_beyond(place, seen.identity.store_id, &library, ops_seq);
            if lines.is_empty() {
                Look::Whole(library, problems)
            } else {
                Look::Behind(lines.len())
            }
        }
        Err(Refusal::Damaged(why)) => Look::Damaged(why),
        Err(Refusal::Final(error)) => Look::Refused(error),
    }
}
