//! Notes in the margin as W3C Web Annotations, written and read.
//!
//! # The file
//! A `.jsonld` file: an `AnnotationCollection` with its one page in it (<https://www.w3.org/TR/annotation-model/>).
//! ```text
//! {
//!   "@context": ["http://www.w3.org/ns/anno.jsonld", {"postil": "urn:x-postil:"}],
//!   "id": "urn:x-postil:notes:0190…", "type": "AnnotationCollection", "label": "Garden", "total": 2,
//!   "first": {"id": "urn:x-postil:notes:0190…:1", "type": "AnnotationPage", "startIndex": 0, "items": [
//!     {"id": "urn:uuid:0190…", "type": "Annotation", "motivation": "commenting",
//!      "created": "2026-11-21T16:24:31.5Z", "modified": "2026-11-21T16:24:31.5Z",
//!      "body": [{"type": "TextualBody", "value": "Why?", "format": "text/markdown", "purpose": "commenting"},
//!               {"type": "TextualBody", "value": "risk", "purpose": "tagging"}],
//!      "target": {"type": "SpecificResource", "source": "notes/01-dig.md", "selector": [
//!        {"type": "TextQuoteSelector", "exact": "soil", "prefix": "Turn the ", "suffix": ", 30 cm"},
//!        {"type": "TextPositionSelector", "start": 15, "end": 19}],
//!       "postil:document": "urn:uuid:0190…", "postil:anchor": {"bytes": [15, 19], "headings": ["Ground"], "text": "07…"}},
//!      "postil:kind": "comment"},
//!     {"id": "urn:uuid:0191…", "type": "Annotation", "motivation": "replying", …, "target": "urn:uuid:0190…"}]}
//! }
//! ```
//! - `source` is the document's path below the plan's folder, as a relative IRI.
//! - The quote is of the Markdown source. The position counts Unicode code points of the document's
//!   source *as it is when the file is written*, without a byte order mark, line ends as they are in
//!   the file; it is there only where the very words stand there then.
//! - Kinds: highlights have the motivation `highlighting`, comments `commenting`, questions
//!   `questioning`; suggestions `editing`, with the new words as a body of the purpose `editing`, or
//!   with none where words are to go. A reply has `replying`, and what it answers as its target.
//! - Drafts and what is in the trash are not written.
//!
//! # Postil's own terms
//! All begin with `postil:`, which stands for `urn:x-postil:`. Other programs may leave them alone.
//!
//! | term | on | is |
//! | --- | --- | --- |
//! | `kind` | annotation | `highlight`, `comment`, `question`, `replacement` or `deletion` |
//! | `colour` | annotation | the number of a highlight's colour |
//! | `resolved` | annotation | when it was dealt with; not there while it is open |
//! | `created`, `modified` | annotation | milliseconds since 1970, where the year has not four digits |
//! | `plan` | target | `true`: the plan as a whole |
//! | `document` | target | the document's id |
//! | `block` | target | `true`: a block as a whole |
//! | `anchor` | target | of the quote: bytes, headings and text on which it was made |
//! | `first` | target | the words on which the note was first made, if a person chose others since |
//!
//! # Reading
//! Whatever is in a file is taken for what it may be: text. Nothing is fetched, run or followed. A
//! file is read within limits, and every annotation of it is either taken or reported as left out.

mod body;
mod collect;
mod import;
mod iri;
mod item;
mod report;
mod target;
mod threads;
mod time;
mod write;

pub use import::{Import, ImportOptions, MAX_FILE_BYTES, from_json_ld};
pub use report::{Finding, Problem, ReadError, Report};
pub use write::to_json_ld;

#[cfg(test)]
mod round_trip_tests;
#[cfg(test)]
#[path = "web_annotation_tests.rs"]
mod tests;
