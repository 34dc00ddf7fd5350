//! What reading came to, in numbers and words.

use std::collections::BTreeMap;
use std::fmt;

use thiserror::Error;

/// Why nothing of a file could be read. Nothing was changed.
#[derive(Debug, Error)]
pub enum ReadError {
    /// More than is read.
    #[error(
        "The file is larger than {} MB, which is more than annotations take. Split it, or name another",
        max_bytes >> 20
    )]
    TooLarge {
        /// The limit.
        max_bytes: usize,
    },
    /// No JSON, or nested deeper than annotations are.
    #[error("The file is no JSON ({why}). Name a file of Web Annotations (.jsonld)")]
    NotJson {
        /// What is wrong, and where.
        why: String,
    },
    /// JSON of something else.
    #[error(
        "The file has no annotations in it. Name a file of Web Annotations (.jsonld): an \
         AnnotationCollection, an AnnotationPage, or a list of annotations"
    )]
    NoAnnotations,
}

/// Something about annotations of a file that the person is to know.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Problem {
    /// Left out: not an object with a target.
    NotAnAnnotation,
    /// Left out: what it is on is said in no way that can be read.
    NoTarget,
    /// Left out: it is on something that is no document of the plan.
    OtherDocument,
    /// Left out: it answers something that is not there.
    NoParent,
    /// Left out: it answers itself, by way of others or not.
    Cycle,
    /// Left out: there is another with its id in the file, changed later.
    SameId,
    /// Left out: longer than a note can be.
    TooLong,
    /// Left out: more than are read of one file. Counts as many as there are.
    TooMany,
    /// Not read: a page that is not in the file but elsewhere.
    PageElsewhere,
    /// Taken as a note on the plan: it is on something that is no document of it.
    KeptOnPlan,
    /// Taken as a note on the document: where in it, could not be read.
    KeptOnDocument,
    /// Taken: its words are not in the document as it is now, or not in one place alone.
    WordsNotFound,
    /// Taken with the first of its targets that can be used; it has others.
    OtherTargets,
    /// Taken: its HTML is kept as source text.
    HtmlAsSource,
    /// Taken: of a body that is elsewhere, its address is kept.
    BodyElsewhere,
    /// Taken without a body that could not be read.
    BodyUnreadable,
    /// Taken: what it says in several bodies is one text now.
    BodiesJoined,
    /// Taken as a comment: what it is meant as, Postil has no kind for.
    OtherMotivation,
    /// Taken as an answer to the note that the thread began with.
    ThreadFlattened,
    /// Taken as an answer, which has no tags, kind or state.
    ReplySimplified,
    /// Taken without a time that could not be read.
    TimeUnreadable,
    /// Taken without fields that Postil has no place for, such as who made it.
    FieldsLeftOut,
    /// Taken without fields of Postil's own that could not be read.
    OwnFieldsUnreadable,
    /// Taken under a new id: its own is that of a note in another plan.
    NewId,
}

impl Problem {
    /// Whether an annotation was left out for it.
    #[must_use]
    pub fn is_left_out(self) -> bool {
        matches!(
            self,
            Self::NotAnAnnotation
                | Self::NoTarget
                | Self::OtherDocument
                | Self::NoParent
                | Self::Cycle
                | Self::SameId
                | Self::TooLong
                | Self::TooMany
        )
    }

    /// What it is, in words that follow a number.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotAnAnnotation => "left out: not an annotation",
            Self::NoTarget => "left out: what it is on cannot be read",
            Self::OtherDocument => "left out: on something that is no document of this plan",
            Self::NoParent => "left out: an answer to something that is not there",
            Self::Cycle => "left out: an answer to itself",
            Self::SameId => "left out: another one has the same id and is newer",
            Self::TooLong => "left out: longer than a note can be",
            Self::TooMany => "left out: more than are read of one file",
            Self::PageElsewhere => "not read: a page that is not in the file",
            Self::KeptOnPlan => "kept as notes on the plan: not on a document of it",
            Self::KeptOnDocument => "kept as notes on their document: where in it cannot be read",
            Self::WordsNotFound => {
                "with words that are not in their document now, or not in one place alone"
            }
            Self::OtherTargets => "with further targets that were left out",
            Self::HtmlAsSource => "in HTML, kept as source text",
            Self::BodyElsewhere => "with a body elsewhere, of which the address was kept",
            Self::BodyUnreadable => "with a body that cannot be read and was left out",
            Self::BodiesJoined => "with several bodies, put into one text",
            Self::OtherMotivation => "taken as comments: of a kind that Postil has not",
            Self::ThreadFlattened => "answers to answers, now answers to the note",
            Self::ReplySimplified => "answers whose tags, kind or state were left out",
            Self::TimeUnreadable => "with a time that cannot be read and was left out",
            Self::FieldsLeftOut => "with fields that were left out",
            Self::OwnFieldsUnreadable => "with fields of Postil's own that cannot be read",
            Self::NewId => "with the id of a note in another plan, given a new one",
        }
    }
}

/// One problem, and where it was met.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Finding {
    /// How many annotations have it.
    pub n: usize,
    /// The first few of them: the number in the file from one on, and what is odd about it if there
    /// is more to say.
    pub examples: Vec<String>,
}

/// What was read of a file, and what was not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// How many annotations the file has. Each is a note, a reply, the same as an earlier one, or
    /// left out.
    pub n_items: usize,
    /// How many became notes.
    pub n_notes: usize,
    /// How many became answers to notes.
    pub n_replies: usize,
    /// How many are in the file more than once, alike.
    pub n_repeated: usize,
    /// What is to be known of them.
    pub findings: BTreeMap<Problem, Finding>,
}

impl Report {
    const MAX_EXAMPLES: usize = 3;
    const MAX_EXAMPLE_CHARS: usize = 80;

    /// How many annotations were left out.
    #[must_use]
    pub fn n_left_out(&self) -> usize {
        let left_out = self
            .findings
            .iter()
            .filter(|(problem, _)| problem.is_left_out());
        left_out.map(|(_, finding)| finding.n).sum()
    }

    pub(super) fn add(&mut self, problem: Problem, number: usize, detail: &str) {
        let finding = self.findings.entry(problem).or_default();
        finding.n += 1;
        if finding.examples.len() < Self::MAX_EXAMPLES {
            let shown = detail.chars().map(|c| if c.is_control() { ' ' } else { c });
            let shown: String = shown.take(Self::MAX_EXAMPLE_CHARS).collect();
            let gap = if shown.is_empty() { "" } else { " " };
            finding.examples.push(format!("{number}{gap}{shown}"));
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        write!(
            f,
            "{} in {}",
            count(self.n_notes, "note"),
            count(self.n_items, "annotation")
        )?;
        if self.n_replies > 0 {
            write!(f, ", with {}", count(self.n_replies, "answer"))?;
        }
        if self.n_repeated > 0 {
            write!(f, "; {} are there more than once", self.n_repeated)?;
        }
        for (problem, finding) in &self.findings {
            write!(f, "\n{} {}", finding.n, problem.words())?;
            let more = if finding.n > finding.examples.len() {
                "; …"
            } else {
                ""
            };
            write!(f, " ({}{more})", finding.examples.join("; "))?;
        }
        Ok(())
    }
}
