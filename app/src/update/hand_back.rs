//! Notes on their way back to whoever wrote the plan.

use std::collections::BTreeSet;
use std::path::PathBuf;

use postil_model::{
    CriticCopy, DocumentId, FeedbackOptions, PlanId, critic_copy_name, notes_to_hand_over,
    to_look_over,
};
use postil_watcher::{Request, UnpackError};

use super::{Update, count};
use crate::command::DialogPurpose;
use crate::effects::{Effect, NewFile};
use crate::gather::{Destination, Made, Purpose};
use crate::margin::{Form, HandBack};
use crate::paths::folder_from_text;
use crate::state::{MarkedCopy, Tone};

impl Update<'_> {
    pub(super) fn hand_back(&mut self, to: HandBack, options: FeedbackOptions) {
        match to {
            HandBack::Clipboard => self.gather_notes(Destination::Clipboard, options),
            HandBack::File(form) => {
                let purpose = DialogPurpose::HandBack(form, options);
                self.effects.push(Effect::Choose(purpose));
            }
            HandBack::Beside => {
                if let Some(document) = self.state.document.as_ref().map(|open| open.id) {
                    let mut options = options;
                    options.filter.document = Some(document);
                    self.gather_notes(Destination::Beside(document), options);
                }
            }
        }
    }

    /// The folder is chosen: the file goes there under a name that is free.
    pub(super) fn save_notes(&mut self, folder: PathBuf, form: Form, options: FeedbackOptions) {
        self.gather_notes(Destination::Folder(folder, form), options);
    }

    /// Reads the documents with notes: what is handed back speaks of the files as they are.
    fn gather_notes(&mut self, to: Destination, options: FeedbackOptions) {
        self.hand_over_what_is_due(true);
        let Some(plan) = self.state.open_plan else {
            return;
        };
        let notes: Vec<_> = notes_to_hand_over(&self.state.library, plan, &options).collect();
        if notes.is_empty() {
            self.tell(Tone::Info, "There is no note to hand back", None);
            return;
        }
        let documents: BTreeSet<DocumentId> = notes
            .into_iter()
            .filter_map(postil_model::Annotation::document)
            .collect();
        self.gather(plan, Purpose::HandBack(to, options), documents);
    }

    /// The list of notes is open: it says of each where its words are now.
    pub(super) fn look_notes_over(&mut self) {
        if let Some(plan) = self.state.open_plan {
            let documents = to_look_over(&self.state.library, plan);
            if !documents.is_empty() {
                self.gather(plan, Purpose::Look, documents);
            }
        }
    }

    /// What is handed back is made.
    pub(super) fn handed_back(
        &mut self,
        plan: PlanId,
        to: Destination,
        options: &FeedbackOptions,
        made: Made,
    ) {
        match (to, made) {
            (Destination::Clipboard, Made::Notes(text, then)) => {
                let notes = count(then.len(), "note");
                self.effects.push(Effect::CopyText(text));
                self.write(then, None);
                self.tell(
                    Tone::Info,
                    format!("{notes} copied, ready to be pasted"),
                    None,
                );
            }
            (Destination::Folder(folder, form), Made::Notes(text, then)) => {
                let plan = self.state.library.plan(plan);
                let name = plan.map_or("plan", |plan| &plan.name);
                let stem: String = name
                    .chars()
                    .map(|c| if c.is_alphanumeric() { c } else { '-' })
                    .collect();
                self.effects.push(Effect::SaveNew(Box::new(NewFile {
                    folder,
                    stem: format!("{stem}-notes"),
                    extension: match form {
                        Form::Feedback => "md",
                        Form::WebAnnotations => "jsonld",
                    },
                    text,
                    then,
                })));
            }
            (Destination::Beside(document), Made::Marked(Ok(copy))) => {
                let ticket = self.ticket();
                self.put_beside(MarkedCopy {
                    ticket,
                    plan,
                    document,
                    copy,
                    tried: Vec::new(),
                });
            }
            (Destination::Beside(_), Made::Marked(Err(problem))) => {
                self.problem(problem.to_string());
            }
            (Destination::Beside(document), _) => {
                let path = self.state.library.document(plan, document);
                let path = path.map_or("", |document| &document.path);
                self.problem(format!(
                    "No copy was made, since the file cannot be read: {path}"
                ));
            }
            _ => tracing::error!("nothing was made of {options:?}"),
        }
    }

    /// Asks for a file beside the document, under a name that nothing is known to have.
    fn put_beside(&mut self, mut marked: MarkedCopy) {
        let library = &self.state.library;
        let (Some(document), Some(plan)) = (
            library.document(marked.plan, marked.document),
            library.plan(marked.plan),
        ) else {
            return;
        };
        let taken: BTreeSet<&str> = library
            .documents(marked.plan)
            .filter(|document| document.missing.is_none())
            .map(|document| document.path.as_str())
            .collect();
        let is_tried = |path: &str| marked.tried.iter().any(|tried| tried == path);
        let is_taken = |path: &str| taken.contains(path) || is_tried(path);
        let Some(path) = critic_copy_name(&document.path, is_taken) else {
            self.problem("There are too many copies of this document already");
            return;
        };
        let folder = folder_from_text(&plan.folder);
        let files = vec![(path.clone(), marked.copy.text.clone().into_bytes())];
        marked.tried.push(path);
        let ticket = marked.ticket;
        self.state.marked_copy = Some(marked);
        self.effects.push(Effect::Watch(Request::Unpack {
            ticket,
            folder,
            files,
        }));
    }

    /// The copy is written, or not. True if it was one.
    pub(super) fn put_down(&mut self, ticket: u64, result: &Result<PathBuf, UnpackError>) -> bool {
        /// Names that are tried, where others than Postil take them meanwhile.
        const MAX_TRIED: usize = 100;
        let Some(marked) = self.state.marked_copy.take_if(|of| of.ticket == ticket) else {
            return false;
        };
        match result {
            Ok(_) => {
                let path = marked.tried.last().map_or("", String::as_str);
                let CriticCopy {
                    n_in_place,
                    n_at_end,
                    ..
                } = marked.copy;
                let at_end = if n_at_end == 0 {
                    String::new()
                } else {
                    format!(", {n_at_end} in a comment at its end")
                };
                let notes = count(n_in_place, "note");
                self.tell(
                    Tone::Info,
                    format!("A copy with {notes} at their words{at_end} is saved: {path}"),
                    None,
                );
            }
            Err(UnpackError::Exists { .. }) if marked.tried.len() < MAX_TRIED => {
                self.put_beside(marked);
            }
            Err(error) => self.problem(format!("No copy was made. {error}")),
        }
        true
    }
}
