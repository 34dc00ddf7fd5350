//! Where files are written, and that the model touches nothing at all.

use std::collections::BTreeSet;

use anyhow::ensure;

use crate::root;

/// Ways of making, changing or removing a file.
const WRITES: &[&str] = &[
    "DirBuilder::new",
    "File::create",
    "OpenOptions::new",
    "fs::copy",
    "fs::create_dir",
    "fs::hard_link",
    "fs::remove_",
    "fs::rename",
    "fs::set_permissions",
    "fs::write",
    "save_buffer",
    "tempfile",
];

/// The modules that may. Of these, `watcher/` alone has to do with plan folders.
const WRITERS: &[&str] = &[
    "app/src/logging.rs",
    "app/src/screenshot.rs",
    "store/src/files.rs",
    "watcher/src/unpack.rs",
    "watcher/src/write.rs",
    "watcher/src/write/swap.rs",
    "watcher/src/write/sweep.rs",
];

/// What the model has no use for: files, clocks, threads, the outside.
const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::time",
    "Instant::now",
    "SystemTime",
];

/// Looks for words in a source file, in front of its tests; clippy sees to it that nothing comes after
/// them.
fn word_complaints(path: &str, source: &str, words: &[&str]) -> Vec<String> {
    let code = source
        .split("#[cfg(test)]\nmod ")
        .next()
        .unwrap_or_default();
    let lines = code
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"));
    lines
        .flat_map(|(i, line)| {
            let found = words.iter().filter(move |word| line.contains(**word));
            found.map(move |word| format!("{path}:{}: {word}", i + 1))
        })
        .collect()
}

/// Every source file below a folder of the workspace that is not a file of tests: path and text.
fn sources(folder: &str) -> anyhow::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(folder)];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in path.read_dir()? {
                waiting.push(entry?.path());
            }
            continue;
        }
        let name = path.strip_prefix(root())?.to_string_lossy().into_owned();
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        let is_test = name.ends_with("tests.rs") || IN_TESTS.contains(&name.as_str());
        if is_source && !is_test {
            found.push((name, std::fs::read_to_string(&path)?));
        }
    }
    ensure!(!found.is_empty(), "no sources in {folder}");
    Ok(found)
}

/// Files of tests that are not named for it.
const IN_TESTS: &[&str] = &[
    "watcher/src/engine/properties.rs",
    "watcher/src/settle/cases.rs",
    "watcher/src/settle/properties.rs",
];

#[test]
fn files_are_written_in_few_places_and_plan_files_in_one_package() -> anyhow::Result<()> {
    let mut complaints = Vec::new();
    let mut writers = BTreeSet::new();
    for folder in ["app/src", "store/src", "store/model/src", "watcher/src"] {
        for (path, source) in sources(folder)? {
            let found = word_complaints(&path, &source, WRITES);
            if WRITERS.contains(&path.as_str()) {
                writers.extend((!found.is_empty()).then_some(path));
            } else {
                complaints.extend(found);
            }
        }
    }
    ensure!(complaints.is_empty(), "{complaints:#?}");
    ensure!(
        writers.len() == WRITERS.len(),
        "no longer writers: {writers:?}"
    );
    Ok(())
}

#[test]
fn the_model_has_no_eyes_no_clock_and_no_hands() -> anyhow::Result<()> {
    for (path, source) in sources("store/model/src")? {
        let complaints = word_complaints(&path, &source, IMPURE);
        ensure!(complaints.is_empty(), "{complaints:#?}");
    }
    Ok(())
}

#[test]
fn a_word_is_complained_about_in_code_alone() {
    let source = "//! Never fs::write.\nfn save() {\n    fs::write(path, text)?;\n}\n\n\
                  #[cfg(test)]\nmod tests {\n    fs::rename(a, b)?;\n}\n";
    assert_eq!(
        word_complaints("a.rs", source, WRITES),
        ["a.rs:3: fs::write"]
    );
}
