//! Where a link of a document leads.

use percent_encoding::percent_decode_str;

/// What a link points at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkTarget {
    /// A heading of the same document.
    Fragment(String),
    /// A file under the plan's folder.
    Document {
        /// Path under the plan's folder, separated by `/`.
        path: String,
        /// A heading in it.
        fragment: Option<String>,
    },
    /// A document that is named as wikis do, to be looked for in the whole plan.
    Wiki {
        /// Its path, or the last part of it, with or without its ending; empty for the same document.
        name: String,
        /// A heading in it.
        fragment: Option<String>,
    },
    /// A page or an address for the person's own browser: `http`, `https` or `mailto`.
    Web(String),
    /// A file outside the plan's folder.
    Outside(String),
    /// Any other scheme, named.
    Refused(String),
}

/// Reads a link's target as written in the document at `from` (a path under the plan's folder).
#[must_use]
pub fn link_target(target: &str, from: &str) -> LinkTarget {
    // Browsers drop these, so a scheme may hide behind them.
    let target: String = target.trim().chars().filter(|c| !c.is_control()).collect();
    if let Some(fragment) = target.strip_prefix('#') {
        return LinkTarget::Fragment(decoded(fragment));
    }
    let wiki = target
        .strip_prefix("[[")
        .and_then(|target| target.strip_suffix("]]"));
    if let Some(wiki) = wiki {
        let (name, fragment) = match wiki.split_once('#') {
            Some((name, fragment)) => (name, Some(fragment.to_owned())),
            None => (wiki, None),
        };
        let name = name.to_owned();
        return LinkTarget::Wiki { name, fragment };
    }
    let (target, line) = with_line(&target);
    let target = target.to_owned();
    if let Some((scheme, rest)) = split_scheme(&target) {
        let scheme = scheme.to_ascii_lowercase();
        return match scheme.as_str() {
            "http" | "https" if rest.starts_with("//") => LinkTarget::Web(target),
            "mailto" => LinkTarget::Web(target),
            _ => LinkTarget::Refused(scheme),
        };
    }
    if target.is_empty() {
        return LinkTarget::Fragment(String::new());
    }
    if target.starts_with("//") || target.contains('\\') {
        return LinkTarget::Outside(target);
    }
    let (path, fragment) = match target.split_once('#') {
        Some((path, fragment)) => (path, Some(decoded(fragment))),
        None => (target.as_str(), None),
    };
    let path = decoded(path.split_once('?').map_or(path, |(path, _)| path));
    match resolved(&path, from) {
        Some(path) => LinkTarget::Document {
            path,
            fragment: fragment.or(line),
        },
        None => LinkTarget::Outside(path),
    }
}

/// A target without the line behind it, as in `file.md:120` or `file.md:120:7`, and that line as a
/// fragment.
fn with_line(target: &str) -> (&str, Option<String>) {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut path = target;
    let mut line = None;
    for _ in 0..2 {
        match path.rsplit_once(':') {
            Some((before, number)) if is_number(number) && before.contains('.') => {
                path = before;
                line = Some(format!("L{number}"));
            }
            _ => break,
        }
    }
    // A port is no line.
    if target.contains("//") {
        (target, None)
    } else {
        (path, line)
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// `scheme:rest` as RFC 3986 has it, but for one letter, which is a drive on Windows, and what is
/// a file name with a colon in it stays one only behind `./`.
fn split_scheme(target: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = target.split_once(':')?;
    let mut chars = scheme.chars();
    let is_scheme = chars.next()?.is_ascii_alphabetic()
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some((scheme, rest))
}

/// A path without `.` and `..`; `None` if it leaves the folder or names the folder itself. A leading `/` is the plan's folder,
/// as on code hosts.
fn resolved(path: &str, from: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    if !path.starts_with('/')
        && let Some((folder, _)) = from.rsplit_once('/')
    {
        parts.extend(folder.split('/'));
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part if part.contains('\0') => return None,
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(path: &str, fragment: Option<&str>) -> LinkTarget {
        LinkTarget::Document {
            path: path.to_owned(),
            fragment: fragment.map(str::to_owned),
        }
    }

    #[test]
    fn lines_and_wikilinks() {
        assert_eq!(
            link_target("b.md:120", "a.md"),
            document("b.md", Some("L120"))
        );
        assert_eq!(
            link_target("./b.md:12:3", "a.md"),
            document("b.md", Some("L12"))
        );
        assert_eq!(link_target("b.md#L7", "a.md"), document("b.md", Some("L7")));
        let web = "https://example.org:8080";
        assert_eq!(link_target(web, "a.md"), LinkTarget::Web(web.to_owned()));
        let wiki = LinkTarget::Wiki {
            name: "b c".to_owned(),
            fragment: Some("d".to_owned()),
        };
        assert_eq!(link_target("[[b c#d]]", "a.md"), wiki);
    }

    #[test]
    fn links_inside_the_folder_are_resolved() {
        for (target, from, expected) in [
            ("b.md", "a.md", document("b.md", None)),
            (
                "./sub/b.md#part-1",
                "a.md",
                document("sub/b.md", Some("part-1")),
            ),
            ("../b.md", "sub/a.md", document("b.md", None)),
            ("/b.md", "sub/deep/a.md", document("b.md", None)),
            ("two%20words.md", "a.md", document("two words.md", None)),
            ("b.md?raw=1", "a.md", document("b.md", None)),
            ("#Top", "a.md", LinkTarget::Fragment("Top".to_owned())),
        ] {
            assert_eq!(link_target(target, from), expected, "{target}");
        }
    }

    #[test]
    fn nothing_leads_out_unseen() {
        for target in [
            "../../etc/passwd",
            "%2e%2e/%2e%2e/x",
            "//host/share/x",
            "\\\\host\\x",
            "..",
        ] {
            assert!(
                matches!(link_target(target, "sub/a.md"), LinkTarget::Outside(_)),
                "{target}"
            );
        }
        for target in [
            "javascript:alert(1)",
            "jav\tascript:alert(1)",
            "\u{1}javascript:x",
            "file:///bin/sh",
            "data:text/html,x",
            "vbscript:x",
            "smb://host/x",
            "C:/x",
            "http:x",
            "JAVASCRIPT:x",
        ] {
            assert!(
                matches!(link_target(target, "a.md"), LinkTarget::Refused(_)),
                "{target}"
            );
        }
        let web = "https://example.org/a?b#c";
        assert_eq!(link_target(web, "a.md"), LinkTarget::Web(web.to_owned()));
    }
}
