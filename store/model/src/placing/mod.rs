//! Where words of a text are after the text was changed.

mod diff;
mod distance;
mod find;
mod moves;
mod runs;
mod warm;
mod words;

pub use warm::Warm;
