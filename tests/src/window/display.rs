//! Owns the private X server that a test runs on.

use std::{
    io::{ErrorKind, Write as _},
    os::unix::fs::PermissionsExt as _,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use x11rb::{
    connection::Connection as _,
    protocol::{
        Event,
        xproto::{
            ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, EventMask, WindowClass,
        },
    },
};

use super::{
    Input, Screen,
    link::{Link, Pump},
    process::Running,
};

/// How long Xvfb and openbox may take to be ready.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// How long they may take to leave when asked, before they are killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(3);
/// How long openbox may take to frame a window before it is asked with another.
const PROBE_TIMEOUT: Duration = Duration::from_millis(300);
const SOCKET_DIR: &str = "/tmp/.X11-unix";

/// A private Xvfb of 24 bits and 96 dpi, on a number that was free. It ends when this is dropped.
pub struct Display {
    // Dropped in this order: the window manager and the connection before the server.
    window_manager: Option<Service>,
    link: Link,
    server: Service,
}

impl Display {
    /// Starts an Xvfb of this size in pixels, without a window manager.
    ///
    /// `None` means that the program `Xvfb` is not installed: the test is to be left as skipped,
    /// which was said on stderr.
    ///
    /// # Errors
    /// When Xvfb does not start, and when it is not installed although `CI` is set: there, a
    /// skipped test is a failure.
    pub fn start(width: u16, height: u16) -> Result<Option<Self>> {
        let geometry = format!("{width}x{height}x24");
        let mut command = Command::new("Xvfb");
        // The number of the display comes on stdout. Keys held for long do not repeat. The server
        // leaves after its last program, which is the test itself: so none stays behind a test that
        // was killed.
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            &geometry,
            "-dpi",
            "96",
            "-nolisten",
            "tcp",
            "-r",
        ]);
        command.arg("-terminate").env_remove("XAUTHORITY");
        ensure_socket_dir();
        let Some(server) = Service::start("Xvfb", command)? else {
            return Ok(None);
        };

        let number = server.running.output.wait_for(START_TIMEOUT, |out, _| {
            out.ends_with('\n')
                .then(|| out.trim().parse::<u32>().ok())
                .flatten()
        });
        let Some(number) = number else {
            bail!(
                "Xvfb named no display within {START_TIMEOUT:?}\n{}",
                server.running.output.tail()
            );
        };
        let link =
            Link::connect(&format!(":{number}")).with_context(|| server.running.output.tail())?;
        // A closed window leaves its picture on a root without background, which a test would take
        // for the window.
        let grey = ChangeWindowAttributesAux::new().background_pixel(0x0030_3030);
        link.conn
            .change_window_attributes(link.root, &grey)?
            .check()?;
        link.conn
            .clear_area(false, link.root, 0, 0, 0, 0)?
            .check()?;
        Ok(Some(Self {
            window_manager: None,
            link,
            server,
        }))
    }

    /// The same with openbox as the window manager; `None` also when that is not installed.
    ///
    /// # Errors
    /// As [`Display::start`], for either program.
    pub fn start_with_openbox(width: u16, height: u16) -> Result<Option<Self>> {
        let Some(mut display) = Self::start(width, height)? else {
            return Ok(None);
        };
        let mut command = Command::new("openbox");
        command
            .arg("--sm-disable")
            .env("DISPLAY", display.name())
            .env_remove("XAUTHORITY");
        let pump = Pump::start(&display.link, "test-openbox", |_, _| false)?;
        let Some(openbox) = Service::start("openbox", command)? else {
            return Ok(None);
        };
        let end = Instant::now() + START_TIMEOUT;
        while !manages_windows(&pump)? {
            if Instant::now() >= end {
                bail!(
                    "openbox was not ready within {START_TIMEOUT:?}\n{}",
                    openbox.running.output.tail()
                );
            }
        }
        display.window_manager = Some(openbox);
        Ok(Some(display))
    }

    /// The display's name, as `DISPLAY` has it: `:7`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.link.display_name
    }

    /// The process id of the X server.
    #[must_use]
    pub fn server_pid(&self) -> u32 {
        self.server.running.pid()
    }

    /// Pointer and keyboard, in coordinates of the screen.
    #[must_use]
    pub fn input(&self) -> Input {
        Input::new(self.link.clone(), None)
    }

    /// A look at the whole screen.
    ///
    /// # Errors
    /// When the X server is gone.
    pub fn screen(&self) -> Result<Screen> {
        Screen::new(&self.link, None, None)
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }
}

/// A program that serves the test in the background.
struct Service {
    running: Running,
}

impl Service {
    /// Starts it; `None` when it is not installed and that is no failure here.
    fn start(name: &str, command: Command) -> Result<Option<Self>> {
        match Running::spawn(command) {
            Ok(running) => Ok(Some(Self { running })),
            Err(error)
                if error
                    .downcast_ref::<std::io::Error>()
                    .is_some_and(|e| e.kind() == ErrorKind::NotFound) =>
            {
                if is_ci() {
                    let package = name.to_lowercase();
                    bail!(
                        "{name} is not installed, and under CI that is a failure: apt-get install {package}"
                    );
                }
                say_skipped(name);
                Ok(None)
            }
            Err(error) => Err(error.context(format!("could not start {name}"))),
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Xvfb removes its socket and its lock file only when it is asked to leave.
        let _ = self.running.terminate();
        if !matches!(self.running.wait(STOP_TIMEOUT), Ok(Some(_))) {
            let _ = self.running.kill_9();
        }
    }
}

/// Whether a window manager puts a new window into a frame.
///
/// openbox says that it is there before it listens, and a window that asks to be shown in between
/// never is.
fn manages_windows(pump: &Pump) -> Result<bool> {
    let conn = &pump.link.conn;
    let window = conn.generate_id()?;
    let aux = CreateWindowAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
    let class = WindowClass::INPUT_OUTPUT;
    conn.create_window(0, window, pump.link.root, 0, 0, 10, 10, 0, class, 0, &aux)?
        .check()?;
    conn.map_window(window)?.check()?;
    let is_framed = pump.wait_for(PROBE_TIMEOUT, "frame", |event| {
        matches!(event, Event::ReparentNotify(notify) if notify.parent != pump.link.root)
            .then_some(())
    });
    conn.destroy_window(window)?.check()?;
    Ok(is_framed.is_ok())
}

fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

/// Written past the capture of `cargo test`, which hides what a test prints that does not fail.
fn say_skipped(name: &str) {
    let package = name.to_lowercase();
    let _ = writeln!(
        std::io::stderr(),
        "skipped: {name} is not installed, so no real window was driven (apt-get install {package})"
    );
}

/// Makes the folder of X sockets where no X server ever ran, which Xvfb does only for root.
fn ensure_socket_dir() {
    if std::fs::create_dir(SOCKET_DIR).is_ok() {
        let _ = std::fs::set_permissions(SOCKET_DIR, std::fs::Permissions::from_mode(0o1777));
    }
}
