//! Every call to the disk fails in turn, once or from then on, while whole files are made, copied and
//! put in place of others: nothing panics, errors are clear, and nothing is lost.

use std::fs;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use postil_store::{BackupError, Lock, Request, RestoreError, Step, Watch, backup, restore};

use crate::dirs::{database, new_dir, put};
use crate::disk::{Fault, on_bad_disk, on_good_disk};
use crate::flows::live;
use crate::rng::Rng;
use crate::script::Expected;
use crate::session::{Session, Under, found, older};
use crate::tree::Tree;

/// Fails the step that is due; a write that fails may have been done in part.
fn failing(fault: &Arc<Fault>) -> Watch {
    let fault = Arc::clone(fault);
    Arc::new(move |step| {
        let failed = fault.check(false);
        if let (
            Err(_),
            Step::Write {
                file,
                offset,
                bytes,
            },
        ) = (&failed, step)
        {
            file.write_all_at(&bytes[..bytes.len() / 2], offset)?;
        }
        failed
    })
}

fn on_failing(fault: &Arc<Fault>) -> Under {
    Under {
        open_redb: on_bad_disk(fault),
        watch: Some(failing(fault)),
        n_calls: Arc::new(|| 0),
    }
}

/// Tries it with a failure at each call that it makes on a disk that works.
fn try_each(what: impl Fn(&Arc<Fault>) -> Result<(), String>) -> Result<usize, String> {
    let fault = Fault::none();
    what(&fault)?;
    let n_calls = fault.n_calls.load(Ordering::SeqCst);
    for at in 0..n_calls {
        // A disk that is full stays so for a while.
        let faults = [
            (false, Fault::EIO),
            (true, Fault::EIO),
            (true, Fault::ENOSPC),
        ];
        for (is_lasting, errno) in faults {
            what(&Fault::new(at, is_lasting, errno)).map_err(|error| {
                format!("call {at} of {n_calls}, error {errno}, lasting {is_lasting}: {error}")
            })?;
        }
    }
    Ok(n_calls)
}

/// A library with two backups, which say different things.
struct Base {
    tree: Tree,
    present: Expected,
    oldest: Expected,
}

impl Base {
    fn new() -> Result<Self, String> {
        let dir = new_dir();
        let mut rng = Rng::new(5);
        let (_, oldest) = live(dir.path(), &mut rng, true)?;
        let (present, _) = live(dir.path(), &mut rng, true)?;
        let (tree, _) = Tree::read(dir.path()).map_err(|error| error.to_string())?;
        Ok(Self {
            tree,
            present,
            oldest,
        })
    }
}

/// What the next start finds on a disk that works, and whether all backups are whole.
fn next_start(dir: &Path) -> Result<Expected, String> {
    let session = Session::open(dir, &on_good_disk()).map_err(|e| format!("next start: {e}"))?;
    let next = session.expected.clone();
    session.close()?;
    for backup in backup::list(dir).map_err(|error| error.to_string())? {
        let bytes = fs::read(&backup.file).map_err(|error| error.to_string())?;
        found(&bytes).map_err(|error| format!("{}: {error}", backup.file.display()))?;
    }
    Ok(next)
}

/// What the second copies alone give.
fn from_second_copies(dir: &Path) -> Result<Expected, String> {
    fs::remove_file(database(dir)).map_err(|error| error.to_string())?;
    let under = Under::unwatched(&on_good_disk());
    let session = Session::open_as(dir, &under, true)?;
    let found = session.expected.clone();
    session.close()?;
    Ok(found)
}

#[test]
fn whichever_call_fails_while_a_backup_is_made_nothing_is_lost() -> Result<(), String> {
    let base = Base::new()?;
    let n_calls = try_each(|fault| {
        let root = new_dir();
        let dir = root.path().join("data");
        fs::create_dir(&dir)
            .and_then(|()| base.tree.put(&dir))
            .map_err(|error| error.to_string())?;
        // The failure comes while the backup is made, not at the start.
        let armed = Arc::clone(fault);
        armed.is_mended.store(true, Ordering::SeqCst);
        let mut session = Session::open_on(&dir, &on_failing(fault))?;
        let mut rng = Rng::new(2);
        session.act(&mut rng)?;
        let second = root.path().join("second");
        session.ask(Request::BackUpAlsoIn(Some(second.clone())))?;
        session.back_up()?.map_err(|error| error.to_string())?;
        session.act(&mut rng)?;
        fault.n_calls.store(0, Ordering::SeqCst);
        armed.is_mended.store(false, Ordering::SeqCst);
        let is_clear = |error: &BackupError| {
            matches!(
                error,
                BackupError::Io { .. } | BackupError::Unreadable { .. }
            )
        };
        if let Err(error) = session.back_up()?
            && !is_clear(&error)
        {
            return Err(format!("not the disk is blamed: {error:?}"));
        }
        armed.is_mended.store(true, Ordering::SeqCst);
        let backup = session.back_up()?;
        let backup = backup.map_err(|error| format!("no backup on a good disk: {error}"))?;
        let name = backup.file.file_name().ok_or("no name")?;
        for file in [&backup.file, &second.join(name)] {
            let bytes = fs::read(file).map_err(|error| error.to_string())?;
            if !found(&bytes)?.is_same(&session.expected) {
                return Err(format!("{} is another", file.display()));
            }
        }
        session.act(&mut rng)?;
        let expected = session.expected.clone();
        session.close()?;
        if !next_start(&dir)?.is_same(&expected) {
            return Err("the next start finds something else".to_owned());
        }
        if !from_second_copies(&dir)?.says_the_same(&expected) {
            return Err("the second copies say something else".to_owned());
        }
        Ok(())
    })?;
    assert!(n_calls > 50, "{n_calls} calls");
    Ok(())
}

