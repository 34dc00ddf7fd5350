//! Owns which file that is gone is which file that is new: told by events, or by the file's own
//! identity on the disk.

use std::collections::HashMap;

use crate::FileEntry;

/// Renamings that are remembered between two comparisons; what is beyond is told by content or
/// identity, or not at all.
const MAX_HEARD: usize = 1_000;

/// What events told, in order: old and new path of a file or a folder, below the root.
#[derive(Debug, Default)]
pub(crate) struct Renames {
    heard: Vec<(String, String)>,
}

/// A file that the ledger does not hold.
#[derive(Debug)]
pub(crate) struct Newcomer {
    pub(crate) path: String,
    /// 0 where there is none.
    pub(crate) inode: u64,
    pub(crate) born_ns: Option<i64>,
}

impl Renames {
    pub(crate) fn hear(&mut self, from: String, to: String) {
        if self.heard.len() < MAX_HEARD {
            self.heard.push((from, to));
        }
    }

    pub(crate) fn forget(&mut self) {
        self.heard.clear();
    }

    /// Joins what is gone with what is new: old path, new path.
    ///
    /// An inode alone tells nothing, since file systems give it to the next file. It does with a
    /// file that was made before the missing one was last changed.
    pub(crate) fn pairs(
        &self,
        gone: &[&FileEntry],
        newcomers: Vec<Newcomer>,
    ) -> Vec<(String, String)> {
        if gone.is_empty() || newcomers.is_empty() {
            return Vec::new();
        }
        let mut by_path: HashMap<String, Newcomer> = newcomers
            .into_iter()
            .map(|newcomer| (newcomer.path.clone(), newcomer))
            .collect();
        let mut pairs = Vec::new();
        let mut left = Vec::new();
        for old in gone {
            match self.follow(&old.path, |to| by_path.contains_key(to)) {
                Some(to) => {
                    by_path.remove(&to);
                    pairs.push((old.path.clone(), to));
                }
                None => left.push(*old),
            }
        }
        let mut by_inode: HashMap<u64, Newcomer> = by_path
            .into_values()
            .filter(|newcomer| newcomer.inode != 0)
            .map(|newcomer| (newcomer.inode, newcomer))
            .collect();
        for old in left {
            let is_it = by_inode
                .get(&old.stamp.inode)
                .and_then(|newcomer| newcomer.born_ns)
                .is_some_and(|born| born <= old.stamp.mtime_ns);
            if is_it && let Some(newcomer) = by_inode.remove(&old.stamp.inode) {
                pairs.push((old.path.clone(), newcomer.path));
            }
        }
        pairs.sort_unstable();
        pairs
    }

    /// Where `path` is after what was heard, if something new is there. A name can have been left more
    /// than once: an editor moves the old file aside, and makes a new one in its place.
    fn follow(&self, path: &str, is_new: impl Fn(&str) -> bool) -> Option<String> {
        (0..self.heard.len()).find_map(|first| {
            let mut now = moved(path, self.heard.get(first)?)?;
            for pair in self.heard.iter().skip(first + 1) {
                now = moved(&now, pair).unwrap_or(now);
            }
            is_new(&now).then_some(now)
        })
    }
}

/// Where `path` is after this renaming of it, or of a folder above it.
fn moved(path: &str, (from, to): &(String, String)) -> Option<String> {
    let rest = path.strip_prefix(from.as_str())?;
    (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stamp;

    fn old(path: &str, inode: u64, mtime_ns: i64) -> FileEntry {
        FileEntry {
            path: path.into(),
            stamp: Stamp {
                len: 1,
                mtime_ns,
                inode,
            },
            hash: None,
            problem: None,
        }
    }

    fn new(path: &str, inode: u64, born_ns: i64) -> Newcomer {
        Newcomer {
            path: path.into(),
            inode,
            born_ns: Some(born_ns),
        }
    }

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = |(from, to): &(&str, &str)| ((*from).to_string(), (*to).to_string());
        pairs.iter().map(own).collect()
    }

    #[test]
    fn what_events_told_is_followed_through_folders_and_again() {
        let mut renames = Renames::default();
        renames.hear("a".into(), "b".into());
        renames.hear("b/x.md".into(), "b/y.md".into());
        renames.hear("apart.md".into(), "nowhere.md".into());
        let gone = [
            old("a/x.md", 1, 5),
            old("apart.md", 2, 5),
            old("ab.md", 3, 5),
        ];
        let gone: Vec<&FileEntry> = gone.iter().collect();
        let pairs = renames.pairs(&gone, vec![new("b/y.md", 9, 9), new("bb.md", 8, 9)]);
        assert_eq!(pairs, owned(&[("a/x.md", "b/y.md")]));
    }

    #[test]
    fn a_name_that_was_left_twice_is_followed_to_what_is_new() {
        let mut renames = Renames::default();
        renames.hear("a.md".into(), "a.md~".into());
        renames.hear("a.md".into(), "b.md".into());
        let gone = old("a.md", 1, 5);
        let pairs = renames.pairs(&[&gone], vec![new("b.md", 9, 9)]);
        assert_eq!(pairs, owned(&[("a.md", "b.md")]));
    }

    #[test]
    fn an_inode_counts_only_where_the_file_is_older_than_the_last_change() {
        let gone = [
            old("a.md", 1, 100),
            old("b.md", 2, 100),
            old("c.md", 0, 100),
        ];
        let gone: Vec<&FileEntry> = gone.iter().collect();
        let newcomers = vec![new("x.md", 1, 50), new("y.md", 2, 150), new("z.md", 0, 50)];
        let pairs = Renames::default().pairs(&gone, newcomers);
        assert_eq!(
            pairs,
            owned(&[("a.md", "x.md")]),
            "y.md was given a free inode"
        );
    }
}
