//! Documents that are not open are read for what needs them.

use std::path::PathBuf;
use std::sync::Arc;

use postil_model::{
    AnnotationId, AnnotationKind, DocumentId, FeedbackOptions, Placement, PlanId, Target,
};
use postil_watcher::{ContentHash, Document, Event, Request, RootId, Stamp, UnpackError};

use crate::command::{Command, UserCommand};
use crate::effects::Effect;
use crate::gather::Made;
use crate::margin::{HandBack, MarginCommand};
use crate::state::Sheet;
use crate::update::tests::Bench;

const DIG: &str = "# Dig\n\nTwo beds by the wall.\n";
const SOW: &str = "# Sow\n\nPeas before April.\n";

fn read(plan: PlanId, path: &str, text: &str) -> Command {
    Command::Watcher(Event::Document {
        root: RootId(plan.0),
        path: path.to_owned(),
        result: Ok(Document {
            path: path.to_owned(),
            text: text.into(),
            hash: ContentHash::of(text.as_bytes()),
            stamp: Stamp {
                len: text.len() as u64,
                mtime_ns: 1,
                inode: 1,
            },
            notices: Vec::new(),
        }),
    })
}

/// The paths that the watcher is asked for.
fn asked(effects: &[Effect]) -> Vec<&str> {
    let paths = effects.iter().filter_map(|effect| match effect {
        Effect::Watch(Request::Read { path, .. }) => Some(path.as_str()),
        _ => None,
    });
    paths.collect()
}

/// Does what the jobs' thread would, and takes its answers over.
fn work(bench: &mut Bench, effects: Vec<Effect>) -> Vec<Effect> {
    let mut after = Vec::new();
    for effect in effects {
        match effect {
            Effect::Compose(job) => {
                let composed = Command::Composed(Box::new(job.run()));
                let more = bench.take(composed);
                after.extend(work(bench, more));
            }
            Effect::Seek(job) => {
                let more = bench.take(Command::FoundElsewhere(job.run()));
                after.extend(work(bench, more));
            }
            other => after.push(other),
        }
    }
    after
}

fn margin(bench: &mut Bench, command: MarginCommand) -> Vec<Effect> {
    bench.user(UserCommand::Margin(command))
}

/// The plan's first document is open, and its words have a highlight.
fn with_note() -> (Bench, PlanId, AnnotationId) {
    let (mut bench, plan) = Bench::with_plan();
    bench.take(read(plan, "a.md", DIG));
    margin(
        &mut bench,
        MarginCommand::Annotate {
            range: 7..28,
            kind: AnnotationKind::Highlight { colour: 0 },
            is_block: false,
        },
    );
    let id = bench
        .state
        .library
        .annotations(plan)
        .next()
        .expect("a note")
        .id;
    (bench, plan, id)
}

fn document(bench: &Bench, plan: PlanId, path: &str) -> DocumentId {
    let mut documents = bench.state.library.documents(plan);
    documents.find(|d| d.path == path).expect("a document").id
}

#[test]
fn feedback_on_documents_that_are_not_open_says_where_their_words_are_now() {
    let (mut bench, plan, id) = with_note();
    bench.user(UserCommand::NextDocument);
    bench.take(read(plan, "b.md", SOW));
    let options = FeedbackOptions::default();
    let hand_back = MarginCommand::HandBack(HandBack::Clipboard, options);
    let effects = margin(&mut bench, hand_back);
    assert_eq!(asked(&effects), ["a.md"]);
    // The file has other lines above the words by now: their older text is asked of the library.
    let moved = "# Dig\n\nIn March.\n\nTwo beds by the wall.\n";
    let effects = bench.take(read(plan, "a.md", moved));
    let older: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::ReadText(id) => Some(*id),
            _ => None,
        })
        .collect();
    assert_eq!(older.len(), 1);
    let text = Some(Arc::from(DIG));
    let id_of_text = older[0];
    let arrived = postil_store::Event::Text {
        id: id_of_text,
        text,
    };
    let effects = bench.take(Command::Store(arrived));
    let effects = work(&mut bench, effects);
    let copied = effects.iter().find_map(|effect| match effect {
        Effect::CopyText(text) => Some(text.as_str()),
        _ => None,
    });
    let copied = copied.expect("a text");
    assert!(copied.contains("line 5"), "{copied}");
    assert!(bench.state.library.hand_over(id).is_some());
    let placed = bench.state.library.placed(id).expect("a place");
    assert_eq!(placed.placement, Placement::Exact { range: 18..39 });
    assert!(bench.state.gatherings.is_empty());
}

