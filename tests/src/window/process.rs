//! Owns the program under test: its process, its window, and what it wrote.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail};
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, EventMask,
    InputFocus, MapState, Window,
};

use super::{
    Display, Input, Screen, dnd,
    link::{Link, Pump},
    output::{Output, Stream},
};

/// How long a debug build on a busy machine may take to show its window.
const LAUNCH_TIMEOUT: Duration = Duration::from_mins(1);
/// How often a process, which posts no event, is asked whether it still runs.
const POLL_INTERVAL: Duration = Duration::from_millis(10);
/// How long the last words of an ended program may take to be read. A child of it may hold its
/// stderr for longer.
const OUTPUT_TIMEOUT: Duration = Duration::from_secs(2);
/// How deep a window may lie below the root: a window manager puts it into a frame.
const WINDOW_DEPTH_MAX: usize = 3;
const NAME: &str = "postil";

/// The program that the same build made, or the one that `POSTIL_BINARY` names.
///
/// # Errors
/// When it was not built.
pub fn built_binary() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("POSTIL_BINARY") {
        return Ok(named.into());
    }
    let test = std::env::current_exe()?;
    let profile = test.parent().and_then(Path::parent);
    let binary = profile.context("the build folder")?.join("postil");
    if !binary.exists() {
        bail!("build it first, in the same profile: {}", binary.display());
    }
    Ok(binary)
}

/// The program under test. It is killed and reaped when this is dropped.
pub struct App {
    running: Running,
    link: Link,
    window: Option<Window>,
}

impl App {
    /// Starts the program on the display, waits for its window and gives that the keyboard.
    ///
    /// The program gets the environment of the test with these differences: the display, no
    /// Wayland, no session bus (a portal's dialog would open on the desktop of whoever runs the
    /// test), no input method, OpenGL drawn in software, a scale of 1, and `envs`.
    ///
    /// # Errors
    /// When it does not start, ends early, or shows no window within a minute; with the end of its
    /// stderr.
    pub fn launch(
        display: &Display,
        binary: &Path,
        args: &[&dyn AsRef<OsStr>],
        envs: &[(&str, &dyn AsRef<OsStr>)],
    ) -> Result<Self> {
        let mut app = Self::spawn(display, binary, args, envs)?;
        app.wait_for_window(LAUNCH_TIMEOUT)?;
        app.focus()?;
        Ok(app)
    }

    /// Starts the program as [`App::launch`] does without waiting for a window, as when it is
    /// expected to refuse.
    ///
    /// # Errors
    /// When it does not start.
    pub fn spawn(
        display: &Display,
        binary: &Path,
        args: &[&dyn AsRef<OsStr>],
        envs: &[(&str, &dyn AsRef<OsStr>)],
    ) -> Result<Self> {
        let mut command = Command::new(binary);
        command.args(args.iter().map(AsRef::as_ref));
        for name in [
            "WAYLAND_DISPLAY",
            "WAYLAND_SOCKET",
            "XAUTHORITY",
            "XMODIFIERS",
        ] {
            command.env_remove(name);
        }
        command
            .env("DISPLAY", display.name())
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("WINIT_X11_SCALE_FACTOR", "1")
            .envs(envs.iter().map(|(name, value)| (name, value.as_ref())));
        let running = Running::spawn(command)
            .with_context(|| format!("could not start {}", binary.display()))?;
        Ok(Self {
            running,
            link: display.link().clone(),
            window: None,
        })
    }

    /// Waits until a window of the program is on the screen.
    ///
    /// It is known by its process id, and where it bears none by "Postil" in its class or title.
    ///
    /// # Errors
    /// When there is none in time or the program has ended.
    pub fn wait_for_window(&mut self, timeout: Duration) -> Result<()> {
        let pump = Pump::start(&self.link, "test-launch", |_, _| false)?;
        let on_root = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        pump.link
            .conn
            .change_window_attributes(pump.link.root, &on_root)?
            .check()?;
        let end = Instant::now() + timeout;
        loop {
            self.window = find_window(&self.link, self.running.pid())?;
            if self.window.is_some() {
                return Ok(());
            }
            if let Some(status) = self.running.wait(Duration::ZERO)? {
                self.running.output.wait_until_closed(OUTPUT_TIMEOUT);
                return Err(self.explain(&anyhow!(
                    "the program ended before it showed a window: {status}"
                )));
            }
            if Instant::now() >= end {
                return Err(
                    self.explain(&anyhow!("the program showed no window within {timeout:?}"))
                );
            }
            // A window is announced; that the program has ended, or has named its window at last,
            // is not.
            pump.next(POLL_INTERVAL * 5)?;
        }
    }

