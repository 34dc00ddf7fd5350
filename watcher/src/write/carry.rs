//! Owns what a file has beside its bytes: its mode, its owner, its attributes, its other names. What
//! cannot be carried over to the new file is a reason not to write.

use std::fs::{File, Metadata};
use std::path::Path;

use crate::WriteError;

/// Whether the file can be replaced without harm.
///
/// # Errors
///
/// `HardLinked`, `ReadOnly` or `FolderReadOnly`.
#[cfg(unix)]
pub(super) fn check(real: &Path, metadata: &Metadata, path: &str) -> Result<(), WriteError> {
    use std::os::unix::fs::MetadataExt;

    use rustix::fs::Access;
    use rustix::io::Errno;

    let n_names = metadata.nlink();
    if n_names > 1 {
        let path = path.into();
        return Err(WriteError::HardLinked { n_names, path });
    }
    let refuses = |what: &Path, how: Access| match rustix::fs::access(what, how) {
        Ok(()) => Ok(false),
        Err(Errno::ACCESS | Errno::PERM | Errno::ROFS) => Ok(true),
        Err(error) => Err(WriteError::unwritable(&error.into(), path)),
    };
    // Root is refused nothing: what the mode says counts for everyone.
    if metadata.permissions().readonly() || refuses(real, Access::WRITE_OK)? {
        return Err(WriteError::ReadOnly { path: path.into() });
    }
    let folder = real.parent().unwrap_or(real);
    let is_readonly = folder
        .metadata()
        .map_err(|error| WriteError::unwritable(&error, path))?
        .permissions()
        .readonly();
    if is_readonly || refuses(folder, Access::WRITE_OK | Access::EXEC_OK)? {
        return Err(WriteError::FolderReadOnly { path: path.into() });
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn check(_real: &Path, metadata: &Metadata, path: &str) -> Result<(), WriteError> {
    if metadata.permissions().readonly() {
        return Err(WriteError::ReadOnly { path: path.into() });
    }
    Ok(())
}

/// Gives `new` the owner, the attributes and the mode of `old`, in this order: each of them may
/// take the next one back.
///
/// # Errors
///
/// `Unkept`, with what cannot be carried over.
#[cfg(unix)]
pub(super) fn carry(
    old: &File,
    metadata: &Metadata,
    new: &File,
    path: &str,
) -> Result<(), WriteError> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let unkept = |what: String| WriteError::Unkept {
        what,
        path: path.into(),
    };
    let made = new
        .metadata()
        .map_err(|error| WriteError::unwritable(&error, path))?;
    let user = (metadata.uid() != made.uid()).then_some(metadata.uid());
    let group = (metadata.gid() != made.gid()).then_some(metadata.gid());
    if user.is_some() || group.is_some() {
        fchown(new, user, group).map_err(|_| unkept("owner or group".into()))?;
    }
    carry_attributes(old, new).map_err(|name| unkept(format!("attribute {name}")))?;
    new.set_permissions(metadata.permissions())
        .map_err(|_| unkept("mode".into()))
}

#[cfg(not(unix))]
pub(super) fn carry(
    _old: &File,
    metadata: &Metadata,
    new: &File,
    path: &str,
) -> Result<(), WriteError> {
    new.set_permissions(metadata.permissions())
        .map_err(|_| WriteError::Unkept {
            what: "mode".into(),
            path: path.into(),
        })
}

/// Makes the extended attributes of `new`, access lists and labels among them, those of `old`. The
/// error is the name of one that cannot be.
#[cfg(unix)]
fn carry_attributes(old: &File, new: &File) -> Result<(), String> {
    use std::ffi::OsString;
    use std::io::ErrorKind;

    use xattr::FileExt;

    let names = |file: &File| -> Result<Vec<OsString>, String> {
        match file.list_xattr() {
            Ok(names) => Ok(names.collect()),
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Vec::new()),
            Err(error) => Err(format!("list ({error})")),
        }
    };
    let old_names = names(old)?;
    for name in names(new)? {
        if !old_names.contains(&name) && new.remove_xattr(&name).is_err() {
            return Err(name.to_string_lossy().into_owned());
        }
    }
    for name in &old_names {
        let unkept = || name.to_string_lossy().into_owned();
        let Some(value) = old.get_xattr(name).map_err(|_| unkept())? else {
            continue;
        };
        let is_there = new
            .get_xattr(name)
            .is_ok_and(|there| there.as_ref() == Some(&value));
        if !is_there && new.set_xattr(name, &value).is_err() {
            return Err(unkept());
        }
    }
    Ok(())
}
