//! Owns which parts of a root a scan is about: single folders, folders with all below them, or all.

use std::collections::BTreeMap;

/// More folders than this become the folders above them.
pub(crate) const MAX_FOLDERS: usize = 32;

/// How much of a folder is meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Depth {
    /// What is right inside it.
    Level,
    /// The folder itself, and all below it.
    Below,
}

/// Folders below the root, none of them inside another one that is meant with all below it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Parts {
    /// By path; the root is the empty path.
    folders: BTreeMap<String, Depth>,
}

impl Parts {
    /// All of the root.
    pub(crate) fn whole() -> Self {
        Self {
            folders: BTreeMap::from([(String::new(), Depth::Below)]),
        }
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.folders.get("") == Some(&Depth::Below)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Depth)> {
        let folders = self.folders.iter();
        folders.map(|(folder, depth)| (folder.as_str(), *depth))
    }

    /// Adds a folder. Where there are too many, those that lie in the same one become that one.
    pub(crate) fn add(&mut self, folder: &str, depth: Depth) {
        if ancestors(folder).any(|above| self.is_meant_with_all(above)) {
            return;
        }
        if depth == Depth::Below {
            self.folders.retain(|known, _| !is_below(known, folder));
        }
        let known = self.folders.entry(folder.into()).or_insert(depth);
        *known = depth.max(*known);
        while self.folders.len() > MAX_FOLDERS {
            self.merge_up();
        }
    }

    pub(crate) fn extend(&mut self, other: Self) {
        for (folder, depth) in other.folders {
            self.add(&folder, depth);
        }
    }

    /// Whether `path`, of a file or a folder, is looked at.
    pub(crate) fn cover(&self, path: &str) -> bool {
        self.is_meant_with_all(path)
            || ancestors(path).any(|above| self.is_meant_with_all(above))
            || self.folders.contains_key(parent(path).unwrap_or(""))
    }

    fn is_meant_with_all(&self, folder: &str) -> bool {
        self.folders.get(folder) == Some(&Depth::Below)
    }

    /// The folder that most of these lie in takes their place; of several the deepest.
    fn merge_up(&mut self) {
        let mut n_inside: BTreeMap<&str, usize> = BTreeMap::new();
        for folder in self.folders.keys().filter_map(|folder| parent(folder)) {
            *n_inside.entry(folder).or_default() += 1;
        }
        let fullest = n_inside.into_iter().max_by_key(|(folder, n)| {
            let n_levels = ancestors(folder).count();
            (*n, n_levels)
        });
        let folder = fullest.map_or(String::new(), |(folder, _)| folder.into());
        self.folders.retain(|known, _| !is_below(known, &folder));
        self.folders.insert(folder, Depth::Below);
    }
}

/// The folder that `path` lies in; `None` of the root.
pub(crate) fn parent(path: &str) -> Option<&str> {
    (!path.is_empty()).then(|| path.rsplit_once('/').map_or("", |(folder, _)| folder))
}

/// The folders above `path`, the nearest first, the root last.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(parent(path), |folder| parent(folder))
}

/// Whether `path` lies in `folder`, at any depth.
fn is_below(path: &str, folder: &str) -> bool {
    ancestors(path).any(|above| above == folder)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn parts(folders: &[(&str, Depth)]) -> Parts {
        let mut parts = Parts::default();
        for (folder, depth) in folders {
            parts.add(folder, *depth);
        }
        parts
    }

    #[test]
    fn a_level_is_its_files_and_a_folder_with_all_below_is_itself_too() {
        let level = parts(&[("a/b", Depth::Level)]);
        assert!(level.cover("a/b/x.md"));
        for path in ["a/b", "a/bc/x.md", "a/b/c/x.md", "x.md"] {
            assert!(!level.cover(path), "{path}");
        }
        let below = parts(&[("a/b", Depth::Below)]);
        for path in ["a/b", "a/b/x.md", "a/b/c/x.md"] {
            assert!(below.cover(path), "{path}");
        }
        assert!(!below.cover("a") && !below.cover("a/x.md"));
        assert!(parts(&[("", Depth::Level)]).cover("x.md"));
    }

    #[test]
    fn what_lies_in_another_part_is_no_part_of_its_own() {
        let mut all = parts(&[("a/b", Depth::Level), ("a/c", Depth::Below)]);
        all.add("a", Depth::Level);
        assert_eq!(
            all.iter().count(),
            3,
            "a level says nothing of what is below"
        );
        all.add("a", Depth::Below);
        assert_eq!(all, parts(&[("a", Depth::Below)]));
        all.add("a/d", Depth::Level);
        assert_eq!(all, parts(&[("a", Depth::Below)]));
        all.extend(Parts::whole());
        assert!(all.is_whole());
    }

    #[test]
    fn too_many_folders_become_the_one_that_most_of_them_lie_in() {
        let mut many = parts(&[("b/c", Depth::Level)]);
        for n in 0..MAX_FOLDERS {
            many.add(&format!("a/{n}"), Depth::Level);
        }
        let merged = parts(&[("a", Depth::Below), ("b/c", Depth::Level)]);
        assert_eq!(many, merged);
        for n in 0..MAX_FOLDERS {
            many.add(&format!("c{n}"), Depth::Level);
        }
        assert!(many.is_whole());
    }

    fn folder() -> impl Strategy<Value = (String, Depth)> {
        let depth = prop_oneof![Just(Depth::Level), Just(Depth::Below)];
        (vec(0_u8..12, 0..5), depth).prop_map(|(names, depth)| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            (names.join("/"), depth)
        })
    }

    proptest! {
        #[test]
        fn whatever_was_added_is_covered_and_there_are_few(folders in vec(folder(), 1..200)) {
            let mut all = Parts::default();
            for (folder, depth) in &folders {
                all.add(folder, *depth);
                prop_assert!(all.iter().count() <= MAX_FOLDERS);
            }
            for (folder, depth) in &folders {
                let inside = if folder.is_empty() { "x.md".into() } else { format!("{folder}/x.md") };
                prop_assert!(all.cover(&inside));
                if *depth == Depth::Below {
                    let deep = format!("{folder}/deep/x.md");
                    prop_assert!(all.cover(deep.trim_start_matches('/')));
                    prop_assert!(all.cover(folder));
                }
            }
        }
    }
}
