//! Postil's own commands: `cargo xtask ci` and `cargo xtask gen-plans`.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use postil_xtask::plans;

mod ci;

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
