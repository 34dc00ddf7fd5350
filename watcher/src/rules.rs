//! Owns which names are looked at: kinds of documents, hidden and skipped folders, ignore files.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Hidden folders in which coding agents and forges keep plans; every other hidden folder is skipped.
const HIDDEN_PLAN_FOLDERS: [&str; 16] = [
    ".agent",
    ".agents",
    ".ai",
    ".amazonq",
    ".claude",
    ".clinerules",
    ".codex",
    ".cursor",
    ".gemini",
    ".github",
    ".junie",
    ".kiro",
    ".opencode",
    ".plans",
    ".specify",
    ".windsurf",
];
/// Folders of generated files, skipped wherever they are.
const GENERATED_FOLDERS: [&str; 2] = ["node_modules", "target"];
/// The ignore files, weakest first.
const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];
/// More of an ignore file than this is not read, in bytes: beyond it, it is something else.
const MAX_IGNORE_FILE_BYTES: u64 = 1_000_000;

/// Which names of a root are looked at.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    extensions: Vec<String>,
}

impl Rules {
    pub(crate) fn new(extensions: Vec<String>) -> Self {
        Self { extensions }
    }

    /// Whether a file of this name is a document. Hidden ones, such as editors' temporary files,
    /// are not.
    pub(crate) fn is_document(&self, name: &str) -> bool {
        !name.starts_with('.')
            && name.rsplit_once('.').is_some_and(|(_, extension)| {
                self.extensions
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(extension))
            })
    }

    /// Whether the file at `real`, which is called `path` below `root`, may be changed: a document
    /// under both names, in a folder that is looked into.
    pub(crate) fn may_write(&self, root: &Path, path: &str, real: &Path) -> bool {
        let name = |path: &Path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| self.is_document(name))
        };
        let real_is_looked_at = match real.strip_prefix(root) {
            Ok(relative) => relative.to_str().is_some_and(concerns),
            // A link was followed that the plan allows.
            Err(_) => true,
        };
        name(Path::new(path)) && name(real) && concerns(path) && real_is_looked_at
    }

    /// Whether a file of this name makes its folder a plan. JSON is shown, but half of all folders
    /// of software hold some.
    pub(crate) fn is_plan_file(&self, name: &str) -> bool {
        self.is_document(name)
            && !Path::new(name)
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
    }
}

/// Whether a sub-folder of this name is entered, as far as its name tells.
pub(crate) fn enters(name: &str) -> bool {
    if name.starts_with('.') {
        HIDDEN_PLAN_FOLDERS.contains(&name)
    } else {
        !GENERATED_FOLDERS.contains(&name)
    }
}

/// Whether the file of this name holds rules of what to skip.
pub(crate) fn is_ignore_file(name: &str) -> bool {
    IGNORE_FILES.contains(&name)
}

/// Whether an event about this path below the root can be about anything that is looked at, as far
/// as names tell.
pub(crate) fn concerns(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_hidden = name.starts_with('.');
    (!is_hidden || is_ignore_file(name) || enters(name))
        && folder
            .split('/')
            .all(|part| part.is_empty() || enters(part))
}

/// The ignore files from a folder up to its root.
#[derive(Clone, Default)]
pub(crate) struct Ignores(Option<Arc<Level>>);

struct Level {
    own: Gitignore,
    above: Ignores,
}

impl Ignores {
    /// Adds the rules of the folder at `path` below the root, whose place on disk is `folder`.
    /// Rules that make no sense, and files that cannot be read, do not count.
    pub(crate) fn with_folder(&self, folder: &Path, path: &str) -> Self {
        let mut builder = GitignoreBuilder::new(path);
        for name in IGNORE_FILES {
            for line in text_of_ignore_file(&folder.join(name)).lines() {
                if let Err(error) = builder.add_line(None, line) {
                    tracing::debug!(%error, folder = %folder.display(), "a rule of an ignore file makes no sense");
                }
            }
        }
        match builder.build() {
            Ok(own) if !own.is_empty() => Self(Some(Arc::new(Level {
                own,
                above: self.clone(),
            }))),
            _ => self.clone(),
        }
    }

    /// Whether the rules leave out `path`, given below the root. The nearest rule decides.
    pub(crate) fn leave_out(&self, path: &str, is_folder: bool) -> bool {
        let mut level = self.0.as_deref();
        while let Some(here) = level {
            match here.own.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => level = here.above.0.as_deref(),
            }
        }
        false
    }
}

fn text_of_ignore_file(path: &Path) -> String {
    let mut bytes = Vec::new();
    // A pipe of this name would block the thread for good if it were opened.
    if path.metadata().is_ok_and(|metadata| metadata.is_file())
        && let Ok(file) = File::open(path)
        && let Err(error) = file.take(MAX_IGNORE_FILE_BYTES).read_to_end(&mut bytes)
    {
        tracing::debug!(%error, path = %path.display(), "an ignore file cannot be read");
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules::new(crate::Config::default().extensions)
    }

    #[test]
    fn documents_are_told_by_their_ending_in_any_case() {
        let rules = rules();
        for name in [
            "a.md",
            "A.MD",
            "b.tar.markdown",
            "c.Mmd",
            "d.mermaid",
            "e.json",
        ] {
            assert!(rules.is_document(name), "{name}");
        }
        for name in ["a", "md", ".md", ".a.md", "a.md~", "a.mdx", "a.md.swp", ""] {
            assert!(!rules.is_document(name), "{name}");
        }
        assert!(rules.is_plan_file("a.mmd") && !rules.is_plan_file("package.JSON"));
    }

    #[test]
    fn events_in_skipped_folders_concern_nobody() {
        for path in [
            "a.md",
            "docs/a.md",
            ".claude/plans/a.md",
            ".gitignore",
            "docs",
            "a/.cursor",
        ] {
            assert!(concerns(path), "{path}");
        }
        for path in [
            ".git/HEAD",
            "target/doc/a.md",
            "a/node_modules/b.md",
            ".a.md.tmp",
            ".cache/a.md",
        ] {
            assert!(!concerns(path), "{path}");
        }
    }

    #[test]
    fn the_nearest_ignore_rule_decides() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let inner = folder.path().join("docs");
        std::fs::create_dir(&inner).expect("a folder");
        let put = |path: &Path, text: &str| {
            std::io::Write::write_all(&mut File::create(path).expect("a file"), text.as_bytes())
                .expect("written");
        };
        put(
            &folder.path().join(".gitignore"),
            "*.json\n/draft.md\nbuild/\n[\n",
        );
        put(&inner.join(".ignore"), "!keep.json\n");
        let top = Ignores::default().with_folder(folder.path(), "");
        let below = top.with_folder(&inner, "docs");
        assert!(top.leave_out("a.json", false));
        assert!(top.leave_out("draft.md", false));
        assert!(!below.leave_out("docs/draft.md", false));
        assert!(top.leave_out("build", true) && !top.leave_out("build", false));
        assert!(below.leave_out("docs/a.json", false));
        assert!(!below.leave_out("docs/keep.json", false));
    }
}
