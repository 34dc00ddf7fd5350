//! Any change in the margin.

use std::ops::Range;

use postil_model::{
    Anchor, Annotation, AnnotationId, AnnotationKind, AnnotationState, Change, DocumentId,
    HandOver, LastRead, Link, LinkId, LinkTarget, Passage, Placed, Placement, PlanId, Reply,
    ReplyId, Target, TextId,
};
use proptest::prelude::*;

use super::{at, id, maybe_at, text};

fn range() -> impl Strategy<Value = Range<usize>> {
    let numbers = prop_oneof![0..1_000_usize, any::<usize>(), Just(usize::MAX)];
    (numbers.clone(), numbers).prop_map(|(a, b)| a.min(b)..a.max(b))
}

fn text_id() -> impl Strategy<Value = TextId> {
    (0..4_u8).prop_map(|n| TextId([n; 32]))
}

fn anchor() -> impl Strategy<Value = Anchor> {
    let headings = prop::collection::vec(text(), 0..3);
    (text(), text(), text(), range(), headings, text_id()).prop_map(
        |(quote, before, after, range, headings, text)| Anchor {
            quote,
            before,
            after,
            range,
            headings,
            text,
        },
    )
}

fn target() -> impl Strategy<Value = Target> {
    let document = || id().prop_map(DocumentId);
    let passage = || {
        (anchor(), prop::option::of(anchor()))
            .prop_map(|(anchor, confirmed)| Passage { anchor, confirmed })
    };
    prop_oneof![
        Just(Target::Plan),
        document().prop_map(Target::Document),
        (document(), passage()).prop_map(|(document, words)| Target::Passage(document, words)),
        (document(), passage()).prop_map(|(document, words)| Target::Block(document, words)),
    ]
}

fn kind() -> impl Strategy<Value = AnnotationKind> {
    prop_oneof![
        any::<u8>().prop_map(|colour| AnnotationKind::Highlight { colour }),
        Just(AnnotationKind::Comment),
        Just(AnnotationKind::Question),
        text().prop_map(|words| AnnotationKind::Replacement { words }),
        Just(AnnotationKind::Deletion),
    ]
}

fn state() -> impl Strategy<Value = AnnotationState> {
    prop_oneof![
        Just(AnnotationState::Draft),
        Just(AnnotationState::Open),
        at().prop_map(|at| AnnotationState::Resolved { at }),
    ]
}

fn annotation() -> impl Strategy<Value = Change> {
    let ids = (id(), id());
    let tags = prop::collection::vec(text(), 0..3);
    let times = (at(), at(), maybe_at());
    (ids, target(), kind(), text(), tags, state(), times).prop_map(
        |((id, plan), target, kind, body, tags, state, (created, updated, removed))| {
            Change::Annotation(Annotation {
                id: AnnotationId(id),
                plan: PlanId(plan),
                target,
                kind,
                body,
                tags,
                state,
                created,
                updated,
                removed,
            })
        },
    )
}

fn placement() -> impl Strategy<Value = Placement> {
    prop_oneof![
        range().prop_map(|range| Placement::Exact { range }),
        range().prop_map(|range| Placement::Moved { range }),
        (range(), any::<u16>())
            .prop_map(|(range, likeness)| Placement::Changed { range, likeness }),
        prop::collection::vec(range(), 0..4)
            .prop_map(|candidates| Placement::Ambiguous { candidates }),
        Just(Placement::Detached),
    ]
}

fn link() -> impl Strategy<Value = Change> {
    let target = prop_oneof![
        id().prop_map(|plan| LinkTarget::Plan(PlanId(plan))),
        text().prop_map(LinkTarget::File),
    ];
    (id(), id(), target, text(), at(), at(), maybe_at()).prop_map(
        |(id, plan, target, name, created, updated, removed)| {
            Change::Link(Link {
                id: LinkId(id),
                plan: PlanId(plan),
                target,
                name,
                created,
                updated,
                removed,
            })
        },
    )
}

pub(super) fn change() -> impl Strategy<Value = Change> {
    let note = || id().prop_map(AnnotationId);
    let reply = (id(), note(), text(), at(), at(), maybe_at()).prop_map(
        |(id, annotation, body, created, updated, removed)| {
            Change::Reply(Reply {
                id: ReplyId(id),
                annotation,
                body,
                created,
                updated,
                removed,
            })
        },
    );
    let placed = (note(), text_id(), placement()).prop_map(|(annotation, text, placement)| {
        Change::Placed(Placed {
            annotation,
            text,
            placement,
        })
    });
    let handed =
        (note(), at(), at(), any::<bool>()).prop_map(|(annotation, at, as_of, is_resolved)| {
            Change::HandOver(HandOver {
                annotation,
                at,
                as_of,
                is_resolved,
            })
        });
    let read = (id(), text_id(), any::<u64>(), at()).prop_map(|(document, text, up_to, at)| {
        Change::LastRead(LastRead {
            document: DocumentId(document),
            text,
            up_to,
            at,
        })
    });
    prop_oneof![
        3 => annotation(),
        1 => reply,
        1 => link(),
        1 => placed,
        1 => handed,
        1 => read,
    ]
}
