use postil_model::Timestamp;
use postil_watcher::{
    ContentHash, Document, Event, FileEntry, Request, RootId, Stamp, WriteError, Written,
};

use crate::command::{Command, UserCommand, WatchingCommand};
use crate::effects::Effect;
use crate::update::tests::Bench;

fn entry(path: &str, words: &str) -> FileEntry {
    FileEntry {
        path: path.to_owned(),
        stamp: Stamp {
            len: words.len() as u64,
            mtime_ns: 2,
            inode: 1,
        },
        hash: Some(ContentHash::of(words.as_bytes())),
        problem: None,
    }
}

fn document(path: &str, words: &str) -> Document {
    let entry = entry(path, words);
    Document {
        path: path.to_owned(),
        text: words.into(),
        hash: ContentHash::of(words.as_bytes()),
        stamp: entry.stamp,
        notices: Vec::new(),
    }
}

fn scanned(root: RootId, files: &[(&str, &str)], renamed: &[(&str, &str)]) -> Command {
    let own = |(from, to): &(&str, &str)| ((*from).to_owned(), (*to).to_owned());
    Command::Watcher(Event::Scanned {
        root,
        files: files
            .iter()
            .map(|(path, words)| entry(path, words))
            .collect(),
        problems: Vec::new(),
        renamed: renamed.iter().map(own).collect(),
        truncated: false,
    })
}

#[test]
fn a_file_that_is_renamed_and_rewritten_keeps_what_is_on_it() {
    let (mut bench, plan) = Bench::with_plan();
    let id = bench.state.document.as_ref().map(|open| open.id);
    let root = RootId(plan.0);
    let files = [("b.md", "b.md"), ("z.md", "other words")];
    bench.take(scanned(root, &files, &[("a.md", "z.md")]));
    assert_eq!(bench.state.document.as_ref().map(|open| open.id), id);
    let path = id.and_then(|id| bench.state.library.document(plan, id));
    assert_eq!(path.map(|document| document.path.as_str()), Some("z.md"));
    assert_eq!(bench.state.library.documents(plan).count(), 2);
    // A pair whose old name is still there, or whose new one was known, moves nothing.
    bench.take(scanned(root, &files, &[("b.md", "z.md"), ("x.md", "b.md")]));
    assert_eq!(bench.state.library.documents(plan).count(), 2);
}

#[test]
fn another_folder_in_the_place_is_asked_about_once_and_forgotten_when_the_old_one_returns() {
    let (mut bench, plan) = Bench::with_plan();
    let root = RootId(plan.0);
    bench.now = 5_000;
    let why = "gone".to_owned();
    bench.take(Command::Watcher(Event::RootMissing { root, why }));
    let since = bench.state.folders[&plan].missing_since;
    assert_eq!(since, Some(Timestamp(5_000)));
    let differs = Event::RootDiffers {
        root,
        n_same: 0,
        n_known: 2,
    };
    bench.take(Command::Watcher(differs.clone()));
    bench.take(Command::Watcher(differs));
    assert_eq!(bench.state.notices.len(), 1, "{:?}", bench.state.notices);
    let id = bench.state.notices[0].id;
    let effects = bench.user(UserCommand::AcceptNotice(id));
    assert!(effects.iter().any(
        |effect| matches!(effect, Effect::Watch(Request::AcceptRoot { root: of }) if *of == root)
    ));
    let differs = Event::RootDiffers {
        root,
        n_same: 1,
        n_known: 9,
    };
    bench.take(Command::Watcher(differs));
    bench.take(Command::Watcher(Event::RootReturned { root }));
    assert!(bench.state.notices.is_empty());
    let folder = &bench.state.folders[&plan];
    assert_eq!((&folder.missing, folder.missing_since), (&None, None));
}

#[test]
fn a_very_large_folder_is_asked_about_and_gone_through_when_it_was_meant() {
    let (mut bench, plan) = Bench::with_plan();
    let root = RootId(plan.0);
    let truncated = || {
        Command::Watcher(Event::Scanned {
            root,
            files: vec![entry("a.md", "a.md")],
            problems: Vec::new(),
            renamed: Vec::new(),
            truncated: true,
        })
    };
    bench.take(truncated());
    bench.take(truncated());
    assert_eq!(bench.state.notices.len(), 1);
    let all = UserCommand::Watching(WatchingCommand::LookThroughAll(plan));
    let effects = bench.user(all);
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::Watch(Request::AddRoot { options, .. }) if options.is_unlimited
    )));
}

#[test]
fn whatever_folders_do_no_word_of_a_person_goes() {
    let (mut bench, plan) = Bench::with_plan();
    let root = RootId(plan.0);
    bench.user(UserCommand::AddPhase(plan, "Dig".to_owned()));
    let paths = ["a.md", "b.md", "c.md", "d.md"];
    let mut random = 7_u64;
    let mut n_documents = bench.state.library.documents(plan).count();
    for round in 0..500_i64 {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let bits = random >> 40;
        bench.now += 900;
        let words = format!("round {}", bits % 5);
        let files: Vec<(&str, &str)> = (0..paths.len())
            .filter(|n| bits >> n & 1 == 1)
            .map(|n| (paths[n], words.as_str()))
            .collect();
        let pair = (
            paths[(bits >> 8) as usize % 4],
            paths[(bits >> 10) as usize % 4],
        );
        let command = match bits % 7 {
            0 => {
                let why = "gone".to_owned();
                Command::Watcher(Event::RootMissing { root, why })
            }
            1 => Command::Watcher(Event::RootReturned { root }),
            2 => Command::Watcher(Event::RootDiffers {
                root,
                n_same: 0,
                n_known: 3,
            }),
            3 => scanned(root, &[], &[]),
            _ => scanned(root, &files, &[pair]),
        };
        bench.take(command);
        let note = format!("typed in round {round}");
        bench.user(UserCommand::EditNote(plan, note.clone()));
        bench.now += 900;
        bench.take(Command::Tick);
        let kept = bench.state.library.note(plan).map(|kept| &kept.text);
        assert_eq!(kept, Some(&note), "missing or not");
        assert_eq!(bench.state.library.phases(plan).len(), 1);
        let n_now = bench.state.library.documents(plan).count();
        assert!(n_now >= n_documents, "a record was removed");
        n_documents = n_now;
    }
}

#[test]
fn what_was_written_is_shown_and_what_was_not_is_said() {
    let (mut bench, plan) = Bench::with_plan();
    let root = RootId(plan.0);
    let written = |result| {
        Command::Watcher(Event::Written {
            ticket: 1,
            root,
            path: "a.md".to_owned(),
            result,
        })
    };
    let document = document("a.md", "# New words\n");
    let hash = document.hash.0;
    bench.take(written(Ok(Written {
        document,
        is_durable: true,
    })));
    let open = bench.state.document.as_ref().expect("open").id;
    let known = bench.state.library.document(plan, open);
    assert_eq!(known.and_then(|document| document.hash), Some(hash));
    let path = "a.md".to_owned();
    bench.take(written(Err(WriteError::ReadOnly { path })));
    let notice = &bench.state.notices[0];
    assert!(notice.text.contains("read-only"), "{}", notice.text);
}

#[test]
fn words_of_another_program_that_were_displaced_are_offered() {
    let (mut bench, plan) = Bench::with_plan();
    bench.take(Command::Watcher(Event::Displaced {
        root: RootId(plan.0),
        document: document("a.md", "their words"),
    }));
    let id = bench.state.notices[0].id;
    let effects = bench.user(UserCommand::AcceptNotice(id));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::CopyText(text) if text == "their words"))
    );
}
