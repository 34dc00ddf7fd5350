use std::path::{Path, PathBuf};

use crate::command::{Command, DialogPurpose, UserCommand};
use crate::effects::Effect;
use crate::update::tests::Bench;

/// What the store was told: each time the folder, or that there is none.
fn told(effects: &[Effect]) -> Vec<Option<&Path>> {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::BackUpAlsoIn(folder) => Some(folder.as_deref()),
        _ => None,
    });
    told.collect()
}

#[test]
fn a_second_folder_is_kept_and_the_store_hears_of_it_once() {
    let (mut bench, _) = Bench::with_plan();
    let folder = PathBuf::from("/media/disk/100% mine");
    let chosen = Command::Chosen(DialogPurpose::BackupFolder, Some(folder.clone()));
    let effects = bench.take(chosen);
    assert_eq!(told(&effects), [Some(folder.as_path())]);
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Write(_)))
    );
    assert_eq!(told(&bench.take(Command::Tick)), []);

    // The next session knows of it from the library.
    bench.state.told_backup_folder = None;
    assert_eq!(told(&bench.take(Command::Tick)), [Some(folder.as_path())]);

    let effects = bench.user(UserCommand::SetBackupFolder(None));
    assert_eq!(told(&effects), [None]);
    assert_eq!(bench.state.library.settings().backup_folder, None);
    assert_eq!(told(&bench.user(UserCommand::SetBackupFolder(None))), []);
}

#[test]
fn the_folder_of_the_library_is_no_second_folder() {
    let (mut bench, _) = Bench::with_plan();
    bench.state.data_dir = PathBuf::from("/home/me/.local/share/postil");
    let inside = bench.state.data_dir.join("backups");
    let effects = bench.user(UserCommand::SetBackupFolder(Some(inside)));
    assert_eq!(told(&effects), []);
    assert_eq!(bench.state.library.settings().backup_folder, None);
    assert!(!bench.state.notices.is_empty());
}
