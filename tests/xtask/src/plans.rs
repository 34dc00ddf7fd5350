//! Made-up plan folders and documents for tests and benches.
//!
//! They look like what people keep: a folder for each plan, an overview that links to its parts, notes and
//! decisions below, and sizes with a median near 6 KB and a long tail. They are made without a clock, floating
//! point or a hash map, so the same seed gives the same bytes on every machine.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};

use self::rng::Rng;
use self::writer::Writer;

mod rng;
mod words;
mod writer;

/// What [`generate`] wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The Markdown files written.
    pub n_files: usize,
    /// The sum of their sizes, in bytes.
    pub n_bytes: u64,
}

/// Up to this many files are one plan, in `dir` itself; more are spread over folders of plans.
const N_FILES_OF_ONE_PLAN: usize = 24;

/// Writes a plan folder of `n_files` Markdown files into `dir`.
///
/// With up to 24 files `dir` is one plan; with more it holds folders of plans (`area/007-tide-survey`).
/// Links between the files all lead somewhere. One file in 50 has CRLF line ends, and one in 30 has no final
/// newline.
///
/// # Errors
///
/// When `dir` exists and is not an empty folder (nothing is written then), or when a file or folder cannot be
/// written.
pub fn generate(dir: &Path, n_files: usize, seed: u64) -> anyhow::Result<Summary> {
    claim(dir)?;
    let plans = layout(n_files, seed);
    let mut rng = Rng::new(seed, 1);
    let mut summary = Summary {
        n_files: 0,
        n_bytes: 0,
    };
    for plan in &plans {
        for (index, path) in plan.files.iter().enumerate() {
            let links = pick_links(&mut rng, &plans, plan, path);
            // The first file of a plan is its overview, with a table of contents.
            let contents = if index == 0 { &plan.files[1..] } else { &[] };
            let contents: Vec<String> = contents.iter().map(|file| relative(path, file)).collect();

            let n_bytes = file_size(&mut rng);
            let text_rng = Rng::new(seed, 1_000 + summary.n_files as u64);
            let title = if index == 0 {
                plan.title.clone()
            } else {
                file_title(path)
            };
            let mut text =
                Writer::new(text_rng, &links, n_bytes).document(&title, &contents, n_bytes);
            if rng.one_in(50) {
                text = text.replace('\n', "\r\n");
            }
            if rng.one_in(30) {
                text.truncate(text.trim_end().len());
            }
            write(&dir.join(path), text.as_bytes())?;
            summary.n_files += 1;
            summary.n_bytes += text.len() as u64;
        }
    }
    Ok(summary)
}

/// One document of about `n_bytes`: at least that, and at most a few KB more.
///
/// It holds every kind of block that [`generate`] writes, and its links lead to its own headings.
/// 100 MB take less than a second.
///
/// # Example
///
/// ```
/// let text = postil_xtask::plans::document(7, 10_000);
/// assert!((10_000..14_000).contains(&text.len()));
/// assert_eq!(text, postil_xtask::plans::document(7, 10_000));
/// ```
#[must_use]
pub fn document(seed: u64, n_bytes: usize) -> String {
    let mut rng = Rng::new(seed, 0);
    let title = plan_title(&mut rng);
    Writer::new(rng, &[], n_bytes).document(&title, &[], n_bytes)
}

struct Plan {
    title: String,
    /// Paths relative to the generated folder, with `/` between the parts; the first is the overview.
    files: Vec<String>,
}

fn layout(n_files: usize, seed: u64) -> Vec<Plan> {
    let mut rng = Rng::new(seed, 0);
    let mut plans = Vec::new();
    let mut n_left = n_files;
    while n_left > 0 {
        let (folder, n_files_here) = if n_files <= N_FILES_OF_ONE_PLAN {
            (String::new(), n_files)
        } else {
            let area = rng.pick(words::AREAS);
            let (first, second) = (rng.pick(words::IDENTIFIERS), rng.pick(words::TOPICS));
            let folder = format!("{area}/{:03}-{first}-{second}/", plans.len() + 1);
            (folder, rng.between(6, 34).min(n_left))
        };
        n_left -= n_files_here;
        let files = (0..n_files_here)
            .map(|index| file_path(&mut rng, &folder, index))
            .collect();
        plans.push(Plan {
            title: plan_title(&mut rng),
            files,
        });
    }
    plans
}

