//! The thread that parses documents and places their notes. A newer job for the same replaces one
//! that waits.

use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::command::Command;
use crate::effects::ParseJob;
use crate::elsewhere::SeekJob;
use crate::margin::PlaceJob;

/// Jobs and answers that may wait; more than a person can ask for within a parse.
const N_WAITING: usize = 256;

/// What takes too long for a frame.
#[derive(Clone, Debug)]
pub enum Job {
    /// Find a text's blocks.
    Parse(ParseJob),
    /// Find out where notes are.
    Place(Box<PlaceJob>),
    /// Look for words in another document.
    Seek(Box<SeekJob>),
}

impl Job {
    /// What it is for: a later job for the same makes this one needless.
    fn purpose(&self) -> (u8, u128) {
        match self {
            Self::Parse(job) => (0, job.document.0),
            Self::Place(job) => (1, job.document.0),
            Self::Seek(job) => (2, job.document.0),
        }
    }

    fn run(self) -> Command {
        match self {
            Self::Parse(job) => Command::Parsed(job.run()),
            Self::Place(job) => Command::NotesPlaced(job.run()),
            Self::Seek(job) => Command::FoundElsewhere(job.run()),
        }
    }
}

/// The running thread; dropping it stops and joins it.
#[derive(Debug)]
pub struct Jobs {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Jobs {
    /// Starts the thread. `wake` is called after each answer is put on the channel.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(wake: Arc<dyn Fn() + Send + Sync>) -> std::io::Result<(Self, Receiver<Command>)> {
        let (jobs, waiting) = bounded::<Job>(N_WAITING);
        let (done, answers) = bounded(N_WAITING);
        let thread = Builder::new().name("jobs".to_owned()).spawn(move || {
            while let Ok(first) = waiting.recv() {
                let mut batch = vec![first];
                while let Ok(next) = waiting.try_recv() {
                    batch.retain(|job| job.purpose() != next.purpose());
                    batch.push(next);
                }
                for job in batch {
                    if done.send(job.run()).is_err() {
                        return;
                    }
                    wake();
                }
            }
        })?;
        Ok((
            Self {
                jobs: Some(jobs),
                thread: Some(thread),
            },
            answers,
        ))
    }

    /// Hands a job over, without blocking; gives it back when too many wait.
    ///
    /// # Errors
    /// The job, to be handed over again later.
    pub fn send(&self, job: Job) -> Result<(), Box<Job>> {
        let Some(jobs) = &self.jobs else {
            return Err(Box::new(job));
        };
        jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(job) | TrySendError::Disconnected(job) => Box::new(job),
        })
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the jobs' thread had panicked");
        }
    }
}
