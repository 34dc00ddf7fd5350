//! Owns what a root says: its picture, its changes, that it is gone, and how it is watched.

use std::collections::BTreeMap;
use std::time::Duration;

use super::place::{Identity, Likeness};
use super::{Context, Presence, Root};
use crate::Event;
use crate::compare::Compared;
use crate::outbox::Outbox;
use crate::supervisor::Supervisor;

/// How often the pause of the safety scan doubles while it finds nothing.
const MAX_DOUBLINGS: u32 = 4;

impl Root {
    pub(super) fn tell_compared(
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
    pub(super) fn tell_picture(&mut self, renamed: Vec<(String, String)>, outbox: &mut Outbox) {
        self.counts.n_told += 1;
        outbox.push(Event::Scanned {
            root: self.id,
            files: self.ledger.clone(),
            problems: self.tree.problems.clone(),
            renamed,
            truncated: self.tree.truncated,
        });
    }

    pub(super) fn lose(&mut self, why: String, context: &mut Context<'_>) {
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
    pub(super) fn question(
        &mut self,
        likeness: Likeness,
        identity: Identity,
        context: &mut Context<'_>,
    ) {
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

    /// Tells how the root is watched, when that has changed since it was last told.
    pub(crate) fn tell_health(&mut self, supervisor: &Supervisor, outbox: &mut Outbox) {
        if self.presence != Presence::There {
            return;
        }
        let health = supervisor
            .failure()
            .unwrap_or_else(|| self.watches.health());
        if self.health.as_ref() != Some(&health) {
            self.health = Some(health.clone());
            let root = self.id;
            outbox.push(Event::Health { root, health });
        }
    }
}
