//! The threads behind the window: starting them, draining what they say, carrying out effects.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use postil_model::TextId;
use postil_store::{Batch, Lock, Store};
use postil_watcher::Watcher;

use crate::command::{Command, DialogPurpose};
use crate::effects::Effect;
use crate::images::Images;
use crate::jobs::{Job, Jobs};

/// How long one frame may spend taking over what the threads said.
const DRAIN_BUDGET: Duration = Duration::from_millis(4);

/// Wakes the window once there is one; before that, what was said waits for the first frame.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<OnceLock<egui::Context>>);

impl Wake {
    /// From now on this window is woken.
    pub fn attach(&self, ctx: &egui::Context) {
        // A second window of the same services is never made.
        let _ = self.0.set(ctx.clone());
    }

    fn wake(&self) {
        if let Some(ctx) = self.0.get() {
            // Any delay above zero asks for one frame; none at all asks for two.
            ctx.request_repaint_after(Duration::from_micros(1));
        }
    }

    /// The same as a function for a thread to call.
    #[must_use]
    pub fn as_waker(&self) -> Arc<dyn Fn() + Send + Sync> {
        let wake = self.clone();
        Arc::new(move || wake.wake())
    }
}

/// The running threads. Dropped in the order of the fields: the store is the last to be joined, so
/// that everything that is still said can be kept.
#[derive(Debug)]
pub struct Services {
    watcher: Watcher,
    watcher_events: Receiver<postil_watcher::Event>,
    jobs: Jobs,
    done: Receiver<Command>,
    /// What threads of a moment answer: dialogs, looks at the disk.
    aside: (Sender<Command>, Receiver<Command>),
    images: Images,
    /// What could not be handed over because a queue was full, in order.
    late_requests: Vec<postil_watcher::Request>,
    late_batches: Vec<Batch>,
    late_jobs: Vec<Job>,
    late_texts: Vec<TextId>,
    wake: Wake,
    store_events: Receiver<postil_store::Event>,
    store: Store,
}

