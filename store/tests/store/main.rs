//! The store as its callers see it: what is written is there again, whatever happens to the file,
//! the disk or the process in between.

#![allow(
    clippy::unwrap_used,
    reason = "clippy lets tests unwrap, but not what they share"
)]

mod backups;
mod durability;
mod fallback;
mod generate;
mod golden;
mod journal;
mod lock;
mod opening;
mod ops;
mod records;
mod recovery;
mod round_trip;
mod support;
mod texts;
mod waiting;
