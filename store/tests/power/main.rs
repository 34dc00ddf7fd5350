//! The store on disks that lose power and disks that fail: what was acknowledged is there, whole
//! batches or none, and the next start works.
//!
//! Sessions are cut short on the file of the database alone (`cuts`), and what is done with whole
//! files on the whole folder, its names too (`flow_cuts`).
//!
//! `POSTIL_POWER_IMAGES` says how many power-cut images are tried, a fifth of that for each flow;
//! `POSTIL_POWER_SEED` where the random numbers begin: a failure names the seed that it was met with.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "clippy lets tests unwrap, but not what they share"
)]

mod creation;
mod cuts;
mod dirs;
mod disk;
mod faults;
mod flow_cuts;
mod flow_faults;
mod flows;
mod image;
mod names;
mod recorded;
mod recording;
mod rng;
mod script;
mod session;
mod tally;
mod tree;
mod world;