#[test]
fn what_cannot_be_read_is_said_and_stopping_hands_nothing_back() {
    let (mut bench, plan, id) = with_note();
    let options = FeedbackOptions::default();
    let hand_back = MarginCommand::HandBack(HandBack::Clipboard, options);
    margin(&mut bench, hand_back.clone());
    margin(&mut bench, MarginCommand::StopGathering);
    let effects = bench.take(read(plan, "a.md", DIG));
    let effects = work(&mut bench, effects);
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::CopyText(_)))
    );
    assert!(bench.state.library.hand_over(id).is_none());

    margin(&mut bench, hand_back);
    let effects = bench.take(Command::Watcher(Event::Document {
        root: RootId(plan.0),
        path: "a.md".to_owned(),
        result: Err(postil_watcher::ReadError::UnknownRoot {
            path: "a.md".to_owned(),
        }),
    }));
    let effects = work(&mut bench, effects);
    let is_said = |effect: &Effect| match effect {
        Effect::CopyText(text) => text.contains("could not be read"),
        _ => false,
    };
    assert!(effects.iter().any(is_said), "{effects:?}");
}

#[test]
fn the_list_of_notes_knows_of_files_that_changed_meanwhile() {
    let (mut bench, plan, id) = with_note();
    bench.user(UserCommand::NextDocument);
    bench.take(read(plan, "b.md", SOW));
    let other = "# Dig\n\nNothing is left of it at all, until the frost is gone.\n";
    bench.take(Command::Watcher(Event::Changed {
        root: RootId(plan.0),
        entry: postil_watcher::FileEntry {
            path: "a.md".to_owned(),
            stamp: Stamp {
                len: other.len() as u64,
                mtime_ns: 2,
                inode: 1,
            },
            hash: Some(ContentHash::of(other.as_bytes())),
            problem: None,
        },
        document: None,
        seen_at: std::time::Instant::now(),
    }));
    let effects = bench.user(UserCommand::ShowSheet(Some(Sheet::Notes)));
    assert_eq!(asked(&effects), ["a.md"]);
    let mut effects = bench.take(read(plan, "a.md", other));
    while let Some(Effect::ReadText(id)) = effects
        .iter()
        .find(|effect| matches!(effect, Effect::ReadText(_)))
    {
        let (id, text) = (*id, Some(Arc::from(DIG)));
        effects = bench.take(Command::Store(postil_store::Event::Text { id, text }));
    }
    work(&mut bench, effects);
    let placed = bench.state.library.placed(id).expect("a place");
    assert_eq!(placed.placement, Placement::Detached);
    // What is known is not looked at again.
    let effects = bench.user(UserCommand::ShowSheet(Some(Sheet::Notes)));
    assert_eq!(asked(&effects), [""; 0]);
}

#[test]
fn a_copy_with_marks_goes_beside_the_document_under_a_name_that_is_free() {
    let (mut bench, plan, _) = with_note();
    let options = FeedbackOptions::default();
    margin(
        &mut bench,
        MarginCommand::HandBack(HandBack::Beside, options),
    );
    let effects = bench.take(read(plan, "a.md", DIG));
    let effects = work(&mut bench, effects);
    let unpack = |effects: &[Effect]| {
        let mut unpacked = effects.iter().filter_map(|effect| match effect {
            Effect::Watch(Request::Unpack { ticket, files, .. }) => Some((*ticket, files.clone())),
            _ => None,
        });
        unpacked.next()
    };
    let (ticket, files) = unpack(&effects).expect("a file");
    assert_eq!(files[0].0, "a.postil.md");
    let marked = String::from_utf8(files[0].1.clone()).expect("text");
    assert_eq!(marked, "# Dig\n\n{==Two beds by the wall.==}\n");
    // Somebody made a file of that name just now.
    let exists = UnpackError::Exists {
        path: PathBuf::from("/plans/garden/a.postil.md"),
    };
    let effects = bench.take(Command::Watcher(Event::Unpacked {
        ticket,
        result: Err(exists),
    }));
    let (ticket, files) = unpack(&effects).expect("another name");
    assert_eq!(files[0].0, "a.postil-2.md");
    let effects = bench.take(Command::Watcher(Event::Unpacked {
        ticket,
        result: Ok(PathBuf::from("/plans/garden")),
    }));
    assert!(unpack(&effects).is_none());
    let told = &bench.state.notices.last().expect("a notice").text;
    assert!(told.ends_with("is saved: a.postil-2.md"), "{told}");
}

