//! A folder in which everything that the store does to files is recorded, its names too: what a power
//! cut at any moment may leave of the whole folder.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use postil_store::{OpenRedb, Step, Watch};
use redb::backends::FileBackend;

use crate::disk::{Call, Disk, Fault, Sink};
use crate::names::{FileNo, NameOp, Names, Node};
use crate::recorded::{Op, Recorded};
use crate::session::Under;
use crate::tree::{Numbers, Tree};

/// A folder under the eyes of a recorder.
#[derive(Clone)]
pub(crate) struct World {
    state: Arc<Mutex<State>>,
}

struct State {
    root: PathBuf,
    base: Tree,
    ops: Vec<Op>,
    now: Names,
    numbers: Numbers,
    n_files: usize,
    /// A file that is about to be made: it has no number yet.
    awaited: Option<PathBuf>,
}

impl World {
    /// Records from now on what is done in `root`.
    pub(crate) fn of(root: &Path) -> io::Result<Self> {
        let (base, numbers) = Tree::read(root)?;
        let state = State {
            root: root.to_owned(),
            now: base.names.clone(),
            n_files: base.files.len(),
            base,
            ops: Vec::new(),
            numbers,
            awaited: None,
        };
        Ok(Self {
            state: Arc::new(Mutex::new(state)),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much was done so far.
    pub(crate) fn n_ops(&self) -> usize {
        let mut state = self.state();
        state.settle();
        state.ops.len()
    }

    /// What the store is to be started on.
    pub(crate) fn under(&self) -> Under {
        let world = self.clone();
        Under {
            open_redb: self.open_redb(),
            watch: Some(self.watch()),
            n_calls: Arc::new(move || world.n_ops()),
        }
    }

    pub(crate) fn watch(&self) -> Watch {
        let world = self.clone();
        Arc::new(move |step| world.state().take(step))
    }

    fn open_redb(&self) -> OpenRedb {
        let world = self.clone();
        Arc::new(move |builder, file: File| {
            let number = world.state().number(&file)?;
            let world = world.clone();
            let sink: Sink = Arc::new(move |call| {
                let mut state = world.state();
                state.settle();
                state.ops.push(Op::File(number, call));
            });
            let file = FileBackend::new(file)?;
            builder.create_with_backend(Disk::new(file, Some(sink), &Fault::none()))
        })
    }

    /// What was recorded. Whatever went past the recorder would be missing in every image: then this
    /// is an error.
    pub(crate) fn recorded(&self) -> Result<Recorded, String> {
        let n_ops = self.n_ops();
        let state = self.state();
        let recorded = Recorded::new(state.base.clone(), &state.ops[..n_ops]);
        let (there, _) = Tree::read(&state.root).map_err(|error| error.to_string())?;
        recorded
            .after_all()
            .difference(&there)
            .map_or(Ok(recorded), |path| {
                let path = path.display();
                Err(format!("something was done past the recorder: {path}"))
            })
    }
}

impl State {
    fn take(&mut self, step: Step<'_>) -> io::Result<()> {
        self.settle();
        match step {
            Step::MakeDir(dir) => {
                let inside = self.inside(dir).unwrap_or_default();
                let mut missing: Vec<_> = inside.ancestors().map(Path::to_owned).collect();
                missing.retain(|dir| *dir != Path::new("") && self.now.get(dir).is_none());
                for dir in missing.into_iter().rev() {
                    self.name(NameOp::Add(dir, Node::Dir));
                }
            }
            Step::Create(path) => {
                let path = self.inside(path)?;
                self.awaited = self.now.get(&path).is_none().then_some(path);
            }
            Step::Write {
                file,
                offset,
                bytes,
            } => {
                let bytes = bytes.to_vec();
                self.file(file, Call::Write { offset, bytes })?;
            }
            Step::Copy { from, to } => {
                let mut bytes = vec![0; from.metadata()?.len() as usize];
                from.read_exact_at(&mut bytes, 0)?;
                self.file(to, Call::Write { offset: 0, bytes })?;
            }
            Step::SetLen(file, len) => self.file(file, Call::SetLen(len))?,
            Step::Sync(file) => self.file(file, Call::Sync)?,
            Step::Rename(from, to) => {
                let op = NameOp::Rename(self.inside(from)?, self.inside(to)?);
                self.name(op);
            }
            Step::Link(from, to) => {
                if let Some(node) = self.now.get(&self.inside(from)?) {
                    self.name(NameOp::Add(self.inside(to)?, node));
                }
            }
            Step::Remove(path) => {
                let path = self.inside(path)?;
                if self.now.get(&path).is_some() {
                    self.name(NameOp::Remove(path));
                }
            }
            Step::SyncDir(dir) => {
                // Those above are none of ours.
                if let Ok(dir) = self.inside(dir) {
                    self.name(NameOp::SyncDir(dir));
                }
            }
        }
        Ok(())
    }

    /// Gives the file that was awaited its number, if it came to be.
    fn settle(&mut self) {
        let Some(path) = self.awaited.take() else {
            return;
        };
        if let Ok(there) = fs::metadata(self.root.join(&path)) {
            let number = self.n_files;
            self.n_files += 1;
            self.numbers.insert((there.dev(), there.ino()), number);
            self.name(NameOp::Add(path, Node::File(number)));
        }
    }

    fn name(&mut self, op: NameOp) {
        self.now.apply(&op);
        self.ops.push(Op::Names(op));
    }

    fn file(&mut self, file: &File, call: Call) -> io::Result<()> {
        let number = self.number(file)?;
        self.ops.push(Op::File(number, call));
        Ok(())
    }

    fn number(&mut self, file: &File) -> io::Result<FileNo> {
        self.settle();
        let there = file.metadata()?;
        let number = self.numbers.get(&(there.dev(), there.ino()));
        number
            .copied()
            .ok_or_else(|| io::Error::other("a file that the recorder does not know"))
    }

    fn inside(&self, path: &Path) -> io::Result<PathBuf> {
        let inside = path.strip_prefix(&self.root).map_err(io::Error::other)?;
        Ok(inside.to_owned())
    }
}
