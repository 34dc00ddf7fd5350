//! The data directory: what lies where in it, and how one file takes the place of another.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::date::Moment;
use crate::files::{Files, Watch, is_there};

/// What came of the database that was in the place of another.
#[derive(Debug)]
pub(crate) struct Replaced {
    /// Where it is; `None` if there was none.
    pub(crate) aside: Option<PathBuf>,
    /// What the disk said instead of keeping the new one for good: after a power cut the old one may
    /// be back.
    pub(crate) unconfirmed: Option<io::Error>,
}

/// Paths in one data directory, and the way to change what is there.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) dir: PathBuf,
    pub(crate) files: Files,
}

impl Place {
    pub(crate) fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            files: Files::default(),
        }
    }

    pub(crate) fn watched_by(self, watch: Watch) -> Self {
        let files = Files::watched_by(watch);
        Self { files, ..self }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.dir.join("postil.redb")
    }

    /// Where a database is made before it gets its name.
    pub(crate) fn new_database(&self) -> PathBuf {
        self.dir.join("postil.redb.new")
    }

    /// The second copy of what changes, as text.
    pub(crate) fn ops(&self) -> PathBuf {
        self.dir.join("ops.jsonl")
    }

    /// Where such a file is begun before it gets its name.
    pub(crate) fn new_ops(&self) -> PathBuf {
        self.dir.join("ops.jsonl.new")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.dir.join("postil.lock")
    }

    pub(crate) fn backups(&self) -> PathBuf {
        self.dir.join("backups")
    }

    /// Moves a file out of the way under a name that is free, and gives that name.
    pub(crate) fn set_aside(&self, file: &Path) -> io::Result<PathBuf> {
        let free = self.free_in_quarantine(file.file_name().unwrap_or_default())?;
        self.files.rename(file, &free)?;
        self.sync_quarantine()?;
        Ok(free)
    }

    /// Puts `new` in the place of the database. What was there is kept in the quarantine, under a
    /// name with the date. A process that is killed meanwhile leaves the one or the other in its
    /// place, never nothing.
    pub(crate) fn replace_database(&self, new: &Path) -> io::Result<Replaced> {
        let database = self.database();
        self.files.sync(&File::open(new)?)?;
        let aside = if is_there(&database)? {
            let name = format!("postil-{}.redb", Moment::now().stamp());
            let aside = self.free_in_quarantine(OsStr::new(&name))?;
            // A second name, so that the first is never without a file.
            self.files.link_or_copy(&database, &aside)?;
            self.sync_quarantine()?;
            Some(aside)
        } else {
            None
        };
        self.files.rename(new, &database)?;
        let unconfirmed = self.files.sync_dir(&self.dir).err();
        Ok(Replaced { aside, unconfirmed })
    }

    fn free_in_quarantine(&self, name: &OsStr) -> io::Result<PathBuf> {
        let dir = self.dir.join("quarantine");
        self.files.make_dir(&dir)?;
        let mut n = 0_u32;
        loop {
            let mut candidate = name.to_owned();
            if n > 0 {
                candidate.push(format!(".{n}"));
            }
            let path = dir.join(candidate);
            // Our lock is held: no other Postil can take the name in between.
            if !is_there(&path)? {
                return Ok(path);
            }
            n += 1;
        }
    }

    fn sync_quarantine(&self) -> io::Result<()> {
        self.files.sync_dir(&self.dir.join("quarantine"))?;
        self.files.sync_dir(&self.dir)
    }
}
