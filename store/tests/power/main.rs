//! The store on disks that lose power and disks that fail: what was acknowledged is there, whole
//! batches or none, and the next start works.
//!
//! `POSTIL_POWER_IMAGES` says how many power-cut images are tried, `POSTIL_POWER_SEED` where the
//! random numbers begin: a failure names the seed that it was met with and keeps the image.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "clippy lets tests unwrap, but not what they share"
)]

mod creation;
mod cuts;
mod disk;
mod faults;
mod image;
mod recording;
mod rng;
mod script;
