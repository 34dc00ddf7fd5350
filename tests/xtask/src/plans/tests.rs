//! What the made-up plans promise: the same bytes for a seed, the sizes asked for, links that lead somewhere.

use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// A folder of this test alone, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("postil-xtask-{}-{number}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

/// Every file below `dir` by its path relative to `dir`.
fn read_all(dir: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = String::from_utf8(fs::read(&path).unwrap()).unwrap();
                files.insert(path.strip_prefix(dir).unwrap().to_owned(), text);
            }
        }
    }
    files
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let scratch = Scratch::new();
    let made = [("one", 5), ("two", 5), ("three", 6)].map(|(name, seed)| {
        let dir = scratch.0.join(name);
        let summary = generate(&dir, 60, seed).unwrap();
        (summary, read_all(&dir))
    });
    assert!(made[0] == made[1]);
    assert!(made[0] != made[2]);
}

#[test]
fn as_many_files_as_asked_for_are_written_and_counted() {
    let scratch = Scratch::new();
    for n_files in [0, 1, 24, 25, 130] {
        let dir = scratch.0.join(n_files.to_string());
        let summary = generate(&dir, n_files, 1).unwrap();
        let files = read_all(&dir);
        assert_eq!(files.len(), n_files);
        assert_eq!(summary.n_files, n_files);
        assert_eq!(
            summary.n_bytes,
            files.values().map(|text| text.len() as u64).sum()
        );
    }
}

#[test]
fn every_link_between_the_files_leads_to_a_heading() {
    let scratch = Scratch::new();
    generate(&scratch.0, 80, 3).unwrap();
    let files = read_all(&scratch.0);
    let mut n_links = 0;
    for (path, text) in &files {
        for target in text
            .split("](")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap())
        {
            let (file, anchor) = target.split_once('#').unwrap_or((target, "goal"));
            let mut found = path.clone();
            if !file.is_empty() {
                found = path.parent().unwrap().to_owned();
                for part in file.split('/') {
                    if part == ".." {
                        assert!(found.pop(), "{target} in {}", path.display());
                    } else {
                        found.push(part);
                    }
                }
            }
            let there = files
                .get(&found)
                .unwrap_or_else(|| panic!("{target} in {}", path.display()));
            let has_heading = there
                .lines()
                .filter(|line| line.starts_with('#'))
                .any(|line| {
                    line.trim_start_matches(['#', ' '])
                        .to_lowercase()
                        .replace(' ', "-")
                        == anchor
                });
            assert!(has_heading, "{target} in {}", path.display());
            n_links += 1;
        }
    }
    assert!(n_links > 500, "{n_links}");
}

#[test]
fn sizes_have_a_median_near_6_kb_and_a_long_tail() {
    let mut rng = Rng::new(1, 1);
    let mut sizes: Vec<usize> = (0..10_000).map(|_| file_size(&mut rng)).collect();
    sizes.sort_unstable();
    let mean = sizes.iter().sum::<usize>() / sizes.len();
    assert!((5_500..6_500).contains(&sizes[5_000]), "{}", sizes[5_000]);
    assert!((9_500..12_000).contains(&mean), "{mean}");
    assert!(sizes[9_980] > 100_000, "{}", sizes[9_980]);
    assert!(sizes[0] < 500, "{}", sizes[0]);
}

#[test]
fn a_document_has_about_the_size_asked_for_and_every_kind_of_block() {
    for n_bytes in [0, 1_000, 64_000, 1_000_000] {
        let text = document(9, n_bytes);
        assert!(text.len() >= n_bytes, "{} for {n_bytes}", text.len());
        assert!(
            text.len() <= n_bytes + 5_000,
            "{} for {n_bytes}",
            text.len()
        );
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
    }
    let text = document(9, 200_000);
    for sign in [
        "\n## ",
        "\n#### ",
        "\n- [x] ",
        "\n- [ ] ",
        "\n  - ",
        "\n1. ",
        "| :--- |",
        "\n```rust\n",
        "\n```mermaid\n",
        "> [!CAUTION]\n",
        "\n> — ",
        "[^1]",
        "\n[^1]: ",
        "\n---\n",
        "](#",
        "~~",
        "<https://",
    ] {
        assert!(text.contains(sign), "{sign:?} is missing");
    }
    assert!(!text.contains('@'), "a slot was left unfilled");
}

#[test]
fn every_footnote_has_one_text() {
    let text = document(2, 300_000);
    let n_texts = text.lines().filter(|line| line.starts_with("[^")).count();
    let n_marks = text.matches("[^").count() - n_texts;
    assert!(n_marks > 10);
    assert_eq!(n_marks, n_texts);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let scratch = Scratch::new();
    File::create(scratch.0.join("mine.txt")).unwrap();
    let error = generate(&scratch.0, 3, 1).unwrap_err().to_string();
    assert!(error.starts_with("the folder is not empty"), "{error}");
    let error = generate(&scratch.0.join("mine.txt"), 3, 1)
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("this is a file"), "{error}");
    assert_eq!(read_all(&scratch.0).len(), 1);
}

#[test]
fn relative_paths_go_up_only_as_far_as_needed() {
    assert_eq!(relative("README.md", "notes/a.md"), "notes/a.md");
    assert_eq!(relative("a/b/x.md", "a/b/y.md"), "y.md");
    assert_eq!(relative("a/b/notes/x.md", "a/c/y.md"), "../../c/y.md");
}
