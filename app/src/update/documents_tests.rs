use postil_model::PlanId;
use postil_model::markdown::Place;
use postil_watcher::{ContentHash, Document, Event, RootId, Stamp};

use crate::command::{Command, UserCommand};
use crate::effects::Effect;
use crate::state::Content;
use crate::update::tests::Bench;

/// The open document's file now has this text.
pub(in crate::update) fn read(bench: &mut Bench, plan: PlanId, text: &str) -> Vec<Effect> {
    let document = Document {
        path: "a.md".to_owned(),
        text: text.into(),
        hash: ContentHash::of(text.as_bytes()),
        stamp: Stamp {
            len: text.len() as u64,
            mtime_ns: 2,
            inode: 1,
        },
        notices: Vec::new(),
    };
    bench.take(Command::Watcher(Event::Document {
        root: RootId(plan.0),
        path: "a.md".to_owned(),
        result: Ok(document),
    }))
}

/// The words of the block that the reader is to stand at.
fn at(bench: &Bench) -> String {
    let open = bench.state.document.as_ref().expect("an open document");
    let Content::Shown(parsed) = &open.content else {
        panic!("not shown");
    };
    let block = &parsed.blocks()[open.go_to.1.block];
    parsed.text()[block.range.clone()].trim().to_owned()
}

const TEXT: &str = "# Dig\n\nTwo beds.\n\nA path.\n";
const WITH_NEWS: &str = "# News\n\nIt rained.\n\n# Dig\n\nTwo beds.\n\nA path.\n";

#[test]
fn a_reader_in_the_text_stays_with_it_when_something_is_put_in_front() {
    let (mut bench, plan) = Bench::with_plan();
    read(&mut bench, plan, TEXT);
    bench.user(UserCommand::ReaderMoved(Place {
        block: 1,
        offset_pt: 3.0,
    }));
    read(&mut bench, plan, WITH_NEWS);
    assert!(at(&bench).contains("Two beds"), "{}", at(&bench));
}

#[test]
fn a_reader_at_the_very_start_sees_what_is_put_in_front() {
    let (mut bench, plan) = Bench::with_plan();
    read(&mut bench, plan, TEXT);
    read(&mut bench, plan, WITH_NEWS);
    assert!(at(&bench).contains("News"), "{}", at(&bench));
}
