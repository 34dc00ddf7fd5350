//! The command line.

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand, ValueEnum};
use postil_model::ThemeChoice;

use crate::logging;

/// Read plans written in Markdown, write in their margins, hand the notes back.
#[derive(Parser, Clone, PartialEq, Debug)]
#[command(name = "postil", version, about)]
pub struct Cli {
    /// What to do without a window
    #[command(subcommand)]
    pub job: Option<Job>,

    /// Folders of plans, or Markdown files, to register and open
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Where the database is kept, in place of the desktop's data folder
    #[arg(long, value_name = "DIR", env = "POSTIL_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,

    /// A library of its own under this name, with its own settings and backups
    #[arg(long, value_name = "NAME", value_parser = profile_name, global = true)]
    pub profile: Option<String>,

    /// Show the window by Wayland even where X11 is offered too (files cannot be dropped on it then)
    #[arg(long)]
    pub wayland: bool,

    /// Open, settle, write a picture of the window to FILE.png, and leave
    #[arg(long, value_name = "FILE.png", value_parser = png_path)]
    pub screenshot: Option<PathBuf>,

    /// Size of the window in points, as in 1200x800
    #[arg(long, value_name = "WxH", value_parser = window_size)]
    pub size: Option<[f32; 2]>,

    /// Theme of this session, in place of the one that was chosen
    #[arg(long, value_name = "THEME")]
    pub theme: Option<ThemeArg>,

    /// What is logged: error, warn, info, debug, trace, or a filter such as postil=debug
    #[arg(long, value_name = "LEVEL", default_value = logging::DEFAULT_FILTER,
        hide_default_value = true, env = "POSTIL_LOG")]
    pub log: String,
}

/// What is done without a window. A folder of such a name is opened as `./backup`.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum Job {
    /// Look the library over: database, records, references, backups
    Doctor {
        /// Say it as JSON
        #[arg(long)]
        json: bool,
        /// Mend what can be mended, after a backup
        #[arg(long)]
        repair: bool,
    },
    /// Make a backup of the library now
    Backup,
    /// Bring a backup back, keeping the library that is there aside; without BACKUP, list them
    Restore {
        /// Its number in the list, or its file
        #[arg(value_name = "BACKUP")]
        backup: Option<PathBuf>,
    },
    /// Write everything to a new JSON file
    Export {
        /// The file; it must not be there yet
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Bring in what postil export wrote, after a backup; of two states the newer one stays
    Import {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// A theme as it is named on the command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ThemeArg {
    /// Dark text on paper
    Light,
    /// Light text on slate
    Dark,
    /// As the desktop says
    System,
}

impl From<ThemeArg> for ThemeChoice {
    fn from(theme: ThemeArg) -> Self {
        match theme {
            ThemeArg::Light => Self::Light,
            ThemeArg::Dark => Self::Dark,
            ThemeArg::System => Self::System,
        }
    }
}

/// Names are folders, on any system.
fn profile_name(text: &str) -> Result<String, String> {
    if crate::paths::is_profile_name(text) {
        Ok(text.to_owned())
    } else {
        Err("a name takes up to 64 letters from a to z, digits, - and _".to_owned())
    }
}

fn png_path(text: &str) -> Result<PathBuf, String> {
    let path = Path::new(text);
    let is_png = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("png"));
    if is_png {
        Ok(path.to_owned())
    } else {
        Err("the name must end in .png".to_owned())
    }
}

fn window_size(text: &str) -> Result<[f32; 2], String> {
    /// Larger surfaces are refused by graphics drivers.
    const SIDE_PT: std::ops::RangeInclusive<u16> = 200..=8_000;
    let side = |text: &str| {
        text.parse::<u16>()
            .ok()
            .filter(|side| SIDE_PT.contains(side))
    };
    let sides = text
        .split_once(['x', 'X', '×'])
        .and_then(|(w, h)| Some([side(w)?, side(h)?]));
    sides
        .map(|[width, height]| [f32::from(width), f32::from(height)])
        .ok_or_else(|| "give width and height from 200 to 8000, as in 1200x800".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from([&["postil"], args].concat())
    }

    #[test]
    fn all_options_are_understood() {
        let cli = parse(&[
            "a",
            "b.md",
            "--data-dir",
            "d",
            "--wayland",
            "--screenshot",
            "x.PNG",
            "--size",
            "800x600",
            "--theme",
            "dark",
            "--log",
            "debug",
        ])
        .expect("good arguments");
        assert_eq!(cli.paths, [PathBuf::from("a"), PathBuf::from("b.md")]);
        assert_eq!(cli.size, Some([800.0, 600.0]));
        assert_eq!(cli.theme, Some(ThemeArg::Dark));
        assert!(cli.wayland);
    }

    #[test]
    fn jobs_are_told_from_paths() {
        let job = |args: &[&str]| parse(args).expect("good arguments").job;
        assert_eq!(job(&["plans"]), None);
        assert_eq!(job(&["./backup"]), None);
        assert_eq!(job(&["--data-dir", "d", "backup"]), Some(Job::Backup));
        assert_eq!(
            job(&["doctor", "--json", "--profile", "work"]),
            Some(Job::Doctor {
                json: true,
                repair: false
            })
        );
        assert_eq!(job(&["restore"]), Some(Job::Restore { backup: None }));
        let file = PathBuf::from("x.json");
        assert_eq!(job(&["export", "x.json"]), Some(Job::Export { file }));
        assert!(parse(&["import"]).is_err());
    }

    #[test]
    fn bad_options_are_refused_with_a_reason() {
        for (args, reason) in [
            (["--size", "800"], "as in 1200x800"),
            (["--size", "1x1"], "from 200"),
            (["--size", "99999x600"], "to 8000"),
            (["--screenshot", "x.md"], ".png"),
            (["--theme", "pink"], "possible values"),
            (["--profile", "../up"], "letters from a to z"),
            (["--profile", ""], "letters from a to z"),
        ] {
            let error = parse(&args).expect_err("bad arguments").to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
