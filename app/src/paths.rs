//! Folders as text that any database and any person can hold, and text that names a path.

use std::path::{Path, PathBuf};

/// A folder's path as UTF-8, from which [`folder_from_text`] gives the same path back. Where the
/// system allows bytes that are no UTF-8, these and `%` are written as `%XX`.
#[must_use]
pub fn folder_text(folder: &Path) -> String {
    match folder.to_str() {
        Some(text) => text.replace('%', "%25"),
        None => encoded(folder),
    }
}

#[cfg(unix)]
fn encoded(folder: &Path) -> String {
    use std::fmt::Write as _;
    use std::os::unix::ffi::OsStrExt as _;
    let mut text = String::new();
    for chunk in folder.as_os_str().as_bytes().utf8_chunks() {
        text.push_str(&chunk.valid().replace('%', "%25"));
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(not(unix))]
fn encoded(folder: &Path) -> String {
    folder.to_string_lossy().replace('%', "%25")
}

/// The folder that [`folder_text`] wrote down.
#[must_use]
pub fn folder_from_text(text: &str) -> PathBuf {
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(text).collect();
    path_from_bytes(bytes)
}

#[cfg(unix)]
fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// The paths that a pasted text names, a line each: absolute ones, those under `~`, and `file:`
/// addresses. `None` when any line is something else, so that ordinary text is never taken for one.
#[must_use]
pub fn pasted_paths(text: &str, home: Option<&Path>) -> Option<Vec<PathBuf>> {
    /// A longer text is no list of folders.
    const MAX_BYTES: usize = 64 * 1024;
    if text.len() > MAX_BYTES {
        return None;
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let paths: Option<Vec<PathBuf>> = lines.map(|line| pasted_path(line, home)).collect();
    paths.filter(|paths| !paths.is_empty())
}

fn pasted_path(line: &str, home: Option<&Path>) -> Option<PathBuf> {
    let line = line
        .strip_prefix(['"', '\''])
        .and_then(|l| l.strip_suffix(['"', '\'']))
        .unwrap_or(line);
    if let Some(rest) = line.strip_prefix("file://") {
        let path = &rest[rest.find('/')?..];
        return Some(path_from_bytes(
            percent_encoding::percent_decode_str(path).collect(),
        ));
    }
    if let Some(rest) = line.strip_prefix('~') {
        let rest = if rest.is_empty() {
            rest
        } else {
            rest.strip_prefix('/')?
        };
        return Some(home?.join(rest));
    }
    Path::new(line).is_absolute().then(|| line.into())
}

/// Where the libraries beside the first one are, in the folder of the first.
const PROFILES: &str = "profiles";

/// Whether a library can have this name: names are folders, on any system.
#[must_use]
pub fn is_profile_name(name: &str) -> bool {
    const MAX_CHARS: usize = 64;
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=MAX_CHARS).contains(&name.len()) && name.bytes().all(is_good)
}

/// The name of the library in this folder; `None` for the first one.
#[must_use]
pub fn profile_of(data_dir: &Path) -> Option<String> {
    let is_beside = data_dir.parent()?.file_name()? == PROFILES;
    let name = data_dir.file_name()?.to_str()?;
    is_beside.then(|| name.to_owned())
}

/// The folder of another library, told from that of any.
#[must_use]
pub fn profile_dir(data_dir: &Path, name: Option<&str>) -> PathBuf {
    let first = match profile_of(data_dir) {
        Some(_) => data_dir.ancestors().nth(2).unwrap_or(data_dir),
        None => data_dir,
    };
    match name {
        Some(name) => first.join(PROFILES).join(name),
        None => first.to_owned(),
    }
}

/// The names of the libraries beside the first one.
#[must_use]
pub fn profiles(data_dir: &Path) -> Vec<String> {
    let folder = profile_dir(data_dir, None).join(PROFILES);
    // None of them is the usual case.
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| is_profile_name(name))
        .collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_survive_being_written_down() {
        for folder in ["/plans/garden", "/50% off/ü", "/"] {
            assert_eq!(
                folder_from_text(&folder_text(Path::new(folder))),
                Path::new(folder)
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn folders_that_are_no_text_survive_too() {
        let folder = path_from_bytes(b"/a\xFFb%c".to_vec());
        assert_eq!(folder_text(&folder), "/a%FFb%25c");
        assert_eq!(folder_from_text(&folder_text(&folder)), folder);
    }

    #[test]
    fn only_paths_are_taken_for_paths() {
        let home = Some(Path::new("/home/me"));
        let paths = |text| pasted_paths(text, home);
        assert_eq!(
            paths("/a b\n'/c'\n"),
            Some(vec!["/a b".into(), "/c".into()])
        );
        assert_eq!(paths("~/plans"), Some(vec!["/home/me/plans".into()]));
        assert_eq!(paths("file:///a%20b"), Some(vec!["/a b".into()]));
        assert_eq!(paths("file://host/a"), Some(vec!["/a".into()]));
        for text in [
            "",
            "hello",
            "/a\nhello",
            "~name/x",
            "https://x.org",
            "file://host",
        ] {
            assert_eq!(paths(text), None, "{text}");
        }
    }
}
