//! What is handed back, and that it stays readable whatever is in it.

use proptest::prelude::*;

use super::quoting::tests::nasty;
use super::*;
use crate::{Anchor, AnnotationKind, Passage, Plan, PlanStatus, Reply, ReplyId, Scope, TextId};

pub(super) const PLAN: PlanId = PlanId(1);
pub(super) const DOCUMENT: DocumentId = DocumentId(2);
const NOW: Timestamp = Timestamp(9_000);
pub(super) const ALL: FeedbackOptions = FeedbackOptions {
    filter: NoteFilter::ALL,
    is_with_resolved: true,
    is_news_only: false,
};

pub(super) fn library(path: &str) -> Library {
    let mut library = Library::default();
    library.apply(Change::Plan(Plan {
        id: PLAN,
        name: "Garden".to_owned(),
        folder: "/plans/garden".to_owned(),
        description: String::new(),
        scope: Scope::default(),
        status: PlanStatus::Active,
        created: Timestamp(0),
        updated: Timestamp(0),
        removed: None,
    }));
    library.apply(Change::Document(document(DOCUMENT, path)));
    library
}

fn document(id: DocumentId, path: &str) -> Document {
    Document {
        id,
        plan: PLAN,
        path: path.to_owned(),
        hash: None,
        first_seen: Timestamp(0),
        last_seen: Timestamp(0),
        missing: None,
    }
}

pub(super) fn note(id: u128, target: Target, kind: AnnotationKind, body: &str) -> Annotation {
    Annotation {
        id: AnnotationId(id),
        plan: PLAN,
        target,
        kind,
        body: body.to_owned(),
        tags: Vec::new(),
        state: AnnotationState::Open,
        created: Timestamp(id as i64),
        updated: Timestamp(id as i64),
        removed: None,
    }
}

pub(super) fn on(text: &str, range: std::ops::Range<usize>) -> Target {
    let anchor = Anchor::of(text, range, TextId([1; 32]), vec!["Old".to_owned()]);
    Target::Passage(
        DOCUMENT,
        Passage {
            anchor,
            confirmed: None,
        },
    )
}

fn on_words(text: &str, words: &str) -> Target {
    let start = text.find(words).unwrap();
    on(text, start..start + words.len())
}

/// The notes as placed; those that are not on words stand by themselves.
fn said(library: &Library, text: &str, placements: &[(u128, Placement)]) -> Feedback {
    let placements = placements
        .iter()
        .map(|(id, placement)| (AnnotationId(*id), placement.clone()));
    let placements = placements.collect();
    let standing = Standing {
        text,
        placements: &placements,
    };
    feedback(
        library,
        PLAN,
        &BTreeMap::from([(DOCUMENT, standing)]),
        &ALL,
        NOW,
    )
}

fn exact(text: &str, words: &str) -> Placement {
    let start = text.find(words).unwrap();
    Placement::Exact {
        range: start..start + words.len(),
    }
}

#[test]
fn nothing_to_hand_over_says_so() {
    let said = said(&library("a.md"), "", &[]);
    assert_eq!(
        said.text,
        "There is nothing to do: no open notes on the plan `Garden` (folder `/plans/garden`).\n"
    );
    assert_eq!(said.hand_overs, []);
}

#[test]
fn drafts_and_removed_notes_stay_at_home() {
    let mut library = library("a.md");
    let draft = note(1, Target::Plan, AnnotationKind::Comment, "secret draft");
    library.apply(Change::Annotation(Annotation {
        state: AnnotationState::Draft,
        ..draft
    }));
    let gone = note(2, Target::Plan, AnnotationKind::Comment, "removed");
    library.apply(Change::Annotation(Annotation {
        removed: Some(NOW),
        ..gone
    }));
    let said = said(&library, "", &[]);
    assert!(
        !said.text.contains("secret") && !said.text.contains("removed"),
        "{}",
        said.text
    );
    assert_eq!(said.hand_overs, []);
}

#[test]
fn what_a_list_is_filtered_by_is_handed_back() {
    let mut library = library("a.md");
    let resolved = AnnotationState::Resolved { at: Timestamp(5) };
    let states = [AnnotationState::Open, resolved, AnnotationState::Draft];
    for (id, state) in (1..).zip(states) {
        for (n, words) in [(0, "the roses"), (10, "the beans")] {
            let kind = AnnotationKind::Comment;
            library.apply(Change::Annotation(Annotation {
                state,
                ..note(id + n, Target::Plan, kind, words)
            }));
        }
    }
    let told = |words: &str, state: NoteState| {
        let options = FeedbackOptions {
            filter: NoteFilter {
                words: words.to_owned(),
                state,
                ..NoteFilter::ALL
            },
            ..FeedbackOptions::default()
        };
        let notes = notes_to_hand_over(&library, PLAN, &options);
        notes.map(|note| note.id.0).collect::<Vec<_>>()
    };
    assert_eq!(told("ROSES", NoteState::Any), [1]);
    assert_eq!(told("beans", NoteState::Resolved), [12]);
    assert_eq!(told("", NoteState::Open), [1, 11]);
    assert_eq!(told("weeds", NoteState::Any), []);
}

