//! Owns a root's scan: the folder is walked, compared with the ledger, and what is news is told.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::place::{Identity, Likeness};
use super::{Context, MAX_DOUBLINGS, PAUSE_PER_SCAN, Presence, Root, bounds};
use crate::compare::{Against, Compared, compare};
use crate::outbox::Outbox;
use crate::read::Reading;
use crate::settle::{Input, step};
use crate::supervisor::Supervisor;
use crate::walk::{Tree, WalkError, walk};
use crate::write::sweep;
use crate::{Event, Health};

/// How often the person is told how far a long scan is.
const PROGRESS_PAUSE: Duration = Duration::from_millis(100);

/// Why a scan found nothing out.
enum End {
    Missing(String),
    /// Another folder is in its place.
    Differs(Likeness, Identity),
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
        let end = self.find(context).and_then(|(real, identity)| {
            self.compare(&real, identity, touched, unsettled, context)
        });
        let now = context.now();
        let took = now.saturating_sub(began);
        self.last_scan = Some((now, took));
        self.counts.n_scans += 1;
        match end {
            Ok(compared) => self.tell_compared(compared, touched, context),
            Err(End::Missing(why)) => self.lose(why, context),
            Err(End::Differs(likeness, identity)) => self.question(likeness, identity, context),
            Err(End::Stopped) => return,
        }
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
    fn is_polled(&self, supervisor: &Supervisor) -> bool {
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

    fn compare(
        &mut self,
        real: &Path,
        identity: Identity,
        touched: &BTreeMap<String, Duration>,
        unsettled: &BTreeSet<String>,
        context: &mut Context<'_>,
    ) -> Result<Compared, End> {
        let now = context.now();
        // A folder that nobody has seen yet is listed first and watched then, so that its picture
        // is there at once.
        let is_watched_later = !self.place.is_ours(&identity) && !context.supervisor.is_failing();
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
        });
        let tree = tree.map_err(|error| match error {
            WalkError::Stopped => End::Stopped,
            WalkError::Root(error) => End::Missing(error.to_string()),
        })?;
        if !is_watched_later {
            let retry_at = now + context.config.safety_scan.max(context.config.poll_interval);
            watches.finish(round, retry_at, supervisor);
        }
        sweep(&tree.leftovers, SystemTime::now());
        self.reconcile(real, identity, tree, touched, unsettled, context)
    }

    fn reconcile(
        &mut self,
        real: &Path,
        identity: Identity,
        mut tree: Tree,
        touched: &BTreeMap<String, Duration>,
        unsettled: &BTreeSet<String>,
        context: &mut Context<'_>,
    ) -> Result<Compared, End> {
        let now = context.now();
        let found = std::mem::take(&mut tree.files);
        let is_new_place = !self.place.is_ours(&identity);
        let against = Against {
            root: real,
            ledger: &self.ledger,
            touched,
            unsettled,
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
        if is_timed {
            let n_quiet_scans = (self.n_quiet_scans + 1).min(MAX_DOUBLINGS);
            self.n_quiet_scans = if is_news { 0 } else { n_quiet_scans };
        }
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
            self.tell_picture(compared.renamed, context.outbox);
        }
    }

    /// Sends the full picture as it is in the ledger.
    pub(crate) fn tell_picture(&mut self, renamed: Vec<(String, String)>, outbox: &mut Outbox) {
        self.counts.n_told += 1;
        outbox.push(Event::Scanned {
            root: self.id,
            files: self.ledger.clone(),
            problems: self.tree.problems.clone(),
            renamed,
            truncated: self.tree.truncated,
        });
    }

    fn lose(&mut self, why: String, context: &mut Context<'_>) {
        self.unwatch(context.supervisor);
        self.real = None;
        let is_asked = std::mem::take(&mut self.is_answer_due);
        let presence = std::mem::replace(&mut self.presence, Presence::Missing);
        if presence != Presence::Missing || is_asked {
            let root = self.id;
            context.outbox.push(Event::RootMissing { root, why });
        }
    }
    /// Another folder is in its place: it is taken for missing, and the person is asked.
    fn question(&mut self, likeness: Likeness, identity: Identity, context: &mut Context<'_>) {
        let Likeness { n_same, n_known } = likeness;
        let why = format!("In its place is a folder with {n_same} of its {n_known} files");
        self.lose(why, context);
        if self.place.is_to_be_told(identity) {
            context.outbox.push(Event::RootDiffers {
                root: self.id,
                n_same,
                n_known,
            });
        }
    }
}

fn is_not_there(path: &Path) -> bool {
    path.symlink_metadata()
        .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}
