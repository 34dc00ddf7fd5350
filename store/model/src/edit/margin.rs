//! What a person does in the margin.

use super::Edit;
use crate::{Annotation, AnnotationId, Change, Link, LinkId, PlanId, Reply, ReplyId};

impl Edit<'_> {
    /// Takes a note in the margin out of the trash.
    #[must_use]
    pub fn restore_annotation(self, plan: PlanId, id: AnnotationId) -> Vec<Change> {
        let Some(annotation) = self.library.annotation(plan, id) else {
            return Vec::new();
        };
        let restored = Annotation {
            removed: None,
            updated: self.now,
            ..annotation.clone()
        };
        self.touching(plan, vec![Change::Annotation(restored)])
    }

    /// Takes an answer out of the trash, and the note that it answers, without which it would not
    /// be seen.
    #[must_use]
    pub fn restore_reply(self, of: AnnotationId, id: ReplyId) -> Vec<Change> {
        let Some(reply) = self.library.reply(of, id) else {
            return Vec::new();
        };
        let restored = Reply {
            removed: None,
            updated: self.now,
            ..reply.clone()
        };
        let mut changes = vec![Change::Reply(restored)];
        if let Some(annotation) = self.library.annotation_of_any_plan(of)
            && annotation.removed.is_some()
        {
            changes.extend(self.restore_annotation(annotation.plan, of));
        }
        changes
    }

    /// Takes a link out of the trash.
    #[must_use]
    pub fn restore_link(self, plan: PlanId, id: LinkId) -> Vec<Change> {
        let Some(link) = self.library.link(plan, id) else {
            return Vec::new();
        };
        let restored = Link {
            removed: None,
            updated: self.now,
            ..link.clone()
        };
        self.touching(plan, vec![Change::Link(restored)])
    }
}
