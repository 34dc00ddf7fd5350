//! A file system of one file, `a.md`, which is changed behind the kernel's back.
#![cfg(target_os = "linux")]

use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fuser::{
    BackgroundSession, Errno, FileAttr, FileHandle, FileType, Filesystem, Generation, INodeNo,
    LockOwner, OpenFlags, ReplyAttr, ReplyData, ReplyDirectory, ReplyEntry, Request,
};

const FILE: INodeNo = INodeNo(2);
const NAME: &str = "a.md";

type Content = Arc<Mutex<(Vec<u8>, SystemTime)>>;

pub(crate) struct Served {
    content: Content,
    _session: BackgroundSession,
}

impl Served {
    /// `None` where nothing may be mounted.
    pub(crate) fn mount(folder: &Path) -> Option<Self> {
        let content = Content::new(Mutex::new((Vec::new(), UNIX_EPOCH)));
        let served = OneFile(Arc::clone(&content));
        let session = fuser::spawn_mount(served, folder, &fuser::Config::default()).ok()?;
        Some(Self {
            content,
            _session: session,
        })
    }

    pub(crate) fn put(&self, bytes: &[u8]) {
        *self.content.lock().expect("no panic") = (bytes.to_vec(), SystemTime::now());
    }
}

struct OneFile(Content);

impl OneFile {
    fn attr(&self, inode: INodeNo) -> FileAttr {
        let content = self.0.lock().expect("no panic");
        let is_file = inode == FILE;
        FileAttr {
            ino: inode,
            size: if is_file { content.0.len() as u64 } else { 0 },
            blocks: 1,
            atime: UNIX_EPOCH,
            mtime: content.1,
            ctime: content.1,
            crtime: UNIX_EPOCH,
            kind: if is_file {
                FileType::RegularFile
            } else {
                FileType::Directory
            },
            perm: if is_file { 0o644 } else { 0o755 },
            nlink: 1,
            uid: 0,
            gid: 0,
            rdev: 0,
            flags: 0,
            blksize: 512,
        }
    }
}

impl Filesystem for OneFile {
    fn lookup(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEntry) {
        if name == NAME {
            reply.entry(&Duration::ZERO, &self.attr(FILE), Generation(0));
        } else {
            reply.error(Errno::ENOENT);
        }
    }

    fn getattr(&self, _: &Request, inode: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        reply.attr(&Duration::ZERO, &self.attr(inode));
    }

    fn read(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let content = self.0.lock().expect("no panic");
        let start = (offset as usize).min(content.0.len());
        let end = (start + size as usize).min(content.0.len());
        reply.data(&content.0[start..end]);
    }

    fn readdir(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        if offset == 0 {
            // A full buffer is asked for again from where it ended.
            let _ = reply.add(FILE, 1, FileType::RegularFile, NAME);
        }
        reply.ok();
    }
}
