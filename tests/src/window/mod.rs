//! Owns what a test needs to drive the built program in a real window: a private Xvfb, the process,
//! hand and eye.
//!
//! A test starts a [`Display`], launches the binary on it with [`App::launch`], and then acts as a
//! person does: [`Input`] moves the pointer and types through XTEST, [`App::drag_files`] is a file
//! manager that drags by XDND, [`Clipboard`] is another program that copied something, and
//! [`Screen`] looks at the pixels.
//!
//! ```no_run
//! # use std::{path::Path, time::Duration};
//! # use postil_tests::window::{App, Display, n_colours};
//! # fn main() -> anyhow::Result<()> {
//! // Without Xvfb the test is skipped, which was said on stderr.
//! let Some(display) = Display::start(1200, 800)? else { return Ok(()) };
//! let (binary, data_dir) = (Path::new("target/debug/postil"), Path::new("/tmp/data"));
//! let mut app = App::launch(&display, binary, &[&"--data-dir", &data_dir], &[])?;
//! let mut screen = app.screen()?;
//! screen.wait_for(Duration::from_secs(20), "the first text", |now| n_colours(now) > 50)?;
//! screen.wait_until_still(Duration::from_secs(20), Duration::from_millis(300))?;
//! app.drag_files(&[Path::new("/tmp/plan")], (300, 200), || {
//!     screen.wait_until_still(Duration::from_secs(5), Duration::from_millis(200)).map(drop)
//! })?;
//! app.input().type_text("Wörld → 5%")?;
//! app.kill_9()?;
//! # Ok(()) }
//! ```
//!
//! What holds everywhere:
//! - Coordinates are pixels. Those of [`App`] count from the upper left corner of its window, those
//!   of [`Display`] from the corner of the screen. The program is told a scale of 1, so a point of
//!   egui is a pixel.
//! - Every wait has an end, and its error carries the end of what the program wrote.
//! - Everything that was started is ended and reaped when its value is dropped. A value in a
//!   `static` is never dropped: keep each [`Display`] in the test that uses it. Declare the display
//!   before the app, so that the window goes first.
//! - There is no window manager unless asked for, so nothing gives the window the keyboard but
//!   [`App::focus`], which [`App::launch`] calls.

mod clipboard;
mod display;
mod dnd;
mod input;
pub mod keysym;
mod link;
mod output;
mod process;
mod screen;
mod selection;

pub use clipboard::Clipboard;
pub use display::Display;
pub use input::{Button, Input, Modifier};
pub use process::{App, built_binary};
pub use screen::{
    Region, Screen, crop, difference_bounds, n_colours, n_differing, save_png, shots_dir,
};
