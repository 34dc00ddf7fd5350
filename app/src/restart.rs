//! A session that ends and another that begins in the same window: with a backup in the place of
//! the library, or with another library.

use std::path::{Path, PathBuf};
use std::thread::{Builder, JoinHandle};

use anyhow::anyhow;
use egui::Context;
use postil_store::Lock;
use postil_watcher::{Config, Watcher};

use crate::services::{Services, Wake};

/// What the next session begins with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Next {
    /// The folder of its library.
    pub data_dir: PathBuf,
    /// A backup that is put in the place of that library before.
    pub backup: Option<PathBuf>,
}

/// The session that begins.
#[derive(Debug)]
pub(crate) struct Begun {
    /// `None` if none can begin.
    pub(crate) services: Option<Services>,
    /// The folder of its library: the one before where the other cannot be opened.
    pub(crate) data_dir: PathBuf,
    /// What went wrong, in words for the person.
    pub(crate) problem: Option<String>,
}

/// The time between the two sessions, on a thread of its own.
#[derive(Debug)]
pub(crate) struct Restart {
    thread: JoinHandle<Begun>,
    next: Next,
}

impl Restart {
    /// Ends the services, whose library is in `data_dir`, and starts the next; wakes the window
    /// then.
    pub(crate) fn begin(
        services: Services,
        data_dir: &Path,
        next: Next,
        ctx: &Context,
    ) -> std::io::Result<Self> {
        let (before, after, ctx) = (data_dir.to_owned(), next.clone(), ctx.clone());
        let thread = Builder::new().name("restart".to_owned()).spawn(move || {
            let begun = restart(services, before, after);
            ctx.request_repaint();
            begun
        })?;
        Ok(Self { thread, next })
    }

    /// Whether it has come to an end.
    pub(crate) fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// What came of it.
    pub(crate) fn finish(self) -> Begun {
        self.thread.join().unwrap_or_else(|_| Begun {
            services: None,
            data_dir: self.next.data_dir,
            problem: Some("This ended early. Start Postil again: the library is whole".to_owned()),
        })
    }
}

fn restart(services: Services, before: PathBuf, next: Next) -> Begun {
    let n_unwritten = services.close();
    if n_unwritten > 0 {
        tracing::error!("{n_unwritten} changes could not be written before the next session");
    }
    let mut problem = None;
    let (lock, data_dir) = match Lock::acquire(&next.data_dir) {
        Ok(lock) => (Ok(lock), next.data_dir),
        Err(error) => {
            problem = Some(error.to_string());
            (Lock::acquire(&before), before)
        }
    };
    let services = lock.map_err(|error| anyhow!("{error}")).and_then(|lock| {
        if let (None, Some(backup)) = (&problem, &next.backup) {
            // What fails leaves the library as it was, to go on with.
            let failed = postil_store::restore(&lock, backup).err();
            problem = failed.map(|error| error.to_string());
        }
        let wake = Wake::default();
        let watcher = Watcher::start(Config::default(), wake.as_waker())?;
        Services::start(lock, watcher, wake)
    });
    match services {
        Ok(services) => Begun {
            services: Some(services),
            data_dir,
            problem,
        },
        Err(error) => Begun {
            services: None,
            data_dir,
            problem: Some(error.to_string()),
        },
    }
}