    /// Gives the window the keyboard, which without a window manager nobody else does.
    ///
    /// # Errors
    /// When there is no window on the screen.
    pub fn focus(&self) -> Result<()> {
        let window = self.window()?;
        let conn = &self.link.conn;
        self.explained(|| {
            conn.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)?
                .check()?;
            let focus = conn.get_input_focus()?.reply()?.focus;
            anyhow::ensure!(
                focus == window,
                "the keyboard went to window {focus:#x} instead of {window:#x}"
            );
            Ok(())
        })
    }

    /// The X id of the window.
    ///
    /// # Errors
    /// When none was waited for.
    pub fn window(&self) -> Result<Window> {
        self.window
            .context("the program was started without waiting for its window")
    }

    /// The window's title.
    ///
    /// # Errors
    /// When there is no window.
    pub fn title(&self) -> Result<String> {
        self.link
            .property_text(self.window()?, self.link.atom("_NET_WM_NAME")?)
    }

    /// The window's (width, height).
    ///
    /// # Errors
    /// When the window is gone.
    pub fn size(&self) -> Result<(u16, u16)> {
        let geometry = self.link.conn.get_geometry(self.window()?)?.reply()?;
        Ok((geometry.width, geometry.height))
    }

    /// Makes the window this large and puts it into the upper left corner of the screen.
    ///
    /// # Errors
    /// When the window is gone.
    pub fn resize(&self, width: u16, height: u16) -> Result<()> {
        let aux = ConfigureWindowAux::new()
            .x(0)
            .y(0)
            .width(u32::from(width))
            .height(u32::from(height));
        self.link
            .conn
            .configure_window(self.window()?, &aux)?
            .check()?;
        Ok(())
    }

    /// Pointer and keyboard, in coordinates of the window.
    #[must_use]
    pub fn input(&self) -> Input {
        Input::new(self.link.clone(), self.window)
    }

    /// A look at the window.
    ///
    /// # Errors
    /// When there is no window or the X server is gone.
    pub fn screen(&self) -> Result<Screen> {
        Screen::new(
            &self.link,
            Some(self.window()?),
            Some(self.running.output.clone()),
        )
    }

    /// Drags files as a file manager does: onto the window, to the point `at`, and drops them
    /// there.
    ///
    /// `hover` runs while they hang over `at`; the window has then heard which files they are.
    ///
    /// # Errors
    /// When the window takes no files, does not answer in time, or refuses; and what `hover`
    /// returns.
    pub fn drag_files(
        &self,
        paths: &[impl AsRef<Path>],
        at: (i32, i32),
        hover: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let window = self.window()?;
        self.explained(|| dnd::drag(&self.link, window, paths, at, hover, dnd::End::Drop))
    }

    /// Drags files onto the window as [`App::drag_files`] does, and out of it again.
    ///
    /// # Errors
    /// As [`App::drag_files`].
    pub fn drag_files_and_leave(
        &self,
        paths: &[impl AsRef<Path>],
        at: (i32, i32),
        hover: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let window = self.window()?;
        self.explained(|| dnd::drag(&self.link, window, paths, at, hover, dnd::End::Leave))
    }

    /// Asks the window to close, as its close button does.
    ///
    /// # Errors
    /// When the window is gone.
    pub fn close_window(&self) -> Result<()> {
        let link = &self.link;
        let (protocols, delete) = (link.atom("WM_PROTOCOLS")?, link.atom("WM_DELETE_WINDOW")?);
        self.explained(|| {
            link.send_message(
                self.window()?,
                protocols,
                [delete, x11rb::CURRENT_TIME, 0, 0, 0],
            )
        })
    }

    /// Ends the program at once, with SIGKILL, and reaps it.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub fn kill_9(&mut self) -> Result<()> {
        self.running.kill_9()
    }

    /// Asks the program to end, with SIGTERM.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub fn terminate(&mut self) -> Result<()> {
        self.running.terminate()
    }

    /// Waits until the program has ended, and for the rest of what it wrote.
    ///
    /// # Errors
    /// When it still runs after `timeout`; with the end of its stderr.
    pub fn wait_exit(&mut self, timeout: Duration) -> Result<ExitStatus> {
        match self.running.wait(timeout)? {
            Some(status) => {
                self.running.output.wait_until_closed(OUTPUT_TIMEOUT);
                Ok(status)
            }
            None => Err(self.explain(&anyhow!("the program still runs after {timeout:?}"))),
        }
    }

    /// Whether the program still runs.
    ///
    /// # Errors
    /// When its state cannot be read.
    pub fn is_running(&mut self) -> Result<bool> {
        Ok(self.running.wait(Duration::ZERO)?.is_none())
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// What the program has written to stdout so far.
    #[must_use]
    pub fn stdout(&self) -> String {
        self.running.output.text(Stream::Out)
    }

    /// What the program has written to stderr so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.running.output.text(Stream::Err)
    }

    /// Waits until the program has written `text` to stdout or stderr.
    ///
    /// # Errors
    /// When it has not in time, or has ended without.
    pub fn wait_for_output(&self, timeout: Duration, text: &str) -> Result<()> {
        let found = |out: &str, err: &str| (out.contains(text) || err.contains(text)).then_some(());
        match self.running.output.wait_for(timeout, found) {
            Some(()) => Ok(()),
            None => Err(self.explain(&anyhow!(
                "the program did not write {text:?} within {timeout:?}"
            ))),
        }
    }

    /// The error with the end of the program's stderr under it.
    #[must_use]
    pub fn explain(&self, error: &anyhow::Error) -> anyhow::Error {
        anyhow!("{error:#}\n{}", self.running.output.tail())
    }

    fn explained<T>(&self, act: impl FnOnce() -> Result<T>) -> Result<T> {
        act().map_err(|error| self.explain(&error))
    }
}

