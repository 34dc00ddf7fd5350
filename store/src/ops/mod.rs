//! `ops.jsonl`: what changed, as text, one line a batch; the second copy with other ways of failing
//! than the database.
//!
//! # Invariants
//! - A line is appended and synced after the commit that it tells of, and before that commit is
//!   acknowledged.
//! - The newest backup and the lines after it give the library back; where no backup was made yet,
//!   the lines alone do. A line that is missing (a crash between commit and append, a full disk, a
//!   file taken away) is noticed by its number and made up for by writing the whole library.
//! - A database that knows less than the lines has lost something: it is brought up to them.
//! - No line is ever changed. A line that a crash tore stays where it is; the next begins anew.
//! - Replaying a line twice does no harm: each holds whole records.
//!
//! # Format
//! UTF-8, a JSON object on each line. The first tells of which library the file is:
//! ```text
//! {"v":1,"seq":0,"at":1700000000000,"library":"000102030405060708090a0b0c0d0e0f","changes":[],"sum":"…"}
//! ```
//! and each further one of a batch (here on several lines):
//! ```text
//! {"v":1,"seq":7,"at":1700000000500,"revision":3,
//!  "entry":{"id":4,"at":1700000000400,"kind":"done","label":"Write notes of “Garden”","steps":[0]},
//!  "changes":[{"kind":"note","plan":"00000000000000000000000000000007","text":"Hi","updated":1000}],
//!  "sum":"0123456789abcdef"}
//! ```
//! `v`: the version of the format. `seq`: counts up by one with each batch, over all files. `at`:
//! when the line was written. Times are milliseconds since 1970, ids 128 bits in hex. `revision`:
//! the batch in its session. `entry`: what the journal says of it; `steps` are the places in
//! `changes` that it is about, `kind` is `done`, or `undone` or `redone` with the entry meant in
//! `of`. `changes`: records as they are from then on, with the fields of the first version of each
//! record; derived ones are left out. `"whole":true`: not a batch, but a part of the library as it
//! was after `seq`. `sum`: xxh3-64 of the line's bytes before `,"sum"`, in hex; a line without it
//! was made by hand and is taken as it is.
//!
//! Fields that are not known are passed over; changes of a kind that is not known are problems.

mod json;
mod json_margin;
mod json_model;
mod log;
mod pending;
mod read;
mod replay;
mod tail;
mod value;

pub use read::{Line, LineEntry, Lines, OpsFault, OpsProblem, read};
pub use replay::replay;

pub(crate) use json::Hex;
pub(crate) use log::OpsLog;
pub(crate) use tail::span;
pub(crate) use value::{change_from_value, value_from_change};

#[cfg(test)]
#[path = "ops_tests.rs"]
mod tests;
