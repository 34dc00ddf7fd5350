//! Owns the eye of a test: pictures of the window, and waiting until they are as they should be.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, ensure};
use image::{Rgba, RgbaImage};
use x11rb::{
    connection::Connection as _,
    protocol::{
        Event,
        damage::{ConnectionExt as _, Damage, ReportLevel},
        xproto::{ConnectionExt as _, ImageFormat, Window},
    },
};

use super::{link::Link, link::Pump, output::Output};

/// A blinking text cursor is no movement: up to so many pixels may differ in a picture that is
/// still.
const CURSOR_PX: usize = 120;
/// Channels that differ by no more than this look the same.
const TOLERANCE: u8 = 8;

/// Pictures of one window, or of the whole screen.
pub struct Screen {
    // Damage of the root is reported for every window on it, so that it outlives the one that is
    // looked at.
    damage: Damage,
    pump: Pump,
    window: Option<Window>,
    about: Option<Output>,
}

impl Screen {
    pub(super) fn new(link: &Link, window: Option<Window>, about: Option<Output>) -> Result<Self> {
        let pump = Pump::start(link, "test-screen", |_, _| false)?;
        let conn = &pump.link.conn;
        conn.damage_query_version(1, 1)?.reply()?;
        let damage = conn.generate_id()?;
        conn.damage_create(damage, pump.link.root, ReportLevel::NON_EMPTY)?
            .check()?;
        Ok(Self {
            damage,
            pump,
            window,
            about,
        })
    }

    /// The picture now. Parts of the window beyond the edge of the screen are not in it.
    ///
    /// # Errors
    /// When the window or the X server is gone.
    pub fn grab(&self) -> Result<RgbaImage> {
        let link = &self.pump.link;
        let whole = link.conn.get_geometry(link.root)?.reply()?;
        let (mut left, mut top) = (0, 0);
        let (mut right, mut bottom) = (i32::from(whole.width), i32::from(whole.height));
        if let Some(window) = self.window {
            let size = link
                .conn
                .get_geometry(window)?
                .reply()
                .context("the window is gone")?;
            let (x, y) = link.screen_from_window(window, (0, 0))?;
            let (x, y) = (i32::from(x), i32::from(y));
            (left, top) = (x.max(0), y.max(0));
            (right, bottom) = (
                right.min(x + i32::from(size.width)),
                bottom.min(y + i32::from(size.height)),
            );
        }
        ensure!(
            left < right && top < bottom,
            "the window lies beyond the edge of the screen"
        );
        let (width, height) = ((right - left) as u16, (bottom - top) as u16);
        let format = ImageFormat::Z_PIXMAP;
        // The root's picture has what is in front of it, as a person sees it.
        let reply = link
            .conn
            .get_image(
                format,
                link.root,
                left as i16,
                top as i16,
                width,
                height,
                !0,
            )?
            .reply()?;
        let n_pixels = usize::from(width) * usize::from(height);
        ensure!(
            reply.data.len() == n_pixels * 4,
            "the display does not have 32 bits a pixel"
        );
        let mut pixels = reply.data;
        for bgrx in pixels.chunks_exact_mut(4) {
            bgrx.swap(0, 2);
            bgrx[3] = 255;
        }
        RgbaImage::from_raw(width.into(), height.into(), pixels)
            .context("the picture has another size than asked for")
    }

    /// Waits until the picture has not changed for `quiet`, and returns it. A blinking text cursor
    /// is no change.
    ///
    /// A window that has not begun to draw is still too: wait for what it shows first, by
    /// [`Screen::wait_for`].
    ///
    /// # Errors
    /// When it still changes after `timeout`; the last picture is then in [`shots_dir`].
    pub fn wait_until_still(&mut self, timeout: Duration, quiet: Duration) -> Result<RgbaImage> {
        let (start, end) = (Instant::now(), Instant::now() + timeout);
        let (mut before, mut still_since) = (self.grab()?, start);
        let (mut now, mut n_changes) = (before.clone(), 0);
        loop {
            let left = quiet.saturating_sub(still_since.elapsed());
            if left.is_zero() {
                return Ok(now);
            }
            if Instant::now() >= end {
                let error =
                    anyhow!("the picture still changes after {timeout:?} ({n_changes} changes)");
                return Err(self.explain(&error, &now));
            }
            if self.wait_for_damage(left.min(end.saturating_duration_since(Instant::now())))? {
                now = self.grab()?;
                if n_differing(&before, &now) > CURSOR_PX {
                    (before, still_since) = (now.clone(), Instant::now());
                    n_changes += 1;
                }
            }
        }
    }

