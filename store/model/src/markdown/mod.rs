//! How a Markdown text falls into blocks, what it links to, and where a reader's place is after
//! the text has changed.

mod block;
mod excerpt;
mod link;
mod parse;
mod place;

pub use block::{Block, BlockKind, DocumentKind, Heading, Marker, Parsed};
pub use link::{LinkTarget, link_target};
pub use parse::parse;
pub use place::{Place, follow};
