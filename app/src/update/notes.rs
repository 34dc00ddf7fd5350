//! Notes, and everything else that waits for a pause before it is stored.

use std::time::Duration;

use postil_model::markdown::Place;
use postil_model::{Change, Note, Page, PlanId, Reading, Settings, Step, Timestamp};

use super::Update;
use crate::effects::Effect;
use crate::state::UnsavedWords;

/// A pause in typing after which notes are stored.
const NOTE_PAUSE_MS: i64 = 350;
/// They are stored after this time even while typing goes on.
const NOTE_LONGEST_MS: i64 = 800;
/// The reading place and the split are stored after this time.
const PLACE_PAUSE_MS: i64 = 1_000;

impl Update<'_> {
    pub(super) fn edit_note(&mut self, plan: PlanId, text: String) {
        if self
            .state
            .library
            .note(plan)
            .is_some_and(|note| note.text == text)
        {
            return;
        }
        self.type_in(Change::Note(Note {
            plan,
            text,
            updated: self.env.now,
        }));
    }

    /// Takes over a record whose words are being typed. It is stored after a pause.
    pub(super) fn type_in(&mut self, typed: Change) {
        let record = typed.record_id();
        let unsaved = self.state.unsaved_words.as_ref();
        if unsaved.is_some_and(|unsaved| unsaved.record != record) {
            self.hand_over_what_is_due(true);
        }
        let now = self.env.now;
        let (before, since) = match self.state.unsaved_words.take() {
            Some(unsaved) => (unsaved.before, unsaved.since),
            None => (self.state.library.record(record), now),
        };
        // In memory at once, so that nothing shows or writes the old text from here on.
        self.state.library.apply(typed);
        self.state.unsaved_words = Some(UnsavedWords {
            record,
            before,
            since,
            last_key: now,
        });
    }

    pub(super) fn set_split(&mut self, split: f32) {
        let settings = Settings {
            split,
            ..self.state.library.settings().clone()
        };
        if settings != *self.state.library.settings() {
            self.state.library.apply(Change::Settings(settings));
            self.state.unsaved_settings.get_or_insert(self.env.now);
        }
    }

    pub(super) fn set_page(&mut self, page: Page) {
        let settings = Settings {
            page,
            ..self.state.library.settings().clone()
        };
        let settings = settings.sane();
        if settings != *self.state.library.settings() {
            self.state.library.apply(Change::Settings(settings));
            self.state.unsaved_settings.get_or_insert(self.env.now);
        }
    }

    pub(super) fn reader_moved(&mut self, place: Place) {
        if let Some(document) = &mut self.state.document {
            document.place = place;
            self.state.unsaved_reading.get_or_insert(self.env.now);
        }
    }

    /// Stores what has waited long enough, or everything, and asks to be called for the rest.
    pub(super) fn hand_over_what_is_due(&mut self, everything: bool) {
        let now = self.env.now.0;
        let mut next_due: Option<i64> = None;
        let mut is_due = |at: i64| {
            let is_due = everything || now >= at;
            if !is_due {
                next_due = Some(next_due.map_or(at, |due: i64| due.min(at)));
            }
            is_due
        };

        let mut changes = Vec::new();
        let mut steps = Vec::new();
        let due_words = self.state.unsaved_words.take_if(|unsaved| {
            let pause = unsaved.last_key.0.saturating_add(NOTE_PAUSE_MS);
            let longest = unsaved.since.0.saturating_add(NOTE_LONGEST_MS);
            is_due(pause.min(longest))
        });
        if let Some(unsaved) = due_words
            && let Some(typed) = self.state.library.record(unsaved.record)
        {
            // It is in the library already: what it was is known here alone.
            steps.push(Step {
                before: unsaved.before,
                after: typed.clone(),
            });
            changes.push(typed);
        }
        let place_due = |since: Timestamp| since.0.saturating_add(PLACE_PAUSE_MS);
        if self
            .state
            .unsaved_settings
            .is_some_and(|since| is_due(place_due(since)))
        {
            self.state.unsaved_settings = None;
            changes.push(Change::Settings(self.state.library.settings().clone()));
        }
        if self
            .state
            .unsaved_reading
            .is_some_and(|since| is_due(place_due(since)))
        {
            self.state.unsaved_reading = None;
            changes.extend(self.reading().map(Change::Reading));
        }
        self.commit_steps(changes, steps);

        if let Some(due) = next_due {
            let wait = u64::try_from(due.saturating_sub(now)).unwrap_or(0).max(1);
            self.effects
                .push(Effect::TickAfter(Duration::from_millis(wait)));
        }
    }

    /// The reading place, if it is another one than is stored.
    fn reading(&self) -> Option<Reading> {
        let document = self.state.document.as_ref()?;
        let reading = Reading {
            plan: document.plan,
            document: document.id,
            block: document.place.block as u32,
            at: self.env.now,
        };
        let stored = self.state.library.reading(document.plan);
        let is_same =
            stored.is_some_and(|s| (s.document, s.block) == (reading.document, reading.block));
        (!is_same).then_some(reading)
    }
}
