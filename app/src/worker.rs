//! A thread that does one kind of work for a panel, so that no frame waits for it.

use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

/// Jobs that may wait; a panel asks again in its next frame for what found no room.
const N_WAITING: usize = 256;

/// The running thread; dropping it ends and joins it once its present job is done.
#[derive(Debug)]
pub struct Worker<J, R> {
    jobs: Option<Sender<J>>,
    done: Receiver<R>,
    thread: Option<JoinHandle<()>>,
    n_pending: usize,
}

impl<J: Send + 'static, R: Send + 'static> Worker<J, R> {
    /// Starts the thread. `make` is called on it and gives what does a job; `wake` is called after
    /// each. Without a thread from the system no job is ever taken.
    pub fn start<W>(
        name: &str,
        wake: impl Fn() + Send + 'static,
        make: impl FnOnce() -> W + Send + 'static,
    ) -> Self
    where
        W: FnMut(J) -> R,
    {
        let (jobs, waiting) = bounded::<J>(N_WAITING);
        let (say, done) = bounded(N_WAITING);
        let started = Builder::new().name(name.to_owned()).spawn(move || {
            let mut work = make();
            while let Ok(job) = waiting.recv() {
                if say.send(work(job)).is_err() {
                    return;
                }
                wake();
            }
        });
        if let Err(error) = &started {
            tracing::error!("the system gives no thread ({error}): {name}");
        }
        Self {
            jobs: Some(jobs),
            done,
            thread: started.ok(),
            n_pending: 0,
        }
    }

    /// Hands a job over, without blocking; whether there was room for it.
    pub fn send(&mut self, job: J) -> bool {
        let sent = self
            .jobs
            .as_ref()
            .is_some_and(|jobs| jobs.try_send(job).is_ok());
        self.n_pending += usize::from(sent);
        sent
    }

    /// What was done since the last call.
    pub fn drain(&mut self) -> Vec<R> {
        let done: Vec<R> = self.done.try_iter().collect();
        self.n_pending = self.n_pending.saturating_sub(done.len());
        done
    }

    /// Whether a job is under way, or its result was not taken yet.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.n_pending > 0
            && self
                .thread
                .as_ref()
                .is_some_and(|thread| !thread.is_finished())
    }
}

impl<J, R> Drop for Worker<J, R> {
    fn drop(&mut self) {
        self.jobs = None;
        // A thread that waits for room for its answers hears that nobody takes them.
        self.done = crossbeam_channel::never();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a panel's thread had panicked");
        }
    }
}
