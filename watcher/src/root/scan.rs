//! Owns a root's scan: the folder is walked, and compared with the ledger.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::place::{Identity, Likeness};
use super::{Context, PAUSE_PER_SCAN, Presence, Root, bounds};
use crate::compare::{Against, Compared, compare};
use crate::read::Reading;
use crate::settle::{Input, Scan, step};
use crate::supervisor::Supervisor;
use crate::walk::{Tree, WalkError, walk};
use crate::write::sweep;
use crate::{Event, Health};

/// How often the person is told how far a long scan is.
const PROGRESS_PAUSE: Duration = Duration::from_millis(100);

/// Why a scan found nothing out.
pub(super) enum End {
    Missing(String),
    /// Another folder is in its place.
    Differs(Likeness, Identity),
    Stopped,
}

impl From<WalkError> for End {
    fn from(error: WalkError) -> Self {
        match error {
            WalkError::Stopped => Self::Stopped,
            WalkError::Root(error) => Self::Missing(error.to_string()),
        }
    }
}

impl Root {
    /// Compares the folder, or the parts of it that the scan is about, with the ledger, and tells
    /// what is news.
    pub(crate) fn scan(&mut self, scan: &Scan, context: &mut Context<'_>) {
        let began = context.now();
        let end = self
            .find(context)
            .and_then(|(real, identity)| self.compare(&real, identity, scan, context));
        let now = context.now();
        let took = now.saturating_sub(began);
        self.counts.n_scans += 1;
        let is_whole = match end {
            Ok((compared, is_whole)) => {
                self.tell_compared(compared, &scan.touched, context);
                is_whole
            }
            Err(End::Missing(why)) => {
                self.lose(why, context);
                true
            }
            Err(End::Differs(likeness, identity)) => {
                self.question(likeness, identity, context);
                true
            }
            Err(End::Stopped) => return,
        };
        if !is_whole {
            // The rest is compared when it is due.
            if self.is_polled(context.supervisor) {
                self.scan_by(now + context.config.poll_interval);
            }
            return;
        }
        self.last_scan = Some((now, took));
        if self.watches.want_more() && !context.supervisor.is_failing() {
            // The first picture was told as soon as it was known; now it is watched.
            step(&mut self.settle, Input::ScanNow, now);
        }
        self.next_scan = self
            .pause(context)
            .map(|pause| now + pause.max(took * PAUSE_PER_SCAN));
    }

    /// Until the next scan that nobody asks for.
    fn pause(&self, context: &Context<'_>) -> Option<Duration> {
        if self.is_polled(context.supervisor) {
            return Some(context.config.poll_interval);
        }
        let pause = context.config.safety_scan * 2_u32.pow(self.n_quiet_scans);
        Some(pause).filter(|pause| !pause.is_zero())
    }

    /// Whether changes are only found by looking.
    pub(super) fn is_polled(&self, supervisor: &Supervisor) -> bool {
        self.real.is_none() || self.watches.are_blind() || supervisor.is_failing()
    }

    /// Finds the folder, and makes sure that its watches are its own.
    fn find(&mut self, context: &mut Context<'_>) -> Result<(PathBuf, Identity), End> {
        let missing = |error: std::io::Error| End::Missing(error.to_string());
        let real = self.folder.canonicalize().map_err(missing)?;
        let metadata = real.metadata().map_err(missing)?;
        if !metadata.is_dir() {
            return Err(End::Missing("it is not a folder any more".into()));
        }
        let identity = Identity::of(real.clone(), &metadata);
        if !self.place.is_ours(&identity) {
            self.unwatch(context.supervisor);
        }
        self.real = Some(real.clone());
        Ok((real, identity))
    }

    /// The comparison, and whether it was of the whole root.
    fn compare(
        &mut self,
        real: &Path,
        identity: Identity,
        scan: &Scan,
        context: &mut Context<'_>,
    ) -> Result<(Compared, bool), End> {
        let part = if self.may_compare_parts(&identity, context) {
            self.walk_parts(real, scan, context)?
        } else {
            None
        };
        let is_whole = part.is_none();
        let tree = match part {
            Some(tree) => tree,
            None => self.walk_all(real, &identity, context)?,
        };
        sweep(&tree.leftovers, SystemTime::now());
        let compared = self.reconcile(real, identity, tree, scan, is_whole, context)?;
        Ok((compared, is_whole))
    }

