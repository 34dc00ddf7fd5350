//! What is asked of the margin: its notes, the answers to them, and where they stand.

use std::collections::{BTreeMap, BTreeSet};

use super::Library;
use crate::{
    Annotation, AnnotationId, AnnotationState, DocumentId, HandOver, LastRead, Link, LinkId,
    Placed, PlanId, Reply, ReplyId, TextId, Timestamp,
};

impl Library {
    /// The notes in the margins of a plan and its documents, oldest first, without removed ones.
    pub fn annotations(&self, plan: PlanId) -> impl Iterator<Item = &Annotation> {
        let of_plan = self.annotations.get(&plan).into_iter();
        let all = of_plan.flat_map(BTreeMap::values);
        all.filter(|annotation| annotation.removed.is_none())
    }

    /// Those on one document.
    pub fn annotations_on(
        &self,
        plan: PlanId,
        document: DocumentId,
    ) -> impl Iterator<Item = &Annotation> {
        let is_on = move |a: &&Annotation| a.document() == Some(document);
        self.annotations(plan).filter(is_on)
    }

    /// Any note in the margin, removed ones too.
    #[must_use]
    pub fn annotation(&self, plan: PlanId, id: AnnotationId) -> Option<&Annotation> {
        self.annotations.get(&plan)?.get(&id)
    }

    /// The same where only the id is known.
    #[must_use]
    pub fn annotation_of_any_plan(&self, id: AnnotationId) -> Option<&Annotation> {
        self.annotations
            .values()
            .find_map(|of_plan| of_plan.get(&id))
    }

    /// The answers to a note, oldest first, without removed ones.
    pub fn replies(&self, annotation: AnnotationId) -> impl Iterator<Item = &Reply> {
        let of_annotation = self.replies.get(&annotation).into_iter();
        let all = of_annotation.flat_map(BTreeMap::values);
        all.filter(|reply| reply.removed.is_none())
    }

    /// Any answer, removed ones too.
    #[must_use]
    pub fn reply(&self, annotation: AnnotationId, id: ReplyId) -> Option<&Reply> {
        self.replies.get(&annotation)?.get(&id)
    }

    /// The links of a plan, oldest first, without removed ones.
    pub fn links(&self, plan: PlanId) -> impl Iterator<Item = &Link> {
        let of_plan = self.links.get(&plan).into_iter();
        let all = of_plan.flat_map(BTreeMap::values);
        all.filter(|link| link.removed.is_none())
    }

    /// Any link, removed ones too.
    #[must_use]
    pub fn link(&self, plan: PlanId, id: LinkId) -> Option<&Link> {
        self.links.get(&plan)?.get(&id)
    }

    /// Where a note stood when its document was last looked at.
    #[must_use]
    pub fn placed(&self, annotation: AnnotationId) -> Option<&Placed> {
        self.placed.get(&annotation)
    }

    /// When a note was last handed back.
    #[must_use]
    pub fn hand_over(&self, annotation: AnnotationId) -> Option<&HandOver> {
        self.hand_overs.get(&annotation)
    }

    /// When a note or an answer to it was last changed, also by removing an answer.
    #[must_use]
    pub fn last_changed(&self, annotation: &Annotation) -> Timestamp {
        let replies = self.replies.get(&annotation.id).into_iter();
        let replies = replies.flat_map(BTreeMap::values);
        let times = replies.map(|reply| reply.updated.max(reply.removed.unwrap_or_default()));
        times.fold(annotation.updated, Ord::max)
    }

    /// Whether a note is new or was changed since it was last handed back. A draft never is.
    #[must_use]
    pub fn is_to_hand_over(&self, annotation: &Annotation) -> bool {
        annotation.state != AnnotationState::Draft
            && self.hand_over(annotation.id).is_none_or(|handed| {
                let is_resolved = matches!(annotation.state, AnnotationState::Resolved { .. });
                handed.as_of != self.last_changed(annotation) || handed.is_resolved != is_resolved
            })
    }

    /// What was last read of a document.
    #[must_use]
    pub fn last_read(&self, document: DocumentId) -> Option<&LastRead> {
        self.last_reads.get(&document)
    }

    /// The texts that any record speaks of, what is in the trash among them.
    #[must_use]
    pub fn texts(&self) -> BTreeSet<TextId> {
        let annotations = self.annotations.values().flat_map(BTreeMap::values);
        let anchored = annotations.flat_map(Annotation::texts);
        let placed = self.placed.values().map(|placed| placed.text);
        let read = self.last_reads.values().map(|read| read.text);
        anchored.chain(placed).chain(read).collect()
    }
}
