//! Starts Postil.

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    match postil::startup::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without stderr there is only the exit code left to tell by.
            let _ = writeln!(std::io::stderr(), "postil: {error:#}");
            ExitCode::FAILURE
        }
    }
}
