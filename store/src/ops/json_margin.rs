//! What the margin's records look like in lines, and what they mean in the model, both ways.

use std::ops::Range;

use postil_model::{
    Anchor, Annotation, AnnotationId, AnnotationKind, AnnotationState, DocumentId, HandOver,
    LastRead, Link, LinkId, LinkTarget, Passage, Placed, Placement, PlanId, Reply, ReplyId, Target,
    TextId, Timestamp,
};
use serde::{Deserialize, Serialize};

use super::json::Hex;

#[derive(Serialize, Deserialize)]
pub(super) struct AnnotationV1 {
    id: Hex<16>,
    plan: Hex<16>,
    target: TargetV1,
    says: SaysV1,
    body: String,
    #[serde(default)]
    tags: Vec<String>,
    state: StateV1,
    created: i64,
    updated: i64,
    #[serde(default)]
    removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TargetV1 {
    Plan,
    Document { document: Hex<16> },
    Passage(PassageV1),
    Block(PassageV1),
}

#[derive(Serialize, Deserialize)]
struct PassageV1 {
    document: Hex<16>,
    anchor: AnchorV1,
    #[serde(default)]
    confirmed: Option<AnchorV1>,
}

#[derive(Serialize, Deserialize)]
struct AnchorV1 {
    quote: String,
    before: String,
    after: String,
    range: (u64, u64),
    headings: Vec<String>,
    text: Hex<32>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SaysV1 {
    Highlight { colour: u8 },
    Comment,
    Question,
    Replacement { words: String },
    Deletion,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StateV1 {
    Draft,
    Open,
    Resolved { at: i64 },
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReplyV1 {
    id: Hex<16>,
    annotation: Hex<16>,
    body: String,
    created: i64,
    updated: i64,
    #[serde(default)]
    removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct LinkV1 {
    id: Hex<16>,
    plan: Hex<16>,
    target: LinkTargetV1,
    name: String,
    created: i64,
    updated: i64,
    #[serde(default)]
    removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LinkTargetV1 {
    Plan(Hex<16>),
    File(String),
}

#[derive(Serialize, Deserialize)]
pub(super) struct PlacedV1 {
    annotation: Hex<16>,
    text: Hex<32>,
    placement: PlacementV1,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PlacementV1 {
    Exact { range: (u64, u64) },
    Moved { range: (u64, u64) },
    Changed { range: (u64, u64), likeness: u16 },
    Ambiguous { candidates: Vec<(u64, u64)> },
    Detached,
}

#[derive(Serialize, Deserialize)]
pub(super) struct HandOverV1 {
    annotation: Hex<16>,
    at: i64,
    as_of: i64,
    is_resolved: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct LastReadV1 {
    document: Hex<16>,
    text: Hex<32>,
    up_to: u64,
    at: i64,
}

impl From<&Annotation> for AnnotationV1 {
    fn from(annotation: &Annotation) -> Self {
        let passage = |document: &DocumentId, passage: &Passage| PassageV1 {
            document: Hex::of_id(document.0),
            anchor: AnchorV1::from(&passage.anchor),
            confirmed: passage.confirmed.as_ref().map(AnchorV1::from),
        };
        Self {
            id: Hex::of_id(annotation.id.0),
            plan: Hex::of_id(annotation.plan.0),
            target: match &annotation.target {
                Target::Plan => TargetV1::Plan,
                Target::Document(document) => TargetV1::Document {
                    document: Hex::of_id(document.0),
                },
                Target::Passage(document, words) => TargetV1::Passage(passage(document, words)),
                Target::Block(document, words) => TargetV1::Block(passage(document, words)),
            },
            says: match &annotation.kind {
                AnnotationKind::Highlight { colour } => SaysV1::Highlight { colour: *colour },
                AnnotationKind::Comment => SaysV1::Comment,
                AnnotationKind::Question => SaysV1::Question,
                AnnotationKind::Replacement { words } => SaysV1::Replacement {
                    words: words.clone(),
                },
                AnnotationKind::Deletion => SaysV1::Deletion,
            },
            body: annotation.body.clone(),
            tags: annotation.tags.clone(),
            state: match annotation.state {
                AnnotationState::Draft => StateV1::Draft,
                AnnotationState::Open => StateV1::Open,
                AnnotationState::Resolved { at } => StateV1::Resolved { at: at.0 },
            },
            created: annotation.created.0,
            updated: annotation.updated.0,
            removed: annotation.removed.map(|at| at.0),
        }
    }
}

impl From<AnnotationV1> for Annotation {
    fn from(record: AnnotationV1) -> Self {
        let passage = |record: PassageV1| {
            let passage = Passage {
                anchor: record.anchor.into(),
                confirmed: record.confirmed.map(Anchor::from),
            };
            (DocumentId(record.document.id()), passage)
        };
        Self {
            id: AnnotationId(record.id.id()),
            plan: PlanId(record.plan.id()),
            target: match record.target {
                TargetV1::Plan => Target::Plan,
                TargetV1::Document { document } => Target::Document(DocumentId(document.id())),
                TargetV1::Passage(record) => {
                    let (document, passage) = passage(record);
                    Target::Passage(document, passage)
                }
                TargetV1::Block(record) => {
                    let (document, passage) = passage(record);
                    Target::Block(document, passage)
                }
            },
            kind: match record.says {
                SaysV1::Highlight { colour } => AnnotationKind::Highlight { colour },
                SaysV1::Comment => AnnotationKind::Comment,
                SaysV1::Question => AnnotationKind::Question,
                SaysV1::Replacement { words } => AnnotationKind::Replacement { words },
                SaysV1::Deletion => AnnotationKind::Deletion,
            },
            body: record.body,
            tags: record.tags,
            state: match record.state {
                StateV1::Draft => AnnotationState::Draft,
                StateV1::Open => AnnotationState::Open,
                StateV1::Resolved { at } => AnnotationState::Resolved { at: Timestamp(at) },
            },
            created: Timestamp(record.created),
            updated: Timestamp(record.updated),
            removed: record.removed.map(Timestamp),
        }
    }
}

impl From<&Anchor> for AnchorV1 {
    fn from(anchor: &Anchor) -> Self {
        Self {
            quote: anchor.quote.clone(),
            before: anchor.before.clone(),
            after: anchor.after.clone(),
            range: bytes(&anchor.range),
            headings: anchor.headings.clone(),
            text: Hex(anchor.text.0),
        }
    }
}

impl From<AnchorV1> for Anchor {
    fn from(record: AnchorV1) -> Self {
        Self {
            quote: record.quote,
            before: record.before,
            after: record.after,
            range: range(record.range),
            headings: record.headings,
            text: TextId(record.text.0),
        }
    }
}

impl From<&Reply> for ReplyV1 {
    fn from(reply: &Reply) -> Self {
        Self {
            id: Hex::of_id(reply.id.0),
            annotation: Hex::of_id(reply.annotation.0),
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
            id: ReplyId(record.id.id()),
            annotation: AnnotationId(record.annotation.id()),
            body: record.body,
            created: Timestamp(record.created),
            updated: Timestamp(record.updated),
            removed: record.removed.map(Timestamp),
        }
    }
}

impl From<&Link> for LinkV1 {
    fn from(link: &Link) -> Self {
        Self {
            id: Hex::of_id(link.id.0),
            plan: Hex::of_id(link.plan.0),
            target: match &link.target {
                LinkTarget::Plan(plan) => LinkTargetV1::Plan(Hex::of_id(plan.0)),
                LinkTarget::File(path) => LinkTargetV1::File(path.clone()),
            },
            name: link.name.clone(),
            created: link.created.0,
            updated: link.updated.0,
            removed: link.removed.map(|at| at.0),
        }
    }
}

impl From<LinkV1> for Link {
    fn from(record: LinkV1) -> Self {
        Self {
            id: LinkId(record.id.id()),
            plan: PlanId(record.plan.id()),
            target: match record.target {
                LinkTargetV1::Plan(plan) => LinkTarget::Plan(PlanId(plan.id())),
                LinkTargetV1::File(path) => LinkTarget::File(path),
            },
            name: record.name,
            created: Timestamp(record.created),
            updated: Timestamp(record.updated),
            removed: record.removed.map(Timestamp),
        }
    }
}

impl From<&Placed> for PlacedV1 {
    fn from(placed: &Placed) -> Self {
        Self {
            annotation: Hex::of_id(placed.annotation.0),
            text: Hex(placed.text.0),
            placement: match &placed.placement {
                Placement::Exact { range } => PlacementV1::Exact {
                    range: bytes(range),
                },
                Placement::Moved { range } => PlacementV1::Moved {
                    range: bytes(range),
                },
                Placement::Changed { range, likeness } => PlacementV1::Changed {
                    range: bytes(range),
                    likeness: *likeness,
                },
                Placement::Ambiguous { candidates } => PlacementV1::Ambiguous {
                    candidates: candidates.iter().map(bytes).collect(),
                },
                Placement::Detached => PlacementV1::Detached,
            },
        }
    }
}

impl From<PlacedV1> for Placed {
    fn from(record: PlacedV1) -> Self {
        Self {
            annotation: AnnotationId(record.annotation.id()),
            text: TextId(record.text.0),
            placement: match record.placement {
                PlacementV1::Exact { range: at } => Placement::Exact { range: range(at) },
                PlacementV1::Moved { range: at } => Placement::Moved { range: range(at) },
                PlacementV1::Changed {
                    range: at,
                    likeness,
                } => Placement::Changed {
                    range: range(at),
                    likeness,
                },
                PlacementV1::Ambiguous { candidates } => Placement::Ambiguous {
                    candidates: candidates.into_iter().map(range).collect(),
                },
                PlacementV1::Detached => Placement::Detached,
            },
        }
    }
}

impl From<&HandOver> for HandOverV1 {
    fn from(hand_over: &HandOver) -> Self {
        Self {
            annotation: Hex::of_id(hand_over.annotation.0),
            at: hand_over.at.0,
            as_of: hand_over.as_of.0,
            is_resolved: hand_over.is_resolved,
        }
    }
}

impl From<HandOverV1> for HandOver {
    fn from(record: HandOverV1) -> Self {
        Self {
            annotation: AnnotationId(record.annotation.id()),
            at: Timestamp(record.at),
            as_of: Timestamp(record.as_of),
            is_resolved: record.is_resolved,
        }
    }
}

impl From<&LastRead> for LastReadV1 {
    fn from(read: &LastRead) -> Self {
        Self {
            document: Hex::of_id(read.document.0),
            text: Hex(read.text.0),
            up_to: read.up_to,
            at: read.at.0,
        }
    }
}

impl From<LastReadV1> for LastRead {
    fn from(record: LastReadV1) -> Self {
        Self {
            document: DocumentId(record.document.id()),
            text: TextId(record.text.0),
            up_to: record.up_to,
            at: Timestamp(record.at),
        }
    }
}

fn bytes(range: &Range<usize>) -> (u64, u64) {
    (range.start as u64, range.end as u64)
}

/// Never reversed: what relies on a range of the model need not ask.
fn range((start, end): (u64, u64)) -> Range<usize> {
    let to_usize = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    to_usize(start)..to_usize(end.max(start))
}
