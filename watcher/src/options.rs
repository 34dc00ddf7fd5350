//! Owns what can be chosen for each root.

/// How a root is gone through; [`RootOptions::default`] is what a person expects of a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RootOptions {
    /// Leave sub-folders alone.
    pub is_shallow: bool,
    /// Go on beyond [`Config::max_folders`](crate::Config::max_folders).
    pub is_unlimited: bool,
    /// Follow links to files outside the root: they are listed, read, watched and written as those
    /// inside it are. Links to folders are never followed.
    pub follows_links_out: bool,
}
