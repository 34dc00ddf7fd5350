#![doc = include_str!("../architecture.md")]

pub mod action;
pub mod ahead;
pub mod app;
pub mod cli;
pub mod clock;
pub mod command;
pub mod effects;
pub mod fonts;
pub mod gather;
pub mod images;
pub mod jobs;
pub mod library;
pub mod logging;
pub mod margin;
pub mod paths;
pub mod restart;
pub mod sample;
mod screenshot;
pub mod services;
pub mod startup;
pub mod state;
pub mod tex;
pub mod theme;
pub mod update;
pub mod view;
pub mod worker;
