//! The journal over what is written in the margin.

use super::*;
use crate::{
    Anchor, Annotation, AnnotationId, AnnotationKind, AnnotationState, DocumentId, HandOver,
    Passage, Placed, Placement, PlanId, RecordId, Reply, ReplyId, Target, ThemeChoice,
};

const PLAN: PlanId = PlanId(1);
const NOTE: AnnotationId = AnnotationId(5);

/// A library with its journal, as the app keeps them.
#[derive(Clone, Default)]
struct Desk {
    library: Library,
    history: History,
}

impl Desk {
    fn apply(&mut self, now: i64, change: Change) {
        let changes = [change];
        let steps = Step::of(&self.library, &changes);
        if let Some(entry) = self.history.record(&self.library, steps, Timestamp(now)) {
            self.history.push(entry);
        }
        for change in changes {
            self.library.apply(change);
        }
    }

    fn edit(&mut self, now: i64, edit: impl FnOnce(&mut Annotation)) {
        let mut annotation = self.library.annotation(PLAN, NOTE).cloned().unwrap();
        edit(&mut annotation);
        annotation.updated = Timestamp(now);
        self.apply(now, Change::Annotation(annotation));
    }

    fn labels(&self) -> Vec<&str> {
        let entries = self.history.entries().iter();
        entries.map(|entry| entry.label.as_str()).collect()
    }
}

fn comment(state: AnnotationState) -> Annotation {
    let anchor = Anchor {
        quote: "dig the\n  beds, which takes until the first frost comes".to_owned(),
        before: "First ".to_owned(),
        after: String::new(),
        range: 6..20,
        headings: vec!["Autumn".to_owned()],
        text: TextId([1; 32]),
    };
    let confirmed = Some(Anchor {
        text: TextId([2; 32]),
        ..anchor.clone()
    });
    Annotation {
        id: NOTE,
        plan: PLAN,
        target: Target::Passage(DocumentId(9), Passage { anchor, confirmed }),
        kind: AnnotationKind::Comment,
        body: String::new(),
        tags: Vec::new(),
        state,
        created: Timestamp(0),
        updated: Timestamp(0),
        removed: None,
    }
}

#[test]
fn writing_a_note_is_one_entry_and_what_is_done_with_it_others() {
    let mut desk = Desk::default();
    desk.apply(0, Change::Annotation(comment(AnnotationState::Draft)));
    for (now, body) in [(100, "W"), (200, "Wh"), (300, "Why?")] {
        desk.edit(now, |note| note.body = body.to_owned());
    }
    assert_eq!(desk.labels(), [format!("Comment on {BEDS}")]);

    // Within a moment of the last key, finishing it is a part of writing it.
    desk.edit(400, |note| note.state = AnnotationState::Open);
    assert_eq!(desk.history.entries().len(), 1);
    desk.edit(500, |note| note.tags = vec!["soil".to_owned()]);
    desk.edit(600, |note| note.body.push_str(" And how?"));
    desk.edit(700, |note| {
        note.state = AnnotationState::Resolved { at: Timestamp(700) };
    });
    desk.edit(800, |note| note.state = AnnotationState::Open);
    desk.edit(900, |note| note.removed = Some(Timestamp(900)));
    desk.edit(950, |note| note.removed = None);
    let did = ["Tag", "Write", "Resolve", "Reopen", "Remove", "Restore"];
    let expected: Vec<_> = did.map(|did| format!("{did} comment on {BEDS}")).into();
    assert_eq!(desk.labels()[1..], expected);
}

#[test]
fn undoing_the_first_entry_of_a_note_puts_it_in_the_trash() {
    let mut desk = Desk::default();
    desk.apply(0, Change::Annotation(comment(AnnotationState::Open)));
    let (entry, changes) = desk.history.undo(&desk.library, Timestamp(7)).unwrap();
    desk.history.push(entry);
    for change in changes {
        desk.library.apply(change);
    }
    assert_eq!(desk.library.annotations(PLAN).count(), 0);
    let in_trash = [(Timestamp(7), RecordId::Annotation(PLAN, NOTE))];
    assert_eq!(desk.library.removed(), in_trash);
}

