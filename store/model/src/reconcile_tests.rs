//! Scans one after another against one library.

use super::*;
use proptest::prelude::*;

const PLAN: PlanId = PlanId(7);

#[derive(Default)]
struct Bench {
    library: Library,
    next_id: u128,
    now: i64,
}

impl Bench {
    /// Each file is `path=content`; the content's first byte and length stand for its hash.
    fn scan(&mut self, files: &[&str]) -> usize {
        let seen: Vec<SeenFile> = files.iter().map(|file| seen(file)).collect();
        self.now += 1;
        let mut next_id = self.next_id;
        let changes = reconcile(&self.library, PLAN, &seen, Timestamp(self.now), || {
            next_id += 1;
            DocumentId(next_id)
        });
        self.next_id = next_id;
        let n = changes.len();
        for change in changes {
            self.library.apply(change);
        }
        n
    }

    /// `id path`, with `?` behind those that are missing.
    fn known(&self) -> Vec<String> {
        self.library
            .documents(PLAN)
            .map(|d| {
                let mark = if d.missing.is_some() { "?" } else { "" };
                format!("{} {}{mark}", d.id.0, d.path)
            })
            .collect()
    }
}

fn seen(file: &str) -> SeenFile {
    let (path, content) = file.split_once('=').unwrap_or((file, ""));
    let mut hash = [0; 32];
    for (place, byte) in hash.iter_mut().zip(content.bytes()) {
        *place = byte;
    }
    let len = content.len() as u64;
    SeenFile {
        path: path.to_owned(),
        hash: Some(hash),
        len,
        mtime_ns: 1,
        inode: 1,
    }
}

#[test]
fn a_second_scan_of_the_same_says_nothing() {
    let mut bench = Bench::default();
    assert!(bench.scan(&["a.md=x", "b.md=y"]) > 0);
    assert_eq!(bench.scan(&["a.md=x", "b.md=y"]), 0);
}

#[test]
fn a_renamed_file_keeps_its_document() {
    let mut bench = Bench::default();
    bench.scan(&["a.md=x", "b.md=y"]);
    bench.scan(&["c.md=x", "b.md=y"]);
    assert_eq!(bench.known(), ["1 c.md", "2 b.md"]);
}

#[test]
fn a_rename_seen_in_two_scans_is_found_too() {
    let mut bench = Bench::default();
    bench.scan(&["a.md=x"]);
    bench.scan(&[]);
    assert_eq!(bench.known(), ["1 a.md?"]);
    bench.scan(&["sub/a.md=x"]);
    assert_eq!(bench.known(), ["1 sub/a.md"]);
}

#[test]
fn a_copy_is_a_document_of_its_own() {
    let mut bench = Bench::default();
    bench.scan(&["a.md=x"]);
    bench.scan(&["a.md=x", "copy.md=x"]);
    assert_eq!(bench.known(), ["1 a.md", "2 copy.md"]);
}

#[test]
fn two_files_that_change_names_stay_at_their_paths() {
    let mut bench = Bench::default();
    bench.scan(&["a.md=x", "b.md=y"]);
    bench.scan(&["a.md=y", "b.md=x"]);
    assert_eq!(bench.known(), ["1 a.md", "2 b.md"]);
}

#[test]
fn empty_files_are_not_taken_for_each_other() {
    let mut bench = Bench::default();
    bench.scan(&["a.md="]);
    bench.scan(&["b.md="]);
    assert_eq!(bench.known(), ["1 a.md?", "2 b.md"]);
}

#[test]
fn of_several_with_the_same_content_the_one_of_the_same_name_moved() {
    let mut bench = Bench::default();
    bench.scan(&["one/plan.md=x", "two/notes.md=x"]);
    bench.scan(&["three/notes.md=x"]);
    assert_eq!(bench.known(), ["1 one/plan.md?", "2 three/notes.md"]);
}

#[test]
fn everything_gone_loses_nothing() {
    let mut bench = Bench::default();
    bench.scan(&["a.md=x", "b.md=y"]);
    bench.scan(&[]);
    assert_eq!(bench.known(), ["1 a.md?", "2 b.md?"]);
    bench.scan(&["a.md=x", "b.md=z"]);
    assert_eq!(bench.known(), ["1 a.md", "2 b.md"]);
}

#[test]
fn an_unreadable_file_keeps_the_hash_it_had() {
    let mut bench = Bench::default();
    bench.scan(&["a.md=x"]);
    let unreadable = SeenFile {
        hash: None,
        ..seen("a.md=x")
    };
    let changes = reconcile(&bench.library, PLAN, &[unreadable], Timestamp(9), || {
        DocumentId(99)
    });
    assert_eq!(changes, []);
}

proptest! {
    /// Whatever is scanned: what is there is listed once, nothing known is forgotten, and a second
    /// look changes nothing.
    #[test]
    fn scans_converge(scans in prop::collection::vec(
        prop::collection::btree_map("[a-d]", "[xyz]{0,2}", 0..5), 1..6,
    )) {
        let mut bench = Bench::default();
        let mut n_known = 0;
        for scan in scans {
            let files: Vec<String> = scan.iter().map(|(path, text)| format!("{path}={text}")).collect();
            let files: Vec<&str> = files.iter().map(String::as_str).collect();
            bench.scan(&files);
            prop_assert_eq!(bench.scan(&files), 0);
            let there: Vec<&str> = {
                let mut there: Vec<&str> = bench.library.documents(PLAN)
                    .filter(|d| d.missing.is_none()).map(|d| d.path.as_str()).collect();
                there.sort_unstable();
                there
            };
            prop_assert_eq!(there, scan.keys().map(String::as_str).collect::<Vec<_>>());
            let known = bench.library.documents(PLAN).count();
            prop_assert!(known >= n_known);
            n_known = known;
        }
    }
}
