//! A block device that writes down what it is asked for, by qemu-storage-daemon, and what it may
//! hold after a power cut.
//!
//! # The log (dm-log-writes)
//! ```text
//! sector 0: magic 6a736677736872, version, number of entries (u64 each), sector size (u32)
//! then for each entry a sector: sector, number of sectors, flags, length (u64 each), then its data
//! ```
//! All little-endian. Sectors are of 512 bytes.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use crate::PATIENCE;

const SECTOR_BYTES: u64 = 512;
const MAGIC: u64 = 0x6a_7366_7773_6872;
const FLUSH: u64 = 1;
const FUA: u64 = 2;
const DISCARD: u64 = 4;
/// Of the device.
const N_BYTES: u64 = 64 << 20;

/// Runs a program that must succeed.
pub(crate) fn sh(program: &str, args: &[&dyn AsRef<std::ffi::OsStr>]) -> anyhow::Result<()> {
    let output = Command::new(program)
        .args(args.iter().map(AsRef::as_ref))
        .output()
        .with_context(|| format!("cannot start {program}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program}: {}", said.trim());
    Ok(())
}

/// Says what is missing to cut the power of a block device here.
pub(crate) fn check_tools() -> anyhow::Result<()> {
    let is_there = Command::new("qemu-storage-daemon")
        .arg("--version")
        .output();
    ensure!(
        is_there.is_ok_and(|output| output.status.success()),
        "qemu-storage-daemon is not installed. On Debian and Ubuntu: apt-get install -y qemu-utils \
         qemu-system-common"
    );
    ensure!(
        Path::new("/dev/fuse").exists(),
        "There is no /dev/fuse, which qemu-storage-daemon needs"
    );
    let id = Command::new("id").arg("-u").output()?;
    ensure!(
        id.stdout.trim_ascii() == b"0",
        "Mounting a file system needs root. Run it with sudo"
    );
    Ok(())
}

/// A mounted ext4 whose blocks are logged. Unmounted when dropped.
pub(crate) struct Recorder {
    dir: PathBuf,
    mount: Option<Mount>,
    daemon_pid: Option<String>,
}

impl Recorder {
    pub(crate) fn start(dir: &Path) -> anyhow::Result<Self> {
        let base = dir.join("base.raw");
        File::create(&base)?.set_len(N_BYTES)?;
        sh("mkfs.ext4", &[&"-q", &"-F", &base])?;
        sh(
            "cp",
            &[&"--sparse=always", &base, &dir.join("disk.raw") as _],
        )?;
        for name in ["log.raw", "export"] {
            File::create(dir.join(name))?;
        }
        let path = |name: &str| dir.join(name).display().to_string();
        let mut recorder = Self {
            dir: dir.to_owned(),
            mount: None,
            daemon_pid: None,
        };
        let blockdev = "--blockdev";
        sh(
            "qemu-storage-daemon",
            &[
                &blockdev,
                &format!("driver=file,node-name=disk,filename={}", path("disk.raw")),
                &blockdev,
                &format!("driver=file,node-name=log,filename={}", path("log.raw")),
                &blockdev,
                &"driver=blklogwrites,node-name=logged,file=disk,log=log,log-sector-size=512",
                &"--export",
                &format!(
                    "type=fuse,id=export,node-name=logged,mountpoint={},writable=on",
                    path("export")
                ),
                &"--daemonize",
                &"--pidfile",
                &path("pid"),
            ],
        )?;
        recorder.daemon_pid = Some(fs::read_to_string(path("pid"))?.trim().to_owned());
        recorder.mount = Some(Mount::new(&dir.join("export"), &dir.join("mounted"))?);
        Ok(recorder)
    }

    pub(crate) fn mounted(&self) -> PathBuf {
        self.dir.join("mounted")
    }

    /// Bytes of the log: whatever was done until now lies before.
    pub(crate) fn n_logged(&self) -> anyhow::Result<u64> {
        Ok(self.dir.join("log.raw").metadata()?.len())
    }

    /// Unmounts, and reads the log.
    pub(crate) fn finish(mut self) -> anyhow::Result<Log> {
        self.stop()?;
        Log::read(&self.dir)
    }

    fn stop(&mut self) -> anyhow::Result<()> {
        drop(self.mount.take());
        let Some(pid) = self.daemon_pid.take() else {
            return Ok(());
        };
        sh("kill", &[&pid])?;
        let end = Instant::now() + PATIENCE;
        let process = Path::new("/proc").join(&pid);
        let never = crossbeam_channel::never::<()>();
        while process.exists() && !is_zombie(&process) {
            ensure!(Instant::now() < end, "qemu-storage-daemon does not end");
            _ = never.recv_timeout(Duration::from_millis(10));
        }
        Ok(())
    }
}

fn is_zombie(process: &Path) -> bool {
    let status = fs::read_to_string(process.join("status")).unwrap_or_default();
    status.contains("State:\tZ")
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            crate::say(&format!("left behind: {error:#}"));
        }
    }
}