#[test]
fn placing_handing_over_and_reading_are_nobodys_doing() {
    let mut desk = Desk::default();
    desk.apply(0, Change::Annotation(comment(AnnotationState::Open)));
    let placement = Placement::Exact { range: 1..3 };
    let text = TextId([3; 32]);
    desk.apply(
        1,
        Change::Placed(Placed {
            annotation: NOTE,
            text,
            placement,
        }),
    );
    let handed = HandOver {
        annotation: NOTE,
        at: Timestamp(2),
        as_of: Timestamp(0),
        is_resolved: false,
    };
    desk.apply(2, Change::HandOver(handed));
    assert_eq!(desk.history.entries().len(), 1);
    let texts = [1, 2, 3].map(|n| TextId([n; 32]));
    assert_eq!(desk.library.texts(), texts.into());
    assert_eq!(desk.history.texts(), texts[..2].iter().copied().collect());
}

#[test]
fn a_note_is_news_again_once_it_or_an_answer_changed() {
    let mut desk = Desk::default();
    let is_news = |desk: &Desk| {
        let note = desk.library.annotation(PLAN, NOTE).unwrap();
        desk.library.is_to_hand_over(note)
    };
    let hand_over = |desk: &mut Desk, now: i64| {
        let note = desk.library.annotation(PLAN, NOTE).unwrap();
        let as_of = desk.library.last_changed(note);
        let is_resolved = note.state != AnnotationState::Open;
        let at = Timestamp(now);
        let handed = HandOver {
            annotation: NOTE,
            at,
            as_of,
            is_resolved,
        };
        desk.library.apply(Change::HandOver(handed));
    };
    desk.apply(0, Change::Annotation(comment(AnnotationState::Draft)));
    assert!(!is_news(&desk), "a draft");
    desk.edit(5, |note| note.state = AnnotationState::Open);
    assert!(is_news(&desk));
    hand_over(&mut desk, 10);
    assert!(!is_news(&desk));

    let mut reply = Reply {
        id: ReplyId(1),
        annotation: NOTE,
        body: "Because".to_owned(),
        created: Timestamp(20),
        updated: Timestamp(20),
        removed: None,
    };
    desk.apply(20, Change::Reply(reply.clone()));
    assert!(is_news(&desk));
    hand_over(&mut desk, 25);
    assert!(!is_news(&desk));
    reply.removed = Some(Timestamp(30));
    desk.apply(30, Change::Reply(reply));
    assert!(is_news(&desk));
    hand_over(&mut desk, 35);
    desk.edit(40, |note| {
        note.state = AnnotationState::Resolved { at: Timestamp(40) }
    });
    assert!(is_news(&desk));
    assert_eq!(
        desk.labels()[1..],
        [
            "Reply".to_owned(),
            "Remove reply".to_owned(),
            format!("Resolve comment on {BEDS}"),
        ]
    );
}

const BEDS: &str = "“dig the beds, which takes until the firs…”";

#[test]
fn the_name_of_a_colour_is_undone_and_the_rest_of_the_settings_stays() {
    let (mut library, mut history) = (Library::default(), History::default());
    let named = |library: &Library, name: &str| {
        let mut settings = library.settings().clone();
        settings.highlight_names[1] = name.to_owned();
        vec![Change::Settings(settings)]
    };
    let take = |library: &mut Library, changes: Vec<Change>| {
        for change in changes {
            library.apply(change);
        }
    };
    for name in ["Risk", "Danger"] {
        let changes = named(&library, name);
        let steps = Step::of(&library, &changes);
        let entry = history.record(&library, steps, Timestamp(1));
        history.push(entry.expect("something was done"));
        take(&mut library, changes);
    }
    let last = history.next_undo().expect("something to undo");
    assert_eq!(last.label, "Call green “Danger”");

    let mut settings = library.settings().clone();
    settings.theme = ThemeChoice::Dark;
    let changes = vec![Change::Settings(settings)];
    assert!(Step::of(&library, &changes).is_empty());
    take(&mut library, changes);

    for name in ["Risk", ""] {
        let (entry, changes) = history.undo(&library, Timestamp(2)).expect("it is undone");
        history.push(entry);
        take(&mut library, changes);
        assert_eq!(library.settings().highlight_names[1], name);
        assert_eq!(library.settings().theme, ThemeChoice::Dark);
    }
    let (_, changes) = history.redo(&library, Timestamp(3)).expect("it is redone");
    take(&mut library, changes);
    assert_eq!(library.settings().colour_name(1), "Risk");
    assert_eq!(library.settings().colour_name(0), "Yellow");
}