/// A child process with its output in memory. It is killed and reaped when this is dropped.
pub(super) struct Running {
    child: Child,
    pub(super) output: Output,
}

impl Running {
    /// Starts a command with nothing on its stdin.
    pub(super) fn spawn(mut command: Command) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut running = Self {
            child,
            output: Output::default(),
        };
        let (out, err) = (running.child.stdout.take(), running.child.stderr.take());
        running
            .output
            .follow(Stream::Out, out.context("no stdout")?)?;
        running
            .output
            .follow(Stream::Err, err.context("no stderr")?)?;
        Ok(running)
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends the process with SIGKILL and reaps it. One that has ended already is left as it is.
    pub(super) fn kill_9(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks the process to end with SIGTERM. One that has ended already is left as it is.
    pub(super) fn terminate(&mut self) -> Result<()> {
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        // std has no other signal than SIGKILL, and `kill` is a program of its own on few machines
        // but always in a shell.
        let pid = self.pid().to_string();
        let status = Command::new("sh")
            .args(["-c", "kill -TERM \"$1\"", "sh", &pid])
            .status()?;
        if !status.success() && self.child.try_wait()?.is_none() {
            bail!("could not send SIGTERM to process {pid}");
        }
        Ok(())
    }

    /// How the process ended, or `None` when it still runs after `timeout`.
    pub(super) fn wait(&mut self, timeout: Duration) -> Result<Option<ExitStatus>> {
        let end = Instant::now() + timeout;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            std::thread::sleep(left.min(POLL_INTERVAL));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.kill_9();
    }
}

/// The window on the screen that belongs to this process.
fn find_window(link: &Link, pid: u32) -> Result<Option<Window>> {
    let (pid_atom, name_atom) = (link.atom("_NET_WM_PID")?, link.atom("_NET_WM_NAME")?);
    let mut level = vec![link.root];
    for _ in 0..WINDOW_DEPTH_MAX {
        let mut next = Vec::new();
        for parent in level {
            // A window may go between two questions about it.
            if let Ok(tree) = link.conn.query_tree(parent)?.reply() {
                next.extend(tree.children);
            }
        }
        for &window in &next {
            let Ok(attributes) = link.conn.get_window_attributes(window)?.reply() else {
                continue;
            };
            if attributes.map_state != MapState::VIEWABLE {
                continue;
            }
            let is_own = match link.property_u32(window, pid_atom)? {
                Some(owner) => owner == pid,
                None => [
                    name_atom,
                    AtomEnum::WM_NAME.into(),
                    AtomEnum::WM_CLASS.into(),
                ]
                .into_iter()
                .map(|atom| link.property_text(window, atom))
                .collect::<Result<String>>()?
                .to_lowercase()
                .contains(NAME),
            };
            if is_own {
                return Ok(Some(window));
            }
        }
        level = next;
    }
    Ok(None)
}
