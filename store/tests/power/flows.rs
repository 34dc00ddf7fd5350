//! What the store does with whole files, recorded: a library is made, backed up, restored, made anew
//! and brought up to date. Another flow is another function here that gives a [`Flow`].

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use postil_store::{Lock, Request, restore};
use tempfile::TempDir;

use crate::dirs::{database, new_dir, put};
use crate::disk::on_good_disk;
use crate::recorded::Recorded;
use crate::rng::Rng;
use crate::script::Expected;
use crate::session::{Session, found, older};
use crate::world::World;

/// The library's folder in the folder that is recorded, and where it keeps backups too.
pub(crate) const DATA: &str = "data";
pub(crate) const SECOND: &str = "second";

/// What was done, and what was promised meanwhile.
pub(crate) struct Flow {
    pub(crate) recorded: Recorded,
    /// Each is acknowledged from its moment on, until the next.
    marks: Vec<Mark>,
    /// Whether the library is damaged on the way, so that starts may tell of it, and the history may
    /// be shorter.
    pub(crate) is_damaged: bool,
    /// Whether the second copies hold all that is acknowledged, at any moment.
    pub(crate) is_copied: bool,
    /// What backups may hold beside that.
    backed_up: Vec<Expected>,
    /// Files that are there from some moment on, until they are told anew.
    kept: Vec<(usize, Vec<PathBuf>)>,
    /// What was set aside, from when on.
    aside: Option<(usize, PathBuf, Expected)>,
}

struct Mark {
    n_ops: usize,
    expected: Expected,
}

impl Flow {
    /// The first start, and the first words.
    pub(crate) fn of_creation(rng: &mut Rng) -> Result<Self, String> {
        let root = root()?;
        let world = World::of(root.path()).map_err(|error| error.to_string())?;
        let mut marks = vec![mark(0, Expected::default())];
        write(&root, &world, &mut marks, rng, |_| Ok(()))?;
        Self::new(&world, marks)
    }

    /// Backups, so many that the oldest go, and copies of them in a second folder; with each,
    /// `ops.jsonl` is put away and begun anew.
    pub(crate) fn of_backups(rng: &mut Rng) -> Result<Self, String> {
        const N_BACKUPS: usize = 6;
        let root = root()?;
        let (expected, _) = live(&data(&root), rng, false)?;
        let world = World::of(root.path()).map_err(|error| error.to_string())?;
        let mut marks = vec![mark(0, expected)];
        let second = root.path().join(SECOND);
        write(&root, &world, &mut marks, rng, |session| {
            session.ask(Request::BackUpAlsoIn(Some(second.clone())))
        })?;
        let mut kept = Vec::new();
        for _ in 0..N_BACKUPS {
            write(&root, &world, &mut marks, rng, |session| {
                session.ask(Request::BackUpAlsoIn(Some(second.clone())))?;
                let backup = session.back_up()?.map_err(|error| error.to_string())?;
                let name = backup.file.file_name().ok_or("no name")?;
                let here = Path::new(DATA).join("backups").join(name);
                kept.push((world.n_ops(), vec![here, Path::new(SECOND).join(name)]));
                Ok(())
            })?;
        }
        Ok(Self {
            kept,
            ..Self::new(&world, marks)?
        })
    }

    /// An older backup takes the place of the library.
    pub(crate) fn of_restore(rng: &mut Rng) -> Result<Self, String> {
        let root = root()?;
        let (_, older) = live(&data(&root), rng, true)?;
        let (present, newer) = live(&data(&root), rng, true)?;
        let backups = postil_store::backup::list(&data(&root));
        let backups = backups.map_err(|error| error.to_string())?;
        let backup = backups.last().ok_or("no backup")?;
        let world = World::of(root.path()).map_err(|error| error.to_string())?;
        let lock = Lock::acquire(&data(&root)).map_err(|error| error.to_string())?;
        let lock = lock.watched_by(world.watch());
        let restored = restore(&lock, &backup.file).map_err(|error| error.to_string())?;
        drop(lock);
        let n_ops = world.n_ops();
        let mut marks = vec![mark(0, present.clone()), mark(n_ops, older.clone())];
        write(&root, &world, &mut marks, rng, |_| Ok(()))?;
        let aside = restored.set_aside.ok_or("nothing was set aside")?;
        let aside = aside.strip_prefix(root.path());
        let aside = aside.map_err(|error| error.to_string())?.to_owned();
        Ok(Self {
            // Lines of another state are put away before the library is.
            is_copied: false,
            backed_up: vec![older, newer],
            aside: Some((n_ops, aside, present)),
            ..Self::new(&world, marks)?
        })
    }

