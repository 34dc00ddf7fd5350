//! Where words of a text are after the text was changed.
//!
//! Where the old text is at hand, the diff of the two tells ([`Warm`]): its runs are followed from
//! the old range, and what stands there is judged against the quote. Where it is not, the quote is
//! looked for with its context ([`Cold`]). In doubt a note is shown as changed, ambiguous or
//! detached: it is never bound to other words as if they were its own.
//!
//! Everything here is a function of texts: no file, no clock, and the same result each time.

mod all;
mod cold;
mod context;
mod diff;
mod distance;
mod find;
mod grow;
mod index;
mod judge;
mod moves;
mod runs;
mod sections;
mod trace;
mod warm;
mod words;

pub use all::{Sought, place_all};
pub use cold::Cold;
pub use warm::Warm;

#[cfg(test)]
mod copies_tests;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;
