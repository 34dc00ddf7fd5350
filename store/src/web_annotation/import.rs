//! Annotations as notes of a plan.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use postil_model::{
    Annotation, AnnotationId, AnnotationState, Change, CodePoints, DocumentId, Library, Passage,
    PlanId, Reply, ReplyId, Selected, Target, Timestamp, Whereabouts,
};
use serde_json::Value;

use super::collect::items;
use super::iri;
use super::item::{Item, item};
use super::report::{Problem, ReadError, Report};
use super::target::{On, Words};
use super::threads::{Root, roots};
use crate::Text;
use crate::merge::{Merge, merge};

/// A larger file is not read, in bytes.
pub const MAX_FILE_BYTES: usize = 32 << 20;
/// About the longest note that is taken, in bytes: one record of the library holds a little more.
const MAX_NOTE_BYTES: usize = 3 << 20;

/// How annotations are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ImportOptions {
    /// Whether notes on what is no document of the plan are kept as notes on the plan. If not, they
    /// are left out.
    pub is_keeping_strays: bool,
    /// The time for notes that do not say when they were made.
    pub now: Timestamp,
}

/// What reading a file came to. Nothing is changed by reading.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Import {
    /// What is to be written, by id: of a note that is there already, the one that was changed later
    /// wins, and what differed is listed.
    pub merge: Merge,
    /// The texts that the changes speak of, to be written with them.
    pub texts: Vec<Text>,
    /// What was read, and what was not.
    pub report: Report,
}

/// Reads the annotations of a `.jsonld` file as notes on `plan` and its documents. `texts` are those
/// of the documents as they are now; words on a document that has none there, or that are not in it,
/// are kept as they are given, to be placed later.
///
/// # Errors
/// [`ReadError`] if nothing of the file can be read. What is wrong with single annotations is in
/// [`Import::report`].
pub fn from_json_ld(
    file: &[u8],
    library: &Library,
    plan: PlanId,
    texts: &BTreeMap<DocumentId, Text>,
    options: ImportOptions,
) -> Result<Import, ReadError> {
    if file.len() > MAX_FILE_BYTES {
        let max_bytes = MAX_FILE_BYTES;
        return Err(ReadError::TooLarge { max_bytes });
    }
    let json = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    // serde_json goes 128 levels deep and no further.
    let value: Value = serde_json::from_slice(json).map_err(|error| ReadError::NotJson {
        why: error.to_string(),
    })?;
    let mut reader = Reader {
        library,
        plan,
        options,
        texts,
        open: BTreeMap::new(),
        report: Report::default(),
    };
    let items = items(&value, &mut reader.report).ok_or(ReadError::NoAnnotations)?;
    let changes = reader.changes(items);
    let mut incoming = Library::default();
    for change in changes {
        incoming.apply(change);
    }
    let mut merge = merge(library, &incoming);
    // The settings of `incoming`, which every library has.
    merge.n_same = merge.n_same.saturating_sub(1);
    let used: BTreeSet<_> = merge.changes.iter().flat_map(Change::texts).collect();
    let texts = texts.values().filter(|text| used.contains(&text.id));
    Ok(Import {
        merge,
        texts: texts.cloned().collect(),
        report: reader.report,
    })
}

/// What is gathered while a file is read.
struct Reader<'a> {
    library: &'a Library,
    plan: PlanId,
    options: ImportOptions,
    texts: &'a BTreeMap<DocumentId, Text>,
    /// Texts that were made ready to find words in.
    open: BTreeMap<DocumentId, (Whereabouts<'a>, CodePoints<'a>)>,
    report: Report,
}

