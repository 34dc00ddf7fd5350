//! Postil: a window on folders of Markdown plans, and a margin to write in.
//!
//! # How a frame goes
//! [`app::App`] drains what the threads said into [`command::Command`]s and runs
//! [`update::update`] for each: the only place where [`state::State`] changes. Then the panels of
//! [`view`] paint from the state as it is, and send commands for the next frame.
//!
//! # Invariants
//! - The window's thread touches no disk and waits for no other thread.
//! - Plan files are read by `postil-watcher` alone, records by `postil-store` alone.
//! - Nothing is drawn again unless something changed: an idle window costs no time.

pub mod action;
pub mod app;
pub mod cli;
pub mod clock;
pub mod command;
pub mod effects;
pub mod fonts;
pub mod images;
pub mod jobs;
pub mod logging;
pub mod paths;
pub mod sample;
mod screenshot;
pub mod services;
pub mod startup;
pub mod state;
pub mod theme;
pub mod update;
pub mod view;
