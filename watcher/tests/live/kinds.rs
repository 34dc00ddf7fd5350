//! 32 kinds of files under a write: of those that are written all but the bytes of the edit is kept;
//! those that cannot be kept are refused, and stay as they are to the last bit.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use postil_watcher::{ContentHash, ReadError, WriteError};

use crate::support::{Bench, at_start, config, put};

/// Inserted at the start of the text.
const WORDS: &str = "größer ";

/// One kind: its name, the path that is written, and what makes it. `false` when this machine
/// cannot make it.
struct Kind {
    name: &'static str,
    path: &'static str,
    make: fn(&Path) -> bool,
    refused: Option<fn(&WriteError) -> bool>,
}

const fn kept(name: &'static str, path: &'static str, make: fn(&Path) -> bool) -> Kind {
    let refused = None;
    Kind {
        name,
        path,
        make,
        refused,
    }
}

const fn refused(
    name: &'static str,
    path: &'static str,
    make: fn(&Path) -> bool,
    why: fn(&WriteError) -> bool,
) -> Kind {
    let refused = Some(why);
    Kind {
        name,
        path,
        make,
        refused,
    }
}

fn file(folder: &Path, bytes: &[u8]) -> bool {
    put(&folder.join("a.md"), bytes);
    true
}

fn mode(folder: &Path, mode: u32) -> bool {
    file(folder, b"text\n")
        && fs::set_permissions(folder.join("a.md"), Permissions::from_mode(mode)).is_ok()
}

fn owner(folder: &Path, user: Option<u32>, group: Option<u32>) -> bool {
    file(folder, b"text\n") && chown(folder.join("a.md"), user, group).is_ok()
}

fn attribute(folder: &Path, name: &str, value: &[u8]) -> bool {
    file(folder, b"text\n") && xattr::set(folder.join("a.md"), name, value).is_ok()
}

fn not_text(error: &WriteError) -> bool {
    matches!(error, WriteError::NotText { .. })
}

/// An access list in the kernel's form: version 2; owner rw, user 1234 r, group r, mask r, others none.
const ACCESS_LIST: &[u8] = &[
    2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 4, 0, 210, 4, 0, 0, 4, 0, 4, 0, 255, 255,
    255, 255, 16, 0, 4, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255,
];
const LONG_NAME: &str = concat!(
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn.md"
);

const KINDS: &[Kind] = &[
    kept("line feeds", "a.md", |f| file(f, b"one\ntwo\n")),
    kept("carriage returns too", "a.md", |f| {
        file(f, b"one\r\ntwo\r\n")
    }),
    kept("mixed line endings", "a.md", |f| {
        file(f, b"one\r\ntwo\nthree\rfour")
    }),
    kept("no final newline", "a.md", |f| file(f, b"one\ntwo")),
    kept("trailing blanks", "a.md", |f| {
        file(f, b"one  \ntwo\t\n\n\n   ")
    }),
    kept("a byte order mark", "a.md", |f| {
        file(f, b"\xEF\xBB\xBFone\n")
    }),
    kept("a mark and carriage returns", "a.md", |f| {
        file(f, b"\xEF\xBB\xBFone\r\ntwo")
    }),
    kept("empty", "a.md", |f| file(f, b"")),
    kept("letters of all widths", "a.md", |f| {
        file(f, "é漢\u{1F33F}e\u{301}\u{202E}\u{FEFF}".as_bytes())
    }),
    kept("5 MB", "a.md", |f| {
        file(f, &b"one line of many\n".repeat(300_000))
    }),
    kept("for its owner alone", "a.md", |f| mode(f, 0o600)),
    kept("for its group", "a.md", |f| mode(f, 0o664)),
    kept("executable", "a.md", |f| mode(f, 0o755)),
    kept("with a set-group bit", "a.md", |f| mode(f, 0o2674)),
    kept("somebody else's", "a.md", |f| {
        owner(f, Some(1234), Some(1234))
    }),
    kept("another group's", "a.md", |f| owner(f, None, Some(1235))),
    kept("an attribute", "a.md", |f| {
        attribute(f, "user.tag", b"read\0later")
    }),
    kept("an empty attribute", "a.md", |f| {
        attribute(f, "user.none", b"")
    }),
    kept("an access list", "a.md", |f| {
        attribute(f, "system.posix_acl_access", ACCESS_LIST)
    }),
    kept("a link", "link.md", |f| {
        file(f, b"text\n") && symlink("a.md", f.join("link.md")).is_ok()
    }),
    kept("a chain of links to another folder", "link.md", |f| {
        put(&f.join("sub/real.md"), b"text\n");
        let first = symlink("second.md", f.join("link.md"));
        first.is_ok() && symlink("sub/real.md", f.join("second.md")).is_ok()
    }),
    kept("a hidden folder of plans", ".claude/plans/a.md", |f| {
        put(&f.join(".claude/plans/a.md"), b"text\n");
        true
    }),
    kept("a name with all kinds of letters", "ä \"b\"\n'.md", |f| {
        put(&f.join("ä \"b\"\n'.md"), b"text\n");
        true
    }),
    kept("a name of 255 bytes", LONG_NAME, |f| {
        put(&f.join(LONG_NAME), b"text\n");
        true
    }),
    refused(
        "bytes that are no text",
        "a.md",
        |f| file(f, b"a\xFFb\n"),
        not_text,
    ),
    refused("UTF-16", "a.md", |f| file(f, b"\xFF\xFEh\0i\0"), not_text),
    refused("NUL bytes", "a.md", |f| file(f, b"a\0b\n"), not_text),
    refused(
        "two names",
        "a.md",
        |f| file(f, b"text\n") && fs::hard_link(f.join("a.md"), f.join("b.md")).is_ok(),
        |error| matches!(error, WriteError::HardLinked { n_names: 2, .. }),
    ),
    refused(
        "read-only",
        "a.md",
        |f| mode(f, 0o444),
        |error| matches!(error, WriteError::ReadOnly { .. }),
    ),
    refused(
        "in a read-only folder",
        "locked/a.md",
        |f| {
            put(&f.join("locked/a.md"), b"text\n");
            fs::set_permissions(f.join("locked"), Permissions::from_mode(0o555)).is_ok()
        },
        |error| matches!(error, WriteError::FolderReadOnly { .. }),
    ),
    refused(
        "a link out of the folder",
        "link.md",
        |f| {
            put(&f.join("../outside.md"), b"text\n");
            symlink("../outside.md", f.join("link.md")).is_ok()
        },
        |error| matches!(error, WriteError::Read(ReadError::Outside { .. })),
    ),
    refused(
        "a link to what is no document",
        "link.md",
        |f| {
            put(&f.join(".git/config"), b"text\n");
            symlink(".git/config", f.join("link.md")).is_ok()
        },
        |error| matches!(error, WriteError::NotDocument { .. }),
    ),
];

