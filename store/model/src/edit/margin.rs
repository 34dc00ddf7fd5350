//! What a person does in the margin.

use super::Edit;
use crate::{
    Anchor, Annotation, AnnotationId, AnnotationKind, AnnotationState, Change, DocumentId, Link,
    LinkId, Passage, Placed, Placement, PlanId, Reply, ReplyId, Target,
};

impl Edit<'_> {
    /// A new note in the margin; a draft while its words are still being written.
    #[must_use]
    pub fn annotate(
        self,
        plan: PlanId,
        id: AnnotationId,
        target: Target,
        kind: AnnotationKind,
        is_draft: bool,
    ) -> Vec<Change> {
        let annotation = Annotation {
            id,
            plan,
            target,
            kind,
            body: String::new(),
            tags: Vec::new(),
            state: if is_draft {
                AnnotationState::Draft
            } else {
                AnnotationState::Open
            },
            created: self.now,
            updated: self.now,
            removed: None,
        };
        self.touching(plan, vec![Change::Annotation(annotation)])
    }

    /// Changes fields of a note in the margin.
    #[must_use]
    pub fn annotation(
        self,
        plan: PlanId,
        id: AnnotationId,
        edit: impl FnOnce(&mut Annotation),
    ) -> Vec<Change> {
        let Some(annotation) = self.library.annotation(plan, id) else {
            return Vec::new();
        };
        let mut edited = annotation.clone();
        edit(&mut edited);
        if edited == *annotation {
            return Vec::new();
        }
        edited.updated = self.now;
        self.touching(plan, vec![Change::Annotation(edited)])
    }

    /// Ends the writing of a note: it asks for something from now on. One that says nothing and
    /// suggests nothing goes to the trash.
    #[must_use]
    pub fn finish_annotation(self, plan: PlanId, id: AnnotationId) -> Vec<Change> {
        let Some(annotation) = self.library.annotation(plan, id) else {
            return Vec::new();
        };
        let says_nothing = annotation.body.trim().is_empty()
            && matches!(
                annotation.kind,
                AnnotationKind::Comment | AnnotationKind::Question
            );
        if says_nothing && annotation.state == AnnotationState::Draft {
            return self.remove_annotation(plan, id);
        }
        self.annotation(plan, id, |annotation| {
            if annotation.state == AnnotationState::Draft {
                annotation.state = AnnotationState::Open;
            }
        })
    }

    /// Says whether a note has been dealt with.
    #[must_use]
    pub fn set_resolved(self, plan: PlanId, id: AnnotationId, is_resolved: bool) -> Vec<Change> {
        self.annotation(plan, id, |annotation| {
            annotation.state = match (is_resolved, annotation.state) {
                (true, AnnotationState::Resolved { at }) => AnnotationState::Resolved { at },
                (true, _) => AnnotationState::Resolved { at: self.now },
                (false, _) => AnnotationState::Open,
            };
        })
    }

    /// Puts a note in the margin in the trash, its answers with it.
    #[must_use]
    pub fn remove_annotation(self, plan: PlanId, id: AnnotationId) -> Vec<Change> {
        self.annotation(plan, id, |annotation| annotation.removed = Some(self.now))
    }

    /// Takes a note in the margin out of the trash.
    #[must_use]
    pub fn restore_annotation(self, plan: PlanId, id: AnnotationId) -> Vec<Change> {
        self.annotation(plan, id, |annotation| annotation.removed = None)
    }

    /// Binds a note to words of a document: those that became of the old ones, or others that the
    /// person chose. What it was made on stays known.
    #[must_use]
    pub fn bind(
        self,
        plan: PlanId,
        id: AnnotationId,
        document: DocumentId,
        to: Anchor,
    ) -> Vec<Change> {
        let placed = Placed {
            annotation: id,
            text: to.text,
            placement: Placement::Exact {
                range: to.range.clone(),
            },
        };
        let mut changes = self.annotation(plan, id, |annotation| {
            let passage = match &annotation.target {
                Target::Plan | Target::Document(_) => Passage {
                    anchor: to,
                    confirmed: None,
                },
                Target::Passage(_, passage) | Target::Block(_, passage) => Passage {
                    anchor: passage.anchor.clone(),
                    confirmed: Some(to),
                },
            };
            annotation.target = match annotation.target {
                Target::Block(..) => Target::Block(document, passage),
                _ => Target::Passage(document, passage),
            };
        });
        if !changes.is_empty() {
            changes.push(Change::Placed(placed));
        }
        changes
    }

    /// Makes a note one on its document as a whole: its words are no longer there. They go to the
    /// head of what it says, as a quote.
    #[must_use]
    pub fn unbind(self, plan: PlanId, id: AnnotationId) -> Vec<Change> {
        self.annotation(plan, id, |annotation| {
            let Some(document) = annotation.document() else {
                return;
            };
            if let Some(passage) = annotation.passage() {
                let mut quote = String::new();
                for line in passage.anchor.quote.lines() {
                    quote.extend([
                        "> ", line, "
",
                    ]);
                }
                annotation.body = format!("{quote}\n{}", annotation.body);
            }
            annotation.target = Target::Document(document);
        })
    }

    /// A new answer to a note.
    #[must_use]
    pub fn reply(self, plan: PlanId, of: AnnotationId, id: ReplyId, body: &str) -> Vec<Change> {
        let reply = Reply {
            id,
            annotation: of,
            body: body.to_owned(),
            created: self.now,
            updated: self.now,
            removed: None,
        };
        self.touching(plan, vec![Change::Reply(reply)])
    }

    /// Changes fields of an answer.
    #[must_use]
    pub fn edit_reply(
        self,
        of: AnnotationId,
        id: ReplyId,
        edit: impl FnOnce(&mut Reply),
    ) -> Vec<Change> {
        let Some(reply) = self.library.reply(of, id) else {
            return Vec::new();
        };
        let mut edited = reply.clone();
        edit(&mut edited);
        if edited == *reply {
            return Vec::new();
        }
        edited.updated = self.now;
        let changes = vec![Change::Reply(edited)];
        match self.library.annotation_of_any_plan(of) {
            Some(annotation) => self.touching(annotation.plan, changes),
            None => changes,
        }
    }

    /// Puts an answer in the trash.
    #[must_use]
    pub fn remove_reply(self, of: AnnotationId, id: ReplyId) -> Vec<Change> {
        self.edit_reply(of, id, |reply| reply.removed = Some(self.now))
    }

    /// Takes an answer out of the trash, and the note that it answers, without which it would not
    /// be seen.
    #[must_use]
    pub fn restore_reply(self, of: AnnotationId, id: ReplyId) -> Vec<Change> {
        let mut changes = self.edit_reply(of, id, |reply| reply.removed = None);
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

#[cfg(test)]
#[path = "margin_tests.rs"]
mod tests;
