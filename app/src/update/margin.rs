//! What is done in the margin.

use std::ops::Range;
use std::sync::Arc;

use postil_model::markdown::Place;
use postil_model::{
    Anchor, Annotation, AnnotationId, AnnotationKind, Change, PlanId, ReplyId, Target, TextId,
};
use postil_store::Text;

use super::Update;
use crate::margin::{MarginCommand, Writing};
use crate::state::Tone;

impl Update<'_> {
    pub(super) fn margin_command(&mut self, command: MarginCommand) {
        if !matches!(
            command,
            MarginCommand::Type(..) | MarginCommand::TypeWords(..)
        ) {
            // What was typed so far comes before what is done now.
            self.hand_over_what_is_due(true);
        }
        match command {
            MarginCommand::Annotate {
                range,
                kind,
                is_block,
            } => self.annotate(range, kind, is_block),
            MarginCommand::AnnotateWhole { is_plan } => self.annotate_whole(is_plan),
            MarginCommand::Choose(id) => self.choose(id),
            MarginCommand::GoTo(id) => self.go_to_note(id),
            MarginCommand::Step { is_forward } => self.step_note(is_forward),
            MarginCommand::Write(writing) => self.write_in_margin(writing),
            MarginCommand::Type(writing, text) => self.type_in_margin(writing, text),
            MarginCommand::TypeWords(id, words) => self.type_note(id, |note| {
                note.kind = AnnotationKind::Replacement { words };
            }),
            MarginCommand::Finish => self.finish_writing(),
            MarginCommand::SetKind(id, kind) => {
                self.edit_note_in_margin(id, |note| note.kind = kind);
            }
            MarginCommand::Tag(id, tags) => self.edit_note_in_margin(id, |note| note.tags = tags),
            MarginCommand::Resolve(id, is_resolved) => {
                self.of_note(id, |this, plan| {
                    this.edit(|edit| edit.set_resolved(plan, id, is_resolved));
                });
            }
            MarginCommand::Remove(id) => self.remove_note(id),
            MarginCommand::Reply(of) => self.reply(of),
            MarginCommand::RemoveReply(of, id) => self.edit(|edit| edit.remove_reply(of, id)),
            MarginCommand::HandBack(to, options) => self.hand_back(to, options),
            MarginCommand::SeekElsewhere => self.seek_elsewhere(),
            MarginCommand::Follow(id, to) => self.follow_words(id, to),
            MarginCommand::NameColour(colour, name) => self.name_colour(colour, &name),
            MarginCommand::ChooseImport => {
                let purpose = crate::command::DialogPurpose::ImportNotes;
                self.effects.push(crate::effects::Effect::Choose(purpose));
            }
            MarginCommand::Import(file) => self.import_notes(file),
            MarginCommand::KeepStrays(is_keeping) => self.keep_strays(is_keeping),
            MarginCommand::AcceptImport => self.accept_incoming(),
            MarginCommand::DropImport => self.state.incoming = None,
            MarginCommand::StopGathering => self.stop_gathering(),
            MarginCommand::Bind(id, range) => self.bind(id, range),
            MarginCommand::Unbind(id) => self.of_note(id, |this, plan| {
                this.edit(|edit| edit.unbind(plan, id));
            }),
        }
    }

    fn annotate(&mut self, range: Range<usize>, kind: AnnotationKind, is_block: bool) {
        let Some(anchor) = self.words_at(range).and_then(|range| self.anchor(range)) else {
            return;
        };
        let Some(open) = &self.state.document else {
            return;
        };
        let (plan, document) = (open.plan, open.id);
        let passage = postil_model::Passage {
            anchor,
            confirmed: None,
        };
        let target = if is_block {
            Target::Block(document, passage)
        } else {
            Target::Passage(document, passage)
        };
        self.make_note(plan, target, kind);
    }

    fn annotate_whole(&mut self, is_plan: bool) {
        self.state.shows_plans &= !is_plan;
        if !is_plan && let Some(open) = &mut self.state.document {
            // Where it will stand.
            open.place = Place::default();
            open.go_to = (open.go_to.0 + 1, open.place);
        }
        let open = self.state.document.as_ref();
        let (plan, target) = match (is_plan, open, self.state.open_plan) {
            (false, Some(open), _) => (open.plan, Target::Document(open.id)),
            (_, _, Some(plan)) => (plan, Target::Plan),
            _ => return,
        };
        self.make_note(plan, target, AnnotationKind::Comment);
    }

    fn make_note(&mut self, plan: PlanId, target: Target, kind: AnnotationKind) {
        let id = AnnotationId((self.env.new_id)());
        let is_on_words = matches!(target, Target::Passage(..) | Target::Block(..));
        let is_written = !matches!(
            kind,
            AnnotationKind::Highlight { .. } | AnnotationKind::Deletion
        );
        let edit = postil_model::Edit::new(&self.state.library, self.env.now);
        let changes = edit.annotate(plan, id, target, kind, is_written);
        self.commit_with_text(changes);
        if is_on_words {
            self.place_notes();
        }
        self.state.margin.chosen = Some(id);
        self.state.margin.writing = is_written.then_some(Writing::Note(id));
    }

    fn write_in_margin(&mut self, writing: Writing) {
        let (Writing::Note(id) | Writing::Reply(id, _)) = writing;
        self.choose(Some(id));
        self.state.margin.writing = Some(writing);
    }

    fn type_in_margin(&mut self, writing: Writing, text: String) {
        match writing {
            Writing::Note(id) => self.type_note(id, |note| note.body = text),
            Writing::Reply(of, id) => {
                let Some(mut reply) = self.state.library.reply(of, id).cloned() else {
                    return;
                };
                reply.body = text;
                reply.updated = self.env.now;
                self.type_in(Change::Reply(reply));
            }
        }
    }

    fn type_note(&mut self, id: AnnotationId, edit: impl FnOnce(&mut Annotation)) {
        let Some(note) = self.state.library.annotation_of_any_plan(id) else {
            return;
        };
        let mut typed = note.clone();
        edit(&mut typed);
        if typed == *note {
            return;
        }
        typed.updated = self.env.now;
        self.type_in(Change::Annotation(typed));
    }

    pub(super) fn finish_writing(&mut self) {
        self.hand_over_what_is_due(true);
        match self.state.margin.writing.take() {
            Some(Writing::Note(id)) => self.of_note(id, |this, plan| {
                this.edit(|edit| edit.finish_annotation(plan, id));
                let is_gone = this.state.library.annotation(plan, id);
                if is_gone.is_some_and(|note| note.removed.is_some()) {
                    this.forget_note(id);
                }
            }),
            Some(Writing::Reply(of, id)) => {
                let reply = self.state.library.reply(of, id);
                if reply.is_some_and(|reply| reply.body.trim().is_empty()) {
                    self.edit(|edit| edit.remove_reply(of, id));
                }
            }
            None => {}
        }
    }

    fn remove_note(&mut self, id: AnnotationId) {
        self.of_note(id, |this, plan| {
            this.edit(|edit| edit.remove_annotation(plan, id));
            this.forget_note(id);
            let undo = ("Undo", crate::command::UserCommand::Undo);
            this.tell(Tone::Info, "The note is in the trash", Some(undo));
        });
    }

    pub(super) fn forget_note(&mut self, id: AnnotationId) {
        let margin = &mut self.state.margin;
        margin.places.remove(&id);
        margin.chosen.take_if(|chosen| *chosen == id);
        let is_of = |writing: &mut Writing| {
            let (Writing::Note(of) | Writing::Reply(of, _)) = *writing;
            of == id
        };
        margin.writing.take_if(is_of);
    }

    fn reply(&mut self, of: AnnotationId) {
        self.choose(Some(of));
        let id = ReplyId((self.env.new_id)());
        self.of_note(of, |this, plan| {
            this.edit(|edit| edit.reply(plan, of, id, ""));
            this.state.margin.writing = Some(Writing::Reply(of, id));
        });
    }

    fn bind(&mut self, id: AnnotationId, range: Range<usize>) {
        let Some(anchor) = self.anchor(range) else {
            return;
        };
        let Some(document) = self.state.document.as_ref().map(|open| open.id) else {
            return;
        };
        self.of_note(id, |this, plan| {
            let edit = postil_model::Edit::new(&this.state.library, this.env.now);
            let changes = edit.bind(plan, id, document, anchor);
            this.commit_with_text(changes);
            this.place_notes();
        });
    }

    fn name_colour(&mut self, colour: u8, name: &str) {
        let mut settings = self.state.library.settings().clone();
        let Some(own) = settings.highlight_names.get_mut(usize::from(colour)) else {
            return;
        };
        // Nothing but blanks is no name.
        let name = postil_model::clean_name(name).unwrap_or_default();
        if *own != name {
            *own = name;
            self.commit(vec![Change::Settings(settings)]);
        }
    }

    fn edit_note_in_margin(&mut self, id: AnnotationId, edit: impl FnOnce(&mut Annotation)) {
        self.of_note(id, |this, plan| {
            this.edit(|edits| edits.annotation(plan, id, edit));
        });
    }

    pub(super) fn of_note(&mut self, id: AnnotationId, then: impl FnOnce(&mut Self, PlanId)) {
        let note = self.state.library.annotation_of_any_plan(id);
        if let Some(plan) = note.map(|note| note.plan) {
            then(self, plan);
        }
    }

    /// The range without the white space around its words, and with both of their marks where it has
    /// one; `None` if it has no words.
    fn words_at(&self, range: Range<usize>) -> Option<Range<usize>> {
        let parsed = self.state.shown()?;
        let words = parsed.text().get(range.clone())?;
        let start = range.start + (words.len() - words.trim_start().len());
        let end = start + words.trim().len();
        (start < end).then(|| parsed.with_marks(start..end))
    }

    /// Words of the text that is shown, held on to.
    fn anchor(&self, range: Range<usize>) -> Option<Anchor> {
        let id = self.shown_text()?.id;
        let parsed = self.state.shown()?;
        let headings = parsed.headings_over(range.start);
        Some(Anchor::of(parsed.text(), range, id, headings))
    }

    /// The text that is shown, with its name.
    pub(super) fn shown_text(&self) -> Option<Text> {
        let id = self.state.document.as_ref()?.shown?;
        let text = Arc::clone(self.state.shown()?.text());
        Some(Text { id, text })
    }

    /// Commits what speaks of the text that is shown, which goes along to be kept.
    fn commit_with_text(&mut self, changes: Vec<Change>) {
        let texts = self.shown_text().into_iter().collect();
        self.commit_with(changes, texts);
    }

    /// Commits what speaks of these texts, which go along to be kept.
    pub(super) fn commit_with(&mut self, changes: Vec<Change>, texts: Vec<Text>) {
        let spoken_of: Vec<TextId> = changes.iter().flat_map(Change::texts).collect();
        let texts = texts
            .into_iter()
            .filter(|text| spoken_of.contains(&text.id));
        let texts = texts.collect();
        let steps = postil_model::Step::of(&self.state.library, &changes);
        let history = &self.state.history;
        let entry = history.record(&self.state.library, steps, self.env.now);
        self.write_with(changes, entry, texts);
    }
}
