//! The whole app without a window, driven by what a screen reader is told of it: what a person does
//! with plans, and that it is all there the next day.

mod commonmark;
mod desk;
mod gfm;
mod history;
mod json;
mod keyboard;
mod margin;
mod marginalia;
mod notes;
mod opening;
mod pictures;
mod plans;
mod reader;
mod reading;
mod settings;
mod tasks;
mod watching;
