//! What version 1 of each record of the margin means in the model, both ways.

use std::ops::Range;

use postil_model::{
    Anchor, Annotation, AnnotationId, AnnotationKind, AnnotationState, DocumentId, HandOver,
    LastRead, Link, LinkId, LinkTarget, Passage, Placed, Placement, PlanId, Reply, ReplyId, Target,
    TextId, Timestamp,
};

use super::v1_margin::{AnchorV1, AnnotationV1, HandOverV1, LastReadV1, LinkV1, PlacedV1, ReplyV1};
use super::v1_model::unknown;
use crate::RecordFault;

impl From<&Annotation> for AnnotationV1 {
    fn from(annotation: &Annotation) -> Self {
        let passage = annotation.passage();
        let (kind, colour, words) = match &annotation.kind {
            AnnotationKind::Highlight { colour } => (0, *colour, String::new()),
            AnnotationKind::Comment => (1, 0, String::new()),
            AnnotationKind::Question => (2, 0, String::new()),
            AnnotationKind::Replacement { words } => (3, 0, words.clone()),
            AnnotationKind::Deletion => (4, 0, String::new()),
        };
        let (state, resolved) = match annotation.state {
            AnnotationState::Draft => (0, None),
            AnnotationState::Open => (1, None),
            AnnotationState::Resolved { at } => (2, Some(at.0)),
        };
        Self {
            id: annotation.id.0,
            plan: annotation.plan.0,
            target: match annotation.target {
                Target::Plan => 0,
                Target::Document(_) => 1,
                Target::Passage(..) => 2,
                Target::Block(..) => 3,
            },
            document: annotation.document().map_or(0, |document| document.0),
            anchor: passage.map(|passage| AnchorV1::from(&passage.anchor)),
            confirmed: passage
                .and_then(|passage| passage.confirmed.as_ref())
                .map(AnchorV1::from),
            kind,
            colour,
            words,
            body: annotation.body.clone(),
            tags: annotation.tags.clone(),
            state,
            resolved,
            created: annotation.created.0,
            updated: annotation.updated.0,
            removed: annotation.removed.map(|at| at.0),
        }
    }
}

impl TryFrom<AnnotationV1> for Annotation {
    type Error = RecordFault;

    fn try_from(record: AnnotationV1) -> Result<Self, RecordFault> {
        let document = DocumentId(record.document);
        let passage = match record.anchor {
            Some(anchor) => Some(Passage {
                anchor: anchor.try_into()?,
                confirmed: record.confirmed.map(Anchor::try_from).transpose()?,
            }),
            None => None,
        };
        let target = match (record.target, passage) {
            (0, _) => Target::Plan,
            (1, _) => Target::Document(document),
            (2, Some(passage)) => Target::Passage(document, passage),
            (3, Some(passage)) => Target::Block(document, passage),
            (2 | 3, None) => return Err(payload("an annotation of words without an anchor")),
            (tag, _) => return Err(unknown("annotation target", tag)),
        };
        Ok(Self {
            id: AnnotationId(record.id),
            plan: PlanId(record.plan),
            target,
            kind: match record.kind {
                0 => AnnotationKind::Highlight {
                    colour: record.colour,
                },
                1 => AnnotationKind::Comment,
                2 => AnnotationKind::Question,
                3 => AnnotationKind::Replacement {
                    words: record.words,
                },
                4 => AnnotationKind::Deletion,
                tag => return Err(unknown("annotation kind", tag)),
            },
            body: record.body,
            tags: record.tags,
            state: match (record.state, record.resolved) {
                (0, _) => AnnotationState::Draft,
                (1, _) => AnnotationState::Open,
                (2, at) => AnnotationState::Resolved {
                    at: Timestamp(at.unwrap_or(record.updated)),
                },
                (tag, _) => return Err(unknown("annotation state", tag)),
            },
            created: Timestamp(record.created),
            updated: Timestamp(record.updated),
            removed: record.removed.map(Timestamp),
        })
    }
}

impl From<&Anchor> for AnchorV1 {
    fn from(anchor: &Anchor) -> Self {
        let (start, end) = bytes(&anchor.range);
        Self {
            quote: anchor.quote.clone(),
            before: anchor.before.clone(),
            after: anchor.after.clone(),
            start,
            end,
            headings: anchor.headings.clone(),
            text: anchor.text.0,
        }
    }
}

impl TryFrom<AnchorV1> for Anchor {
    type Error = RecordFault;

    fn try_from(record: AnchorV1) -> Result<Self, RecordFault> {
        Ok(Self {
            quote: record.quote,
            before: record.before,
            after: record.after,
            range: range((record.start, record.end))?,
            headings: record.headings,
            text: TextId(record.text),
        })
    }
}

impl From<&Reply> for ReplyV1 {
    fn from(reply: &Reply) -> Self {
        Self {
            id: reply.id.0,
            annotation: reply.annotation.0,
            body: reply.body.clone(),
            created: reply.created.0,
            updated: reply.updated.0,
            removed: reply.removed.map(|at| at.0),
        }
    }
}

