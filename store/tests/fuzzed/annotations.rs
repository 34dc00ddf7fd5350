//! Any file as Web Annotations: each of its notes is taken or told about, and what was taken is
//! written and read again without loss.

use std::collections::BTreeMap;

use postil_model::{
    Change, Document, DocumentId, Edit, FeedbackOptions, Library, NoteFilter, PlanId, Standing,
    TextId, Timestamp,
};
use postil_store::Text;
use postil_store::web_annotation::{Import, ImportOptions, Problem, from_json_ld, to_json_ld};

const PLAN: PlanId = PlanId(1);
const DOCUMENT: DocumentId = DocumentId(2);
const TEXT: &str = "# Grund\n\nDas Ä 👩‍🌾 Beet umgraben, dann das Beet gießen.\n";
const ALL: FeedbackOptions = FeedbackOptions {
    filter: NoteFilter::ALL,
    is_with_resolved: true,
    is_news_only: false,
};

/// Reads a file, writes what was read, and reads that. Returns whether anything was.
///
/// # Panics
/// If something is lost without a word.
pub(crate) fn run(bytes: &[u8]) -> bool {
    let (is_keeping_strays, file) = match bytes {
        [file @ .., last] => (last.is_multiple_of(2), file),
        [] => (false, bytes),
    };
    let Some(import) = read(&library(), file, is_keeping_strays) else {
        return false;
    };
    let mut taken = library();
    for change in import.merge.changes {
        taken.apply(change);
    }
    let none = BTreeMap::new();
    let standing = Standing {
        text: TEXT,
        placements: &none,
    };
    let written = to_json_ld(&taken, PLAN, &[(DOCUMENT, standing)].into(), &ALL);
    let again = read(&library(), written.as_bytes(), false).expect("what was written is read");
    let only_words = |problem: &Problem| *problem == Problem::WordsNotFound;
    assert!(
        again.report.findings.keys().all(only_words),
        "{}\n{written}",
        again.report
    );
    let mut back = library();
    for change in again.merge.changes {
        back.apply(change);
    }
    assert_eq!(back, taken, "{written}");
    true
}

fn read(library: &Library, file: &[u8], is_keeping_strays: bool) -> Option<Import> {
    let options = ImportOptions {
        is_keeping_strays,
        now: Timestamp(5_000),
    };
    let text = Text {
        id: TextId([9; 32]),
        text: TEXT.into(),
    };
    let texts = BTreeMap::from([(DOCUMENT, text)]);
    let import = from_json_ld(file, library, PLAN, &texts, options).ok()?;
    let report = &import.report;
    let told = report.n_notes + report.n_replies + report.n_repeated + report.n_left_out();
    assert_eq!(report.n_items, told, "{report}");
    assert_eq!(
        import.merge.changes.len(),
        report.n_notes + report.n_replies
    );
    Some(import)
}

fn library() -> Library {
    let mut library = Library::default();
    let (_, changes) = Edit::new(&library, Timestamp(0)).register(PLAN, "/plans/garden", "Garden");
    for change in changes {
        library.apply(change);
    }
    library.apply(Change::Document(Document {
        id: DOCUMENT,
        plan: PLAN,
        path: "notes/01 dig.md".to_owned(),
        hash: None,
        first_seen: Timestamp(0),
        last_seen: Timestamp(0),
        missing: None,
    }));
    library
}