/// All that a file is beside its bytes.
#[derive(PartialEq, Debug)]
struct Shell {
    mode: u32,
    owner: (u32, u32),
    attributes: BTreeMap<OsString, Option<Vec<u8>>>,
    link: Option<std::path::PathBuf>,
    n_names: u64,
}

fn shell(path: &Path) -> Shell {
    let metadata = path.metadata().expect("there");
    let names = xattr::list(path.canonicalize().expect("there"));
    let attributes = names.map_or_else(
        |_| BTreeMap::new(),
        |names| {
            names
                .map(|name| (name.clone(), xattr::get_deref(path, &name).ok().flatten()))
                .collect()
        },
    );
    Shell {
        mode: metadata.mode(),
        owner: (metadata.uid(), metadata.gid()),
        attributes,
        link: path.read_link().ok(),
        n_names: metadata.nlink(),
    }
}

#[test]
fn every_kind_of_file_is_kept_or_refused() {
    let mut n_made = 0;
    for kind in KINDS {
        let mut bench = Bench::new(config(), &[]);
        if !(kind.make)(&bench.folder) {
            continue;
        }
        n_made += 1;
        bench.add(Vec::new());
        let path = bench.folder.join(kind.path);
        let (before, was) = (shell(&path), fs::read(&path).expect("readable"));
        let result = bench.write(kind.path, ContentHash::of(&was), at_start(WORDS));
        let is = fs::read(&path).expect("readable");
        let name = kind.name;
        assert_eq!(shell(&path), before, "{name}");
        let Some(why) = kind.refused else {
            result.unwrap_or_else(|error| panic!("{name}: {error}"));
            let mark = if was.starts_with(b"\xEF\xBB\xBF") {
                3
            } else {
                0
            };
            let expected = [&was[..mark], WORDS.as_bytes(), &was[mark..]].concat();
            assert!(is == expected, "{name}: {}", String::from_utf8_lossy(&is));
            continue;
        };
        let error = result.expect_err(name);
        assert!(why(&error), "{name}: {error:?}");
        assert_eq!(is, was, "{name}");
        assert!(error.to_string().contains(kind.path), "{name}: {error}");
        // So that it can be removed again.
        let _ = fs::set_permissions(
            path.parent().expect("a folder"),
            Permissions::from_mode(0o755),
        );
    }
    assert!(n_made >= 24, "{n_made} kinds could be made here");
}
