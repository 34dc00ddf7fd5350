//! Changes of the margin, made up, and the texts that they speak of.

use postil_model::{
    Anchor, Annotation, AnnotationId, AnnotationKind, AnnotationState, Change, DocumentId,
    HandOver, LastRead, Link, LinkId, LinkTarget, Passage, Placed, Placement, PlanId, Reply,
    ReplyId, Target, TextId, Timestamp,
};
use postil_store::Text;

use super::{N_IDS, text};
use crate::rng::Rng;

/// What a text says follows from its id: whoever finds one can tell whether it is whole.
pub(crate) fn words_of(id: TextId) -> String {
    let seed = u64::from(id.0[0]);
    text(&mut Rng::new(seed), 30_000)
}

/// The texts that these changes speak of.
pub(super) fn texts_of(changes: &[Change]) -> Vec<Text> {
    let ids = changes.iter().flat_map(Change::texts);
    ids.map(|id| Text {
        id,
        text: words_of(id).into(),
    })
    .collect()
}

fn text_id(rng: &mut Rng) -> TextId {
    TextId([rng.below(40) as u8; 32])
}

fn anchor(rng: &mut Rng) -> Anchor {
    let start = rng.below(9_000);
    Anchor {
        quote: text(rng, 200),
        before: text(rng, 32),
        after: text(rng, 32),
        range: start..start + rng.below(400),
        headings: vec![text(rng, 30)],
        text: text_id(rng),
    }
}

fn target(rng: &mut Rng) -> Target {
    let document = DocumentId(rng.below(N_IDS) as u128);
    let passage = Passage {
        anchor: anchor(rng),
        confirmed: rng.once_in(4).then(|| anchor(rng)),
    };
    match rng.below(6) {
        0 => Target::Plan,
        1 => Target::Document(document),
        2 => Target::Block(document, passage),
        _ => Target::Passage(document, passage),
    }
}

pub(super) fn change(rng: &mut Rng, id: u128) -> Change {
    let plan = PlanId(rng.below(N_IDS) as u128);
    let annotation = AnnotationId(rng.below(N_IDS) as u128);
    let at = Timestamp(rng.next().cast_signed());
    let removed = rng.once_in(5).then_some(at);
    let range = rng.below(100)..100 + rng.below(100);
    match rng.below(8) {
        0 => Change::Reply(Reply {
            id: ReplyId(id),
            annotation,
            body: text(rng, 400),
            created: at,
            updated: at,
            removed,
        }),
        1 => Change::Link(Link {
            id: LinkId(id),
            plan,
            target: LinkTarget::File(text(rng, 60)),
            name: text(rng, 30),
            created: at,
            updated: at,
            removed,
        }),
        2 => Change::Placed(Placed {
            annotation,
            text: text_id(rng),
            placement: match rng.below(3) {
                0 => Placement::Exact { range },
                1 => Placement::Changed {
                    range,
                    likeness: rng.below(1_000) as u16,
                },
                _ => Placement::Detached,
            },
        }),
        3 => Change::HandOver(HandOver {
            annotation,
            at,
            as_of: at,
            is_resolved: rng.once_in(2),
        }),
        4 => Change::LastRead(LastRead {
            document: DocumentId(id),
            text: text_id(rng),
            up_to: rng.next(),
            at,
        }),
        _ => Change::Annotation(Annotation {
            id: AnnotationId(id),
            plan,
            target: target(rng),
            kind: match rng.below(4) {
                0 => AnnotationKind::Highlight { colour: 1 },
                1 => AnnotationKind::Question,
                2 => AnnotationKind::Deletion,
                _ => AnnotationKind::Replacement {
                    words: text(rng, 200),
                },
            },
            body: text(rng, 800),
            tags: vec![text(rng, 20)],
            state: AnnotationState::Open,
            created: at,
            updated: at,
            removed,
        }),
    }
}
