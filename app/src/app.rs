//! The app as the window runs it: logic, then painting.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use egui::{Context, OutputCommand, ViewportCommand};
use postil_model::ThemeChoice;
use postil_watcher::Inspected;

use crate::command::{Command, UserCommand, WatchingCommand};
use crate::effects::Effect;
use crate::restart::{Next, Restart};
use crate::screenshot::Screenshot;
use crate::services::Services;
use crate::state::State;
use crate::typing::Typing;
use crate::update::{Env, flush, update};
use crate::view::{self, Panels, View};
use crate::{action, clock, paths, theme};

/// A frame that took longer is logged with what it handled.
const SLOW_FRAME: Duration = Duration::from_millis(16);

/// How the app is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The folder of the database.
    pub data_dir: PathBuf,
    /// What was found at the paths of the command line.
    pub inspected: Vec<Inspected>,
    /// The theme of this session, in place of the stored one.
    pub theme: Option<ThemeChoice>,
    /// Where to write a picture of the window before leaving.
    pub screenshot: Option<PathBuf>,
    /// Where to leave what went wrong with the picture.
    pub outcome: Outcome,
}

impl Options {
    /// The state that a session begins with.
    #[must_use]
    pub fn state(&self) -> State {
        let mut state = State::new(self.data_dir.clone());
        state.wanted.inspected.clone_from(&self.inspected);
        state
    }
}

/// What a session that writes a picture came to, for the exit code.
pub type Outcome = Arc<Mutex<Option<anyhow::Error>>>;

/// The whole app. Closing the window, or dropping this, stores what is unsaved and joins all threads.
#[derive(Debug)]
pub struct App {
    state: State,
    panels: Panels,
    /// `None` once closed.
    services: Option<Services>,
    /// What the panels asked for in the last frame.
    asked: Vec<UserCommand>,
    theme: Option<ThemeChoice>,
    shown_theme: Option<ThemeChoice>,
    /// While one session ends and another begins.
    restart: Option<Restart>,
    screenshot: Option<Screenshot>,
    outcome: Outcome,
}

impl App {
    /// Connects the threads to the window, with nothing done before.
    #[must_use]
    pub fn new(ctx: &Context, services: Services, options: Options) -> Self {
        let state = options.state();
        Self::resume(ctx, (state, services), options)
    }

    /// Goes on in a window with what was begun without one.
    #[must_use]
    pub fn resume(ctx: &Context, (state, services): (State, Services), options: Options) -> Self {
        theme::install(ctx);
        ctx.add_plugin(Typing::default());
        services.attach(ctx);
        Self {
            state,
            panels: Panels::default(),
            services: Some(services),
            asked: Vec::new(),
            theme: options.theme,
            shown_theme: None,
            restart: None,
            screenshot: options.screenshot.map(Screenshot::new),
            outcome: options.outcome,
        }
    }

    /// The state, for tests and for the developer.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Asks for something, as a panel would.
    pub fn ask(&mut self, command: UserCommand) {
        self.asked.push(command);
    }