    fn walk_all(
        &mut self,
        real: &Path,
        identity: &Identity,
        context: &mut Context<'_>,
    ) -> Result<Tree, End> {
        let now = context.now();
        // A folder that nobody has seen yet is listed first and watched then, so that its picture
        // is there at once.
        let is_watched_later = !self.place.is_ours(identity) && !context.supervisor.is_failing();
        let mut round = self.watches.begin(context.supervisor, now);
        let bounds = bounds(
            context.config,
            context.rules,
            self.options,
            context.should_stop,
        );
        let (watches, supervisor) = (&mut self.watches, &mut *context.supervisor);
        let tree = walk(real, &bounds, &mut |folder| {
            if is_watched_later {
                watches.want(folder);
            } else {
                watches.enter(folder, &mut round, supervisor);
            }
        })?;
        for (target, link) in &tree.links_out {
            let folder = target.parent().unwrap_or(target);
            if is_watched_later {
                watches.want(folder);
            } else if watches.enter(folder, &mut round, supervisor) {
                // It was looked at before that.
                let path = link.clone();
                step(&mut self.settle, Input::Touched { path }, now);
            }
        }
        if !is_watched_later {
            watches.finish(round, context.retry_at(now), context.supervisor);
        }
        Ok(tree)
    }

    fn reconcile(
        &mut self,
        real: &Path,
        identity: Identity,
        mut tree: Tree,
        scan: &Scan,
        is_whole: bool,
        context: &mut Context<'_>,
    ) -> Result<Compared, End> {
        let now = context.now();
        let found = std::mem::take(&mut tree.files);
        let is_new_place = !self.place.is_ours(&identity);
        let ledger = if is_whole {
            Cow::Borrowed(&self.ledger)
        } else {
            let parts = self.ledger.iter().filter(|entry| scan.covers(&entry.path));
            Cow::Owned(parts.cloned().collect())
        };
        let against = Against {
            root: real,
            ledger: &ledger,
            touched: &scan.touched,
            unsettled: &scan.unsettled,
            believes: &|path| {
                // What lies beyond the limit was not looked for.
                let may_be_missing = !tree.truncated || is_not_there(&real.join(path));
                let is_certain = self.presence != Presence::There
                    || is_new_place
                    || self.settle.believes(path, now);
                (is_certain && may_be_missing) || tree.passes_over(path)
            },
            renames: &self.renames,
            reading: Reading {
                limit: context.config.max_document_bytes,
                max_open: context.config.max_open_files,
                should_stop: context.should_stop,
            },
        };
        let (mut told_at, mut has_told) = (Instant::now(), false);
        let outbox = &mut *context.outbox;
        let mut progress = |n_left| {
            if told_at.elapsed() > PROGRESS_PAUSE {
                (told_at, has_told) = (Instant::now(), true);
                let (root, health) = (self.id, Health::CatchingUp { n_left });
                outbox.push(Event::Health { root, health });
                // The app that has gone away is noticed at the end of the turn.
                let _ = outbox.flush();
            }
        };
        let compared = compare(found, &against, &mut progress);
        if has_told {
            // What was told last is not how it is now.
            self.health = None;
        }
        let mut compared = compared.ok_or(End::Stopped)?;
        if !is_whole {
            let rest = self.ledger.iter().filter(|entry| !scan.covers(&entry.path));
            compared.ledger.extend(rest.cloned());
            compared.ledger.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        }
        let other = self
            .place
            .differs(&identity, &self.ledger, &compared.ledger);
        if let Some(likeness) = other {
            return Err(End::Differs(likeness, identity));
        }
        self.place.settle(identity);
        self.renames.forget();
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
}

fn is_not_there(path: &Path) -> bool {
    path.symlink_metadata()
        .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}