#[test]
fn what_was_handed_over_is_not_news_until_it_changes() {
    let mut library = library("a.md");
    for id in 1..=3 {
        library.apply(Change::Annotation(note(
            id,
            Target::Plan,
            AnnotationKind::Comment,
            "so",
        )));
    }
    let news = FeedbackOptions {
        is_news_only: true,
        ..ALL
    };
    let all = feedback(&library, PLAN, &Standings::new(), &news, NOW);
    assert_eq!(all.hand_overs.len(), 3);
    for change in all.hand_overs {
        library.apply(change);
    }
    let none = feedback(&library, PLAN, &Standings::new(), &news, NOW);
    assert_eq!(none.hand_overs, []);

    library.apply(Change::Reply(Reply {
        id: ReplyId(1),
        annotation: AnnotationId(2),
        body: "and more".to_owned(),
        created: NOW,
        updated: NOW,
        removed: None,
    }));
    let again = feedback(&library, PLAN, &Standings::new(), &news, NOW);
    assert_eq!(
        again.hand_overs,
        [Change::HandOver(HandOver {
            annotation: AnnotationId(2),
            at: NOW,
            as_of: NOW,
            is_resolved: false
        })]
    );
    assert!(
        again
            .text
            .contains("Changed since it was last handed over."),
        "{}",
        again.text
    );
    assert!(
        again.text.contains("Added later:\n\n> and more\n"),
        "{}",
        again.text
    );
}

#[test]
fn documents_come_as_the_overview_lists_them_and_notes_as_they_stand() {
    let text = "one two three\n";
    let mut library = library("z.md");
    library.apply(Change::Document(document(DocumentId(7), "README.md")));
    let kind = || AnnotationKind::Comment;
    for annotation in [
        note(1, on_words(text, "three"), kind(), "C"),
        note(2, on_words(text, "one"), kind(), "B"),
        note(3, Target::Document(DOCUMENT), kind(), "A"),
        note(4, Target::Document(DocumentId(7)), kind(), "R"),
        note(5, Target::Document(DocumentId(99)), kind(), "X"),
        note(6, Target::Plan, kind(), "P"),
    ] {
        library.apply(Change::Annotation(annotation));
    }
    let placements = [(1, exact(text, "three")), (2, exact(text, "one"))];
    let said = said(&library, text, &placements).text;
    let at = |words: &str| said.find(words).unwrap();
    let order = [
        "plan as a whole",
        "> P",
        "`README.md`",
        "> R",
        "`z.md`",
        "> A",
        "> B",
        "> C",
        "gone",
        "> X",
    ];
    assert!(
        order.windows(2).all(|pair| at(pair[0]) < at(pair[1])),
        "{said}"
    );
}

/// Each way of standing is told for what it is.
#[test]
fn places_are_told_in_honesty() {
    let old = "# Old\nplant the tree here\n";
    let now = "# New\n\nx\nplant the bush here, plant the bush here\n";
    let mut library = library("a.md");
    let replace = |words: &str| AnnotationKind::Replacement {
        words: words.to_owned(),
    };
    library.apply(Change::Annotation(note(
        1,
        on_words(old, "tree"),
        replace("bush"),
        "",
    )));
    let range = now.find("bush").unwrap()..now.find("bush").unwrap() + 4;
    let told = |placement: Placement| said(&library, now, &[(1, placement)]).text;

    let changed = told(Placement::Changed {
        range: range.clone(),
        likeness: 500,
    });
    assert!(
        changed.contains("### 1. Replace, line 4\n\nUnder `New`"),
        "{changed}"
    );
    assert!(
        changed.contains("It was made on:\n\n```\ntree\n```"),
        "{changed}"
    );
    assert!(
        changed.contains("```\nbush\n```\n\nThis is what was suggested."),
        "{changed}"
    );

    // A place that claims to be the same and is not is not believed.
    assert_eq!(
        told(Placement::Exact {
            range: range.clone()
        }),
        changed
    );

    let several = told(Placement::Ambiguous {
        candidates: vec![range.clone(), 8..9],
    });
    assert!(
        several.contains("- line 4, under `New`\n- line 3, under `New`"),
        "{several}"
    );

    let lost = told(Placement::Detached);
    assert!(
        lost.contains("### 1. Replace, its words are gone"),
        "{lost}"
    );
    assert!(lost.contains("as if this had been done already"), "{lost}");
    assert!(
        lost.contains("They stood between `# Old plant the` and `here`."),
        "{lost}"
    );

    // A range that is none of the text, or cuts a character.
    let outside = told(Placement::Exact { range: 5..900 });
    assert!(outside.contains("its place is not known"), "{outside}");
    let unknown = feedback(&library, PLAN, &Standings::new(), &ALL, NOW).text;
    assert!(unknown.contains("This file could not be read"), "{unknown}");
}