    /// A library whose file ends half-way is made anew.
    pub(crate) fn of_recovery(rng: &mut Rng) -> Result<Self, String> {
        let root = root()?;
        let (_, backed_up) = live(&data(&root), rng, true)?;
        let (expected, _) = live(&data(&root), rng, false)?;
        let file = File::options().write(true).open(database(&data(&root)));
        let cut = file.and_then(|file| file.set_len(file.metadata()?.len() / 2));
        cut.map_err(|error| error.to_string())?;
        let world = World::of(root.path()).map_err(|error| error.to_string())?;
        let mut marks = vec![mark(0, expected)];
        write(&root, &world, &mut marks, rng, |_| Ok(()))?;
        Ok(Self {
            is_damaged: true,
            backed_up: vec![backed_up],
            ..Self::new(&world, marks)?
        })
    }

    /// A library of an older schema is brought up to date, after a backup.
    pub(crate) fn of_migration(rng: &mut Rng) -> Result<Self, String> {
        let root = root()?;
        let older = older().map_err(|error| error.to_string())?;
        put(&database(&data(&root)), &older);
        let world = World::of(root.path()).map_err(|error| error.to_string())?;
        let mut marks = vec![mark(0, found(&older)?)];
        write(&root, &world, &mut marks, rng, |_| Ok(()))?;
        Ok(Self {
            // There are none before the first start.
            is_copied: false,
            ..Self::new(&world, marks)?
        })
    }

    fn new(world: &World, marks: Vec<Mark>) -> Result<Self, String> {
        Ok(Self {
            recorded: world.recorded()?,
            marks,
            is_damaged: false,
            is_copied: true,
            backed_up: Vec::new(),
            kept: Vec::new(),
            aside: None,
        })
    }

    /// What may be found after so many operations: what was acknowledged, and what was on its way.
    pub(crate) fn allowed(&self, n_ops: usize) -> impl Iterator<Item = &Expected> {
        let n_acknowledged = self.marks.partition_point(|mark| mark.n_ops <= n_ops);
        let from = n_acknowledged.saturating_sub(1);
        self.marks[from..].iter().take(2).map(|mark| &mark.expected)
    }

    /// All that it ever was, as far as it was backed up.
    pub(crate) fn states(&self) -> impl Iterator<Item = &Expected> {
        let marked = self.marks.iter().map(|mark| &mark.expected);
        marked.chain(&self.backed_up)
    }

    /// The files that must be there by then.
    pub(crate) fn kept(&self, n_ops: usize) -> &[PathBuf] {
        let n_kept = self.kept.partition_point(|(since, _)| *since <= n_ops);
        n_kept.checked_sub(1).map_or(&[], |last| &self.kept[last].1)
    }

    /// What must have been set aside by then, and what is in it.
    pub(crate) fn aside(&self, n_ops: usize) -> Option<(&Path, &Expected)> {
        let (since, path, expected) = self.aside.as_ref()?;
        (n_ops >= *since).then_some((path, expected))
    }
}

fn mark(n_ops: usize, expected: Expected) -> Mark {
    Mark { n_ops, expected }
}

fn root() -> Result<TempDir, String> {
    let root = new_dir();
    fs::create_dir(data(&root)).map_err(|error| error.to_string())?;
    Ok(root)
}

fn data(root: &TempDir) -> PathBuf {
    root.path().join(DATA)
}

/// A session that nobody records. Gives what there is in the end, and what there was in the middle,
/// when a backup was made if that is wanted.
pub(crate) fn live(
    dir: &Path,
    rng: &mut Rng,
    is_backed_up: bool,
) -> Result<(Expected, Expected), String> {
    let mut session = Session::open(dir, &on_good_disk())?;
    for _ in 0..4 {
        session.act(rng)?;
    }
    let middle = session.expected.clone();
    if is_backed_up {
        session.back_up()?.map_err(|error| error.to_string())?;
    }
    session.act(rng)?;
    let last = session.expected.clone();
    session.close()?;
    Ok((last, middle))
}

/// A session that is recorded, with something in the middle of it.
fn write(
    root: &TempDir,
    world: &World,
    marks: &mut Vec<Mark>,
    rng: &mut Rng,
    between: impl FnOnce(&mut Session) -> Result<(), String>,
) -> Result<(), String> {
    let before = marks.last().ok_or("nothing before")?.expected.clone();
    let may_be_damaged = true;
    let mut session = Session::open_as(&data(root), &world.under(), may_be_damaged)?;
    if !session.expected.says_the_same(&before) {
        return Err("another library was opened".to_owned());
    }
    session.act(rng)?;
    let mut after_each = vec![session.expected.clone()];
    between(&mut session)?;
    session.act(rng)?;
    after_each.push(session.expected.clone());
    let spoken = session.close()?;
    if spoken.len() != after_each.len() {
        return Err(format!("{} acknowledgements", spoken.len()));
    }
    let acknowledged = spoken.into_iter().zip(after_each);
    marks.extend(acknowledged.map(|(n_ops, expected)| mark(n_ops, expected)));
    Ok(())
}