impl From<ReplyV1> for Reply {
    fn from(record: ReplyV1) -> Self {
        Self {
            id: ReplyId(record.id),
            annotation: AnnotationId(record.annotation),
            body: record.body,
            created: Timestamp(record.created),
            updated: Timestamp(record.updated),
            removed: record.removed.map(Timestamp),
        }
    }
}

impl From<&Link> for LinkV1 {
    fn from(link: &Link) -> Self {
        let (target, to_plan, to_file) = match &link.target {
            LinkTarget::Plan(plan) => (0, plan.0, String::new()),
            LinkTarget::File(path) => (1, 0, path.clone()),
        };
        Self {
            id: link.id.0,
            plan: link.plan.0,
            target,
            to_plan,
            to_file,
            name: link.name.clone(),
            created: link.created.0,
            updated: link.updated.0,
            removed: link.removed.map(|at| at.0),
        }
    }
}

impl TryFrom<LinkV1> for Link {
    type Error = RecordFault;

    fn try_from(record: LinkV1) -> Result<Self, RecordFault> {
        Ok(Self {
            id: LinkId(record.id),
            plan: PlanId(record.plan),
            target: match record.target {
                0 => LinkTarget::Plan(PlanId(record.to_plan)),
                1 => LinkTarget::File(record.to_file),
                tag => return Err(unknown("link target", tag)),
            },
            name: record.name,
            created: Timestamp(record.created),
            updated: Timestamp(record.updated),
            removed: record.removed.map(Timestamp),
        })
    }
}

impl From<&Placed> for PlacedV1 {
    fn from(placed: &Placed) -> Self {
        let (placement, likeness, ranges) = match &placed.placement {
            Placement::Exact { range } => (0, 1000, vec![bytes(range)]),
            Placement::Moved { range } => (1, 1000, vec![bytes(range)]),
            Placement::Changed { range, likeness } => (2, *likeness, vec![bytes(range)]),
            Placement::Ambiguous { candidates } => (3, 0, candidates.iter().map(bytes).collect()),
            Placement::Detached => (4, 0, Vec::new()),
        };
        Self {
            annotation: placed.annotation.0,
            text: placed.text.0,
            placement,
            likeness,
            ranges,
        }
    }
}

impl TryFrom<PlacedV1> for Placed {
    type Error = RecordFault;

    fn try_from(record: PlacedV1) -> Result<Self, RecordFault> {
        let ranges = record.ranges.into_iter().map(range);
        let candidates = ranges.collect::<Result<Vec<_>, _>>()?;
        let first = || {
            let first = candidates.first().cloned();
            first.ok_or_else(|| payload("a placement without a place"))
        };
        let placement = match record.placement {
            0 => Placement::Exact { range: first()? },
            1 => Placement::Moved { range: first()? },
            2 => Placement::Changed {
                range: first()?,
                likeness: record.likeness,
            },
            3 => Placement::Ambiguous { candidates },
            4 => Placement::Detached,
            tag => return Err(unknown("placement", tag)),
        };
        Ok(Self {
            annotation: AnnotationId(record.annotation),
            text: TextId(record.text),
            placement,
        })
    }
}

impl From<&HandOver> for HandOverV1 {
    fn from(hand_over: &HandOver) -> Self {
        Self {
            annotation: hand_over.annotation.0,
            at: hand_over.at.0,
            as_of: hand_over.as_of.0,
            is_resolved: hand_over.is_resolved,
        }
    }
}

impl From<HandOverV1> for HandOver {
    fn from(record: HandOverV1) -> Self {
        Self {
            annotation: AnnotationId(record.annotation),
            at: Timestamp(record.at),
            as_of: Timestamp(record.as_of),
            is_resolved: record.is_resolved,
        }
    }
}

impl From<&LastRead> for LastReadV1 {
    fn from(read: &LastRead) -> Self {
        Self {
            document: read.document.0,
            text: read.text.0,
            up_to: read.up_to,
            at: read.at.0,
        }
    }
}

impl From<LastReadV1> for LastRead {
    fn from(record: LastReadV1) -> Self {
        Self {
            document: DocumentId(record.document),
            text: TextId(record.text),
            up_to: record.up_to,
            at: Timestamp(record.at),
        }
    }
}

fn bytes(range: &Range<usize>) -> (u64, u64) {
    (range.start as u64, range.end as u64)
}

/// A range as the model may rely on it: not reversed, and of this machine.
fn range((start, end): (u64, u64)) -> Result<Range<usize>, RecordFault> {
    match (usize::try_from(start), usize::try_from(end)) {
        (Ok(start), Ok(end)) if start <= end => Ok(start..end),
        _ => Err(payload("a range that is none")),
    }
}

fn payload(why: &str) -> RecordFault {
    RecordFault::Payload {
        why: why.to_owned(),
    }
}
