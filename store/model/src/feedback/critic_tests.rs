//! Copies with marks: what a program that knows `CriticMarkup` makes of them.

use std::collections::BTreeMap;
use std::ops::Range;

use proptest::prelude::*;
use regex::Regex;

use super::*;
use crate::feedback::tests::{ALL, DOCUMENT, PLAN, library, note, on};
use crate::{AnnotationId, Change, Placement, Target};

/// As the format's own toolkit reads it: by one pattern for each mark, over the whole text.
fn resolved(marked: &str, is_accepting: bool) -> String {
    let patterns = [
        (r"(?s)\{>>(.*?)<<\}", ["", ""]),
        (r"(?s)\{==(.*?)==\}", ["$1", "$1"]),
        (r"(?s)\{~~(.*?)~>(.*?)~~\}", ["$1", "$2"]),
        (r"(?s)\{--(.*?)--\}", ["$1", ""]),
        (r"(?s)\{\+\+(.*?)\+\+\}", ["", "$1"]),
    ];
    patterns
        .iter()
        .fold(marked.to_owned(), |text, (pattern, with)| {
            let with = with[usize::from(is_accepting)];
            Regex::new(pattern)
                .unwrap()
                .replace_all(&text, with)
                .into_owned()
        })
}

fn copy(text: &str, notes: &[(Range<usize>, AnnotationKind, &str)]) -> CriticCopy {
    let mut library = library("a.md");
    let mut placements = BTreeMap::new();
    for (i, (range, kind, body)) in notes.iter().enumerate() {
        let id = i as u128 + 1;
        placements.insert(
            AnnotationId(id),
            Placement::Exact {
                range: range.clone(),
            },
        );
        let target = on(text, range.clone());
        library.apply(Change::Annotation(note(id, target, kind.clone(), body)));
    }
    let standing = Standing {
        text,
        placements: &placements,
    };
    critic_markup(&library, PLAN, DOCUMENT, standing, &ALL).unwrap()
}

fn marked(text: &str, notes: &[(&str, AnnotationKind, &str)]) -> String {
    let notes: Vec<_> = notes
        .iter()
        .map(|(words, kind, body)| {
            let start = text.find(words).unwrap();
            (start..start + words.len(), kind.clone(), *body)
        })
        .collect();
    let copy = copy(text, &notes);
    assert_eq!(resolved(&copy.text, false), text);
    copy.text
}

fn replace(words: &str) -> AnnotationKind {
    AnnotationKind::Replacement {
        words: words.to_owned(),
    }
}

const LIGHT: AnnotationKind = AnnotationKind::Highlight { colour: 0 };

#[test]
fn each_kind_has_its_mark() {
    let text = "Dig the bed, plant the tree, water it.\n";
    assert_eq!(
        marked(
            text,
            &[
                ("bed", LIGHT, ""),
                ("plant", AnnotationKind::Question, "When?")
            ]
        ),
        "Dig the {==bed==}, {==plant==}{>>Question: When?<<} the tree, water it.\n"
    );
    assert_eq!(
        marked(
            text,
            &[
                ("tree", replace("bush"), "Smaller."),
                (", water it", AnnotationKind::Deletion, "")
            ]
        ),
        "Dig the bed, plant the {~~tree~>bush~~}{>>Smaller.<<}{--, water it--}.\n"
    );
}

#[test]
fn marks_that_would_cross_stand_apart() {
    let text = "one two three four\n";
    assert_eq!(
        marked(
            text,
            &[
                ("one two three", LIGHT, "A"),
                ("two", replace("2"), ""),
                ("three four", LIGHT, "B")
            ]
        ),
        "{==one ==}{~~two~>2~~}{== three==}{>>A<<}{== four==}{>>B<<}\n"
    );
    assert_eq!(
        marked(
            text,
            &[
                ("one two", replace("x"), ""),
                ("two three", replace("y"), "")
            ]
        ),
        "{~~one two~>x~~}{== three==}{>>Replace “two three” by “y”.<<} four\n"
    );
}

#[test]
fn blocks_are_marked_one_by_one_and_syntax_is_left_alone() {
    let text = "# Head\n\n- item **bold** x\n- last\n";
    assert_eq!(
        marked(text, &[("Head\n\n- item **bo", LIGHT, "c")]),
        "# {==Head==}\n\n- {==item **bold**==}{>>c<<} x\n- last\n"
    );
    assert_eq!(
        marked(text, &[("x\n- last", AnnotationKind::Deletion, "")]),
        "# Head\n\n- item **bold** {--x--}\n- {--last--}{>>Delete “x - last”.<<}\n"
    );
    assert_eq!(
        marked("a \\* b\n", &[("*", AnnotationKind::Deletion, "")]),
        "a {~~\\*~>\\~~} b\n"
    );
}

#[test]
fn notes_on_code_stand_behind_it() {
    let text = "a\n\n```sh\nrm -rf /\n```\n\nb\n\n    indented\n\n- next\n";
    assert_eq!(
        marked(
            text,
            &[
                ("-rf", AnnotationKind::Question, "Really?"),
                ("indented", LIGHT, "x")
            ]
        ),
        "a\n\n```sh\nrm -rf /\n```\n{>>On “-rf”. Question: Really?<<}\nb\n\n    indented\n\n- next\n\
         {>>Notes without a place in the text:\n1. Lines 9–9. On “indented”. x\n<<}"
    );
}

