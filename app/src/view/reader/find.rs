//! Finding words in the document: the field, the places, the way from one to the next.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use egui::{Align, Context, Key, Layout, RichText, TextEdit, Ui};
use lucide_icons::Icon;
use postil_model::markdown::{FindProblem, Finder, Parsed};

use crate::command::UserCommand;
use crate::theme::{size, space};
use crate::view::View;
use crate::view::parts::{icon_button, icon_button_enabled};
use crate::worker::Worker;

/// Places that are shown at most; a word that is everywhere is not looked for.
const MAX_PLACES: usize = 50_000;

struct Job {
    revision: u64,
    parsed: Arc<Parsed>,
    finder: Finder,
}

/// The job's number, and the sources of what it found.
type Found = (u64, Vec<Range<usize>>);

/// The text, the words, and how they are meant: by case, as a pattern.
type Asked = (Arc<Parsed>, String, bool, bool);

/// What is looked for, and where it is.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(super) struct Find {
    words: String,
    minds_case: bool,
    is_pattern: bool,
    /// What the places are of.
    asked: Option<Asked>,
    /// Sources of the places, in order.
    places: Vec<Range<usize>>,
    now: Option<usize>,
    problem: Option<String>,
    worker: Option<Worker<Job, Found>>,
    /// The newest job; older ones give up.
    newest: Arc<AtomicU64>,
    was_open: bool,
    /// The next places to come are to be gone to.
    goes_on: bool,
}

impl std::fmt::Debug for Find {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Find")
            .field("words", &self.words)
            .finish_non_exhaustive()
    }
}

impl Find {
    /// The sources of all places.
    pub(super) fn places(&self) -> &[Range<usize>] {
        &self.places
    }

    /// Which of them is gone to.
    pub(super) fn now(&self) -> Option<usize> {
        self.now
    }

    /// Whether places are being looked for.
    pub(super) fn is_busy(&self) -> bool {
        self.worker.as_ref().is_some_and(Worker::is_busy)
    }

    /// Forgets the places: nothing is looked for.
    pub(super) fn close(&mut self) {
        self.was_open = false;
        self.asked = None;
        self.places.clear();
        self.now = None;
    }

