//! Owns the settings of the watcher: its times and its limits.

use std::time::Duration;

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
    /// How long a path must be quiet before it is looked at. 300 ms.
    pub settle: Duration,
    /// The same for the file in view ([`Request::SetInView`](crate::Request::SetInView)). 40 ms.
    pub settle_in_view: Duration,
    /// How much longer a missing or emptied file is given before that is believed. 300 ms.
    pub hold: Duration,
    /// A path under a constant stream of events is looked at after this time all the same. 2 s.
    pub longest_wait: Duration,
    /// How often the folders are compared with the ledger without being asked, to find what events
    /// missed. Zero means never. 60 s, and longer for folders that take long to scan.
    pub safety_scan: Duration,
    /// How often a root is looked at while it is missing or cannot be watched. 2 s.
    pub poll_interval: Duration,
    /// Larger files are listed and never opened. 200 MB.
    pub max_document_bytes: u64,
    /// Sub-folders of one root that are entered before its picture is called truncated. 20,000.
    pub max_folders: usize,
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
            max_depth: 64,
            extensions: ["md", "markdown", "mmd", "mermaid", "json"]
                .map(String::from)
                .to_vec(),
        }
    }
}
