//! Owns the settings of the watcher: its times and its limits.

use std::ops::RangeInclusive;
use std::time::Duration;

/// Overrides [`Config::max_open_files`].
const OPEN_FILES_VARIABLE: &str = "POSTIL_FD_LIMIT";
const OPEN_FILES_RANGE: RangeInclusive<usize> = 4..=1_024;
/// More do not make reading faster.
const MOST_OPEN_FILES: usize = 100;

/// The times and limits of one [`Watcher`](crate::Watcher); [`Config::default`] is what the app uses.
///
/// # Example
///
/// ```
/// let config = postil_watcher::Config {
///     settle: std::time::Duration::from_millis(500),
///     ..postil_watcher::Config::default()
/// };
/// assert_eq!(config.max_folders, 20_000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How long a path must be quiet before it is looked at, at most 5 s. 300 ms.
    pub settle: Duration,
    /// The same for the file in view ([`Request::SetInView`](crate::Request::SetInView)). 40 ms.
    pub settle_in_view: Duration,
    /// How much longer a missing or emptied file is given before that is believed. 300 ms.
    pub hold: Duration,
    /// A path under a constant stream of events is looked at after this time all the same. 2 s.
    pub longest_wait: Duration,
    /// How often the folders are compared with the ledger without being asked, to find what events
    /// missed. Zero means never. 60 s; twice as long after each time that nothing was found, up to
    /// 16 times; and longer for folders that take long to scan.
    pub safety_scan: Duration,
    /// How often a root is looked at while it is missing or cannot be watched. 2 s.
    pub poll_interval: Duration,
    /// Larger files are listed and never opened. 200 MB.
    pub max_document_bytes: u64,
    /// Sub-folders of one root that are entered before its picture is called truncated. 20,000.
    pub max_folders: usize,
    /// Files that are open at the same time while a folder is read. A third of what the process
    /// may open, at most 100; `POSTIL_FD_LIMIT` in the environment overrides it, held to 4 to 1,024.
    pub max_open_files: usize,
    /// Levels of folders below a root that are entered. 64.
    pub max_depth: usize,
    /// Endings of the file names that are documents, in lower case and without the dot; matched
    /// without regard to case. `md`, `markdown`, `mmd`, `mermaid`, `json`.
    pub extensions: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            settle: Duration::from_millis(300),
            settle_in_view: Duration::from_millis(40),
            hold: Duration::from_millis(300),
            longest_wait: Duration::from_secs(2),
            safety_scan: Duration::from_mins(1),
            poll_interval: Duration::from_secs(2),
            max_document_bytes: 200_000_000,
            max_folders: 20_000,
            max_open_files: max_open_files(
                std::env::var(OPEN_FILES_VARIABLE).ok().as_deref(),
                process_limit(),
            ),
            max_depth: 64,
            extensions: ["md", "markdown", "mmd", "mermaid", "json"]
                .map(String::from)
                .to_vec(),
        }
    }
}

fn max_open_files(asked: Option<&str>, limit: Option<usize>) -> usize {
    let (least, most) = OPEN_FILES_RANGE.into_inner();
    match asked.and_then(|asked| asked.trim().parse::<usize>().ok()) {
        Some(asked) => asked.clamp(least, most),
        None => limit.map_or(MOST_OPEN_FILES, |limit| {
            (limit / 3).clamp(least, MOST_OPEN_FILES)
        }),
    }
}

/// How many files this process may have open; `None` where nothing limits it.
#[cfg(unix)]
fn process_limit() -> Option<usize> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    usize::try_from(limit.current?).ok()
}

#[cfg(not(unix))]
fn process_limit() -> Option<usize> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_files_are_a_third_of_the_limit_and_what_is_asked_is_held_to_sense() {
        assert_eq!(max_open_files(None, Some(1_024)), 100);
        assert_eq!(max_open_files(None, Some(90)), 30);
        assert_eq!(max_open_files(None, Some(6)), 4);
        assert_eq!(max_open_files(None, None), 100);
        for (asked, given) in [("1", 4), ("12", 12), (" 700 ", 700), ("9999", 1_024)] {
            assert_eq!(max_open_files(Some(asked), Some(90)), given);
        }
        assert_eq!(max_open_files(Some("many"), Some(90)), 30);
    }
}
