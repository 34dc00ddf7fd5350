//! The thread that parses documents. A newer job for the same document replaces one that waits.

use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::command::ParsedDocument;
use crate::effects::ParseJob;

/// Jobs and answers that may wait; more than a person can ask for within a parse.
const N_WAITING: usize = 256;

/// The running thread; dropping it stops and joins it.
#[derive(Debug)]
pub struct Jobs {
    jobs: Option<Sender<ParseJob>>,
    thread: Option<JoinHandle<()>>,
}

impl Jobs {
    /// Starts the thread. `wake` is called after each answer is put on the channel.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        wake: Arc<dyn Fn() + Send + Sync>,
    ) -> std::io::Result<(Self, Receiver<ParsedDocument>)> {
        let (jobs, waiting) = bounded::<ParseJob>(N_WAITING);
        let (done, answers) = bounded(N_WAITING);
        let thread = Builder::new().name("jobs".to_owned()).spawn(move || {
            while let Ok(first) = waiting.recv() {
                let mut batch = vec![first];
                while let Ok(next) = waiting.try_recv() {
                    batch.retain(|job| (job.plan, job.document) != (next.plan, next.document));
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
    pub fn send(&self, job: ParseJob) -> Result<(), Box<ParseJob>> {
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
