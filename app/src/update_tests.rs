//! Commands one after another on one state, and what is to be done for them.

use std::cell::Cell;
use std::path::PathBuf;

use postil_model::{Library, PhaseStatus, PlanId, Progress};
use postil_watcher::{ContentHash, FileEntry, Inspected, Request, RootId, Stamp};

use super::*;
use crate::state::Content;

thread_local! {
    static NEXT_ID: Cell<u128> = const { Cell::new(1) };
}

fn next_id() -> u128 {
    NEXT_ID.with(|next| next.replace(next.get() + 1))
}

pub(super) struct Bench {
    pub(super) state: State,
    pub(super) now: i64,
}

impl Bench {
    /// An open library with one plan of two documents, the first of them open.
    pub(super) fn with_plan() -> (Self, PlanId) {
        NEXT_ID.with(|next| next.set(1));
        let mut bench = Self {
            state: State::new("/data".into()),
            now: 1_000,
        };
        bench.state.wanted.inspected = vec![inspected("/plans/garden", 2)];
        bench.take(Command::Store(postil_store::Event::Opened {
            library: Library::default(),
            history: postil_model::History::default(),
            problems: Vec::new(),
            access: postil_store::Access::ReadWrite,
            recovery: None,
            file: "/data/postil.redb".into(),
        }));
        let plan = bench.state.open_plan.expect("an open plan");
        bench.scan(plan, &["a.md", "b.md"]);
        (bench, plan)
    }

    pub(super) fn take(&mut self, command: Command) -> Vec<Effect> {
        update(
            &mut self.state,
            command,
            Env {
                now: Timestamp(self.now),
                new_id: next_id,
            },
        )
    }

    pub(super) fn user(&mut self, command: UserCommand) -> Vec<Effect> {
        self.take(Command::User(command))
    }

    fn scan(&mut self, plan: PlanId, paths: &[&str]) -> Vec<Effect> {
        let files = paths.iter().map(|path| entry(path, path)).collect();
        self.take(Command::Watcher(postil_watcher::Event::Scanned {
            root: RootId(plan.0),
            files,
            problems: Vec::new(),
            renamed: Vec::new(),
            truncated: false,
        }))
    }

    fn open_path(&self) -> Option<&str> {
        let open = self.state.document.as_ref()?;
        self.state
            .library
            .document(open.plan, open.id)
            .map(|document| document.path.as_str())
    }
}

fn inspected(folder: &str, n_plan_files: usize) -> Inspected {
    Inspected {
        folder: PathBuf::from(folder),
        file: None,
        n_plan_files,
        n_plan_files_is_at_least: false,
    }
}

fn entry(path: &str, content: &str) -> FileEntry {
    FileEntry {
        path: path.to_owned(),
        stamp: Stamp {
            len: content.len() as u64,
            mtime_ns: 1,
            inode: 1,
        },
        hash: Some(ContentHash::of(content.as_bytes())),
        problem: None,
    }
}

fn n_writes(effects: &[Effect]) -> usize {
    effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Write { .. }))
        .count()
}

#[test]
fn a_folder_becomes_a_plan_and_its_first_document_opens() {
    let (bench, plan) = Bench::with_plan();
    assert_eq!(
        bench
            .state
            .library
            .plan(plan)
            .map(|plan| plan.name.as_str()),
        Some("garden")
    );
    assert_eq!(bench.state.listing.len(), 2);
    assert_eq!(bench.open_path(), Some("a.md"));
}

#[test]
fn documents_are_stepped_through_and_the_ends_hold() {
    let (mut bench, _) = Bench::with_plan();
    let effects = bench.user(UserCommand::NextDocument);
    assert_eq!(bench.open_path(), Some("b.md"));
    let reads = effects.iter().any(
        |effect| matches!(effect, Effect::Watch(Request::Read { path, .. }) if path == "b.md"),
    );
    assert!(reads, "{effects:?}");
    bench.user(UserCommand::NextDocument);
    assert_eq!(bench.open_path(), Some("b.md"));
    bench.user(UserCommand::PreviousDocument);
    assert_eq!(bench.open_path(), Some("a.md"));
}

#[test]
fn notes_are_stored_after_a_pause_and_shown_as_saved_only_when_durable() {
    let (mut bench, plan) = Bench::with_plan();
    let effects = bench.user(UserCommand::EditNote(plan, "Buy seeds".to_owned()));
    assert_eq!(n_writes(&effects), 0);
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::TickAfter(_)))
    );
    assert!(!bench.state.is_saved());
    bench.now += 400;
    let effects = bench.take(Command::Tick);
    assert_eq!(n_writes(&effects), 1);
    assert!(!bench.state.is_saved());
    let revision = bench.state.next_revision - 1;
    bench.take(Command::Store(postil_store::Event::Committed { revision }));
    assert!(bench.state.unsaved_words.is_none());
}

#[test]
fn notes_are_stored_within_a_second_while_typing_goes_on() {
    let (mut bench, plan) = Bench::with_plan();
    let mut stored_at = None;
    for i in 0..12 {
        let effects = bench.user(UserCommand::EditNote(plan, "x".repeat(i + 1)));
        if n_writes(&effects) > 0 {
            stored_at = stored_at.or(Some(i * 100));
        }
        bench.now += 100;
    }
    assert!(stored_at.is_some_and(|ms| ms <= 900), "{stored_at:?}");
}

#[test]
fn a_renamed_file_stays_the_open_document() {
    let (mut bench, plan) = Bench::with_plan();
    let id = bench.state.document.as_ref().map(|open| open.id);
    let files = vec![entry("b.md", "b.md"), entry("z.md", "a.md")];
    bench.take(Command::Watcher(postil_watcher::Event::Scanned {
        root: RootId(plan.0),
        files,
        problems: Vec::new(),
        renamed: Vec::new(),
        truncated: false,
    }));
    assert_eq!(bench.state.document.as_ref().map(|open| open.id), id);
    assert_eq!(bench.open_path(), Some("z.md"));
}

