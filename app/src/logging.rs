//! Logs: to stderr and to a rotated file. A panic leaves a report beside them.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

/// Log files that are kept, one a day.
const MAX_LOG_FILES: usize = 7;

/// What is logged when nothing else is asked for: without what the toolkit warns of at each start
/// and nobody can do anything about.
pub const DEFAULT_FILTER: &str =
    "info,winit=error,egui_extras::loaders=off,egui_system_font_provider=error";

/// Starts logging for a command: what went wrong, to stderr alone.
pub fn start_on_stderr() {
    let started = fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::ERROR)
        .without_time()
        .with_target(false)
        .try_init();
    // A second start, as in a test, keeps the first.
    drop(started);
}

/// Starts logging. `dir` is made if it is not there; without it only stderr is written to, and that
/// is said.
///
/// # Errors
/// When `level` is no filter.
pub fn start(level: &str, dir: &Path) -> anyhow::Result<()> {
    let filter = || {
        EnvFilter::try_new(level).map_err(|error| {
            anyhow::anyhow!(
                "--log takes error, warn, info, debug, trace or a filter ({error}): {level}"
            )
        })
    };
    // Before the appender looks for old logs in it, or it complains on stderr by itself. A folder
    // that cannot be made is the appender's error too.
    let _ = std::fs::create_dir_all(dir);
    let file = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("postil")
        .filename_suffix("log")
        .max_log_files(MAX_LOG_FILES)
        .build(dir);
    let (file, problem) = match file {
        Ok(file) => (Some(file), None),
        Err(error) => (None, Some(error)),
    };
    let to_file = match file {
        Some(file) => {
            let writer = std::sync::Mutex::new(file);
            Some(
                fmt::layer()
                    .with_ansi(false)
                    .with_writer(writer)
                    .with_filter(filter()?),
            )
        }
        None => None,
    };
    let to_stderr = fmt::layer()
        .with_writer(std::io::stderr)
        .with_filter(filter()?);
    // A second start, as in a test, keeps the first.
    let _ = tracing_subscriber::registry()
        .with(to_stderr)
        .with(to_file)
        .try_init();
    if let Some(error) = problem {
        tracing::warn!("there is no log file ({error}): {}", dir.display());
    }
    report_panics(dir.to_owned());
    Ok(())
}

/// Writes a report of each panic to the log folder and says where.
fn report_panics(dir: PathBuf) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        usual(panic);
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("without a name").to_owned();
        let backtrace = std::backtrace::Backtrace::force_capture();
        let version = env!("CARGO_PKG_VERSION");
        let report = format!("Postil {version}, thread {name}\n{panic}\n\n{backtrace}\n");
        let time = jiff::Timestamp::now().as_millisecond();
        let path = dir.join(format!("panic-{time}-{}.txt", std::process::id()));
        let written = File::create(&path).and_then(|mut file| file.write_all(report.as_bytes()));
        let mut stderr = std::io::stderr().lock();
        // There is nobody left to tell when stderr is gone too.
        let _ = match written {
            Ok(()) => writeln!(
                stderr,
                "postil: a report of this was written to {}",
                path.display()
            ),
            Err(error) => writeln!(stderr, "postil: no report could be written ({error})"),
        };
    }));
}
