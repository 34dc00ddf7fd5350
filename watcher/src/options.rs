//! Owns what can be chosen for each root.

/// How a root is gone through; [`RootOptions::default`] is what a person expects of a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RootOptions {
    /// Leave sub-folders alone.
    pub is_shallow: bool,
    /// Go on beyond [`Config::max_folders`](crate::Config::max_folders).
    pub is_unlimited: bool,
    /// Follow links to files outside the root. Links to folders outside are never followed.
    pub follows_links_out: bool,
}