#[test]
fn words_that_went_to_another_document_are_followed_and_back() {
    let (mut bench, plan, id) = with_note();
    bench.take(read(
        plan,
        "a.md",
        "# Dig\n\nSee what is to be sown instead of this.\n",
    ));
    assert_eq!(
        bench.state.margin.places.get(&id),
        Some(&Placement::Detached)
    );
    let effects = margin(&mut bench, MarginCommand::SeekElsewhere);
    assert_eq!(asked(&effects), ["b.md"]);
    let sow = "# Sow\n\nPeas before April.\n\nTwo beds by the wall.\n";
    let effects = bench.take(read(plan, "b.md", sow));
    work(&mut bench, effects);
    let elsewhere = bench.state.margin.elsewhere.as_ref().expect("a search");
    assert!(!elsewhere.is_going_on());
    let stand = &elsewhere.found[&id][0];
    assert_eq!((stand.line, stand.anchor.range.clone()), (5, 27..48));

    let to = document(&bench, plan, "b.md");
    margin(&mut bench, MarginCommand::Follow(id, to));
    let note = bench.state.library.annotation(plan, id).expect("the note");
    assert_eq!(note.document(), Some(to));
    let passage = note.passage().expect("its words");
    assert_eq!(passage.anchor.range, 7..28, "what it was made on stays");
    assert_eq!(passage.sought().range, 27..48);

    bench.user(UserCommand::Undo);
    let note = bench.state.library.annotation(plan, id).expect("the note");
    assert_eq!(note.document(), Some(document(&bench, plan, "a.md")));
    assert_eq!(
        bench.state.margin.places.get(&id),
        Some(&Placement::Detached)
    );
}

#[test]
fn notes_that_come_in_are_looked_at_first_and_are_one_change() {
    let (mut bench, plan) = Bench::with_plan();
    bench.take(read(plan, "a.md", DIG));
    let file = r#"[
        {"id": "urn:x:1", "type": "Annotation", "motivation": "commenting",
         "body": {"type": "TextualBody", "value": "<script>alert(1)</script>", "format": "text/html"},
         "target": {"source": "b.md", "selector": {"type": "TextQuoteSelector", "exact": "Peas"}}},
        {"id": "urn:x:2", "type": "Annotation", "body": "Why?", "target": {"source": "a.md"}},
        {"id": "urn:x:3", "type": "Annotation", "body": "Stray", "target": "http://example.org/other"}
    ]"#;
    let name = "notes.jsonld".to_owned();
    let effects = bench.take(Command::NotesRead(name, Ok(file.into())));
    assert_eq!(bench.state.sheet, Some(Sheet::Notes));
    let effects = work(&mut bench, effects);
    assert_eq!(asked(&effects), ["a.md", "b.md"], "those that it speaks of");
    bench.take(read(plan, "a.md", DIG));
    let effects = bench.take(read(plan, "b.md", SOW));
    work(&mut bench, effects);
    let read_notes = |bench: &Bench| {
        let incoming = bench.state.incoming.as_ref().expect("notes");
        let import = incoming.read.as_ref().expect("known").as_ref();
        import.expect("readable").merge.changes.len()
    };
    assert_eq!(read_notes(&bench), 2);
    assert_eq!(
        bench.state.library.annotations(plan).count(),
        0,
        "nothing yet"
    );

    let effects = margin(&mut bench, MarginCommand::KeepStrays(true));
    let mut effects = work(&mut bench, effects);
    for (path, text) in [("a.md", DIG), ("b.md", SOW)] {
        if asked(&effects).contains(&path) || path == "b.md" {
            effects.extend(bench.take(read(plan, path, text)));
        }
    }
    work(&mut bench, effects);
    assert_eq!(read_notes(&bench), 3);

    margin(&mut bench, MarginCommand::AcceptImport);
    assert_eq!(bench.state.library.annotations(plan).count(), 3);
    let on_words = bench
        .state
        .library
        .annotations(plan)
        .find(|note| note.passage().is_some())
        .expect("a note on words");
    assert!(matches!(&on_words.target, Target::Passage(_, passage)
        if passage.anchor.range == (7..11) && passage.anchor.headings == ["Sow"]));
    let label = bench
        .state
        .history
        .next_undo()
        .map(|entry| entry.label.clone());
    assert_eq!(label.as_deref(), Some("Bring in 3 notes"));
    bench.user(UserCommand::Undo);
    assert_eq!(bench.state.library.annotations(plan).count(), 0);
}

