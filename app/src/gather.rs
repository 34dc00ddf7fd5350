//! Documents that are not open, read for what needs their texts: feedback on all of a plan, notes
//! that come in, and words that went to another document.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use postil_model::{
    Anchor, Annotation, AnnotationId, Change, Cold, CriticCopy, CriticProblem, DocumentId,
    FeedbackOptions, Library, Placed, Placement, PlanId, Sought, Standing, TextId, Timestamp,
    Whereabouts, critic_markup, feedback, place_all,
};
use postil_store::Text;
use postil_store::web_annotation::{Import, ImportOptions, ReadError, from_json_ld, to_json_ld};

use crate::margin::Form;

/// Texts on their way, and what they are for.
#[derive(Clone, Debug)]
pub struct Gathering {
    /// Names it.
    pub ticket: u64,
    /// The plan.
    pub plan: PlanId,
    /// What is made of them.
    pub purpose: Purpose,
    /// How many documents there are to read.
    pub n_documents: usize,
    /// Those that were not asked for yet.
    pub(crate) queue: VecDeque<DocumentId>,
    /// Those that are being read, by path.
    pub(crate) asked: BTreeMap<String, DocumentId>,
    /// Those that were read.
    pub(crate) texts: BTreeMap<DocumentId, Text>,
    /// Older texts that the library is asked for, by which notes are found in the present ones.
    pub(crate) old: BTreeMap<TextId, Option<Arc<str>>>,
    /// Those of them that did not come yet.
    pub(crate) asked_old: BTreeSet<TextId>,
    /// Whether all is there and another thread is at work.
    pub(crate) is_handed_out: bool,
}

impl Gathering {
    /// Whether all is there, and another thread is at work on it.
    #[must_use]
    pub fn is_handed_out(&self) -> bool {
        self.is_handed_out
    }

    /// How many documents were read, or could not be.
    #[must_use]
    pub fn n_read(&self) -> usize {
        self.n_documents - self.queue.len() - self.asked.len()
    }
}

/// What texts are gathered for.
#[derive(Clone, PartialEq, Debug)]
pub enum Purpose {
    /// To know where notes are that were last placed in another text.
    Look,
    /// To hand notes back.
    HandBack(Destination, FeedbackOptions),
    /// To read notes that come in.
    Import,
}

/// Where notes go.
#[derive(Clone, PartialEq, Debug)]
pub enum Destination {
    /// On the clipboard.
    Clipboard,
    /// Into this folder.
    Folder(PathBuf, Form),
    /// Into a copy of this document, beside it.
    Beside(DocumentId),
}

/// Notes that are about to come in from a file.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The plan that they are for.
    pub plan: PlanId,
    /// The file's name.
    pub name: String,
    /// What is in it.
    pub(crate) file: Arc<[u8]>,
    /// The documents of the plan that it speaks of, as far as is known.
    pub(crate) documents: BTreeSet<DocumentId>,
    /// Whether notes on what is no document of the plan are kept as notes on the plan.
    pub is_keeping_strays: bool,
    /// What would be taken over, once it is known; or why nothing can be read, for the person.
    pub read: Option<Result<Arc<Import>, String>>,
}

/// What is to be made of texts that were gathered.
#[derive(Clone, Debug)]
pub struct ComposeJob {
    /// Comes back with the answer.
    pub ticket: u64,
    /// The plan.
    pub plan: PlanId,
    /// Everything that is known, as it was when this was asked.
    pub library: Box<Library>,
    /// The texts.
    pub texts: BTreeMap<DocumentId, Text>,
    /// Older ones.
    pub old: BTreeMap<TextId, Arc<str>>,
    /// What for.
    pub purpose: Purpose,
    /// The file that notes come in from, and how it is read.
    pub import: Option<(Arc<[u8]>, ImportOptions)>,
    /// The time.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug)]
pub struct Composed {
    /// From the job.
    pub ticket: u64,
    /// Where notes are, that was not known before.
    pub placed: Vec<Change>,
    /// The texts that these speak of.
    pub texts: Vec<Text>,
    /// What was made.
    pub made: Made,
}

/// What was made of texts.
#[derive(Debug)]
pub enum Made {
    /// Nothing more than where notes are.
    Nothing,
    /// A text to be handed back, and what is to be remembered then.
    Notes(String, Vec<Change>),
    /// A copy of a document with the notes in it.
    Marked(Result<CriticCopy, CriticProblem>),
    /// What a file of notes holds.
    Import(Result<Box<Import>, ReadError>),
}

impl ComposeJob {
    /// Does the job.
    #[must_use]
    pub fn run(self) -> Composed {
        let mut placed = Vec::new();
        let mut places = BTreeMap::new();
        for (document, text) in &self.texts {
            places.insert(*document, self.places_in(*document, text, &mut placed));
        }
        let standing = |document: &DocumentId| {
            let text = &self.texts.get(document)?.text;
            let placements = places.get(document)?;
            Some(Standing { text, placements })
        };
        let standings: BTreeMap<_, _> = self
            .texts
            .keys()
            .filter_map(|document| Some((*document, standing(document)?)))
            .collect();
        let (library, plan) = (&*self.library, self.plan);
        let made = match &self.purpose {
            Purpose::Look => Made::Nothing,
            Purpose::HandBack(Destination::Folder(_, Form::WebAnnotations), options) => {
                let text = to_json_ld(library, plan, &standings, *options);
                Made::Notes(text, Vec::new())
            }
            Purpose::HandBack(Destination::Beside(document), options) => match standing(document) {
                Some(standing) => {
                    Made::Marked(critic_markup(library, plan, *document, standing, *options))
                }
                None => Made::Nothing,
            },
            Purpose::HandBack(_, options) => {
                let feedback = feedback(library, plan, &standings, *options, self.now);
                Made::Notes(feedback.text, feedback.hand_overs)
            }
            Purpose::Import => match &self.import {
                Some((file, options)) => Made::Import(
                    from_json_ld(file, library, plan, &self.texts, *options).map(Box::new),
                ),
                None => Made::Nothing,
            },
        };
        let spoken_of: BTreeSet<TextId> = placed.iter().flat_map(Change::texts).collect();
        let texts = self.texts.into_values();
        Composed {
            ticket: self.ticket,
            texts: texts.filter(|text| spoken_of.contains(&text.id)).collect(),
            placed,
            made,
        }
    }

