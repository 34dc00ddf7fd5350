//! Opens a document in the person's own editor, at a line.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

/// How an editor is told the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Manner {
    /// `-g FILE:LINE`
    Goto,
    /// `FILE:LINE`
    Colon,
    /// `+LINE FILE`
    Plus,
    /// `-l LINE FILE`
    Line,
    /// `--line LINE FILE`
    LongLine,
}

/// Editors with a window of their own, those that are installed on purpose first.
const EDITORS: &[(&str, Manner)] = &[
    ("code", Manner::Goto),
    ("codium", Manner::Goto),
    ("cursor", Manner::Goto),
    ("zed", Manner::Colon),
    ("zeditor", Manner::Colon),
    ("subl", Manner::Colon),
    ("gvim", Manner::Plus),
    ("mate", Manner::Line),
    ("kate", Manner::Line),
    ("gnome-text-editor", Manner::Plus),
    ("gedit", Manner::Plus),
    ("xed", Manner::Plus),
    ("pluma", Manner::Plus),
    ("kwrite", Manner::Line),
    ("idea", Manner::LongLine),
];

/// What opens a file in the program that the desktop has for it.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(windows) {
    "explorer"
} else {
    "xdg-open"
};

/// Starts the editor that `VISUAL` or `EDITOR` names if it has a window of its own, else the first
/// that is installed, else what the desktop has for such files. Comes back at once.
///
/// # Errors
/// Words for the person, when none can be started.
pub(crate) fn open(file: &Path, line: usize) -> Result<(), String> {
    let named = ["VISUAL", "EDITOR"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok());
    let named: Vec<String> = named.collect();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let is_there = |program: &str| {
        let has = |folder: &std::path::PathBuf| {
            let ending = std::env::consts::EXE_SUFFIX;
            folder.join(format!("{program}{ending}")).is_file()
        };
        folders.iter().any(has)
    };
    let (program, args) = invocation(file, line, &named, is_there);
    let mut child = Command::new(&program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| {
            format!("No editor could be started, set VISUAL to one ({program}: {error})")
        })?;
    // It lives as long as the person wants; nobody waits for it but this thread.
    let waits = std::thread::Builder::new().name("editor".to_owned());
    if let Err(error) = waits.spawn(move || child.wait()) {
        tracing::warn!("the end of the editor will not be noticed ({error})");
    }
    Ok(())
}

/// The program and its arguments. `named` is what the environment says.
fn invocation(
    file: &Path,
    line: usize,
    named: &[String],
    is_there: impl Fn(&str) -> bool,
) -> (String, Vec<OsString>) {
    let stem = |command: &str| {
        let program = command.split_whitespace().next().unwrap_or_default();
        let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
        name.trim_end_matches(".exe").to_owned()
    };
    let known = |name: &str| EDITORS.iter().find(|(editor, _)| *editor == name);
    let chosen = named
        .iter()
        .filter_map(|command| known(&stem(command)))
        .chain(EDITORS)
        .find(|(editor, _)| is_there(editor));
    let Some((editor, manner)) = chosen else {
        return (OPENER.to_owned(), vec![file.into()]);
    };
    let with_line = || {
        let mut at = file.as_os_str().to_owned();
        at.push(format!(":{line}"));
        at
    };
    let args = match manner {
        Manner::Goto => vec!["-g".into(), with_line()],
        Manner::Colon => vec![with_line()],
        Manner::Plus => vec![format!("+{line}").into(), file.into()],
        Manner::Line => vec!["-l".into(), line.to_string().into(), file.into()],
        Manner::LongLine => vec!["--line".into(), line.to_string().into(), file.into()],
    };
    ((*editor).to_owned(), args)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(named: &[&str], there: &[&str]) -> Vec<String> {
        let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
        let is_there = |name: &str| there.contains(&name);
        let (program, args) = invocation(Path::new("/p/a b.md"), 12, &named, is_there);
        let args = args.iter().map(|arg| arg.to_string_lossy().into_owned());
        std::iter::once(program).chain(args).collect()
    }

    #[test]
    fn the_line_is_told_as_each_editor_wants_it() {
        assert_eq!(started(&[], &["code"]), ["code", "-g", "/p/a b.md:12"]);
        assert_eq!(started(&[], &["zed"]), ["zed", "/p/a b.md:12"]);
        assert_eq!(started(&[], &["gedit"]), ["gedit", "+12", "/p/a b.md"]);
        assert_eq!(started(&[], &["kate"]), ["kate", "-l", "12", "/p/a b.md"]);
    }

    #[test]
    fn what_the_person_named_comes_first_if_it_has_a_window() {
        let there = ["code", "gvim", "vim"];
        assert_eq!(started(&["/usr/bin/gvim -f"], &there)[0], "gvim");
        assert_eq!(started(&["vim"], &there)[0], "code");
        assert_eq!(started(&["nano", "gvim"], &there)[0], "gvim");
    }

    #[test]
    fn without_any_the_desktop_opens_the_file() {
        assert_eq!(started(&["vim"], &["vim"]), [OPENER, "/p/a b.md"]);
    }
}