#[test]
fn what_is_too_large_for_one_entry_comes_in_as_several_that_are_undone_together() {
    let (mut bench, plan) = Bench::with_plan();
    bench.take(read(plan, "a.md", DIG));
    bench.user(UserCommand::RenamePlan(plan, "Beds".to_owned()));
    let n_before = bench.state.history.undoable().count();
    let body = "many words ".repeat(40_000);
    let note = |n| {
        format!(
            r#"{{"id": "urn:x:{n}", "type": "Annotation", "body": "{body}", "target": {{"source": "a.md"}}}}"#
        )
    };
    let notes: Vec<_> = (0..5).map(note).collect();
    let file = format!("[{}]", notes.join(",")).into_bytes();
    let effects = bench.take(Command::NotesRead("notes.jsonld".to_owned(), Ok(file)));
    work(&mut bench, effects);
    let effects = bench.take(read(plan, "a.md", DIG));
    work(&mut bench, effects);
    margin(&mut bench, MarginCommand::AcceptImport);
    assert_eq!(bench.state.library.annotations(plan).count(), 5);
    let history = &bench.state.history;
    let entries = history
        .undoable()
        .take(history.undoable().count() - n_before);
    let sizes: Vec<_> = entries
        .map(postil_model::Entry::approximate_bytes)
        .collect();
    assert!(sizes.len() > 1, "{sizes:?}");
    assert!(sizes.iter().all(|n_bytes| *n_bytes < 1 << 20), "{sizes:?}");

    let notice = bench.state.notices.last().expect("it is told");
    let (_, undo) = notice.action.clone().expect("a way back");
    bench.user(undo);
    assert_eq!(bench.state.library.annotations(plan).count(), 0);
    assert_eq!(bench.state.history.undoable().count(), n_before);
}

#[test]
fn a_file_of_something_else_is_told_and_changes_nothing() {
    let (mut bench, plan) = Bench::with_plan();
    let long = vec![b'['; 1 << 20];
    for file in [b"no json".to_vec(), b"{}".to_vec(), b"[]".to_vec(), long] {
        let name = "notes.jsonld".to_owned();
        let effects = bench.take(Command::NotesRead(name, Ok(file)));
        work(&mut bench, effects);
        let incoming = bench.state.incoming.as_ref().expect("a look at it");
        let is_nothing = match incoming.read.as_ref().expect("known") {
            Err(why) => !why.is_empty(),
            Ok(import) => import.merge.changes.is_empty(),
        };
        assert!(is_nothing);
        margin(&mut bench, MarginCommand::AcceptImport);
        assert_eq!(bench.state.library.annotations(plan).count(), 0);
        assert!(bench.state.incoming.is_none());
    }
}

/// The job is done with what it was given: nothing of it is shared with the state.
#[test]
fn what_is_made_of_nothing_is_nothing() {
    let (mut bench, plan, _) = with_note();
    let mut update = crate::update::Update {
        state: &mut bench.state,
        env: crate::update::Env {
            now: postil_model::Timestamp(5),
            new_id: || 7,
        },
        effects: Vec::new(),
    };
    update.gather(plan, crate::gather::Purpose::Look, []);
    let job = update.effects.into_iter().find_map(|effect| match effect {
        Effect::Compose(job) => Some(job),
        _ => None,
    });
    let composed = job.expect("a job").run();
    assert!(matches!(composed.made, Made::Nothing));
    assert!(composed.placed.is_empty() && composed.texts.is_empty());
}
