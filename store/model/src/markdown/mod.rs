//! How a Markdown text falls into blocks, what each of them shows, what it links to, and where a
//! reader's place is after the text has changed.

mod block;
mod compare;
mod compose;
mod find;
mod flow;
mod front_matter;
mod headings;
mod html;
mod inline;
mod json;
mod leaves;
mod link;
mod marks;
mod markup;
mod math;
mod parse;
mod parts;
mod place;
mod rich;
mod units;

pub use block::{Block, BlockKind, DocumentKind, Fold, Heading, LongCode, Marker, Parsed};
pub use compare::{Hunk, compare, compared};
pub use find::{FindProblem, Finder};
pub use flow::{Alert, Alignment, Flow, Level, Nest, Part, Piece, Property, Role, Table};
pub(crate) use headings::Headings;
pub use json::{Node, Shape};
pub(crate) use leaves::{Leaf, leaves};
pub use link::{LinkTarget, link_target};
pub use parse::parse;
pub use place::{Place, follow};
pub use rich::{Link, Rich, Run, Style};
pub use units::Unit;