    /// Where the notes of a document are in its text. What was not known goes to `placed`.
    fn places_in(
        &self,
        document: DocumentId,
        text: &Text,
        placed: &mut Vec<Change>,
    ) -> BTreeMap<AnnotationId, Placement> {
        let notes = self.library.annotations_on(self.plan, document);
        let on_words: Vec<(&Annotation, Sought<'_>)> = notes
            .filter_map(|note| {
                let anchor = note.passage()?.sought();
                let placed = self.library.placed(note.id);
                Some((note, Sought { anchor, placed }))
            })
            .collect();
        let sought: Vec<_> = on_words.iter().map(|(_, sought)| *sought).collect();
        let old = |id| self.old.get(&id).map(|text| &**text);
        let found = place_all(&text.text, text.id, &sought, old);
        let mut places = BTreeMap::new();
        for ((note, sought), placement) in on_words.into_iter().zip(found) {
            if !is_known(&sought, text.id) {
                placed.push(Change::Placed(Placed {
                    annotation: note.id,
                    text: text.id,
                    placement: placement.clone(),
                }));
            }
            places.insert(note.id, placement);
        }
        places
    }
}

/// Whether it is known without looking where a note is in a text.
pub(crate) fn is_known(note: &Sought<'_>, text: TextId) -> bool {
    note.anchor.text == text || note.placed.is_some_and(|placed| placed.text == text)
}

/// Words that left their document, and where else they stand.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// What is looked for.
    pub(crate) notes: Arc<[(AnnotationId, Anchor)]>,
    /// Where it was found.
    pub found: BTreeMap<AnnotationId, Vec<Stand>>,
    /// Documents that were not asked for yet.
    pub(crate) queue: VecDeque<DocumentId>,
    /// Those that are being read, by path.
    pub(crate) asked: BTreeMap<String, DocumentId>,
    /// Those in which another thread is looking.
    pub(crate) n_searched: usize,
}

impl Elsewhere {
    /// Whether not all documents were looked through yet.
    #[must_use]
    pub fn is_going_on(&self) -> bool {
        !self.queue.is_empty() || !self.asked.is_empty() || self.n_searched > 0
    }

    /// Whether this note's words are among those that are looked for.
    #[must_use]
    pub fn is_sought(&self, note: AnnotationId) -> bool {
        self.notes.iter().any(|(id, _)| *id == note)
    }
}

/// Where words stand in a document that is not open.
#[derive(Clone, Debug)]
pub struct Stand {
    /// The document.
    pub document: DocumentId,
    /// The words there.
    pub anchor: Anchor,
    /// The line of the first, counted from one.
    pub line: usize,
    /// The document's text.
    pub(crate) text: Text,
}

/// Words to be looked for in one document.
#[derive(Clone, Debug)]
pub struct SeekJob {
    /// The document.
    pub document: DocumentId,
    /// The path of its file.
    pub path: String,
    /// Its text.
    pub text: Text,
    /// The notes whose words are sought.
    pub notes: Arc<[(AnnotationId, Anchor)]>,
}

/// Where in one document the words of notes stand.
#[derive(Debug)]
pub struct FoundElsewhere {
    /// The notes that were sought.
    pub notes: Arc<[(AnnotationId, Anchor)]>,
    /// Those that were found.
    pub stands: Vec<(AnnotationId, Stand)>,
}

impl SeekJob {
    /// Does the job: finds the very words, where one place has more for it than the others.
    #[must_use]
    pub fn run(self) -> FoundElsewhere {
        let text: &str = &self.text.text;
        let is_there = |anchor: &Anchor| !anchor.quote.is_empty() && text.contains(&anchor.quote);
        let there: Vec<_> = self
            .notes
            .iter()
            .filter(|(_, anchor)| is_there(anchor))
            .collect();
        let mut stands = Vec::new();
        if !there.is_empty() {
            let cold = Cold::new(text);
            let whereabouts = Whereabouts::new(text, &self.path);
            for (id, anchor) in there {
                let range = match cold.place(anchor) {
                    Placement::Ambiguous { .. } => None,
                    placement => placement.range(),
                };
                let same = |range: &std::ops::Range<usize>| {
                    text.get(range.clone()) == Some(anchor.quote.as_str())
                };
                let Some(range) = range.filter(same) else {
                    continue;
                };
                let headings = whereabouts.headings_over(range.start);
                let headings = headings.into_iter().map(str::to_owned).collect();
                stands.push((
                    *id,
                    Stand {
                        document: self.document,
                        line: whereabouts.line_of(range.start),
                        anchor: Anchor::of(text, range, self.text.id, headings),
                        text: self.text.clone(),
                    },
                ));
            }
        }
        FoundElsewhere {
            notes: self.notes,
            stands,
        }
    }
}
