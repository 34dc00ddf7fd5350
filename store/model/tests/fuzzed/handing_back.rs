//! Any words as notes on any text, handed back.

use std::collections::BTreeMap;

use postil_model::{
    Anchor, Annotation, AnnotationId, AnnotationKind, AnnotationState, Change, CodePoints,
    CriticProblem, Document, DocumentId, Edit, FeedbackOptions, Library, NoteFilter, Passage,
    Placement, PlanId, Selected, Selectors, Standing, Standings, Target, TextId, Timestamp, Warm,
    Whereabouts, critic_copy_name, critic_markup, feedback,
};

use super::given::Given;

const PLAN: PlanId = PlanId(1);
const DOCUMENT: DocumentId = DocumentId(2);
const TEXT: TextId = TextId([1; 32]);
const N_NOTES: usize = 3;

/// Makes notes, places them in another text, and hands them back in each way.
///
/// # Panics
/// If something is lost, or the copy with marks is not the document once they are taken out.
pub(crate) fn run(bytes: &[u8]) {
    let mut given = Given::new(bytes);
    let what = given.number();
    let numbers: [[usize; 3]; N_NOTES] =
        std::array::from_fn(|_| std::array::from_fn(|_| given.number()));
    let [text, body, words, path, newer]: [String; 5] = given.texts();
    let newer = if newer.is_empty() {
        text.clone()
    } else {
        newer
    };
    let is_odd_name = what % 8 == 1;
    let mut library = library(if is_odd_name { &path } else { "notes/dig.md" });
    let warm = Warm::new(&text, &newer);
    let mut placements = BTreeMap::new();
    for (id, [kind, start, n]) in (1..).zip(numbers) {
        let start = start % (text.len() + 1);
        let anchor = Anchor::of(&text, start..start + n % 200, TEXT, vec![words.clone()]);
        placements.insert(AnnotationId(id), warm.place(&anchor, anchor.range.clone()));
        library.apply(Change::Annotation(note(id, kind, anchor, &body, &words)));
    }
    all_is_told(&library, &newer, &placements);
    marks_come_out(&library, &newer, &placements);
    selectors(&newer, &words, &body, what);
    let _ = critic_copy_name(&path, |name| name.len() % 3 == what % 3);
}

fn library(path: &str) -> Library {
    let mut library = Library::default();
    let (_, changes) = Edit::new(&library, Timestamp(0)).register(PLAN, "/plans/garden", "Garden");
    for change in changes {
        library.apply(change);
    }
    library.apply(Change::Document(Document {
        id: DOCUMENT,
        plan: PLAN,
        path: path.to_owned(),
        hash: None,
        first_seen: Timestamp(0),
        last_seen: Timestamp(0),
        missing: None,
    }));
    library
}

fn note(id: u128, kind: usize, anchor: Anchor, body: &str, words: &str) -> Annotation {
    let passage = Passage {
        anchor,
        confirmed: None,
    };
    Annotation {
        id: AnnotationId(id),
        plan: PLAN,
        target: match kind / 8 % 8 {
            0 => Target::Plan,
            1 => Target::Document(DOCUMENT),
            2 => Target::Block(DOCUMENT, passage),
            _ => Target::Passage(DOCUMENT, passage),
        },
        kind: match kind % 5 {
            0 => AnnotationKind::Highlight { colour: kind as u8 },
            1 => AnnotationKind::Comment,
            2 => AnnotationKind::Question,
            3 => AnnotationKind::Replacement {
                words: words.to_owned(),
            },
            _ => AnnotationKind::Deletion,
        },
        body: if kind.is_multiple_of(2) {
            body.to_owned()
        } else {
            String::new()
        },
        tags: vec![words.chars().take(9).collect()],
        state: AnnotationState::Open,
        created: Timestamp(0),
        updated: Timestamp(0),
        removed: None,
    }
}

const ALL: FeedbackOptions = FeedbackOptions {
    filter: NoteFilter::ALL,
    is_with_resolved: true,
    is_news_only: false,
};

fn all_is_told(library: &Library, text: &str, placements: &BTreeMap<AnnotationId, Placement>) {
    let standing = Standing { text, placements };
    let known: Standings<'_> = [(DOCUMENT, standing)].into();
    for standings in [known, Standings::new()] {
        let told = feedback(library, PLAN, &standings, &ALL, Timestamp(9));
        assert_eq!(told.hand_overs.len(), N_NOTES);
        let acts = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        assert!(!told.text.contains(acts), "{:?}", told.text);
    }
}

fn marks_come_out(library: &Library, text: &str, placements: &BTreeMap<AnnotationId, Placement>) {
    let standing = Standing { text, placements };
    match critic_markup(library, PLAN, DOCUMENT, standing, &ALL) {
        Ok(copy) => {
            let n_on_plan = library
                .annotations(PLAN)
                .filter(|a| a.document().is_none())
                .count();
            assert_eq!(copy.n_in_place + copy.n_at_end + n_on_plan, N_NOTES);
            let rejected = rejected(&copy.text);
            let rest = rejected.strip_prefix(text);
            assert!(
                rest.is_some_and(|rest| rest.trim().is_empty()),
                "{text:?} is not {rejected:?}, of {:?}",
                copy.text
            );
        }
        Err(CriticProblem::NotMarkdown | CriticProblem::HasMarks { .. }) => {}
    }
}

/// As a program does that knows the marks: each goes with what was put in, what was taken out stays.
fn rejected(marked: &str) -> String {
    let marks = [
        ("{>>", "", "<<}"),
        ("{==", "==}", "==}"),
        ("{~~", "~>", "~~}"),
        ("{--", "--}", "--}"),
        ("{++", "", "++}"),
    ];
    let mut text = marked.to_owned();
    for (open, kept_end, close) in marks {
        let mut left = String::new();
        let mut rest = text.as_str();
        while let Some((before, behind)) = rest.split_once(open) {
            let Some((inside, after)) = behind.split_once(close) else {
                break;
            };
            left.push_str(before);
            if kept_end == close {
                left.push_str(inside);
            } else if !kept_end.is_empty() {
                left.push_str(inside.split_once(kept_end).map_or(inside, |(kept, _)| kept));
            }
            rest = after;
        }
        left.push_str(rest);
        text = left;
    }
    text
}

fn selectors(text: &str, exact: &str, around: &str, at: usize) {
    let whereabouts = Whereabouts::new(text, "a.md");
    let points = CodePoints::new(text);
    let selectors = Selectors {
        exact: exact.to_owned(),
        prefix: around.to_owned(),
        suffix: around.to_owned(),
        position: at.is_multiple_of(2).then_some(at % 300..at % 7_000),
    };
    match selectors.select(&whereabouts, &points, TEXT) {
        Selected::Words(anchor) => assert!(text.get(anchor.range).is_some()),
        Selected::Elsewhere(_) | Selected::Nothing => {}
    }
}