    /// Paints the field. Gives the byte to go to, if it is another.
    pub(super) fn bar_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        parsed: &Arc<Parsed>,
        from: usize,
    ) -> Option<usize> {
        let mut step = 0_isize;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let field = TextEdit::singleline(&mut self.words)
                .hint_text("Find in this document")
                .desired_width((ui.available_width() - 330.0).clamp(120.0, 340.0));
            let field = ui.add(field).accessible_name("Find in this document");
            if !self.was_open {
                self.was_open = true;
                field.request_focus();
                self.select_words(ui.ctx(), field.id);
            }
            if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                step = if ui.input(|input| input.modifiers.shift) {
                    -1
                } else {
                    1
                };
                field.request_focus();
            }
            self.goes_on |= field.changed();
            let has_places = !self.places.is_empty();
            if icon_button_enabled(ui, has_places, Icon::ChevronUp, "Previous place").clicked() {
                step = -1;
            }
            if icon_button_enabled(ui, has_places, Icon::ChevronDown, "Next place").clicked() {
                step = 1;
            }
            let case = ui.toggle_value(&mut self.minds_case, "Aa");
            let case = case.on_hover_text("Tell large and small letters apart");
            let pattern = ui.toggle_value(&mut self.is_pattern, ".*");
            let pattern = pattern.on_hover_text("A regular expression");
            case.accessible_name("Tell large and small letters apart");
            pattern.accessible_name("A regular expression");
            let t = view.tokens;
            let color = if self.problem.is_some() {
                t.bad
            } else {
                t.ink_soft
            };
            ui.label(RichText::new(self.count()).size(size::SMALL).color(color));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if icon_button(ui, Icon::X, "Close").clicked() {
                    view.ask(UserCommand::ShowBar(None));
                }
            });
        });
        self.look(ui.ctx(), parsed);
        self.take_news(parsed, from).or_else(|| self.step(step))
    }

    fn select_words(&self, ctx: &Context, id: egui::Id) {
        use egui::text::{CCursor, CCursorRange};
        let mut state = egui::text_edit::TextEditState::load(ctx, id).unwrap_or_default();
        let end = CCursor::new(self.words.chars().count());
        let all = CCursorRange::two(CCursor::default(), end);
        state.cursor.set_char_range(Some(all));
        state.store(ctx, id);
    }

    fn count(&self) -> String {
        if let Some(problem) = &self.problem {
            return problem.clone();
        }
        if self.words.is_empty() {
            return String::new();
        }
        if self.is_busy() {
            return "Looking…".to_owned();
        }
        let n = self.places.len();
        let more = if n >= MAX_PLACES { " or more" } else { "" };
        match (n, self.now) {
            (0, _) => "Not found".to_owned(),
            (n, Some(now)) => format!("{} of {n}{more}", now + 1),
            (n, None) => format!("{n}{more} places"),
        }
    }

    /// Has the places looked for when what is looked for, or in, is another.
    fn look(&mut self, ctx: &Context, parsed: &Arc<Parsed>) {
        let is_asked = self
            .asked
            .as_ref()
            .is_some_and(|(of, words, case, pattern)| {
                Arc::ptr_eq(of, parsed)
                    && (words, *case, *pattern) == (&self.words, self.minds_case, self.is_pattern)
            });
        if is_asked {
            return;
        }
        let (case, pattern) = (self.minds_case, self.is_pattern);
        self.asked = Some((Arc::clone(parsed), self.words.clone(), case, pattern));
        self.problem = None;
        let revision = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
        match Finder::new(&self.words, case, pattern) {
            Ok(finder) => {
                let newest = Arc::clone(&self.newest);
                let worker = self.worker.get_or_insert_with(|| {
                    let ctx = ctx.clone();
                    Worker::start(
                        "find",
                        move || ctx.request_repaint(),
                        move || move |job: Job| (job.revision, places(&job, &newest)),
                    )
                });
                let parsed = Arc::clone(parsed);
                worker.send(Job {
                    revision,
                    parsed,
                    finder,
                });
            }
            Err(problem) => {
                self.places.clear();
                self.now = None;
                if let FindProblem::Pattern(why) = problem {
                    self.problem = Some(why);
                }
            }
        }
    }

    fn take_news(&mut self, parsed: &Parsed, from: usize) -> Option<usize> {
        let newest = self.newest.load(Ordering::Relaxed);
        let news = self.worker.as_mut()?.drain();
        let (_, places) = news
            .into_iter()
            .rfind(|(revision, _)| *revision == newest)?;
        let start = parsed
            .blocks()
            .get(from)
            .map_or(0, |block| block.range.start);
        let was_at = self
            .now
            .and_then(|now| self.places.get(now))
            .map(|place| place.start);
        self.places = places;
        let at = was_at.unwrap_or(start);
        let first = self.places.partition_point(|place| place.start < at);
        let n = self.places.len();
        self.now = (n > 0).then_some(if first < n { first } else { 0 });
        if std::mem::take(&mut self.goes_on) {
            return self.places.get(self.now?).map(|place| place.start);
        }
        None
    }

    fn step(&mut self, by: isize) -> Option<usize> {
        let n = self.places.len();
        if by == 0 || n == 0 {
            return None;
        }
        let next = match self.now {
            Some(now) => {
                let by = by.rem_euclid(n.cast_signed()).unsigned_abs();
                (now + by) % n
            }
            None => 0,
        };
        self.now = Some(next);
        Some(self.places[next].start)
    }
}

fn places(job: &Job, newest: &AtomicU64) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    for block in 0..job.parsed.blocks().len() {
        if newest.load(Ordering::Relaxed) != job.revision || places.len() >= MAX_PLACES {
            break;
        }
        places.extend(job.finder.places(&job.parsed, block));
    }
    places.truncate(MAX_PLACES);
    places
}