#[test]
fn whichever_call_fails_while_a_backup_is_restored_the_one_or_the_other_is_there()
-> Result<(), String> {
    let base = Base::new()?;
    try_each(|fault| {
        let dir = new_dir();
        base.tree
            .put(dir.path())
            .map_err(|error| error.to_string())?;
        let backups = backup::list(dir.path()).map_err(|error| error.to_string())?;
        let oldest = &backups.last().ok_or("no backup")?.file;
        let lock = Lock::acquire(dir.path()).map_err(|error| error.to_string())?;
        let restored = restore(&lock.watched_by(failing(fault)), oldest);
        let next = next_start(dir.path())?;
        let (is_present, is_oldest) = (next.is_same(&base.present), next.is_same(&base.oldest));
        let is_right = match &restored {
            Ok(restored) => {
                let aside = restored.set_aside.as_ref().ok_or("nothing was set aside")?;
                let bytes = fs::read(aside).map_err(|error| error.to_string())?;
                is_oldest && found(&bytes)?.is_same(&base.present)
            }
            Err(RestoreError::Io { .. }) => is_present,
            Err(RestoreError::Unconfirmed { path, .. }) => {
                let bytes = fs::read(path).map_err(|error| error.to_string())?;
                is_oldest && found(&bytes)?.is_same(&base.present)
            }
            Err(RestoreError::NotWhole { .. }) => false,
        };
        if !is_right {
            return Err(format!(
                "{restored:?}, present {is_present}, restored {is_oldest}"
            ));
        }
        Ok(())
    })?;
    Ok(())
}

#[test]
fn whichever_call_fails_while_a_library_is_begun_the_next_start_begins_it() -> Result<(), String> {
    try_each(|fault| start_and_write(fault, &|_| Ok(()), &Expected::default()))?;
    Ok(())
}

#[test]
fn whichever_call_fails_while_an_older_library_is_migrated_nothing_is_lost() -> Result<(), String> {
    let older = older().map_err(|error| error.to_string())?;
    let before = found(&older)?;
    try_each(|fault| {
        let put = |dir: &Path| {
            put(&database(dir), &older);
            Ok(())
        };
        start_and_write(fault, &put, &before)
    })?;
    Ok(())
}

#[test]
fn whichever_call_fails_while_a_damaged_library_is_made_anew_nothing_is_lost() -> Result<(), String>
{
    let base = Base::new()?;
    try_each(|fault| {
        let put = |dir: &Path| {
            base.tree.put(dir)?;
            let file = fs::File::options().write(true).open(database(dir))?;
            file.set_len(file.metadata()?.len() / 2)
        };
        start_and_write(fault, &put, &base.present)
    })?;
    Ok(())
}

/// Starts on a disk that fails, which is mended after the start; then what was there before must be
/// there, at the latest at the next start.
fn start_and_write(
    fault: &Arc<Fault>,
    put: &dyn Fn(&Path) -> io::Result<()>,
    before: &Expected,
) -> Result<(), String> {
    let dir = new_dir();
    put(dir.path()).map_err(|error| error.to_string())?;
    let (path, under): (PathBuf, _) = (dir.path().to_owned(), on_failing(fault));
    // It opens if the failure comes late, or is of no consequence.
    let opened = Session::open_as(&path, &under, true);
    fault.is_mended.store(true, Ordering::SeqCst);
    let mut session = match opened {
        Ok(session) => session,
        Err(_) => Session::open_as(&path, &Under::unwatched(&on_good_disk()), true)?,
    };
    if !session.expected.says_the_same(before) {
        return Err("something else was opened".to_owned());
    }
    session.act(&mut Rng::new(3))?;
    let expected = session.expected.clone();
    session.close()?;
    if !next_start(&path)?.is_same(&expected) {
        return Err("the next start finds something else".to_owned());
    }
    if !from_second_copies(&path)?.says_the_same(&expected) {
        return Err("the second copies say something else".to_owned());
    }
    Ok(())
}
