//! From the command line to the window.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Parser as _;
use crossbeam_channel::Receiver;
use etcetera::BaseStrategy as _;
use postil_store::Lock;
use postil_watcher::{Config, Event, Inspected, Request, Watcher};

use crate::ahead::Ahead;
use crate::app::{App, Options};
use crate::cli::Cli;
use crate::services::{Services, Wake};

/// Runs Postil as the command line says, until its window is closed.
///
/// # Errors
/// What was wrong and what to do, for the person; nothing was changed then.
pub fn run() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let dirs = Dirs::of(cli.data_dir.as_deref(), cli.profile.as_deref())?;
    if let Some(job) = &cli.job {
        if !cli.paths.is_empty() {
            bail!("Name either what to do or what to open");
        }
        crate::logging::start_on_stderr();
        return crate::library::run(job, &dirs.data);
    }
    crate::logging::start(&cli.log, &dirs.logs)?;

    let wake = Wake::default();
    let (watcher, events) = Watcher::start(Config::default(), wake.as_waker())?;
    let inspected = inspect(&watcher, &events, &cli.paths, &dirs.data)?;
    let lock = match Lock::acquire(&dirs.data) {
        Ok(lock) => lock,
        // Display says who holds it and what to do.
        Err(error) => bail!("{error}"),
    };
    let services = Services::start(lock, (watcher, events), wake)?;
    let options = Options {
        data_dir: dirs.data.canonicalize().unwrap_or(dirs.data),
        inspected,
        theme: cli.theme.map(Into::into),
        screenshot: cli.screenshot.clone(),
        outcome: crate::app::Outcome::default(),
    };
    show(&cli, services, options)
}

fn show(cli: &Cli, services: Services, options: Options) -> anyhow::Result<()> {
    let native = native_options(cli)?;
    let outcome = options.outcome.clone();
    let ahead = Ahead::start(options.state(), services)?;
    eframe::run_native(
        "Postil",
        native,
        Box::new(|creation| {
            let begun = ahead.finish();
            Ok(Box::new(App::resume(&creation.egui_ctx, begun, options)))
        }),
    )
    .map_err(|error| {
        anyhow::anyhow!(
            "The window could not be opened ({error}). Check that the display works; without a \
             graphics driver, try LIBGL_ALWAYS_SOFTWARE=1 postil"
        )
    })?;
    let mut outcome = outcome
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    outcome.take().map_or(Ok(()), Err)
}

/// The library's folder and the logs' folder.
struct Dirs {
    data: PathBuf,
    logs: PathBuf,
}

impl Dirs {
    fn of(data_dir: Option<&Path>, profile: Option<&str>) -> anyhow::Result<Self> {
        let base = Self::of_base(data_dir)?;
        Ok(match profile {
            None => base,
            Some(name) => Self {
                data: crate::paths::profile_dir(&base.data, Some(name)),
                logs: base.logs.join("profiles").join(name),
            },
        })
    }

    fn of_base(data_dir: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(data) = data_dir {
            let data = std::path::absolute(data)
                .with_context(|| format!("--data-dir is no folder: {}", data.display()))?;
            return Ok(Self {
                logs: data.join("logs"),
                data,
            });
        }
        let base = etcetera::choose_base_strategy()
            .context("Your home folder is not known, name a folder with --data-dir DIR")?;
        let data = base.data_dir().join("postil");
        let logs = base
            .state_dir()
            .map_or_else(|| data.join("logs"), |dir| dir.join("postil"));
        Ok(Self { data, logs })
    }
}

/// Looks at the paths of the command line before there is a window, so that what is wrong with one
/// ends the program with a message.
fn inspect(
    watcher: &Watcher,
    events: &Receiver<Event>,
    paths: &[PathBuf],
    data_dir: &Path,
) -> anyhow::Result<Vec<Inspected>> {
    /// A disk that does not answer for so long is asked again from the window.
    const PATIENCE: Duration = Duration::from_secs(30);
    let data_dir = data_dir
        .canonicalize()
        .unwrap_or_else(|_| data_dir.to_owned());
    let mut found = Vec::new();
    for (ticket, path) in paths.iter().enumerate() {
        let request = Request::Inspect {
            ticket: ticket as u64,
            path: path.clone(),
        };
        watcher.send(request)?;
        let answer = events.recv_timeout(PATIENCE);
        let Ok(Event::Inspected { result, .. }) = answer else {
            bail!(
                "The disk does not answer, try again later: {}",
                path.display()
            );
        };
        let inspected = match result {
            Ok(inspected) => inspected,
            Err(error) => bail!("{error}"),
        };
        if inspected
            .folder
            .starts_with(crate::paths::profile_dir(&data_dir, None))
        {
            bail!(
                "This folder holds Postil's own database, name the folder of a plan instead: {}",
                inspected.folder.display(),
            );
        }
        found.push(inspected);
    }
    Ok(found)
}

fn native_options(cli: &Cli) -> anyhow::Result<eframe::NativeOptions> {
    let size = cli.size.unwrap_or([1_180.0, 780.0]);
    let viewport = egui::ViewportBuilder::default()
        .with_title("Postil")
        .with_app_id("postil")
        .with_inner_size(size)
        .with_min_inner_size([480.0, 360.0])
        .with_icon(icon())
        .with_drag_and_drop(true);
    Ok(eframe::NativeOptions {
        viewport,
        renderer: renderer(),
        event_loop_builder: display(cli.wayland)?,
        // Text and flat colours have no gradients that would need it.
        dithering: false,
        ..Default::default()
    })
}

/// OpenGL unless the `wgpu` feature is chosen. The sample plan from exec to its first content, on
/// software drawing and a busy machine of two cores, medians of three: 312 ms with glow, 800 ms
/// with wgpu; 92 against 127 MB of memory; a program of 36 against 43 MB.
#[cfg(not(feature = "wgpu"))]
fn renderer() -> eframe::Renderer {
    eframe::Renderer::Glow
}

#[cfg(feature = "wgpu")]
fn renderer() -> eframe::Renderer {
    eframe::Renderer::Wgpu
}

fn icon() -> egui::IconData {
    let png = include_bytes!("../../assets/icon/postil-64.png");
    let icon = eframe::icon_data::from_png_bytes(png);
    icon.unwrap_or_else(|error| {
        tracing::warn!("the icon cannot be read ({error})");
        egui::IconData::default()
    })
}

/// X11 wherever it is offered: files cannot be dropped on a Wayland window yet (winit 0.30).
#[cfg(target_os = "linux")]
fn display(wants_wayland: bool) -> anyhow::Result<Option<eframe::EventLoopBuilderHook>> {
    use winit::platform::wayland::EventLoopBuilderExtWayland as _;
    use winit::platform::x11::EventLoopBuilderExtX11 as _;
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let (has_x11, has_wayland) = (is_set("DISPLAY"), is_set("WAYLAND_DISPLAY"));
    match (has_x11, has_wayland, wants_wayland) {
        (_, true, true) | (false, true, _) => Ok(Some(Box::new(|builder| {
            builder.with_wayland();
        }))),
        (true, _, false) => Ok(Some(Box::new(|builder| {
            builder.with_x11();
        }))),
        (true, false, true) => {
            bail!("There is no Wayland display (WAYLAND_DISPLAY is not set), leave out --wayland")
        }
        (false, false, _) => {
            bail!("There is no display to show a window on, set DISPLAY or WAYLAND_DISPLAY")
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn display(_wants_wayland: bool) -> anyhow::Result<Option<eframe::EventLoopBuilderHook>> {
    Ok(None)
}