#[test]
fn what_would_end_a_mark_is_broken_up_or_told() {
    let text = "a b c\n";
    assert_eq!(
        marked(
            text,
            &[("b", replace("x ~~} y"), "end <<} it {++ more ++}")]
        ),
        "a {==b==}{>>Replace “b” by “x ~ ~} y”. end < <} it { ++ more + +}<<} c\n"
    );
    assert_eq!(
        marked("a --} c\n", &[("--}", AnnotationKind::Deletion, "")]),
        "a --}{>>Delete “- -}”.<<} c\n"
    );
}

#[test]
fn a_cell_is_not_split_by_what_is_said_of_it() {
    let text = "| a | b |\n|---|---|\n| c | d |\n";
    assert_eq!(
        marked(text, &[("c", AnnotationKind::Comment, "x | y")]),
        "| a | b |\n|---|---|\n| {==c==}{>>x \\| y<<} | d |\n"
    );
}

#[test]
fn what_cannot_be_marked_is_refused_with_a_reason() {
    let placements = BTreeMap::new();
    let refused = |path: &str, text: &str| {
        let standing = Standing {
            text,
            placements: &placements,
        };
        critic_markup(&library(path), PLAN, DOCUMENT, standing, &ALL)
    };
    assert_eq!(refused("a.json", "{}"), Err(CriticProblem::NotMarkdown));
    assert_eq!(
        refused("a.md", "x\ny {++z++}"),
        Err(CriticProblem::HasMarks { line: 2 })
    );
}

#[test]
fn notes_on_the_whole_and_lost_ones_are_at_the_end() {
    let text = "a\r\nb";
    let mut library = library("a.md");
    let whole = Target::Document(DOCUMENT);
    library.apply(Change::Annotation(note(
        1,
        whole,
        AnnotationKind::Comment,
        "All\n\nof it",
    )));
    library.apply(Change::Annotation(note(
        2,
        on("gone", 0..4),
        AnnotationKind::Deletion,
        "",
    )));
    let placements = BTreeMap::from([(AnnotationId(2), Placement::Detached)]);
    let standing = Standing {
        text,
        placements: &placements,
    };
    let copy = critic_markup(&library, PLAN, DOCUMENT, standing, &ALL).unwrap();
    assert_eq!(
        copy.text,
        "a\r\nb{>>\r\nNotes without a place in the text:\r\n1. On the whole document. All ¶ of it\r\n\
         2. The words are gone. Delete “gone”.\r\n<<}"
    );
    assert_eq!((copy.n_in_place, copy.n_at_end), (0, 2));
}

#[test]
fn a_copy_has_a_name_of_its_own() {
    let free = |path: &str| critic_copy_name(path, |_| false).unwrap();
    assert_eq!(free("a/plan.md"), "a/plan.postil.md");
    assert_eq!(free("plan"), "plan.postil");
    assert_eq!(free("x.y/.hidden"), "x.y/.hidden.postil");
    assert!(free(&format!("{}.md", "é".repeat(127))).len() <= 255);
    let taken = |name: &str| name == "plan.postil.md" || name == "plan.postil-2.md";
    assert_eq!(
        critic_copy_name("plan.md", taken).unwrap(),
        "plan.postil-3.md"
    );
    assert_eq!(critic_copy_name("plan.md", |_| true), None);
}

fn words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-c é庭]{1,5}",
        2 => "\n|\n\n|\r\n|\n> |\n- |\n1. |\n# |\n    ",
        2 => "\\*\\*|_|`|\\[|\\]\\(u\\)|<b>|&amp;|\\\\|\\||!\\[|\n```\n|\n\\| a \\| b \\|\n\\|-\\|-\\|\n",
        2 => "[-+=~<>{}]{1,3}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn kind() -> impl Strategy<Value = AnnotationKind> {
    prop_oneof![
        Just(LIGHT),
        Just(AnnotationKind::Comment),
        Just(AnnotationKind::Deletion),
        words().prop_map(|words| AnnotationKind::Replacement { words }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn rejecting_all_marks_gives_the_document_back(
        text in words(),
        notes in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), kind(), words()), 0..8),
    ) {
        prop_assume!(!OPENERS.iter().any(|mark| text.contains(mark)));
        let at = |index: prop::sample::Index| text.floor_char_boundary(index.index(text.len() + 1));
        let notes: Vec<_> = notes
            .iter()
            .map(|(a, b, kind, body)| {
                let (a, b) = (at(*a), at(*b));
                (a.min(b)..a.max(b), kind.clone(), body.as_str())
            })
            .collect();
        let copy = copy(&text, &notes);
        prop_assert_eq!(resolved(&copy.text, false), text.as_str(), "{}", copy.text);
        prop_assert_eq!(copy.n_in_place + copy.n_at_end, notes.len());
    }

    /// Words of one block, and none across another's: accepting does what was suggested.
    #[test]
    fn accepting_does_what_is_suggested(
        (before, old, after) in ("[a-c ]{0,9}", "[a-c]{1,5}", "[a-c ]{0,9}"),
        new in "[a-c\\[\\]. ]{0,9}",
    ) {
        let text = format!("x{before}{old}{after}\n");
        let start = 1 + before.len();
        let copy = copy(&text, &[(start..start + old.len(), replace(&new), "why")]);
        let is_blank = !new.is_empty() && new.trim().is_empty();
        if is_blank {
            prop_assert_eq!(resolved(&copy.text, true), text);
        } else {
            prop_assert_eq!(resolved(&copy.text, true), format!("x{before}{new}{after}\n"));
        }
    }
}