fn file_path(rng: &mut Rng, folder: &str, index: usize) -> String {
    if index == 0 {
        return format!("{folder}README.md");
    }
    let below = match rng.below(20) {
        0 => "archive/2025/",
        1..5 => "notes/",
        5..8 => "decisions/",
        _ => "",
    };
    format!(
        "{folder}{below}{index:02}-{}-{}.md",
        rng.pick(words::TOPICS),
        rng.pick(words::IDENTIFIERS)
    )
}

fn plan_title(rng: &mut Rng) -> String {
    format!(
        "{} {}",
        rng.pick(words::TITLE_FIRST),
        rng.pick(words::TITLE_LAST)
    )
}

/// `notes/07-pilot-crate.md` is called "Pilot crate".
fn file_title(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let words = name.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '-');
    let mut title = words.trim_end_matches(".md").replace('-', " ");
    if let Some(first) = title.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    title
}

/// A few other files to link to, most of them in the same plan.
fn pick_links(rng: &mut Rng, plans: &[Plan], home: &Plan, from: &str) -> Vec<String> {
    let mut links = BTreeSet::new();
    for _ in 0..8 {
        let plan = if rng.one_in(5) {
            &plans[rng.below(plans.len())]
        } else {
            home
        };
        let to = &plan.files[rng.below(plan.files.len())];
        if to != from {
            links.insert(relative(from, to));
        }
    }
    links.into_iter().collect()
}

/// The path from the folder of the file `from` to the file `to`.
fn relative(from: &str, to: &str) -> String {
    let mut from_folders: Vec<&str> = from.split('/').collect();
    from_folders.pop();
    let to_parts: Vec<&str> = to.split('/').collect();
    let n_shared = from_folders
        .iter()
        .zip(&to_parts)
        .take_while(|(ours, theirs)| ours == theirs)
        .count();
    let mut path = "../".repeat(from_folders.len() - n_shared);
    path.push_str(&to_parts[n_shared..].join("/"));
    path
}

/// Sizes by quantile, in per mille and bytes: a median of 6 KB, a mean near 11 KB, and a long tail.
const SIZES: &[(usize, usize)] = &[
    (0, 400),
    (100, 1_500),
    (250, 3_000),
    (500, 6_000),
    (750, 11_000),
    (900, 20_000),
    (970, 40_000),
    (995, 100_000),
    (1_000, 300_000),
];

fn file_size(rng: &mut Rng) -> usize {
    let place = rng.below(1_000);
    let above = SIZES.partition_point(|(per_mille, _)| *per_mille <= place);
    let ((_, low), (_, high)) = (SIZES[above - 1], SIZES[above]);
    rng.between(low, high)
}

/// Makes sure that `dir` is a folder with nothing in it.
fn claim(dir: &Path) -> anyhow::Result<()> {
    match fs::read_dir(dir) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                bail!(
                    "the folder is not empty; name one that is, or that does not exist yet: {}",
                    dir.display()
                );
            }
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => fs::create_dir_all(dir)
            .with_context(|| format!("cannot make the folder: {}", dir.display())),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            bail!("this is a file; name a folder: {}", dir.display())
        }
        Err(error) => {
            Err(error).with_context(|| format!("cannot look into the folder: {}", dir.display()))
        }
    }
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder: {}", folder.display()))?;
    }
    File::create(path)
        .and_then(|mut file| file.write_all(bytes))
        .with_context(|| format!("cannot write the file: {}", path.display()))
}

#[cfg(test)]
mod tests;
