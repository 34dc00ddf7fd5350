//! Documents that are not open, read for what needs their texts: feedback on all of a plan, and notes
//! that come in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use postil_model::{
    Annotation, AnnotationId, Change, CriticCopy, CriticProblem, DocumentId, FeedbackOptions,
    Library, Placed, Placement, PlanId, Sought, Standing, TextId, Timestamp, critic_markup,
    feedback, place_all,
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
        let mut news = Vec::new();
        let mut places = BTreeMap::new();
        for (document, text) in &self.texts {
            places.insert(*document, self.places_in(*document, text, &mut news));
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
                let text = to_json_ld(library, plan, &standings, options);
                Made::Notes(text, Vec::new())
            }
            Purpose::HandBack(Destination::Beside(document), options) => match standing(document) {
                Some(standing) => {
                    Made::Marked(critic_markup(library, plan, *document, standing, options))
                }
                None => Made::Nothing,
            },
            Purpose::HandBack(_, options) => {
                let feedback = feedback(library, plan, &standings, options, self.now);
                Made::Notes(feedback.text, feedback.hand_overs)
            }
            Purpose::Import => match &self.import {
                Some((file, options)) => Made::Import(
                    from_json_ld(file, library, plan, &self.texts, *options).map(Box::new),
                ),
                None => Made::Nothing,
            },
        };
        let spoken_of: BTreeSet<TextId> = news.iter().flat_map(Change::texts).collect();
        let texts = self.texts.into_values();
        Composed {
            ticket: self.ticket,
            texts: texts.filter(|text| spoken_of.contains(&text.id)).collect(),
            placed: news,
            made,
        }
    }

    /// Where the notes of a document are in its text. What was not known goes to `news`.
    fn places_in(
        &self,
        document: DocumentId,
        text: &Text,
        news: &mut Vec<Change>,
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
                news.push(Change::Placed(Placed {
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
