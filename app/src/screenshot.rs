//! A picture of the window, written once everything that is on its way has arrived.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use egui::{ColorImage, ScreenshotCallback, ViewportCommand};

/// Frames in which nothing changed before the picture is taken: layout may need a second one.
const N_QUIET_FRAMES: u32 = 6;

/// A picture that was asked for.
#[derive(Debug)]
pub(crate) struct Screenshot {
    path: PathBuf,
    n_quiet: u32,
    is_asked: bool,
    taken: Arc<Mutex<Option<Arc<ColorImage>>>>,
}

impl Screenshot {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            n_quiet: 0,
            is_asked: false,
            taken: Arc::default(),
        }
    }

    /// Takes the next step; `Some` when the picture is written, or cannot be.
    pub(crate) fn step(
        &mut self,
        ctx: &egui::Context,
        is_settled: bool,
    ) -> Option<anyhow::Result<()>> {
        if let Some(image) = self
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
        {
            return Some(write(&image, &self.path));
        }
        self.n_quiet = if is_settled { self.n_quiet + 1 } else { 0 };
        if self.n_quiet >= N_QUIET_FRAMES && !self.is_asked {
            self.is_asked = true;
            let taken = Arc::clone(&self.taken);
            let wake = ctx.clone();
            let callback = ScreenshotCallback::new(move |image| {
                *taken.lock().unwrap_or_else(PoisonError::into_inner) = Some(image);
                wake.request_repaint();
            });
            ctx.send_viewport_cmd(ViewportCommand::Screenshot(callback));
        }
        ctx.request_repaint();
        None
    }
}

fn write(image: &ColorImage, path: &Path) -> anyhow::Result<()> {
    let [width, height] = image.size;
    let bytes: Vec<u8> = image
        .pixels
        .iter()
        .flat_map(egui::Color32::to_array)
        .collect();
    image::save_buffer(
        path,
        &bytes,
        width as u32,
        height as u32,
        image::ColorType::Rgba8,
    )
    .map_err(|error| {
        anyhow::anyhow!(
            "The picture could not be written ({error}): {}",
            path.display()
        )
    })
}
