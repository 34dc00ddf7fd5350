//! Owns a root's scan: the folder is walked, compared with the ledger, and what is news is told.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Context, Presence, Root};
use crate::backend::WatchError;
use crate::compare::{Against, Compared, compare};
use crate::outbox::Outbox;
use crate::settle::{Input, step};
use crate::supervisor::Supervisor;
use crate::walk::{Bounds, Tree, WalkError, walk};
use crate::{Event, Stamp};

/// A scan that takes long is made less often: the pause before the next one on a timer is at least
/// this many times as long.
const PAUSE_PER_SCAN: u32 = 20;

/// Why a scan found nothing out.
enum End {
    Missing(String),
    Stopped,
}

impl Root {
    /// Compares the folder with the ledger, and tells what is news.
    pub(crate) fn scan(
        &mut self,
        touched: &BTreeMap<String, Duration>,
        unsettled: &BTreeSet<String>,
        context: &mut Context<'_>,
    ) {
        let began = context.now();
        let end = self
            .find(context)
            .and_then(|real| self.compare(&real, touched, unsettled, context));
        let took = context.now().saturating_sub(began);
        match end {
            Ok(compared) => self.tell_compared(compared, touched, context),
            Err(End::Missing(why)) => self.lose(why, context),
            Err(End::Stopped) => return,
        }
        let pause = if self.is_polled(context.supervisor) {
            Some(context.config.poll_interval)
        } else {
            Some(context.config.safety_scan).filter(|pause| !pause.is_zero())
        };
        self.next_scan = pause.map(|pause| context.now() + pause.max(took * PAUSE_PER_SCAN));
    }

    /// Whether changes are only found by looking.
    fn is_polled(&self, supervisor: &Supervisor) -> bool {
        self.real.is_none() || self.limit.is_some() || supervisor.failure().is_some()
    }

    /// Makes sure that the folder is there, and that its watches are its own.
    fn find(&mut self, context: &mut Context<'_>) -> Result<PathBuf, End> {
        let missing = |error: std::io::Error| End::Missing(error.to_string());
        let real = self.folder.canonicalize().map_err(missing)?;
        let metadata = real.metadata().map_err(missing)?;
        if !metadata.is_dir() {
            return Err(End::Missing("it is not a folder any more".into()));
        }
        let inode = Stamp::of(&metadata).inode;
        if self.real.as_ref() != Some(&real) || self.inode != inode {
            self.unwatch(context.supervisor);
            self.inode = inode;
            self.real = Some(real.clone());
        }
        Ok(real)
    }

    fn compare(
        &mut self,
        real: &Path,
        touched: &BTreeMap<String, Duration>,
        unsettled: &BTreeSet<String>,
        context: &mut Context<'_>,
    ) -> Result<Compared, End> {
        let now = context.now();
        let may_watch = context.supervisor.failure().is_none()
            && self
                .limit
                .as_ref()
                .is_none_or(|(_, retry_at)| *retry_at <= now);
        let mut limit = None;
        let mut visited = HashSet::new();
        let bounds = Bounds {
            rules: context.rules,
            max_folders: context.config.max_folders,
            max_depth: context.config.max_depth,
            max_document_bytes: context.config.max_document_bytes,
            should_stop: context.should_stop,
        };
        let supervisor = &mut *context.supervisor;
        let watched = &mut self.watched;
        let tree = walk(real, &bounds, &mut |folder| {
            if may_watch && limit.is_none() && !watched.contains(folder) {
                match supervisor.watch(folder, now) {
                    Ok(()) => {
                        watched.insert(folder.to_path_buf());
                    }
                    Err(WatchError::Limit(why)) => limit = Some(why),
                    // The listing of the folder tells what is wrong with it.
                    Err(WatchError::Folder(why) | WatchError::Dead(why)) => {
                        tracing::debug!(why, folder = %folder.display(), "a folder is not watched");
                    }
                }
            }
            visited.insert(folder.to_path_buf());
        });
        let tree = tree.map_err(|error| match error {
            WalkError::Stopped => End::Stopped,
            WalkError::Root(error) => End::Missing(error.to_string()),
        })?;
        if may_watch {
            let retry_at = now + context.config.safety_scan.max(context.config.poll_interval);
            self.limit = limit.map(|why| (why, retry_at));
        }
        self.watched.retain(|folder| {
            let is_there = visited.contains(folder);
            if !is_there {
                context.supervisor.unwatch(folder);
            }
            is_there
        });
        self.reconcile(real, tree, touched, unsettled, context)
    }

    fn reconcile(
        &mut self,
        real: &Path,
        mut tree: Tree,
        touched: &BTreeMap<String, Duration>,
        unsettled: &BTreeSet<String>,
        context: &Context<'_>,
    ) -> Result<Compared, End> {
        let now = context.now();
        let found = std::mem::take(&mut tree.files);
        let mut compared = compare(
            found,
            &Against {
                root: real,
                ledger: &self.ledger,
                touched,
                unsettled,
                believes: &|path| {
                    self.presence != Presence::There
                        || self.settle.believes(path, now)
                        || tree.passes_over(path)
                },
                max_document_bytes: context.config.max_document_bytes,
                should_stop: context.should_stop,
            },
        )
        .ok_or(End::Stopped)?;
        compared.is_restructured |=
            tree.truncated != self.tree.truncated || tree.problems != self.tree.problems;
        self.tree = tree;
        self.ledger = std::mem::take(&mut compared.ledger);
        let doubtful = std::mem::take(&mut compared.doubtful);
        step(&mut self.settle, Input::Scanned { doubtful }, now);
        for path in compared.unsteady.drain(..) {
            let input = Input::Unsteady {
                path,
                seen: now,
                n_looks: 0,
            };
            step(&mut self.settle, input, now);
        }
        Ok(compared)
    }

    fn tell_compared(
        &mut self,
        compared: Compared,
        touched: &BTreeMap<String, Duration>,
        context: &mut Context<'_>,
    ) {
        let is_timed = std::mem::take(&mut self.is_timed);
        let presence = std::mem::replace(&mut self.presence, Presence::There);
        let is_first = presence != Presence::There;
        let is_asked = std::mem::take(&mut self.is_answer_due);
        let is_news = compared.is_restructured || !compared.changed.is_empty();
        if is_timed && is_news && !is_first && !self.is_polled(context.supervisor) {
            tracing::info!(folder = %self.folder.display(), "changes were found that no event told of; the folder is watched anew");
            self.doubt_all(context.supervisor, context.now());
        }
        if presence == Presence::Missing {
            context.outbox.push(Event::RootReturned { root: self.id });
        }
        if !is_first {
            for path in compared.changed {
                self.tell_changed_by_scan(&path, touched.get(&path).copied(), context);
            }
        }
        if is_first || is_asked || compared.is_restructured {
            self.tell_picture(context.outbox);
        }
    }

    /// Sends the full picture as it is in the ledger.
    pub(crate) fn tell_picture(&self, outbox: &mut Outbox) {
        outbox.push(Event::Scanned {
            root: self.id,
            files: self.ledger.clone(),
            problems: self.tree.problems.clone(),
            truncated: self.tree.truncated,
        });
    }

    fn lose(&mut self, why: String, context: &mut Context<'_>) {
        self.unwatch(context.supervisor);
        self.real = None;
        self.limit = None;
        let is_asked = std::mem::take(&mut self.is_answer_due);
        let presence = std::mem::replace(&mut self.presence, Presence::Missing);
        if presence != Presence::Missing || is_asked {
            let root = self.id;
            context.outbox.push(Event::RootMissing { root, why });
        }
    }
}
