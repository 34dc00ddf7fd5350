//! What is done while the window is made: opening the library, looking at the open plan's folder,
//! reading and parsing its document.
//!
//! Making a window takes the graphics library several times as long as all of these. They run
//! beside it, and the first frame shows the page.

use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use egui::Context;

use crate::app::now;
use crate::command::Command;
use crate::services::Services;
use crate::state::State;
use crate::update::update;

/// Between two looks at what the threads said: little beside the tenth of a second that it is for.
const PAUSE: Duration = Duration::from_micros(200);

/// A thread that does the window's logic until there is a window.
#[derive(Debug)]
pub struct Ahead {
    thread: JoinHandle<(State, Services)>,
    /// Dropped to end the thread.
    running: Sender<()>,
}

impl Ahead {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn start(mut state: State, mut services: Services) -> std::io::Result<Self> {
        let (running, ended) = bounded(0);
        let thread = Builder::new().name("ahead".to_owned()).spawn(move || {
            // What effects ask of the window itself (a frame after a while) is asked again by the
            // first frame.
            let no_window = Context::default();
            loop {
                let mut commands = services.drain();
                commands.push(Command::Tick);
                for command in commands {
                    for effect in update(&mut state, command, now()) {
                        services.run(effect, &no_window);
                    }
                }
                let is_over = ended.recv_timeout(PAUSE) != Err(RecvTimeoutError::Timeout);
                if is_over || state.is_settled() {
                    return (state, services);
                }
            }
        })?;
        Ok(Self { thread, running })
    }

    /// What it came to. Waits for one command at most.
    ///
    /// # Panics
    /// When the thread did: there is nothing to go on with then.
    #[must_use]
    pub fn finish(self) -> (State, Services) {
        drop(self.running);
        match self.thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}
