//! A session that ends and another that begins in the same window: with a backup in the place of
//! the library, or with another library.

use std::path::{Path, PathBuf};
use std::thread::Builder;

use anyhow::anyhow;
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};
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
    begun: Receiver<Begun>,
    next: Next,
}

/// Wakes the window when the thread is through, however it ended. The answer is in the channel, or
/// the channel closed, before that: a thread that is only about to end would be seen as running by
/// the frame that it woke, and no other frame would come.
struct WakeAtTheEnd {
    begun: Option<Sender<Begun>>,
    ctx: Context,
}

impl Drop for WakeAtTheEnd {
    fn drop(&mut self) {
        self.begun = None;
        self.ctx.request_repaint();
    }
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
        let (sender, begun) = bounded(1);
        let end = WakeAtTheEnd {
            begun: Some(sender),
            ctx: ctx.clone(),
        };
        let (before, after) = (data_dir.to_owned(), next.clone());
        Builder::new().name("restart".to_owned()).spawn(move || {
            let begun = restart(services, before, after);
            if let Some(sender) = &end.begun {
                // Nobody listens once the window is closed; the services then end with the value.
                let _ = sender.send(begun);
            }
        })?;
        Ok(Self { begun, next })
    }

    /// What came of it, once it has come to an end.
    pub(crate) fn result(&self) -> Option<Begun> {
        match self.begun.try_recv() {
            Ok(begun) => Some(begun),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Begun {
                services: None,
                data_dir: self.next.data_dir.clone(),
                problem: Some(
                    "This ended early. Start Postil again: the library is whole".to_owned(),
                ),
            }),
        }
    }

    /// Waits for it, for a window that is closed meanwhile: what the first session had not yet
    /// written is written by then, and the second one ends as it is dropped.
    pub(crate) fn wait(self) {
        let _ = self.begun.recv();
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
