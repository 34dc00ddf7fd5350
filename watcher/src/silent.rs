//! Owns the question which file systems tell nothing of what happens on them.

use std::path::Path;

/// The kind of the file system that `folder` lies on, when changes can be made to it that the system
/// does not hear of: on another machine, or by the program that serves it.
#[cfg(target_os = "linux")]
pub(crate) fn silent_file_system(folder: &Path) -> Option<&'static str> {
    let kind = rustix::fs::statfs(folder).ok()?.f_type;
    name_of(u32::try_from(kind as u64 & 0xFFFF_FFFF).unwrap_or(0))
}

/// On other systems nothing is known, and the safety scan has to do.
#[cfg(not(target_os = "linux"))]
pub(crate) fn silent_file_system(_folder: &Path) -> Option<&'static str> {
    None
}

/// By the magic numbers of statfs(2) and of `linux/magic.h`.
#[cfg(target_os = "linux")]
fn name_of(magic: u32) -> Option<&'static str> {
    Some(match magic {
        0x0102_1997 => "9p",
        0x0000_6969 => "NFS",
        0xFF53_4D42 => "CIFS",
        0x0000_517B => "SMB",
        0xFE53_4D42 => "SMB2",
        0x6573_5546 => "FUSE",
        0x00C3_6400 => "Ceph",
        0x5346_414F | 0x6B41_4653 => "AFS",
        0x7375_7245 => "Coda",
        0x0000_564C => "NCP",
        0x0BD0_0BD0 => "Lustre",
        0x4750_4653 => "GPFS",
        0x786F_4256 => "VirtualBox",
        0xBACB_ACBC => "VMware",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    #[test]
    fn a_local_folder_is_not_silent() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let kind = super::silent_file_system(folder.path());
        assert!(kind.is_none() || kind == Some("FUSE"), "{kind:?}");
        assert_eq!(super::name_of(0xFF53_4D42), Some("CIFS"));
        assert_eq!(super::name_of(0xEF53), None, "ext4");
    }
}