impl Reader<'_> {
    /// Everything that the annotations come to: the notes, then the answers.
    fn changes(&mut self, values: Vec<&Value>) -> Vec<Change> {
        let items = self.items(values);
        let (library, plan) = (self.library, self.plan);
        let is_there = |id: u128| library.annotation(plan, AnnotationId(id)).is_some();
        let ids: BTreeSet<_> = items.iter().map(|item| item.id).collect();
        let by_name: HashMap<_, _> = items
            .iter()
            .map(|item| (item.name.clone(), item.id))
            .collect();
        // An answer is on an annotation, and says so or is found to be.
        let parent = |item: &Item<'_>| match &item.on {
            On::Other { address, .. } => {
                let id = by_name
                    .get(address)
                    .copied()
                    .or_else(|| iri::to_id(address));
                let is_known = id.is_some_and(|id| ids.contains(&id) || is_there(id));
                (is_known || item.is_replying).then_some(id)
            }
            _ => None,
        };
        let (mut notes, mut answers, mut parents) = (Vec::new(), Vec::new(), HashMap::new());
        for item in items {
            match parent(&item) {
                Some(parent) => {
                    parents.extend(parent.map(|parent| (item.id, parent)));
                    answers.push(item);
                }
                None => notes.push(item),
            }
        }
        let mut changes = Vec::new();
        // By the id in the file, the one under which the note is kept.
        let mut kept: HashMap<u128, AnnotationId> = HashMap::new();
        for item in notes {
            let id = item.id;
            if let Some(note) = self.note(&item) {
                kept.insert(id, note.id);
                changes.push(Change::Annotation(note));
            }
        }
        let roots = roots(&parents, |id| kept.contains_key(&id) || is_there(id));
        for item in answers {
            let root = roots.get(&item.id).copied().unwrap_or(Root::Missing);
            let of = |id| kept.get(&id).copied().unwrap_or(AnnotationId(id));
            let answer = match root {
                Root::Note(id, removes) => self.reply(&item, of(id), removes),
                Root::Missing => self.leave_out(Problem::NoParent, &item),
                Root::Cycle => self.leave_out(Problem::Cycle, &item),
            };
            changes.extend(answer.map(Change::Reply));
        }
        changes
    }

    /// The annotations, each id once.
    fn items<'v>(&mut self, values: Vec<&'v Value>) -> Vec<Item<'v>> {
        let mut items: Vec<Item<'v>> = Vec::new();
        let mut by_id: HashMap<u128, usize> = HashMap::new();
        for (i, value) in values.into_iter().enumerate() {
            let number = i + 1;
            let Some(item) = item(number, value, self.library, self.plan) else {
                self.report.add(Problem::NotAnAnnotation, number, "");
                continue;
            };
            match by_id.get(&item.id) {
                None => {
                    by_id.insert(item.id, items.len());
                    items.push(item);
                }
                Some(&at) if items[at].object == item.object => self.report.n_repeated += 1,
                Some(&at) => {
                    let is_newer = item.updated > items[at].updated;
                    let older = if is_newer {
                        std::mem::replace(&mut items[at], item)
                    } else {
                        item
                    };
                    self.report.add(Problem::SameId, older.number, &older.name);
                }
            }
        }
        items
    }

    fn note(&mut self, item: &Item<'_>) -> Option<Annotation> {
        let mut problems = Vec::new();
        let mut body = item.said.text.clone();
        let target = match &item.on {
            On::Plan => Target::Plan,
            On::Document(document) => Target::Document(*document),
            On::Words(document, words) => self.words(*document, words, &mut problems),
            On::Other { address, quote } if self.options.is_keeping_strays => {
                problems.push((Problem::KeptOnPlan, address.clone()));
                body = with_origin(address, quote, &body);
                Target::Plan
            }
            On::Other { address, .. } => {
                self.report
                    .add(Problem::OtherDocument, item.number, address);
                return None;
            }
            On::Nothing => return self.leave_out(Problem::NoTarget, item),
        };
        let id = AnnotationId(item.id);
        let there = self.library.annotation(self.plan, id);
        let is_elsewhere = there.is_none() && self.library.annotation_of_any_plan(id).is_some();
        let id = if is_elsewhere {
            problems.push((Problem::NewId, item.name.clone()));
            let name = format!("{} {}", iri::of_id(self.plan.0), item.name);
            AnnotationId(iri::id_from(&name, item.created))
        } else {
            id
        };
        let there = self.library.annotation(self.plan, id);
        let (created, updated) =
            self.times(item, there.map(|there| (there.created, there.updated)));
        let annotation = Annotation {
            id,
            plan: self.plan,
            target,
            kind: item.kind.clone(),
            body,
            tags: item.said.tags.clone(),
            state: item
                .resolved
                .map_or(AnnotationState::Open, |at| AnnotationState::Resolved { at }),
            created,
            updated,
            removed: None,
        };
        if annotation.approximate_bytes() > MAX_NOTE_BYTES {
            return self.leave_out(Problem::TooLong, item);
        }
        self.report.n_notes += 1;
        self.tell(item, &problems);
        Some(annotation)
    }

    fn reply(
        &mut self,
        item: &Item<'_>,
        annotation: AnnotationId,
        removes: usize,
    ) -> Option<Reply> {
        let id = ReplyId(item.id);
        let there = self.library.reply(annotation, id);
        let (created, updated) =
            self.times(item, there.map(|there| (there.created, there.updated)));
        // A suggestion that answers a note is words like any other.
        let said = Some(item.said.text.as_str()).filter(|text| !text.is_empty());
        let texts: Vec<_> = item.kind_words().into_iter().chain(said).collect();
        let body = texts.join("\n\n");
        if body.len() > MAX_NOTE_BYTES {
            return self.leave_out(Problem::TooLong, item);
        }
        let mut problems = Vec::new();
        if removes > 1 {
            problems.push((Problem::ThreadFlattened, String::new()));
        }
        if !item.said.tags.is_empty() || item.resolved.is_some() || item.kind_words().is_some() {
            problems.push((Problem::ReplySimplified, String::new()));
        }
        self.report.n_replies += 1;
        self.tell(item, &problems);
        Some(Reply {
            id,
            annotation,
            body,
            created,
            updated,
            removed: None,
        })
    }

    /// The words in the document as it is now, or as they were given.
    fn words(
        &mut self,
        document: DocumentId,
        words: &Words,
        problems: &mut Vec<(Problem, String)>,
    ) -> Target {
        let known = self.texts.get(&document);
        let (passage, is_found) = if let Some(own) = &words.own {
            let is_found = known.is_none_or(|known| {
                let (range, quote) = (own.anchor.range.clone(), own.anchor.quote.as_str());
                known.text.get(range) == Some(quote) || known.text.contains(quote)
            });
            let passage = match &own.first {
                Some(first) => Passage {
                    anchor: first.clone(),
                    confirmed: Some(own.anchor.clone()),
                },
                None => Passage {
                    anchor: own.anchor.clone(),
                    confirmed: None,
                },
            };
            (passage, is_found)
        } else {
            let selected = match known {
                Some(known) => {
                    let path = self.library.document(self.plan, document);
                    let path = path.map_or("", |document| &document.path);
                    let (whereabouts, points) = self.open.entry(document).or_insert_with(|| {
                        (
                            Whereabouts::new(&known.text, path),
                            CodePoints::new(&known.text),
                        )
                    });
                    words.selectors.select(whereabouts, points, known.id)
                }
                None if words.selectors.exact.is_empty() => Selected::Nothing,
                None => Selected::Elsewhere(words.selectors.unplaced(None)),
            };
            let (anchor, is_found) = match selected {
                Selected::Words(anchor) => (anchor, true),
                Selected::Elsewhere(anchor) => (anchor, false),
                Selected::Nothing => {
                    problems.push((Problem::KeptOnDocument, String::new()));
                    return Target::Document(document);
                }
            };
            let passage = Passage {
                anchor,
                confirmed: None,
            };
            (passage, is_found)
        };
        if !is_found {
            problems.push((Problem::WordsNotFound, passage.sought().quote.clone()));
        }
        if words.is_block {
            Target::Block(document, passage)
        } else {
            Target::Passage(document, passage)
        }
    }

    /// When it was made and last changed. What does not say keeps the times that it has.
    fn times(
        &self,
        item: &Item<'_>,
        there: Option<(Timestamp, Timestamp)>,
    ) -> (Timestamp, Timestamp) {
        let created = item.created.or(there.map(|(created, _)| created));
        let created = created.or(item.updated).unwrap_or(self.options.now);
        // What was never modified was last changed when it was made.
        let updated = item
            .updated
            .or(item.created)
            .or(there.map(|(_, updated)| updated));
        (created, updated.unwrap_or(created))
    }

    fn leave_out<T>(&mut self, problem: Problem, item: &Item<'_>) -> Option<T> {
        self.report.add(problem, item.number, &item.name);
        None
    }

    /// Reports what was found of an annotation that is taken, each problem once.
    fn tell(&mut self, item: &Item<'_>, problems: &[(Problem, String)]) {
        let all = item
            .problems
            .iter()
            .chain(&item.said.problems)
            .chain(problems);
        let mut told = BTreeSet::new();
        for (problem, detail) in all {
            if told.insert(*problem) {
                self.report.add(*problem, item.number, detail);
            }
        }
    }
}

/// What is said of something that is not of the plan, with what it was said of.
fn with_origin(address: &str, quote: &str, body: &str) -> String {
    let mut out = format!("On {address}:\n");
    for line in quote.lines() {
        let _ = writeln!(out, "> {line}");
    }
    if !body.is_empty() {
        out.push('\n');
        out.push_str(body);
    }
    out
}