#[test]
fn a_vanished_folder_keeps_everything_and_comes_back() {
    let (mut bench, plan) = Bench::with_plan();
    bench.user(UserCommand::AddPhase(plan, "Dig".to_owned()));
    bench.take(Command::Watcher(postil_watcher::Event::RootMissing {
        root: RootId(plan.0),
        why: "gone".to_owned(),
    }));
    assert!(bench.state.folders[&plan].missing.is_some());
    assert_eq!(bench.state.library.documents(plan).count(), 2);
    bench.take(Command::Watcher(postil_watcher::Event::RootReturned {
        root: RootId(plan.0),
    }));
    bench.scan(plan, &["a.md", "b.md"]);
    assert!(bench.state.folders[&plan].missing.is_none());
    assert_eq!(bench.state.library.phases(plan).len(), 1);
}

#[test]
fn progress_follows_milestones_and_removal_can_be_undone() {
    let (mut bench, plan) = Bench::with_plan();
    bench.user(UserCommand::AddPhase(plan, "  Dig\n".to_owned()));
    let phase = bench.state.library.phases(plan)[0].id;
    bench.user(UserCommand::AddMilestone(phase, "Bed".to_owned()));
    bench.user(UserCommand::AddMilestone(phase, "   ".to_owned()));
    let milestone = bench.state.library.milestones(phase)[0].id;
    bench.user(UserCommand::SetMilestoneDone(milestone, true));
    assert_eq!(
        bench.state.library.progress(plan),
        Progress {
            n_done: 1,
            n_total: 1
        }
    );
    assert_eq!(
        bench.state.library.phase(phase).map(|p| p.status),
        Some(PhaseStatus::InProgress)
    );
    bench.user(UserCommand::RemoveMilestone(milestone));
    assert_eq!(bench.state.library.progress(plan).n_total, 0);
    let undo = bench
        .state
        .notices
        .last()
        .map(|notice| notice.id)
        .expect("an offer to undo");
    bench.user(UserCommand::AcceptNotice(undo));
    assert_eq!(bench.state.library.progress(plan).n_total, 1);
}

#[test]
fn a_folder_without_plan_files_says_so_and_offers_to_watch_it() {
    let (mut bench, _) = Bench::with_plan();
    bench.take(Command::Watcher(postil_watcher::Event::Inspected {
        ticket: 9,
        path: "/empty".into(),
        result: Ok(inspected("/empty", 0)),
    }));
    assert_eq!(bench.state.library.plans().count(), 1);
    let offer = bench
        .state
        .notices
        .last()
        .map(|notice| notice.id)
        .expect("an offer");
    bench.user(UserCommand::AcceptNotice(offer));
    assert_eq!(bench.state.library.plans().count(), 2);
}

#[test]
fn the_database_folder_is_no_plan() {
    let (mut bench, _) = Bench::with_plan();
    for folder in ["/data", "/data/logs"] {
        bench.take(Command::Watcher(postil_watcher::Event::Inspected {
            ticket: 9,
            path: folder.into(),
            result: Ok(inspected(folder, 3)),
        }));
    }
    assert_eq!(bench.state.library.plans().count(), 1);
    assert!(
        bench
            .state
            .notices
            .iter()
            .any(|notice| notice.tone == Tone::Problem)
    );
}

#[test]
fn without_a_database_reading_works() {
    NEXT_ID.with(|next| next.set(1));
    let mut bench = Bench {
        state: State::new("/data".into()),
        now: 0,
    };
    bench.state.wanted.inspected = vec![inspected("/plans/garden", 2)];
    bench.take(Command::Store(postil_store::Event::OpenFailed {
        error: postil_store::OpenError::InUse {
            file: "/data/postil.redb".into(),
        },
    }));
    let plan = bench.state.open_plan.expect("an open plan");
    let effects = bench.scan(plan, &["a.md"]);
    assert_eq!(n_writes(&effects), 0);
    assert_eq!(bench.open_path(), Some("a.md"));
}

#[test]
fn links_are_followed_inside_the_folder_only() {
    let (mut bench, _) = Bench::with_plan();
    bench.user(UserCommand::FollowLink("b.md#top".to_owned()));
    assert_eq!(bench.open_path(), Some("b.md"));
    for target in ["../../etc/passwd", "javascript:alert(1)", "missing.md"] {
        let n = bench.state.notices.len();
        let effects = bench.user(UserCommand::FollowLink(target.to_owned()));
        assert_eq!(bench.state.notices.len(), n + 1, "{target}");
        assert!(
            !effects
                .iter()
                .any(|effect| matches!(effect, Effect::OpenUrl(_)))
        );
    }
    let effects = bench.user(UserCommand::FollowLink("https://example.org".to_owned()));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::OpenUrl(_)))
    );
}

#[test]
fn an_answer_to_an_older_question_is_dropped() {
    let (mut bench, plan) = Bench::with_plan();
    let open = bench.state.document.as_ref().expect("an open document");
    let old = crate::command::ParsedDocument {
        plan,
        document: open.id,
        revision: open.revision + 7,
        parsed: std::sync::Arc::default(),
        text: None,
        read: crate::state::ReadText::Unknown,
        hunks: std::sync::Arc::default(),
    };
    bench.take(Command::Parsed(old));
    let content = bench.state.document.as_ref().map(|open| &open.content);
    assert!(matches!(content, Some(Content::Loading)));
}
