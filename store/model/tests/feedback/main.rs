//! What is handed back of a plan that was read, annotated, and changed since: the files beside this
//! one are what people and programs get.
//!
//! `read.md` is the document as it was annotated and `now.md` as it is; `feedback.md` and
//! `copy.postil.md` come of it. The notes are placed as the app places them.

use std::collections::BTreeMap;

use postil_model::markdown::{DocumentKind, parse};
use postil_model::{
    Anchor, Annotation, AnnotationId, AnnotationKind, AnnotationState, Change, Document,
    DocumentId, FeedbackOptions, HandOver, Library, Passage, Plan, PlanId, PlanStatus, Reply,
    ReplyId, Scope, Standing, Standings, Target, TextId, Timestamp, Warm, Whereabouts,
    critic_markup, feedback,
};

const READ: &str = include_str!("read.md");
const NOW: &str = include_str!("now.md");
const PLAN: PlanId = PlanId(1);
const LEDGER: DocumentId = DocumentId(2);
const RISKS: DocumentId = DocumentId(3);

fn library() -> Library {
    let mut library = Library::default();
    library.apply(Change::Plan(Plan {
        id: PLAN,
        name: "The tool library on Tern Street".to_owned(),
        folder: "/home/ines/plans/tern-street".to_owned(),
        description: String::new(),
        scope: Scope::default(),
        status: PlanStatus::Active,
        created: Timestamp(0),
        updated: Timestamp(0),
        removed: None,
    }));
    for (id, path, missing) in [
        (LEDGER, "02-build-the-ledger.md", None),
        (RISKS, "risks.md", Some(Timestamp(9))),
    ] {
        library.apply(Change::Document(Document {
            id,
            plan: PLAN,
            path: path.to_owned(),
            hash: None,
            first_seen: Timestamp(0),
            last_seen: Timestamp(0),
            missing,
        }));
    }
    for note in notes() {
        library.apply(Change::Annotation(note));
    }
    library.apply(Change::Reply(Reply {
        id: ReplyId(1),
        annotation: AnnotationId(6),
        body: "Marguerite says the banner alone is not enough.".to_owned(),
        created: Timestamp(100),
        updated: Timestamp(100),
        removed: None,
    }));
    library.apply(Change::HandOver(HandOver {
        annotation: AnnotationId(6),
        at: Timestamp(50),
        as_of: Timestamp(6),
        is_resolved: false,
    }));
    library
}

fn anchor(text: &str, words: &str) -> Anchor {
    let start = text.find(words).expect("words of the text");
    let whereabouts = Whereabouts::new(text, "a.md");
    let headings = whereabouts
        .headings_over(start)
        .into_iter()
        .map(str::to_owned)
        .collect();
    Anchor::of(text, start..start + words.len(), TextId([1; 32]), headings)
}

fn on(words: &str) -> Target {
    let anchor = anchor(READ, words);
    Target::Passage(
        LEDGER,
        Passage {
            anchor,
            confirmed: None,
        },
    )
}

fn notes() -> Vec<Annotation> {
    let replace = |words: &str| AnnotationKind::Replacement {
        words: words.to_owned(),
    };
    let risk = "## 3. A clock that lies\n\nA tablet whose clock is wrong.\n";
    let on_risk = Passage {
        anchor: anchor(risk, "whose clock is wrong"),
        confirmed: None,
    };
    let notes: Vec<(Target, AnnotationKind, &str, &[&str])> = vec![
        (
            Target::Plan,
            AnnotationKind::Comment,
            "Good to read. Two things worry me: the joining, and who looks after the stick.",
            &[],
        ),
        (
            on("cannot forget"),
            AnnotationKind::Highlight { colour: 0 },
            "",
            &[],
        ),
        (
            on("taking every line once"),
            AnnotationKind::Question,
            "In which order? Two lines of the same second must come out the same on both sides:\n\n\
             ```\nours:   1, 2\ntheirs: 2, 1\n```",
            &["joining"],
        ),
        (
            on("    by_id.into_values().collect()\n"),
            replace(
                "    let mut lines: Vec<Line> = by_id.into_values().collect();\n    \
                 lines.sort_by(|a, b| (&a.at, &a.id).cmp(&(&b.at, &b.id)));\n    lines\n",
            ),
            "See the question above.",
            &["joining"],
        ),
        (
            on("17 December"),
            replace("18 January"),
            "The cellar is closed over Christmas.",
            &[],
        ),
        (
            on("the copy fails and nobody notices until the next audit"),
            AnnotationKind::Comment,
            "Not acceptable. Somebody must see it the same evening.",
            &["risk", "desk"],
        ),
        (
            on("- [ ] Find a tool by half its name (Tomasz)\n"),
            AnnotationKind::Deletion,
            "Nobody asked for it; later.",
            &[],
        ),
        (on("€140 each"), AnnotationKind::Deletion, "", &[]),
        (
            Target::Document(LEDGER),
            AnnotationKind::Comment,
            "Say at the top what is *not* in this phase.",
            &[],
        ),
        (
            Target::Passage(RISKS, on_risk),
            AnnotationKind::Question,
            "Who sets the clocks?",
            &[],
        ),
    ];
    let notes = (1_i64..)
        .zip(notes)
        .map(|(n, (target, kind, body, tags))| Annotation {
            id: AnnotationId(n.unsigned_abs().into()),
            plan: PLAN,
            target,
            kind,
            body: body.to_owned(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            state: AnnotationState::Open,
            created: Timestamp(n),
            updated: Timestamp(n),
            removed: None,
        });
    notes.collect()
}

fn with_standings<T>(see: impl FnOnce(&Standings<'_>) -> T) -> T {
    let warm = Warm::new(READ, NOW);
    let on_ledger = notes()
        .into_iter()
        .filter(|note| note.document() == Some(LEDGER));
    let placements = on_ledger.filter_map(|note| {
        let sought = note.passage()?.sought();
        Some((note.id, warm.place(sought, sought.range.clone())))
    });
    let placements = placements.collect();
    let standing = Standing {
        text: NOW,
        placements: &placements,
    };
    see(&BTreeMap::from([(LEDGER, standing)]))
}

/// A file that was made of the same notes before.
fn assert_same(made: &str, golden: &str) {
    assert!(made == golden, "the file is to be:\n{made}");
}

#[test]
fn the_feedback_is_what_an_agent_gets() {
    let options = FeedbackOptions::default();
    let feedback =
        with_standings(|standings| feedback(&library(), PLAN, standings, &options, Timestamp(200)));
    assert_same(&feedback.text, include_str!("feedback.md"));
    assert_eq!(feedback.hand_overs.len(), notes().len());
}

#[test]
fn the_copy_is_what_a_colleague_gets() {
    let options = FeedbackOptions::default();
    let copy = with_standings(|standings| {
        critic_markup(&library(), PLAN, LEDGER, standings[&LEDGER], &options)
    });
    let copy = copy.expect("Markdown without marks");
    assert_same(&copy.text, include_str!("copy.postil.md"));
    assert_eq!(copy.n_in_place + copy.n_at_end, 8);
}

/// Read as Markdown, the feedback has one section for each note, and nothing in it looks like one.
#[test]
fn the_feedback_is_well_formed() {
    let parsed = parse(include_str!("feedback.md").into(), DocumentKind::Markdown);
    let sections = parsed.outline().iter().filter(|heading| heading.level == 3);
    assert_eq!(sections.count(), notes().len());
}