/// A mounted file system. Unmounted when dropped.
pub(crate) struct Mount(PathBuf);

impl Mount {
    pub(crate) fn new(image: &Path, at: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(at)?;
        sh("mount", &[&"-o", &"loop", &image, &at])?;
        Ok(Self(at.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Something may still look at it for a moment.
        let end = Instant::now() + PATIENCE;
        while let Err(error) = sh("umount", &[&self.0]) {
            if Instant::now() > end {
                crate::say(&format!("left mounted: {error:#}"));
                break;
            }
        }
    }
}

/// All that a device was asked for.
pub(crate) struct Log {
    dir: PathBuf,
    file: File,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Where in the log it begins.
    at: u64,
    sector: u64,
    n_sectors: u64,
    flags: u64,
}

impl Entry {
    fn is_write(&self) -> bool {
        self.n_sectors > 0 && self.flags & DISCARD == 0
    }

    fn end(&self) -> u64 {
        let n = if self.is_write() { self.n_sectors } else { 0 };
        self.at + (1 + n) * SECTOR_BYTES
    }
}

impl Log {
    fn read(dir: &Path) -> anyhow::Result<Self> {
        let mut file = File::open(dir.join("log.raw"))?;
        let mut sector = [0; SECTOR_BYTES as usize];
        file.read_exact(&mut sector)?;
        let field = |sector: &[u8], i: usize| -> anyhow::Result<u64> {
            Ok(u64::from_le_bytes(sector[i * 8..][..8].try_into()?))
        };
        ensure!(field(&sector, 0)? == MAGIC, "not a log of writes");
        let n_entries = field(&sector, 2)?;
        let mut entries = Vec::new();
        let mut at = SECTOR_BYTES;
        for _ in 0..n_entries {
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut sector)?;
            let entry = Entry {
                at,
                sector: field(&sector, 0)?,
                n_sectors: field(&sector, 1)?,
                flags: field(&sector, 2)?,
            };
            at = entry.end();
            entries.push(entry);
        }
        Ok(Self {
            dir: dir.to_owned(),
            file,
            entries,
        })
    }

    pub(crate) fn n_entries(&self) -> usize {
        self.entries.len()
    }

    /// How many bytes of the log belong to the first `n` entries.
    pub(crate) fn n_logged_after(&self, n: usize) -> u64 {
        n.checked_sub(1)
            .and_then(|last| self.entries.get(last))
            .map_or(SECTOR_BYTES, Entry::end)
    }

    /// The device after a power cut that follows `n` entries: all that a flush reaches is there, and
    /// of the rest what `is_left` says.
    pub(crate) fn cut(
        &mut self,
        n: usize,
        mut is_left: impl FnMut() -> bool,
    ) -> anyhow::Result<PathBuf> {
        let image = self.dir.join("cut.raw");
        sh(
            "cp",
            &[&"--sparse=always", &self.dir.join("base.raw") as _, &image],
        )?;
        let mut device = File::options().write(true).open(&image)?;
        let entries = &self.entries[..n];
        let flush = entries.iter().rposition(|entry| entry.flags & FLUSH != 0);
        for (i, entry) in entries.iter().enumerate() {
            // A write that carries a flush reaches back, not to itself, unless it is forced.
            let is_flushed = flush.is_some_and(|flush| i < flush) || entry.flags & FUA != 0;
            if !entry.is_write() || !(is_flushed || is_left()) {
                continue;
            }
            let mut bytes = vec![0; (entry.n_sectors * SECTOR_BYTES) as usize];
            self.file.seek(SeekFrom::Start(entry.at + SECTOR_BYTES))?;
            self.file.read_exact(&mut bytes)?;
            device.seek(SeekFrom::Start(entry.sector * SECTOR_BYTES))?;
            device.write_all(&bytes)?;
        }
        if device.metadata()?.len() != N_BYTES {
            bail!("a write beyond the end of the device");
        }
        Ok(image)
    }
}
