//! What was recorded of a folder, and what a power cut may have left of it.

use crate::disk::Call;
use crate::image::{n_synced, power_cut, replay};
use crate::names::{FileNo, NameOp, Names, Node};
use crate::rng::Rng;
use crate::tree::Tree;

#[derive(Clone, Debug)]
pub(crate) enum Op {
    Names(NameOp),
    File(FileNo, Call),
}

/// The folder as it was, and what was done to it from then on.
pub(crate) struct Recorded {
    names: Names,
    n_ops: usize,
    /// What was done to names, and when.
    on_names: Vec<(usize, NameOp)>,
    /// By number.
    files: Vec<FileHistory>,
}

/// A file as it was, and what was done to it, with the times.
#[derive(Clone, Default)]
struct FileHistory {
    base: Vec<u8>,
    at: Vec<usize>,
    calls: Vec<Call>,
}

impl Recorded {
    pub(crate) fn new(base: Tree, ops: &[Op]) -> Self {
        let of_base = |base| FileHistory {
            base,
            ..FileHistory::default()
        };
        let mut files: Vec<_> = base.files.into_iter().map(of_base).collect();
        let mut on_names = Vec::new();
        for (i, op) in ops.iter().enumerate() {
            match op {
                Op::Names(op) => {
                    if let NameOp::Add(_, Node::File(number)) = op {
                        files.resize(files.len().max(number + 1), FileHistory::default());
                    }
                    on_names.push((i, op.clone()));
                }
                Op::File(number, call) => {
                    files[*number].at.push(i);
                    files[*number].calls.push(call.clone());
                }
            }
        }
        Self {
            names: base.names,
            n_ops: ops.len(),
            on_names,
            files,
        }
    }

    pub(crate) fn n_ops(&self) -> usize {
        self.n_ops
    }

    /// What a power cut may leave after so many operations.
    pub(crate) fn power_cut(&self, n_ops: usize, rng: &mut Rng) -> Tree {
        let until = self.on_names.partition_point(|(at, _)| *at < n_ops);
        let on_names: Vec<&NameOp> = self.on_names[..until].iter().map(|(_, op)| op).collect();
        let names = self.names.power_cut(&on_names, rng);
        let of_file = |file: &FileHistory| {
            let calls = &file.calls[..file.at.partition_point(|at| *at < n_ops)];
            let n = n_synced(calls);
            let mut synced = file.base.clone();
            replay(&mut synced, &calls[..n]);
            power_cut(&synced, &calls[n..], rng)
        };
        let files = self.files.iter().map(of_file).collect();
        Tree { names, files }
    }

    /// What is there when nothing is lost.
    pub(crate) fn after_all(&self) -> Tree {
        let mut names = self.names.clone();
        for (_, op) in &self.on_names {
            names.apply(op);
        }
        let of_file = |file: &FileHistory| {
            let mut bytes = file.base.clone();
            replay(&mut bytes, &file.calls);
            bytes
        };
        let files = self.files.iter().map(of_file).collect();
        Tree { names, files }
    }
}