impl Services {
    /// Starts the threads beside a watcher that runs already; the database begins to be opened at
    /// once. The watcher's waker is `wake`'s.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        lock: Lock,
        (watcher, watcher_events): (Watcher, Receiver<postil_watcher::Event>),
        wake: Wake,
    ) -> anyhow::Result<Self> {
        let (store, store_events) = postil_store::start(lock, wake.as_waker())?;
        let (jobs, done) = Jobs::start(wake.as_waker())?;
        let images = Images::start(wake.as_waker())?;
        Ok(Self {
            watcher,
            watcher_events,
            jobs,
            done,
            aside: bounded(16),
            images,
            late_requests: Vec::new(),
            late_batches: Vec::new(),
            late_jobs: Vec::new(),
            late_texts: Vec::new(),
            wake,
            store_events,
            store,
        })
    }

    /// Connects the window: it is woken from now on, and loads pictures through these threads.
    pub fn attach(&self, ctx: &egui::Context) {
        self.images.install(ctx);
        self.wake.attach(ctx);
    }

    /// Whether pictures are being read or decoded.
    #[must_use]
    pub fn is_loading_images(&self) -> bool {
        self.images.is_busy()
    }

    /// What the threads said since the last call, as far as the time allows; asks for another frame
    /// when more is left.
    pub fn drain(&mut self) -> Vec<Command> {
        self.hand_over_late();
        let started = Instant::now();
        let mut commands = Vec::new();
        let requests = self.images.take_requests();
        for request in requests {
            self.request(request);
        }
        loop {
            let before = commands.len();
            commands.extend(self.store_events.try_recv().ok().map(Command::Store));
            commands.extend(self.watcher_events.try_recv().ok().map(Command::Watcher));
            commands.extend(self.done.try_recv().ok());
            commands.extend(self.aside.1.try_recv().ok());
            if commands.len() == before {
                return commands;
            }
            if started.elapsed() > DRAIN_BUDGET {
                self.wake.wake();
                return commands;
            }
        }
    }

    /// Carries out one effect; none blocks.
    pub fn run(&mut self, effect: Effect, ctx: &egui::Context) {
        match effect {
            Effect::Write(batch) => {
                self.late_batches.push(batch);
                self.hand_over_late();
            }
            Effect::Watch(request) => self.request(request),
            Effect::Parse(job) => {
                self.late_jobs.push(Job::Parse(job));
                self.hand_over_late();
            }
            Effect::Place(job) => {
                self.late_jobs.push(Job::Place(job));
                self.hand_over_late();
            }
            // A great many notes take seconds, and no document waits for them to be parsed.
            Effect::Compose(job) => {
                self.aside("compose", move || Command::Composed(Box::new(job.run())));
            }
            Effect::Seek(job) => {
                self.late_jobs.push(Job::Seek(job));
                self.hand_over_late();
            }
            Effect::ReadNotes(file) => self.aside("notes", move || {
                let name = file.file_name().unwrap_or(file.as_os_str());
                let name = name.to_string_lossy().into_owned();
                Command::NotesRead(name, crate::library::read_notes(&file))
            }),
            Effect::Choose(purpose) => self.choose(purpose),
            Effect::BackUp => self.ask_store(postil_store::Request::BackUp),
            Effect::BackUpAlsoIn(folder) => {
                self.ask_store(postil_store::Request::BackUpAlsoIn(folder));
            }
            Effect::ReadText(id) => {
                self.late_texts.push(id);
                self.hand_over_late();
            }
            Effect::SaveNew(file) => self.aside("save", move || {
                let written = crate::library::save_new(&file);
                Command::Saved(written.map(|path| (path, file.then)))
            }),
            Effect::ListBackups => {
                let data_dir = self.store.data_dir().to_owned();
                self.aside("backups", move || {
                    let backups = postil_store::backup::list(&data_dir);
                    let mut backups = backups.unwrap_or_else(|error| {
                        tracing::warn!("the backups cannot be listed ({error})");
                        Vec::new()
                    });
                    backups.sort_by_key(|backup| std::cmp::Reverse(backup.generation));
                    Command::Backups(backups)
                });
            }
            Effect::OpenInEditor { file, line } => self.aside("editor", move || {
                let opened = crate::editor::open(&file, line);
                opened.map_or_else(Command::EditorFailed, |()| Command::Tick)
            }),
            Effect::ListProfiles => {
                let data_dir = self.store.data_dir().to_owned();
                self.aside("profiles", move || {
                    Command::Profiles(crate::paths::profiles(&data_dir))
                });
            }
            Effect::Copy { folder, library } => {
                self.aside("copy", move || {
                    Command::Copied(crate::library::copy(&folder, &library))
                });
            }
            // The app does that: these services end with it.
            Effect::Restart(_) => {}
            Effect::Close => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
            Effect::TickAfter(time) => ctx.request_repaint_after(time),
            Effect::CopyText(text) => ctx.copy_text(text),
            Effect::OpenUrl(url) => ctx.open_url(egui::OpenUrl::new_tab(url)),
            Effect::ForgetImages(plan) => self.images.forget(ctx, plan),
            Effect::ImageBytes { plan, path, bytes } => self.images.arrived(plan, &path, &bytes),
            Effect::UnpackSample { ticket, folder } => {
                let files = crate::sample::files();
                self.request(postil_watcher::Request::Unpack {
                    ticket,
                    folder,
                    files,
                });
            }
        }
    }

    fn ask_store(&self, request: postil_store::Request) {
        if self.store.request(request).is_err() {
            tracing::warn!("the store takes no request");
        }
    }

    fn request(&mut self, request: postil_watcher::Request) {
        self.late_requests.push(request);
        self.hand_over_late();
    }

    /// Hands over what waits, in order, until a queue is full; then another frame tries again.
    fn hand_over_late(&mut self) {
        while !self.late_requests.is_empty() {
            if let Err(busy) = self.watcher.send(self.late_requests.remove(0)) {
                self.late_requests.insert(0, *busy.0);
                break;
            }
        }
        while !self.late_batches.is_empty() {
            if let Err(batch) = self.store.write(self.late_batches.remove(0)) {
                self.late_batches.insert(0, batch);
                break;
            }
        }
        while let Some(id) = self.late_texts.first() {
            if self
                .store
                .request(postil_store::Request::Text(*id))
                .is_err()
            {
                break;
            }
            self.late_texts.remove(0);
        }
        while !self.late_jobs.is_empty() {
            if let Err(job) = self.jobs.send(self.late_jobs.remove(0)) {
                self.late_jobs.insert(0, *job);
                break;
            }
        }
    }

    fn choose(&self, purpose: DialogPurpose) {
        self.aside("dialog", move || {
            let title = match purpose {
                DialogPurpose::OpenFolder => "Open a folder of plans",
                DialogPurpose::SampleFolder => "Put the sample plan into…",
                DialogPurpose::BackupFolder => "Keep backups in a second folder",
                DialogPurpose::CopyFolder => "Put a copy of everything into…",
                DialogPurpose::HandBack(..) => "Save the notes in…",
                DialogPurpose::ImportNotes => "Bring in notes from…",
            };
            let dialog = rfd::FileDialog::new().set_title(title);
            let chosen = if purpose == DialogPurpose::ImportNotes {
                let dialog = dialog.add_filter("Web Annotations", &["jsonld", "json"]);
                dialog.pick_file()
            } else {
                dialog.pick_folder()
            };
            Command::Chosen(purpose, chosen)
        });
    }

    /// Does something that may take a while on a thread of its own.
    fn aside(&self, name: &str, work: impl FnOnce() -> Command + Send + 'static) {
        let answers = self.aside.0.clone();
        let wake = self.wake.clone();
        let started = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                if answers.try_send(work()).is_ok() {
                    wake.wake();
                }
            });
        if let Err(error) = started {
            tracing::error!("the system gives no thread ({error}): {name}");
        }
    }

    /// Ends the threads. What was handed over is written first.
    ///
    /// Gives how many changes could not be made durable.
    #[must_use]
    pub fn close(mut self) -> usize {
        self.hand_over_late();
        let n_late: usize = self
            .late_batches
            .iter()
            .map(|batch| batch.changes.len())
            .sum();
        drop(self.watcher);
        drop(self.jobs);
        drop(self.images);
        n_late + self.store.close().n_unwritten
    }
}
