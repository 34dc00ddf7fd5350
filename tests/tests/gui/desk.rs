//! What every test sits down at: a database and plan folders of its own.

use std::path::{Path, PathBuf};

use postil_tests::disk;
use postil_tests::gui::Session;

/// A temporary folder with a database, and plan folders beside it.
pub(crate) struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self {
            dir: tempfile::tempdir()?,
        })
    }

    /// The folder of the database.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Makes a folder of plan files.
    pub(crate) fn folder(&self, name: &str, files: &[(&str, &str)]) -> anyhow::Result<PathBuf> {
        let folder = self.path(name);
        std::fs::create_dir(&folder)?;
        for (file, text) in files {
            disk::write(&folder.join(file), text)?;
        }
        Ok(folder)
    }

    /// A path beside the database.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Starts the app on the database.
    pub(crate) fn start(&self) -> anyhow::Result<Session> {
        Session::start(&self.data())
    }

    /// Starts the app, and drops a folder on it whose first document has this name.
    pub(crate) fn open(&self, folder: &Path, first: &str) -> anyhow::Result<Session> {
        let mut session = self.start()?;
        session.drop_files(&[folder]);
        session.wait_for_label(&format!("Document {first}"))?;
        session.wait_until_saved()?;
        Ok(session)
    }
}

/// A plan of two documents.
pub(crate) const GARDEN: &[(&str, &str)] = &[
    ("01-dig.md", "# Dig\n\nTwo beds by the wall.\n"),
    ("02-sow.md", "# Sow\n\nPeas before April.\n"),
];