    /// Whether nothing on its way would change the picture.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let is_loading = self
            .services
            .as_ref()
            .is_some_and(Services::is_loading_images);
        let is_painting = self.panels.is_busy();
        self.asked.is_empty() && self.state.is_settled() && !is_loading && !is_painting
    }

    fn run(&mut self, command: Command, ctx: &Context) {
        let effects = update(&mut self.state, command, now());
        if let Some(services) = &mut self.services {
            for effect in effects {
                if let Effect::Restart(next) = effect {
                    self.restart(next, ctx);
                    return;
                }
                services.run(effect, ctx);
            }
        }
    }

    /// Ends the session and begins another.
    fn restart(&mut self, next: Next, ctx: &Context) {
        let Some(services) = self.services.take() else {
            return;
        };
        let data_dir = std::mem::take(&mut self.state.data_dir);
        self.state = State::new(next.data_dir.clone());
        match Restart::begin(services, &data_dir, next, ctx) {
            Ok(restart) => self.restart = Some(restart),
            Err(error) => self.run(Command::RestartFailed(error.to_string()), ctx),
        }
    }

    fn step_restart(&mut self, ctx: &Context) {
        let Some(begun) = self.restart.as_ref().and_then(Restart::result) else {
            return;
        };
        self.restart = None;
        self.state.data_dir = begun.data_dir;
        if let Some(services) = begun.services {
            services.attach(ctx);
            self.services = Some(services);
        }
        if let Some(problem) = begun.problem {
            self.run(Command::RestartFailed(problem), ctx);
        }
    }

    fn take_theme(&mut self, ctx: &Context) {
        let choice = self.theme.unwrap_or(self.state.library.settings().theme);
        if self.shown_theme != Some(choice) {
            self.shown_theme = Some(choice);
            theme::choose(ctx, choice);
        }
    }

    /// What was dropped on the window, pasted outside a text field, or pressed.
    fn take_input(&mut self, ctx: &Context) {
        self.asked.extend(action::take_keys(ctx, &self.state));
        let is_typing = ctx.text_edit_focused();
        let (dropped, pasted, has_come_forward) = ctx.input(|input| {
            let dropped: Vec<PathBuf> = input
                .raw
                .dropped_files
                .iter()
                .map(|file| file.path().to_owned())
                .collect();
            let pasted = input.events.iter().find_map(|event| match event {
                egui::Event::Paste(text) if !is_typing => Some(text.clone()),
                _ => None,
            });
            let has_come_forward = input.events.contains(&egui::Event::WindowFocused(true));
            (dropped, pasted, has_come_forward)
        });
        if has_come_forward {
            self.asked
                .push(UserCommand::Watching(WatchingCommand::Check));
        }
        if !dropped.is_empty() {
            self.asked.push(UserCommand::OpenPaths(dropped));
        }
        let home = std::env::home_dir();
        if let Some(paths) = pasted.and_then(|text| paths::pasted_paths(&text, home.as_deref())) {
            self.asked.push(UserCommand::OpenPaths(paths));
        }
    }

    /// Links that were clicked go through the state, which looks at where they lead.
    fn take_links(&mut self, ctx: &Context) {
        ctx.output_mut(|output| {
            output.commands.retain(|command| match command {
                OutputCommand::OpenUrl(open) => {
                    self.asked.push(UserCommand::FollowLink(open.url.clone()));
                    false
                }
                _ => true,
            });
        });
    }

    fn step_screenshot(&mut self, ctx: &Context) {
        let is_settled = self.is_settled();
        let Some(screenshot) = &mut self.screenshot else {
            return;
        };
        if let Some(result) = screenshot.step(ctx, is_settled) {
            self.screenshot = None;
            *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = result.err();
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
    }

    fn close(&mut self, ctx: &Context) {
        // What was typed in the last frame is still on its way to the state.
        for command in std::mem::take(&mut self.asked) {
            self.run(Command::User(command), ctx);
        }
        if let Some(restart) = self.restart.take() {
            restart.wait();
        }
        let Some(mut services) = self.services.take() else {
            return;
        };
        for effect in flush(&mut self.state, now()) {
            services.run(effect, ctx);
        }
        let n_unwritten = services.close();
        if n_unwritten > 0 {
            tracing::error!("{n_unwritten} changes could not be written before the end");
        }
    }
}

/// What decisions need from the machine.
pub(crate) fn now() -> Env {
    Env {
        now: clock::now(),
        new_id: clock::new_id,
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _: &mut eframe::Frame) {
        let started = Instant::now();
        self.step_restart(ctx);
        let mut commands: Vec<Command> = std::mem::take(&mut self.asked)
            .into_iter()
            .map(Command::User)
            .collect();
        if let Some(services) = &mut self.services {
            commands.extend(services.drain());
        }
        commands.push(Command::Tick);
        let n_commands = commands.len();
        for command in commands {
            self.run(command, ctx);
        }
        self.take_theme(ctx);
        if ctx.input(|input| input.viewport().close_requested()) && self.state.would_lose() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.asked.push(UserCommand::AskToQuit);
            ctx.request_repaint();
        }
        if started.elapsed() > SLOW_FRAME {
            tracing::debug!("{n_commands} commands took {:?}", started.elapsed());
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        self.take_input(&ctx);
        let mut view = View {
            state: &self.state,
            asked: &mut self.asked,
            now: clock::now(),
            tokens: theme::tokens(ui.style()),
        };
        view::window_ui(ui, &mut view, &mut self.panels);
        self.take_links(&ctx);
        self.step_screenshot(&ctx);
        if !self.asked.is_empty() {
            ctx.request_repaint();
        }
    }

    fn on_exit(&mut self, _: Option<&eframe::glow::Context>) {
        self.close(&Context::default());
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.close(&Context::default());
    }
}
