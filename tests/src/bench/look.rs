//! Owns the time from starting a program to its content on the screen.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::ensure;
use image::{Rgba, RgbaImage};

use crate::window::{App, Display, Screen, built_binary, n_colours};

/// How long anything may take before a bench gives up on it.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// How long a picture does not change before it is taken for the last one.
pub const QUIET: Duration = Duration::from_millis(700);

/// The size of every window and of its screen, in pixels.
pub const SIZE: (u16, u16) = (1_200, 800);

/// A program with a window.
#[derive(Clone, Debug)]
pub struct Program {
    binary: PathBuf,
    args: Vec<OsString>,
    /// More colours than it has on the screen before its content: a window has 1 when it opens.
    n_colours: usize,
}

impl Program {
    /// The window with one label, which is the floor for all others.
    #[must_use]
    pub fn bare(binary: &str) -> Self {
        Self {
            binary: binary.into(),
            args: Vec::new(),
            n_colours: 8,
        }
    }

    /// Postil with its library in `data` and a document or folder opened; `n_colours` as it has
    /// more of before that is shown.
    ///
    /// # Errors
    ///
    /// When it is not built.
    pub fn postil(data: &Path, opened: Option<&Path>, n_colours: usize) -> anyhow::Result<Self> {
        let size = format!("{}x{}", SIZE.0, SIZE.1);
        let mut args: Vec<OsString> = ["--theme", "light", "--size", &size, "--data-dir"]
            .map(OsString::from)
            .into();
        args.push(data.into());
        args.extend(opened.map(OsString::from));
        Ok(Self {
            binary: built_binary()?,
            args,
            n_colours,
        })
    }

    /// Launches it on a screen of its own; `None` where there can be none.
    ///
    /// # Errors
    ///
    /// Those of [`Program::launch`].
    pub fn launch_alone(&self) -> anyhow::Result<Option<(Display, App, Screen)>> {
        let Some(display) = Display::start(SIZE.0, SIZE.1)? else {
            return Ok(None);
        };
        let (app, screen) = self.launch(&display)?;
        Ok(Some((display, app, screen)))
    }

    fn args(&self) -> Vec<&dyn AsRef<OsStr>> {
        self.args.iter().map(|arg| arg as _).collect()
    }

    /// Starts it and waits until it has come to rest.
    ///
    /// # Errors
    ///
    /// When it does not start or come to rest.
    pub fn launch(&self, display: &Display) -> anyhow::Result<(App, Screen)> {
        let app = App::launch(display, &self.binary, &self.args(), &[])?;
        let mut screen = display.screen()?;
        screen.wait_for(PATIENCE, "content", |now| n_colours(now) > self.n_colours)?;
        screen.wait_until_still(PATIENCE, QUIET)?;
        Ok((app, screen))
    }

    /// What it shows in the end. Afterwards all files that it needs are warm.
    ///
    /// # Errors
    ///
    /// Those of [`Program::launch`], and when it does not end.
    pub fn content(&self, display: &Display) -> anyhow::Result<Content> {
        let (mut app, screen) = self.launch(display)?;
        let content = Content::of(&screen.grab()?);
        close(&mut app, &mut display.screen()?)?;
        Ok(content)
    }

    /// From exec to `content` on the screen. Looking takes a few milliseconds of it, for any
    /// program the same.
    ///
    /// # Errors
    ///
    /// When it does not start, show the content or end.
    pub fn time_to(&self, content: &Content, display: &Display) -> anyhow::Result<Duration> {
        let mut screen = display.screen()?;
        let started = Instant::now();
        let mut app = App::spawn(display, &self.binary, &self.args(), &[])?;
        screen.wait_for(PATIENCE, "the same content again", |now| content.is_in(now))?;
        let took = started.elapsed();
        app.wait_for_window(PATIENCE)?;
        close(&mut app, &mut screen)?;
        Ok(took)
    }
}

/// Closes the window as a person does, so that the next start finds what a person's would.
fn close(app: &mut App, screen: &mut Screen) -> anyhow::Result<()> {
    app.close_window()?;
    let status = app.wait_exit(PATIENCE)?;
    ensure!(status.success(), "the program ended with {status}");
    screen.wait_for(PATIENCE, "an empty screen", |now| n_colours(now) == 1)?;
    Ok(())
}

/// The edges of letters and lines in a picture: what is seen first of a page, and last.
#[derive(Clone, Debug)]
pub struct Content {
    edges: Vec<(u32, u32, Rgba<u8>)>,
}

impl Content {
    /// What a picture shows.
    #[must_use]
    pub fn of(picture: &RgbaImage) -> Self {
        /// Channels that step by more are an edge.
        const STEP: u8 = 20;
        let edges = picture.enumerate_pixels().filter_map(|(x, y, pixel)| {
            let left = picture.get_pixel_checked(x.checked_sub(1)?, y)?;
            differ(*left, *pixel, STEP).then_some((x, y, *pixel))
        });
        Self {
            edges: edges.collect(),
        }
    }

    /// Whether a picture shows nearly all of it; an age in words may have changed meanwhile.
    #[must_use]
    pub fn is_in(&self, picture: &RgbaImage) -> bool {
        /// Channels that differ by no more look the same.
        const TOLERANCE: u8 = 8;
        let is_there = |(x, y, pixel): &&(u32, u32, Rgba<u8>)| {
            let there = picture.get_pixel_checked(*x, *y);
            there.is_some_and(|there| !differ(*there, *pixel, TOLERANCE))
        };
        let n_there = self.edges.iter().filter(is_there).count();
        n_there * 20 >= self.edges.len() * 19
    }
}

fn differ(a: Rgba<u8>, b: Rgba<u8>, by: u8) -> bool {
    a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > by)
}