#[test]
fn the_same_words_in_a_line_are_counted() {
    let text = "a a a\n";
    let mut library = library("a.md");
    library.apply(Change::Annotation(note(
        1,
        on(text, 2..3),
        AnnotationKind::Comment,
        "this",
    )));
    let said = said(&library, text, &[(1, Placement::Exact { range: 2..3 })]).text;
    assert!(said.contains("number 2 of the 3 places"), "{said}");
}

#[test]
fn a_comment_of_a_megabyte_is_given_whole_and_words_of_one_are_shortened() {
    let text = "long words\r\n".repeat(100_000);
    let body = "é".repeat(1 << 19);
    let mut library = library("a.md");
    let target = on(&text, 0..text.len());
    library.apply(Change::Annotation(note(
        1,
        target,
        AnnotationKind::Deletion,
        &body,
    )));
    let said = said(
        &library,
        &text,
        &[(
            1,
            Placement::Exact {
                range: 0..text.len(),
            },
        )],
    )
    .text;
    assert!(said.contains(&body));
    assert!(said.len() < body.len() + 6_000, "{}", said.len());
    assert!(said.contains("### 1. Delete, lines 1–100000"));
    assert!(said.contains("characters are left out here"));
}

proptest! {
    /// Whatever people wrote and files hold, the text has the headings that it should have and no
    /// other, and nothing is said twice or left out.
    #[test]
    fn whatever_is_in_it_the_text_stays_in_shape(
        (text, old) in (nasty(), nasty()),
        bodies in prop::collection::vec((nasty(), nasty(), 0..5_u8, 0..6_u8), 1..5),
        spots in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 5),
    ) {
        let mut library = library("a.md");
        let mut placements = BTreeMap::new();
        for (i, (body, words, kind, place)) in bodies.iter().enumerate() {
            let id = i as u128 + 1;
            let (a, b) = (spots[i].0.index(text.len() + 1), spots[i].1.index(text.len() + 1));
            let range = text.floor_char_boundary(a.min(b))..text.floor_char_boundary(a.max(b));
            let kind = match kind {
                0 => AnnotationKind::Highlight { colour: 9 },
                1 => AnnotationKind::Comment,
                2 => AnnotationKind::Question,
                3 => AnnotationKind::Deletion,
                _ => AnnotationKind::Replacement { words: words.clone() },
            };
            let target = match place {
                0 => Target::Plan,
                1 => on(&old, 0..old.len()),
                _ => on(&text, range.clone()),
            };
            let annotation = Annotation { tags: vec![words.clone()], ..note(id, target, kind, body) };
            placements.insert(annotation.id, match place {
                2 => Placement::Detached,
                3 => Placement::Ambiguous { candidates: vec![range.clone(), range] },
                4 => Placement::Moved { range },
                _ => Placement::Exact { range },
            });
            library.apply(Change::Annotation(annotation));
        }
        let standings = BTreeMap::from([(DOCUMENT, Standing { text: &text, placements: &placements })]);
        let said = feedback(&library, PLAN, &standings, &ALL, NOW);
        prop_assert_eq!(&said, &feedback(&library, PLAN, &standings, &ALL, NOW));
        prop_assert_eq!(said.hand_overs.len(), bodies.len());
        prop_assert!(!said.text.contains('\0') && !said.text.contains('\r'));

        let parsed = crate::markdown::parse(said.text.as_str().into(), crate::markdown::DocumentKind::Markdown);
        let numbered = parsed.outline().iter().filter(|heading| heading.level == 3);
        let numbers: Vec<_> = numbered.map(|heading| heading.text.split('.').next().unwrap().to_owned()).collect();
        let wanted: Vec<_> = (1..=bodies.len()).map(|n| n.to_string()).collect();
        prop_assert_eq!(numbers, wanted, "{}", said.text);
        prop_assert!(parsed.outline().iter().all(|heading| matches!(heading.level, 2 | 3)));
    }
}
