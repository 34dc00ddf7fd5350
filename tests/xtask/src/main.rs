//! Postil's own commands: `cargo xtask ci`, `anchoring`, `gen-plans`, `kill9`, `powercut` and
//! `power-images`.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use postil_xtask::plans;

mod anchoring;
mod churn;
mod ci;
mod crash;

#[derive(Parser)]
#[command(
    name = "xtask",
    bin_name = "cargo xtask",
    about = "Postil's own commands"
)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run all that CI runs, stop at the first failure, and print the seconds of each step
    Ci,
    /// Place passages of real documents in later versions of them, by Postil and by two published
    /// methods, and print how often each was right
    Anchoring {
        /// The folder with `cases.jsonl` and `versions/`
        #[arg(long, value_name = "DIR", env = "POSTIL_ANCHORING_DATA")]
        data: PathBuf,
        /// Only this method: warm, cold, cold-all, A or B
        #[arg(long, value_name = "METHOD")]
        only: Option<String>,
        /// A folder to write each method's answers to, as METHOD.jsonl
        #[arg(long, value_name = "DIR")]
        dump: Option<PathBuf>,
    },
    /// Write a made-up plan folder: the same files and seed give the same bytes
    GenPlans {
        /// How many Markdown files to write
        #[arg(long, value_name = "N")]
        files: usize,
        /// What the texts are drawn from
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
        /// The folder to write: absent so far, or empty
        dir: PathBuf,
    },
    /// Let several processes change a watched folder at random, and compare what was told with a fresh
    /// scan
    Churn {
        /// For how long
        #[arg(long, value_name = "N", default_value_t = 10)]
        minutes: u64,
        /// Which round comes first
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
    /// Kill the store and the window at random moments, and compare what is left with what was said
    /// to be saved
    Kill9 {
        /// How often to kill a program that only writes
        #[arg(long, value_name = "N", default_value_t = 500)]
        rounds: u64,
        /// How often to kill the window; needs Xvfb [default: a tenth of the rounds]
        #[arg(long, value_name = "N")]
        app_rounds: Option<u64>,
        /// Where the random moments begin
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
    /// Cut the power of a block device under ext4 while the store writes to it; needs root and
    /// qemu-storage-daemon
    Powercut {
        /// How many cuts to try
        #[arg(long, value_name = "N", default_value_t = 300)]
        cuts: u64,
        /// Where the random moments begin
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
    /// Reopen what a power cut may leave of a library, made up from recorded sessions, backups,
    /// restores and recoveries
    PowerImages {
        /// How many images to try
        #[arg(long, value_name = "N", default_value_t = 20_000)]
        images: u64,
        /// Which session comes first
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
}

fn main() -> ExitCode {
    run(Args::parse().command).unwrap_or_else(|error| {
        // Nothing is left to say it to when standard error is closed too.
        _ = writeln!(io::stderr(), "error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Ci => ci::run(),
        Command::Churn { minutes, seed } => churn::run(minutes, seed),
        Command::Anchoring { data, only, dump } => {
            anchoring::run(&data, only.as_deref(), dump.as_deref())
        }
        Command::Kill9 {
            rounds,
            app_rounds,
            seed,
        } => crash::kill9(rounds, app_rounds.unwrap_or(rounds / 10), seed),
        Command::Powercut { cuts, seed } => crash::powercut(cuts, seed),
        Command::PowerImages { images, seed } => crash::images(images, seed),
        Command::GenPlans { files, seed, dir } => {
            let summary = plans::generate(&dir, files, seed)?;
            writeln!(
                io::stdout(),
                "Wrote {} files, {} bytes: {}",
                summary.n_files,
                summary.n_bytes,
                dir.display()
            )?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