    /// Waits until the picture fulfils a condition, and returns it; `what` names the condition in
    /// the error.
    ///
    /// # Errors
    /// When it does not within `timeout`; the last picture is then in [`shots_dir`].
    pub fn wait_for(
        &mut self,
        timeout: Duration,
        what: &str,
        mut is_met: impl FnMut(&RgbaImage) -> bool,
    ) -> Result<RgbaImage> {
        let end = Instant::now() + timeout;
        loop {
            let now = self.grab()?;
            if is_met(&now) {
                return Ok(now);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(self.explain(&anyhow!("not seen within {timeout:?}: {what}"), &now));
            }
            self.wait_for_damage(left)?;
        }
    }

    /// Whether something was drawn within `timeout`, also since the last time that this was asked.
    fn wait_for_damage(&self, timeout: Duration) -> Result<bool> {
        let end = Instant::now() + timeout;
        while let Some(event) = self
            .pump
            .next(end.saturating_duration_since(Instant::now()))?
        {
            if matches!(event, Event::DamageNotify(_)) {
                // Taken back before the picture is read: what is drawn meanwhile is reported again.
                self.pump
                    .link
                    .conn
                    .damage_subtract(self.damage, x11rb::NONE, x11rb::NONE)?
                    .check()?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn explain(&self, error: &anyhow::Error, picture: &RgbaImage) -> anyhow::Error {
        let test = std::thread::current()
            .name()
            .unwrap_or("unnamed")
            .replace("::", "-");
        let saved = match save_png(picture, &shots_dir(), &format!("failed-{test}")) {
            Ok(path) => format!("the picture is {}", path.display()),
            Err(error) => format!("the picture could not be saved: {error:#}"),
        };
        let tail = self.about.as_ref().map(Output::tail).unwrap_or_default();
        anyhow!("{error:#}; {saved}\n{tail}")
    }
}

/// A part of a picture, in pixels from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its left edge.
    pub x: u32,
    /// Its upper edge.
    pub y: u32,
    /// How wide it is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
}

/// A part of a picture; what lies beyond the picture is not in it.
#[must_use]
pub fn crop(picture: &RgbaImage, part: Region) -> RgbaImage {
    image::imageops::crop_imm(picture, part.x, part.y, part.width, part.height).to_image()
}

/// How many pixels differ so much that it can be seen. Pictures of two sizes differ in all pixels
/// of the larger one.
#[must_use]
pub fn n_differing(a: &RgbaImage, b: &RgbaImage) -> usize {
    if a.dimensions() != b.dimensions() {
        return a.pixels().len().max(b.pixels().len());
    }
    // Most rows are the same byte for byte, which is far faster to see than that their pixels are.
    a.rows()
        .zip(b.rows())
        .zip(row_bytes(a).zip(row_bytes(b)))
        .filter(|(_, (a, b))| a != b)
        .map(|((a, b), _)| a.zip(b).filter(|(a, b)| differ(**a, **b)).count())
        .sum()
}

/// The smallest part that has all pixels that differ between two pictures; `None` when they look
/// the same.
#[must_use]
pub fn difference_bounds(a: &RgbaImage, b: &RgbaImage) -> Option<Region> {
    let mut differing = a.enumerate_pixels().filter(|&(x, y, pixel)| {
        b.get_pixel_checked(x, y)
            .is_none_or(|other| differ(*pixel, *other))
    });
    let (x, y, _) = differing.next()?;
    let (left, right, top, bottom) =
        differing.fold((x, x, y, y), |(left, right, top, bottom), (x, y, _)| {
            (left.min(x), right.max(x), top.min(y), bottom.max(y))
        });
    Some(Region {
        x: left,
        y: top,
        width: right - left + 1,
        height: bottom - top + 1,
    })
}

/// How many colours a picture has: 1 for a window that has drawn nothing, hundreds for text.
#[must_use]
pub fn n_colours(picture: &RgbaImage) -> usize {
    picture
        .pixels()
        .collect::<std::collections::HashSet<_>>()
        .len()
}

/// Saves a picture as `name.png` in a folder, which is made where it is not there, and returns its
/// path.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn save_png(picture: &RgbaImage, dir: &Path, name: &str) -> Result<PathBuf> {
    std::fs::create_dir_all(dir).with_context(|| format!("could not make {}", dir.display()))?;
    let path = dir.join(name).with_added_extension("png");
    picture
        .save(&path)
        .with_context(|| format!("could not save {}", path.display()))?;
    Ok(path)
}

/// Where pictures to look at go: the folder that `POSTIL_SHOTS` names, or `postil-shots` in the
/// temporary folder.
#[must_use]
pub fn shots_dir() -> PathBuf {
    std::env::var_os("POSTIL_SHOTS")
        .map_or_else(|| std::env::temp_dir().join("postil-shots"), PathBuf::from)
}

fn row_bytes(picture: &RgbaImage) -> impl Iterator<Item = &[u8]> {
    picture.as_raw().chunks_exact(picture.width() as usize * 4)
}

fn differ(a: Rgba<u8>, b: Rgba<u8>) -> bool {
    a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > TOLERANCE)
}
