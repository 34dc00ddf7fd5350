//! Every storage call of a session fails in turn, once or from then on: nothing panics, what waits
//! is said to wait, and nothing is lost once the disk works again.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use postil_store::{Access, Event, Lock, OpenError, ReadOnlyWhy, WriteError, start_with};

use crate::dirs::{database, dir_with, new_dir};
use crate::disk::{Fault, on_bad_disk, on_good_disk};
use crate::rng::Rng;
use crate::script::Expected;
use crate::session::{Session, found, older, opened, words};

const N_BATCHES: usize = 6;

/// Files to begin with: one that was closed, one that a crash left, and one of an older schema.
fn bases() -> Result<[Vec<u8>; 3], String> {
    let dir = new_dir();
    let mut rng = Rng::new(7);
    let mut session = Session::open(dir.path(), &on_good_disk())?;
    for _ in 0..10 {
        let batch = session.expected.act(&mut rng);
        session.save(batch)?;
    }
    let read = || std::fs::read(database(dir.path())).map_err(|error| error.to_string());
    let left = read()?;
    session.close()?;
    let older = older().map_err(|error| error.to_string())?;
    Ok([read()?, left, older])
}

/// How a start went.
enum Start {
    Opened(Box<Session>),
    /// Not brought up to date.
    ReadOnly,
    Refused(OpenError),
}

fn start(dir: &Path, fault: &Arc<Fault>) -> Result<Start, String> {
    let lock = Lock::acquire(dir).map_err(|error| error.to_string())?;
    let open_redb = on_bad_disk(fault);
    let (store, events) =
        start_with(lock, Arc::new(|| {}), open_redb).map_err(|error| error.to_string())?;
    let mut session = Session::of(store, events, Expected::default());
    match opened(session.hear()?, false) {
        Ok(expected) => {
            session.expected = expected;
            Ok(Start::Opened(Box::new(session)))
        }
        Err(other) => match *other {
            Event::OpenFailed { error } => Ok(Start::Refused(error)),
            Event::Opened {
                access:
                    Access::ReadOnly {
                        why: ReadOnlyWhy::Older { .. },
                    },
                ..
            } => Ok(Start::ReadOnly),
            other => Err(words(&other)),
        },
    }
}

/// A session on a disk that fails; gives what must be in the library at last.
fn session(dir: &Path, fault: &Arc<Fault>, before: &Expected) -> Result<Expected, String> {
    let mut session = match start(dir, fault)? {
        Start::Opened(session) => session,
        Start::ReadOnly | Start::Refused(OpenError::Io { .. }) => {
            // As the person does: once more, when the disk is well again.
            fault.is_mended.store(true, Ordering::SeqCst);
            match start(dir, fault)? {
                Start::Opened(session) => session,
                Start::ReadOnly => return Err("read-only for good".to_owned()),
                Start::Refused(error) => return Err(format!("refused for good: {error}")),
            }
        }
        Start::Refused(error) => return Err(format!("not the disk is blamed: {error:?}")),
    };
    if !session.expected.is_same(before) {
        return Err("what was there before is not".to_owned());
    }
    let mut rng = Rng::new(3);
    for i in 0..N_BATCHES {
        if i == N_BATCHES - 1 {
            fault.is_mended.store(true, Ordering::SeqCst);
        }
        let batch = session.expected.act(&mut rng);
        session.write(batch)?;
        let is_last = i == N_BATCHES - 1;
        loop {
            match session.hear()? {
                Event::Committed { revision } if revision == session.revision => break,
                // A retry in between, of what was written before.
                Event::Committed { .. } => {}
                Event::Waiting { n_changes, error } => {
                    check_words(n_changes, &error, fault)?;
                    // The next change is made while this one waits.
                    if !is_last {
                        break;
                    }
                }
                other => return Err(words(&other)),
            }
        }
    }
    let expected = session.expected.clone();
    session.close()?;
    Ok(expected)
}

/// What the person is told names the trouble.
fn check_words(n_changes: usize, error: &WriteError, fault: &Fault) -> Result<(), String> {
    let is_clear = match error {
        WriteError::NoRoom => fault.errno == Fault::ENOSPC,
        WriteError::Failed { .. } | WriteError::Reopen(OpenError::Io { .. }) => true,
        _ => false,
    };
    if n_changes > 0 && is_clear {
        Ok(())
    } else {
        Err(format!("{n_changes} changes wait: {error:?}"))
    }
}

#[test]
fn whichever_storage_call_fails_nothing_is_lost_once_the_disk_works_again() -> Result<(), String> {
    for base in bases()? {
        let before = found(&base)?;
        let fault = Fault::none();
        session(dir_with(&base).path(), &fault, &before)?;
        let n_calls = fault.n_calls.load(Ordering::SeqCst);
        for at in 0..n_calls {
            for (is_lasting, errno) in [
                (false, Fault::EIO),
                (true, Fault::EIO),
                (false, Fault::ENOSPC),
                (true, Fault::ENOSPC),
            ] {
                let case = format!("call {at} of {n_calls}, error {errno}, lasting {is_lasting}");
                let dir = dir_with(&base);
                let fault = Fault::new(at, is_lasting, errno);
                let expected = session(dir.path(), &fault, &before)
                    .map_err(|error| format!("{case}: {error}"))?;
                let left =
                    std::fs::read(database(dir.path())).map_err(|error| error.to_string())?;
                let found = found(&left).map_err(|error| format!("{case}, next start: {error}"))?;
                if !found.is_same(&expected) {
                    return Err(format!("{case}: the next start finds something else"));
                }
            }
        }
    }
    Ok(())
}
