//! Owns a root's scan of parts of it: when that is enough, and the walk through them.

use std::path::Path;

use super::place::Identity;
use super::scan::End;
use super::{Context, Presence, Root, bounds};
use crate::settle::Scan;
use crate::walk::{Tree, walk_parts};

impl Root {
    /// Whether what is known of the rest of the root can be relied on.
    pub(super) fn may_compare_parts(&self, identity: &Identity, context: &Context<'_>) -> bool {
        self.presence == Presence::There
            && self.place.is_ours(identity)
            && !self.is_answer_due
            && !self.watches.want_any()
            && !self.is_polled(context.supervisor)
    }

    /// Walks through the parts that a scan is about; `None` when only a walk through all can tell.
    pub(super) fn walk_parts(
        &mut self,
        real: &Path,
        scan: &Scan,
        context: &mut Context<'_>,
    ) -> Result<Option<Tree>, End> {
        let now = context.now();
        let single: Vec<&str> = scan
            .single_files()
            .filter(|path| self.position(path).is_ok())
            .collect();
        let bounds = bounds(
            context.config,
            context.rules,
            self.options,
            context.should_stop,
        );
        let mut round = self.watches.begin(context.supervisor, now);
        let (watches, supervisor) = (&mut self.watches, &mut *context.supervisor);
        let tree = walk_parts(real, scan, &single, &self.tree, &bounds, &mut |folder| {
            watches.enter(folder, &mut round, supervisor);
        })?;
        // A link out of the root that is new here is watched with all others.
        let tree = tree.filter(|tree| {
            let mut folders = tree
                .links_out
                .iter()
                .filter_map(|(target, _)| target.parent());
            folders.all(|folder| watches.holds(folder))
        });
        watches.finish_parts(round, context.retry_at(now));
        Ok(tree)
    }
}
