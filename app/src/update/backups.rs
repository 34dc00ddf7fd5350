//! The second folder for backups.

use std::path::Path;

use postil_model::{Change, Settings};

use super::Update;
use crate::effects::Effect;
use crate::paths::{folder_from_text, folder_text};
use crate::state::{StoreState, Tone};

impl Update<'_> {
    pub(super) fn set_backup_folder(&mut self, folder: Option<&Path>) {
        // There they would be beside the library that they are for.
        if folder.is_some_and(|folder| folder.starts_with(&self.state.data_dir)) {
            self.problem(
                "The library itself is in this folder: choose another, best on another disk",
            );
            return;
        }
        let settings = Settings {
            backup_folder: folder.map(folder_text),
            ..self.state.library.settings().clone()
        };
        if settings == *self.state.library.settings() {
            return;
        }
        self.commit(vec![Change::Settings(settings)]);
        let said = match folder {
            Some(folder) => format!("Backups are kept in {} too", folder.display()),
            None => "Backups are kept beside the library alone".to_owned(),
        };
        self.tell(Tone::Info, said, None);
    }

    /// Lets the store know of the folder, whatever made it another: a choice, or the library that was
    /// just opened.
    pub(super) fn tell_backup_folder(&mut self) {
        let folder = &self.state.library.settings().backup_folder;
        let is_open = matches!(self.state.store, StoreState::Open { .. });
        if is_open && *folder != self.state.told_backup_folder {
            self.state.told_backup_folder.clone_from(folder);
            let folder = folder.as_deref().map(folder_from_text);
            self.effects.push(Effect::BackUpAlsoIn(folder));
        }
    }
}

#[cfg(test)]
#[path = "backups_tests.rs"]
mod tests;
