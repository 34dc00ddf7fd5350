//! Owns what a test needs to drive the whole app without a window: a [`Session`] is one run of the
//! real `postil::app::App`, with its real watcher, store and jobs, on a database of its own.
//!
//! A session draws a frame only when the app asked for one, as a window would. So a change that
//! nobody woke the window for is a test that runs out of patience, not one that passes because the
//! test happened to look.
//!
//! ```no_run
//! # use std::path::Path;
//! # use egui::accesskit::Role;
//! # use postil_tests::gui::Session;
//! # fn main() -> anyhow::Result<()> {
//! let mut session = Session::start(Path::new("/tmp/data"))?;
//! session.drop_files(&[Path::new("/tmp/plan")]);
//! session.wait_for_label("Document 01-dig.md")?;
//! session.click(Role::MultilineTextInput, "Notes")?;
//! session.type_text("Ask Marguerite");
//! session.wait_until_saved()?;
//! # Ok(()) }
//! ```
//!
//! What holds everywhere:
//! - Widgets are found by what a screen reader is told of them, and clicked where they are drawn.
//! - Every wait has an end, and its error says what was on the screen then.
//! - Whatever a wait ends on has a name for everything that can be clicked, focused or typed into.

mod frames;
mod input;
mod look;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use egui_kittest::Harness;
use postil::app::{App, Options};
use postil::services::{Services, Wake};
use postil::state::State;
use postil_model::ThemeChoice;
use postil_store::Lock;
use postil_watcher::{Config, Watcher};

use frames::Frames;
pub use input::COMMAND;
pub use look::Look;

/// How long anything may take before a test gives up on it.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a session differs from the usual one.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// The window's width and height, in points; a point is a pixel.
    pub size_pt: [f32; 2],
    /// The theme of this session, in place of the stored one.
    pub theme: Option<ThemeChoice>,
    /// Whether a character that Postil's own fonts lack is drawn as a box; else it fails the test.
    /// A desktop's fonts, which are not used here, have most of them.
    pub allows_foreign_glyphs: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            size_pt: [1_180.0, 780.0],
            theme: None,
            allows_foreign_glyphs: false,
        }
    }
}

/// One run of the app. Dropping it closes the app as closing the window does.
#[derive(Debug)]
pub struct Session {
    harness: Harness<'static, App>,
    frames: Arc<Frames>,
}

impl Session {
    /// Starts the app on the database in `data_dir`, which is made where there is none.
    ///
    /// # Errors
    ///
    /// When another session has the database, or the system gives no thread.
    pub fn start(data_dir: &Path) -> anyhow::Result<Self> {
        Self::start_with(data_dir, Setup::default())
    }

    /// The same, in another window.
    ///
    /// # Errors
    ///
    /// Those of [`Session::start`].
    pub fn start_with(data_dir: &Path, setup: Setup) -> anyhow::Result<Self> {
        let wake = Wake::default();
        let config = Config {
            // A folder that is gone is looked for more often than a person would need.
            poll_interval: Duration::from_millis(100),
            ..Config::default()
        };
        let watcher = Watcher::start(config, wake.as_waker())?;
        let lock = Lock::acquire(data_dir).map_err(|error| anyhow::anyhow!("{error}"))?;
        let services = Services::start(lock, watcher, wake)?;
        let options = Options {
            data_dir: data_dir.canonicalize()?,
            theme: setup.theme,
            ..Options::default()
        };
        let frames = Arc::<Frames>::default();
        let asked = Arc::clone(&frames);
        let builder = Harness::builder();
        let builder = if setup.allows_foreign_glyphs {
            builder.allow_missing_glyphs()
        } else {
            builder
        };
        let harness = builder
            .with_size(setup.size_pt)
            .with_step_dt(1.0 / 60.0)
            .with_render_cursor(false)
            .with_context_setup(move |ctx| {
                ctx.set_request_repaint_callback(move |info| asked.ask(info.delay));
            })
            .build_eframe(|creation| App::new(&creation.egui_ctx, services, options));
        Ok(Self { harness, frames })
    }

    /// The app's state, for what cannot be seen on the screen.
    #[must_use]
    pub fn state(&self) -> &State {
        self.harness.state().state()
    }

    /// What the last frame told the window to do.
    #[must_use]
    pub fn window_commands(&self) -> &[egui::ViewportCommand] {
        &self.harness.output().viewport_output[&egui::ViewportId::ROOT].commands
    }

    /// Draws a frame, or one for each thing that was done since the last.
    fn frame(&mut self) {
        self.frames.begin();
        self.harness.step();
        let root = &self.harness.output().viewport_output[&egui::ViewportId::ROOT];
        self.frames.ask(root.repaint_delay);
    }

    /// Draws the frames that the app asks for until `holds`.
    ///
    /// # Errors
    ///
    /// When that takes longer than anyone would wait, or when what is then on the screen has
    /// something that a screen reader cannot name.
    pub fn wait_for(&mut self, what: &str, holds: impl Fn(&Self) -> bool) -> anyhow::Result<()> {
        let deadline = std::time::Instant::now() + PATIENCE;
        self.frame();
        while !holds(self) {
            if !self.frames.wait(deadline) {
                anyhow::bail!(
                    "waited in vain for {what}; on the screen: {:#?}",
                    self.names()
                );
            }
            self.frame();
        }
        let unnamed = self.unnamed();
        anyhow::ensure!(
            unnamed.is_empty(),
            "waited for {what}; without a name: {unnamed:#?}"
        );
        Ok(())
    }

    /// Waits until something of this very name is on the screen.
    ///
    /// # Errors
    ///
    /// Those of [`Session::wait_for`].
    pub fn wait_for_label(&mut self, label: &str) -> anyhow::Result<()> {
        self.wait_for(label, |session| session.shows(label))
    }

    /// Waits until everything that was done is on the disk.
    ///
    /// # Errors
    ///
    /// Those of [`Session::wait_for`].
    pub fn wait_until_saved(&mut self) -> anyhow::Result<()> {
        self.wait_for("everything to be saved", |session| {
            session.harness.state().is_settled()
        })
    }

    /// Waits until nothing is on its way and the app asks for no further frame.
    ///
    /// # Errors
    ///
    /// Those of [`Session::wait_for`].
    pub fn wait_until_idle(&mut self) -> anyhow::Result<()> {
        self.wait_for("an idle window", |session| {
            session.harness.state().is_settled() && session.frames.is_none_asked()
        })
    }
}
